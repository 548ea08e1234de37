"""A report as somebody reads it: one plain structure, of which its page and its document are made.

Before it is sent those who write it see it as it would be today. Once sent its numbers stay as the Board saw
them, with today's beside. The list behind a number names each thing that was counted: a review by its
reference alone, with its day and how it counted. That is what the Board is told by the policy (P15). What
the reader must not know of (a restricted review, one they are in conflict with) is only a number there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from engine import NotFound, Refused
from reviews.board_reports.figures import NUMBERS, SECTIONS, counted
from reviews.board_reports.keeping import period_of
from reviews.board_reports.sentences import sentences
from reviews.impact.following import RATINGS
from reviews.measures.lines import Line
from reviews.measures.reading import open_to
from reviews.models import BoardReport, BoardReportItem, BoardReportLine, Review
from reviews.permissions import Viewer, blocked, may
from reviews.relations import conflict_of

READS, WRITES = "see_board_reports", "start_board_report"
WHAT = {
    "finished": "Review finished",
    "raised": "Raised with the Board",
    "exception": "Exception",
    "impact": "What has changed",
}
# The answers that come as codes, in the words of the forms that ask them.
SAID = {
    "accept": "Findings and action plan accepted",
    "accept_changes": "Accepted, with changes",
    "return": "Returned to the chair",
    "raise": "Raised with the Board",
    **RATINGS,
}


@dataclass(frozen=True)
class Shown:
    """One number of a report. `now`: the same counted today, for one that was kept before."""

    id: str
    words: str
    number: int
    now: int | None = None
    on_the_day: bool = False

    @property
    def counts(self) -> bool:
        """Whether there is anything to count, then or now."""
        return bool(self.number or self.now)


@dataclass(frozen=True)
class Section:
    """A part of a report: what was written, and its numbers."""

    id: str
    heading: str
    text: str
    numbers: tuple[Shown, ...]


@dataclass(frozen=True)
class Report:
    """One report. `sent` is None as long as it is being written."""

    board_on: dt.date
    sent: dt.date | None
    first: dt.date | None
    last: dt.date | None
    sections: tuple[Section, ...]
    whole: str  # the text of a report from before there were sections
    asked: str
    named: tuple[tuple[str, str, str], ...]
    row: BoardReport


@dataclass(frozen=True)
class Behind:
    """The list behind a number: the lines a reader may see, and how many there are besides."""

    words: str
    number: int
    lines: list[Line]
    others: int
    agencies: bool
    day: dt.date  # on which it was counted


def reports(session: Session, viewer: Viewer) -> list[BoardReport]:
    """Every report that somebody may read, the next meeting's first. Raises Refused."""
    return list(session.scalars(_open(session, viewer).order_by(BoardReport.board_on.desc())))


def report_on(session: Session, viewer: Viewer, board_on: str) -> BoardReport:
    """The report to one meeting of the Board. Raises Refused, NotFound."""
    query = _open(session, viewer)
    try:
        query = query.where(BoardReport.board_on == dt.date.fromisoformat(board_on))
    except ValueError:
        raise NotFound("There is no such report.") from None
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such report.")
    return found


def report_of(session: Session, viewer: Viewer, instance: UUID) -> BoardReport | None:
    """The report that a process is about, where this reader may see it."""
    if not may(session, viewer, READS):
        return None
    query = _open(session, viewer).where(BoardReport.process_instance == instance)
    return session.scalars(query).one_or_none()


def read(session: Session, row: BoardReport, today: dt.date, *, compared: bool = True) -> Report:
    """A report that its reader was given; `compared`: with the numbers of today beside those kept."""
    kept = row.written_on is not None
    without = kept and not row.figures  # of before numbers were kept
    first, last = _period(session, row, today)
    found: dict[str, list[Line]] = {}
    if not without and (compared or not kept):
        found = counted(session, first, last, today)
    texts = row.texts if kept else sentences(session, row, found)
    numbers = _kept(row, found) if kept else _counted_now(found)
    return Report(
        board_on=row.board_on,
        sent=row.written_on,
        first=None if without else first,
        last=None if without else last,
        sections=tuple(
            Section(name, heading, texts.get(name, ""), tuple(numbers.get(name, ())))
            for name, heading in SECTIONS.items()
        ),
        whole=row.texts.get("report", ""),
        asked=row.concerns,
        named=named_in(session, row),
        row=row,
    )


def list_behind(
    session: Session, viewer: Viewer, row: BoardReport, number: str, today: dt.date, *, now: bool = False
) -> Behind:
    """The list behind a number: as it was kept, or as it is `now`. Raises NotFound."""
    known = {each["id"]: each for each in row.figures}
    kept = row.written_on is not None and not now
    if (number not in known) if row.written_on is not None else (number not in NUMBERS):
        raise NotFound("There is no such number.")
    spec = NUMBERS.get(number)
    if kept:
        words, count = str(known[number]["words"]), int(known[number]["number"])
        lines = _lines_kept(session, row, number)
    elif spec is None:
        raise NotFound("This is not counted any more.")
    else:
        first, last = _period(session, row, today)
        lines = counted(session, first, last, today)[number]
        words, count = spec.words, len(lines)
    seen = _seen(session, viewer, lines, spec.verb if spec else "see")
    day = row.written_on if kept and row.written_on else today
    return Behind(words, count, seen, count - len(seen), bool(spec and spec.agencies), day)


def _open(session: Session, viewer: Viewer) -> Select[BoardReport]:
    if not may(session, viewer, READS):
        raise Refused("Your role does not include the reports to the Board.")
    query = select(BoardReport)
    if not may(session, viewer, WRITES):
        query = query.where(BoardReport.written_on.is_not(None))
    return query


def _period(session: Session, row: BoardReport, today: dt.date) -> tuple[dt.date, dt.date]:
    if row.period_from is not None and row.period_to is not None:
        return row.period_from, row.period_to
    return period_of(session, row, today)


def _kept(row: BoardReport, found: dict[str, list[Line]]) -> dict[str, list[Shown]]:
    numbers: dict[str, list[Shown]] = {}
    for each in row.figures:
        name, spec = str(each["id"]), NUMBERS.get(str(each["id"]))
        now = len(found[name]) if name in found else None
        shown = Shown(name, each["words"], each["number"], now, bool(spec and spec.on_the_day))
        numbers.setdefault(str(each["section"]), []).append(shown)
    return numbers


def _counted_now(found: dict[str, list[Line]]) -> dict[str, list[Shown]]:
    numbers: dict[str, list[Shown]] = {}
    for name, spec in NUMBERS.items():
        shown = Shown(name, spec.words, len(found[name]), on_the_day=spec.on_the_day)
        numbers.setdefault(spec.section, []).append(shown)
    return numbers


def _lines_kept(session: Session, row: BoardReport, number: str) -> list[Line]:
    query = select(BoardReportLine).where(BoardReportLine.report == row.id, BoardReportLine.figure == number)
    return [
        Line(number, each.day, each.about, each.what, each.agency, each.counts_as)
        for each in session.scalars(query.order_by(BoardReportLine.position))
    ]


def _seen(session: Session, viewer: Viewer, lines: Iterable[Line], verb: str) -> list[Line]:
    """Without what is about a review that is closed to the reader, or to whom they act for; and of others
    that they may not open no more than the Board is told."""
    shown = list(lines)
    closed = or_(blocked(viewer), *(conflict_of(part.person) for part in viewer.parts))
    refs = {line.review for line in shown if line.review}
    hidden = set(session.scalars(select(Review.ref).where(Review.ref.in_(refs), closed)))
    known = open_to(session, viewer, verb, refs) if verb else refs
    return [
        line if not line.review or line.review in known else replace(line, what="", agency="", group="")
        for line in shown
        if line.review not in hidden
    ]


def named_in(
    session: Session, row: BoardReport, kinds: Iterable[str] = tuple(WHAT)
) -> tuple[tuple[str, str, str], ...]:
    """What the report names: about, what, and why. Not what is about a restricted review: that is not
    written to the Board."""
    restricted = list(session.scalars(select(Review.ref).where(Review.restricted.is_(True))))
    query = select(BoardReportItem).where(
        BoardReportItem.report == row.id, BoardReportItem.kind.in_(list(kinds))
    )
    items = session.scalars(query.order_by(BoardReportItem.kind, BoardReportItem.about))
    return tuple(
        (item.about, WHAT.get(item.kind, item.kind), SAID.get(item.text, item.text))
        for item in items
        if not any(item.about == ref or item.about.startswith(f"{ref}-") for ref in restricted)
    )
