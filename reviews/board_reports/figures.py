"""The numbers of a report to the Board: each counts lines, so that a number and its list cannot differ.

Where a measure counts a thing already, its lines are taken. Only what no measure counts (reviews begun,
closed and withdrawn) is read here. A number is of the report's period, or of the day it is counted on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from reviews.measures import MEASURES
from reviews.measures.actions import LEVELS
from reviews.measures.figures import figure, lines_of
from reviews.measures.learning import DECISIONS, RATINGS
from reviews.measures.lines import Line, Window
from reviews.measures.referrals import OUTCOMES
from reviews.measures.shape import BOARD
from reviews.measures.working import LATE
from reviews.models import Review
from reviews.settings import settings

BEGUN, FINISHED, LEARNING, OVERDUE, IMPACT = "begun", "finished", "learning", "overdue", "impact"
SECTIONS = {
    BEGUN: "Reviews begun, and what came of referrals",
    FINISHED: "Reviews finished, and their outcomes",
    LEARNING: "Learning",
    OVERDUE: "What is late, and exceptions",
    IMPACT: "What has changed, and measures off target",
}


@dataclass(frozen=True)
class Counting:
    """In which days things are counted, and what the measures have counted so far."""

    session: Session
    first: dt.date
    last: dt.date
    today: dt.date
    found: dict[tuple[int, bool], list[Line]] = field(default_factory=dict)

    def measure(self, number: int, part: str, *, on_the_day: bool = False) -> list[Line]:
        """The lines of one part of a measure: of the period, or as things stand today."""
        found = next(each for each in MEASURES[number].parts if each.id == part)
        return lines_of(found, self.all_lines(number, on_the_day=on_the_day))

    def all_lines(self, number: int, *, on_the_day: bool) -> list[Line]:
        """Every line of a measure, counted once however many numbers are made of them."""
        known = (number, on_the_day)
        if known not in self.found:
            self.found[known] = MEASURES[number].lines(self.standing if on_the_day else self.period)
        return self.found[known]

    @property
    def period(self) -> Window:
        """The days of the report."""
        return Window(self.session, self.first, self.last, self.today)

    @property
    def standing(self) -> Window:
        """Up to today, for how things stand."""
        return Window(self.session, min(self.first, self.today), self.today, self.today)


Lines = Callable[[Counting], list[Line]]


@dataclass(frozen=True)
class Number:
    """One number of a report. `on_the_day`: how things stand when it is counted, not what came in the period.
    `agencies`: its list names the agency of each line, as the measure it comes from does. `verb`: what a
    reader must be allowed on a review to see more of its line than that it was counted, and on which day."""

    id: str
    section: str
    words: str
    lines: Lines
    on_the_day: bool = False
    agencies: bool = False
    verb: str = ""


def _of(number: int, part: str, *, group: str = "", met: bool | None = None, standing: bool = False) -> Lines:
    def lines(at: Counting) -> list[Line]:
        return [
            line
            for line in at.measure(number, part, on_the_day=standing)
            if group in ("", line.group) and met in (None, line.met)
        ]

    return lines


def _reviews(day: InstrumentedAttribute[dt.date | None], *also: ColumnElement[bool]) -> Lines:
    """Reviews by one of their days, for what no measure counts."""

    def lines(at: Counting) -> list[Line]:
        window = at.period
        query = select(Review.ref, day).where(day.between(window.first, window.end), *also)
        return window.within(Line("review", on, ref) for ref, on in at.session.execute(query) if on)

    return lines


def _late_reviews(at: Counting) -> list[Line]:
    """Reviews in which a step is late today: the steps of measure 26, one line for each review."""
    late = [line for line in at.measure(26, "trouble", on_the_day=True) if line.group == LATE]
    refs = set(at.session.scalars(select(Review.ref).where(Review.ref.in_({line.review for line in late}))))
    steps: dict[str, list[str]] = {ref: [] for ref in sorted(refs)}
    for line in late:
        if line.review in refs:
            steps[line.review].append(line.what)
    return [
        Line("late", at.today, ref, "; ".join(sorted(set(named))), group="Late")
        for ref, named in steps.items()
    ]


def _off_target(at: Counting) -> list[Line]:
    """Figures of the Board's measures that miss their target, each as it is said, with the target."""
    board = [each for each in MEASURES.values() if BOARD in each.bodies]
    targets = settings(at.session, *{part.target for each in board for part in each.parts if part.target})
    return [
        Line(
            "off_target",
            at.today if standing else at.period.end,
            what=f"{measure.number}. {measure.name}. {part.name}: {found.words}",
            group=f"Target: {found.target_words}",
        )
        for measure in board
        for standing in (measure.moment or measure.present,)
        for part in measure.parts
        if part.target
        for found in (
            figure(part, at.all_lines(measure.number, on_the_day=standing), targets.get(part.target)),
        )
        if found.on_target is False
    ]


def _begun() -> Iterator[Number]:
    yield Number("referred", BEGUN, "Referrals received", _of(1, "referral"), agencies=True, verb="see")
    yield Number("accepted", BEGUN, "Reviews begun", _reviews(Review.accepted_on))
    for outcome, words in OUTCOMES.items():
        lines = _of(2, "outcome", group=words)
        yield Number(f"outcome_{outcome}", BEGUN, f"First decision: {words}", lines)
    yield Number(
        "withdrawn", BEGUN, "Withdrawn", _reviews(Review.closed_on, Review.state == "closed_withdrawn")
    )
    yield Number("waiting", BEGUN, "Waiting for room", _of(7, "waiting", standing=True), on_the_day=True)


def _finished() -> Iterator[Number]:
    for decision, words in DECISIONS.items():
        yield Number(f"qa_{decision}", FINISHED, f"QA sub-group: {words}", _of(17, "returned", group=words))
    yield Number("closed", FINISHED, "Closed", _reviews(Review.closed_on, Review.state == "closed"))


def _learning() -> Iterator[Number]:
    yield Number("strengths", LEARNING, "Strengths, by theme", _of(21, "theme", met=True), verb="learning")
    yield Number(
        "developments", LEARNING, "To develop, by theme", _of(21, "theme", met=False), verb="learning"
    )
    yield Number(
        "themes_back",
        LEARNING,
        "Themes that keep coming back",
        _of(21, "repeated", standing=True),
        on_the_day=True,
    )
    yield Number(
        "repeated",
        LEARNING,
        "Recommendations made before",
        _of(22, "repeat", met=True),
        agencies=True,
        verb="learning",
    )
    yield Number("briefings", LEARNING, "Briefings published", _of(18, "briefing_days"))


def _overdue() -> Iterator[Number]:
    yield Number(
        "late_reviews",
        OVERDUE,
        "Reviews with a step that is late",
        _late_reviews,
        on_the_day=True,
        verb="see",
    )
    yield Number(
        "late_to_qa", OVERDUE, "Reviews that took over 6 months to the QA sub-group", _of(6, "qa", met=False)
    )
    yield Number(
        "open_actions",
        OVERDUE,
        "Actions open",
        _of(12, "open", standing=True),
        on_the_day=True,
        agencies=True,
    )
    yield Number(
        "late_actions",
        OVERDUE,
        "Actions overdue",
        _of(12, "overdue", met=True, standing=True),
        on_the_day=True,
        agencies=True,
    )
    for level in sorted(set(LEVELS.values())):
        number, words = level.split(". ", 1)
        yield Number(
            f"level_{number}", OVERDUE, f"Escalated: {words}", _of(16, "raised", group=level), agencies=True
        )


def _impact() -> Iterator[Number]:
    for rating, words in RATINGS.items():
        yield Number(f"impact_{rating}", IMPACT, f"Rated: {words}", _of(20, "sustained", group=words))
    yield Number("off_target", IMPACT, "Measures off target", _off_target)


NUMBERS: dict[str, Number] = {
    each.id: each for part in (_begun, _finished, _learning, _overdue, _impact) for each in part()
}


def counted(session: Session, first: dt.date, last: dt.date, today: dt.date) -> dict[str, list[Line]]:
    """Number -> the lines that it counts."""
    at = Counting(session, first, last, today)
    return {name: [replace(line, part=name) for line in each.lines(at)] for name, each in NUMBERS.items()}
