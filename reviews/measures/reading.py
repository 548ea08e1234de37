"""What a reader sees of the measures: the dashboard of a body, one measure, the list behind a number.

The numbers count every review, restricted ones too: they name none. The lists behind them hold only what the
reader may open; the rest is said as a number. Agencies are named to everybody who may see measures, because
each of them reports to the Board; no person is ever named, counted or compared.

What tells of children (equality) is exact only for those who may open every case. Everybody else gets the
last whole year, with small numbers hidden: two periods of one's own choosing would differ by one child.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import NotFound, Refused
from reviews.insight import sees_cases
from reviews.measures.figures import FEW_CASES, Figure, figure, lines_of
from reviews.measures.lines import Line, Window
from reviews.measures.periods import Period, quarters_to, whole_year_before
from reviews.measures.registry import MEASURES
from reviews.measures.shape import SHARE, Measure, Part
from reviews.measures.suppressing import suppressed
from reviews.models import Review
from reviews.permissions import Viewer, allowed, may, visible_reviews
from reviews.settings import settings

VERB = "see_measures"


@dataclass(frozen=True)
class Reading:
    """One measure in one period: its figures, its trend, and the tables it is split into."""

    measure: Measure
    period: Period
    lines: list[Line]
    figures: list[Figure]
    trend: list[tuple[Period, Figure]] = field(default_factory=list)
    agencies: dict[str, list[Figure]] = field(default_factory=dict)
    behind: list[tuple[str, Figure]] = field(default_factory=list)
    groups: dict[str, int | None] = field(default_factory=dict)
    exact: bool = True

    @property
    def headline(self) -> Figure:
        """The first figure."""
        return self.figures[0]

    @property
    def empty(self) -> bool:
        """Whether there was nothing to count."""
        return not self.lines


@dataclass(frozen=True)
class Behind:
    """The list behind a number: the lines a reader may see, and how many there are besides."""

    lines: list[Line]
    others: int


def dashboard(session: Session, viewer: Viewer, body: str, period: Period, today: dt.date) -> list[Reading]:
    """The measures that a body looks at. Raises Refused."""
    _asked(session, viewer)
    return [
        read(session, viewer, number, period, today)
        for number, measure in MEASURES.items()
        if body in measure.bodies
    ]


def read(session: Session, viewer: Viewer, number: int, period: Period, today: dt.date) -> Reading:
    """One measure. Raises Refused, NotFound for a number that there is not."""
    _asked(session, viewer)
    if number not in MEASURES:
        raise NotFound("There is no such measure.")
    measure = MEASURES[number]
    exact = not measure.children or sees_cases(viewer)
    if not exact:
        period = whole_year_before(today)
    targets = settings(session, *{part.target for part in measure.parts if part.target})
    lines = measure.lines(Window(session, period.first, period.last, today))
    agencies = _by_agency(measure, lines, targets)
    return Reading(
        measure,
        period,
        lines,
        _figures(measure.parts, lines, targets) if exact else _without_few(measure, lines),
        trend_of(session, measure, period, today, targets) if exact else [],
        agencies,
        _behind(measure, lines, targets),
        _groups(lines, exact=exact),
        exact,
    )


def list_behind(session: Session, viewer: Viewer, reading: Reading, part: str, agency: str = "") -> Behind:
    """The lines that one figure is made of. Raises Refused, NotFound."""
    _asked(session, viewer)
    found = next((each for each in reading.measure.parts if each.id == part), None)
    if found is None:
        raise NotFound("There is no such number.")
    if not reading.exact:
        return Behind([], 0)
    lines = [line for line in lines_of(found, reading.lines) if agency in ("", line.agency)]
    return may_open(session, viewer, reading.measure.verb, lines)


def may_open(session: Session, viewer: Viewer, verb: str, lines: list[Line]) -> Behind:
    """Those of some lines whose reviews a viewer may open, and how many there are besides."""
    known = open_to(session, viewer, verb, {line.review for line in lines if line.review})
    seen = [line for line in lines if not line.review or line.review in known]
    return Behind(seen, len(lines) - len(seen))


def _asked(session: Session, viewer: Viewer) -> None:
    if not may(session, viewer, VERB):
        raise Refused("Your role does not include this.")


def open_to(session: Session, viewer: Viewer, verb: str, refs: set[str]) -> set[str]:
    """Those of some reviews, by reference, on which a reader has a verb."""
    query = visible_reviews(viewer).with_only_columns(Review.ref)
    if verb != "see":
        query = select(Review.ref).where(allowed(viewer, verb))
    return set(session.scalars(query.where(Review.ref.in_(refs))))


def _figures(parts: Iterable[Part], lines: Sequence[Line], targets: dict[str, float]) -> list[Figure]:
    return [figure(part, lines, targets.get(part.target)) for part in parts]


def _without_few(measure: Measure, lines: list[Line]) -> list[Figure]:
    """Figures from which no one child can be told: those made of one to four are left out."""
    found = [figure(part, lines) for part in measure.parts]
    return [
        Figure(each.part, None, 0) if _tells_few(each) else replace(each, cases=max(each.cases, FEW_CASES))
        for each in found
    ]


def _tells_few(found: Figure) -> bool:
    rest = found.cases - found.met
    counts = {"cases": found.cases} if found.part.how != SHARE else {"met": found.met, "rest": rest}
    return None in suppressed(counts).counts.values()


def trend_of(
    session: Session,
    measure: Measure,
    period: Period,
    today: dt.date,
    targets: dict[str, float],
    agency: str = "",
) -> list[tuple[Period, Figure]]:
    """The headline in the last eight quarters up to the period's end; of one agency, where one is named."""
    if measure.present:
        return []
    quarters, part = quarters_to(min(period.last, today)), measure.parts[0]
    every = [] if measure.moment else measure.lines(Window(session, quarters[0].first, period.last, today))
    found = []
    for quarter in quarters:
        window = Window(session, quarter.first, quarter.last, today)
        lines = measure.lines(window) if measure.moment else window.within(every)
        counted = [line for line in lines if agency in ("", line.agency)]
        found.append((quarter, figure(part, counted, targets.get(part.target))))
    return found


def _by_agency(measure: Measure, lines: list[Line], targets: dict[str, float]) -> dict[str, list[Figure]]:
    if not measure.by_agency:
        return {}
    agencies = sorted({line.agency for line in lines if line.agency})
    return {
        agency: _figures(measure.parts, [line for line in lines if line.agency == agency], targets)
        for agency in agencies
    }


def _behind(measure: Measure, lines: list[Line], targets: dict[str, float]) -> list[tuple[str, Figure]]:
    """The agencies that miss the target, the one furthest from it first."""
    part = next((each for each in measure.parts if each.id == measure.behind), None)
    if part is None or part.how != SHARE:
        return []
    each = {
        agency: figure(part, [line for line in lines if line.agency == agency], targets.get(part.target))
        for agency in {line.agency for line in lines_of(part, lines) if line.agency}
    }
    late = [(agency, found) for agency, found in each.items() if found.on_target is False]
    far = -1 if part.at_most else 1
    return sorted(late, key=lambda pair: (far * (pair[1].value or 0), pair[0]))


def _without_names(counts: dict[str, int | None]) -> dict[str, int | None]:
    """What is hidden as one line: that a group has a name at all tells that there is a child in it."""
    return {
        name if count is not None else f"{name.partition(':')[0]}: others": count
        for name, count in counts.items()
    }


def _groups(lines: Iterable[Line], *, exact: bool) -> dict[str, int | None]:
    """How many lines there are of each group; what is hidden is hidden within one part of the measure."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        if line.group:
            found[line.part][line.group] += 1
    counts: dict[str, int | None] = {}
    for each in found.values():
        ordered = dict(sorted(each.items()))
        counts |= ordered if exact else _without_names(suppressed(ordered).counts)
    return counts
