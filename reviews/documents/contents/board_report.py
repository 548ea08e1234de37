"""The QA chair's report to a meeting of the Board, once it is written (P15)."""

from __future__ import annotations

from sqlalchemy import select

from reviews.documents.contents.words import document_of, fact, on, people
from reviews.documents.kinds import Asking, Kind, Offer, register
from reviews.documents.structure import FOR_THE_BOARD, Document, Place, parts_of
from reviews.models import BoardReport, BoardReportItem, Review
from reviews.permissions import may

PLACES = (
    Place("report", "The report"),
    Place("asked", "What the Board is asked to do"),
    Place("named", "What this report names", ("About", "What", "Outcome or reason")),
    Place("noting", "What the Board said"),
)
WHAT = {
    "finished": "Review finished",
    "raised": "Raised with the Board",
    "exception": "Exception",
    "impact": "What has changed",
}

# The answers that come as codes, in the words of the forms that ask them.
OUTCOMES = {
    "accept": "Findings and action plan accepted",
    "accept_changes": "Accepted, with changes",
    "return": "Returned to the chair",
    "raise": "Raised with the Board",
    "embedded": "Practice has changed and is sustained",
    "partial": "Some change",
    "none": "No evidence of change",
    "too_early": "Too early to say",
}


def _offers(asking: Asking) -> list[Offer]:
    if not may(asking.session, asking.viewer, "see_board_reports"):
        return []
    return [
        Offer(row.board_on.isoformat(), f"Report to the Board on {on(row.board_on)}")
        for row in _written(asking)
    ]


def _written(asking: Asking) -> list[BoardReport]:
    query = select(BoardReport).where(BoardReport.written_on.is_not(None))
    return list(asking.session.scalars(query.order_by(BoardReport.board_on.desc())))


def _makes(asking: Asking, part: str) -> Document:
    row = next(each for each in _written(asking) if each.board_on.isoformat() == part)
    persons = people(asking.session, (row.written_by, row.noted_by))
    noted = fact("Noted", ", ".join(filter(None, (on(row.noted_on), persons.get(row.noted_by or "", "")))))
    parts = parts_of(
        PLACES,
        {"report": row.overview, "asked": row.concerns, "noting": row.noting},
        lines={"noting": [noted]},
        rows={"named": _named(asking, row)},
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


def _named(asking: Asking, row: BoardReport) -> list[tuple[str, ...]]:
    """What the report names, but for what is about a restricted review: that is not written to the Board."""
    restricted = select(Review.ref).where(Review.restricted.is_(True))
    query = select(BoardReportItem).where(
        BoardReportItem.report == row.id, BoardReportItem.about.not_in(restricted)
    )
    items = asking.session.scalars(query.order_by(BoardReportItem.kind, BoardReportItem.about))
    return [
        (item.about, WHAT.get(item.kind, item.kind), OUTCOMES.get(item.text, item.text)) for item in items
    ]


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
