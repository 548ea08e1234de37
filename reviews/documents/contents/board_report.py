"""The QA chair's report to a meeting of the Board, once it is written: what its page says, too (P15)."""

from __future__ import annotations

from reviews.acting import today_of
from reviews.board_reports.figures import SECTIONS
from reviews.board_reports.reading import READS, Report, read, reports
from reviews.documents.contents.words import document_of, fact, on, people, short
from reviews.documents.kinds import Asking, Kind, Offer, register
from reviews.documents.structure import FOR_THE_BOARD, Document, Place, parts_of
from reviews.models import BoardReport
from reviews.permissions import may

COLUMNS = ("What", "Number")
PLACES = (
    Place("report", "The report"),
    *(Place(name, heading, COLUMNS) for name, heading in SECTIONS.items()),
    Place("asked", "What the Board is asked to do"),
    Place("named", "What this report names", ("About", "What", "Outcome or reason")),
    Place("noting", "What the Board said"),
)


def _offers(asking: Asking) -> list[Offer]:
    if not may(asking.session, asking.viewer, READS):
        return []
    return [
        Offer(row.board_on.isoformat(), f"Report to the Board on {on(row.board_on)}")
        for row in _written(asking)
    ]


def _written(asking: Asking) -> list[BoardReport]:
    return [row for row in reports(asking.session, asking.viewer) if row.written_on]


def _makes(asking: Asking, part: str) -> Document:
    row = next(each for each in _written(asking) if each.board_on.isoformat() == part)
    report = read(asking.session, row, today_of(asking.session), compared=False)
    persons = people(asking.session, (row.written_by, row.noted_by))
    noted = fact("Noted", ", ".join(filter(None, (on(row.noted_on), persons.get(row.noted_by or "", "")))))
    parts = parts_of(
        PLACES,
        {
            "report": report.whole,
            "asked": report.asked,
            "noting": row.noting,
            **{section.id: section.text for section in report.sections},
        },
        lines={"noting": [noted], "report": _about(report)},
        rows={
            "named": report.named,
            **{
                section.id: [(each.words, str(each.number)) for each in section.numbers]
                for section in report.sections
            },
        },
    )
    return document_of(
        asking,
        "board_report",
        "Report of the QA chair",
        parts,
        classification=FOR_THE_BOARD,
        subtitle=f"To the Board’s meeting on {on(row.board_on)}",
        name=part,
    )


def _about(report: Report) -> list[str]:
    """For which days the numbers are, and when they were counted."""
    if not (report.first and report.last and report.sent):
        return []
    days = f"{short(report.first)} to {short(report.last)}"
    return [f"For {days}. How things stand: on {short(report.sent)}, the day the report was sent."]


register(
    Kind(
        "board_report",
        "Report to the Board",
        FOR_THE_BOARD,
        PLACES,
        _offers,
        _makes,
        of_review=False,
        long=frozenset({"word", "pdf"}),
    )
)
