"""The sheet for publishing: what everybody may read of the measures, with no small number in it or behind it.

What a measure counts is put into classes, and all that is shown of it is made of whole classes. A figure that
would divide a class so that fewer than five are left is not shown; groups of fewer than five go together,
with a larger one, without their names. So whoever adds and subtracts what is shown comes to nothing
smaller than a class: that is five, or nought.

Only years that are over, which do not overlap, can be chosen: the difference of two sheets tells nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from engine import Refused
from reviews.measures.figures import Figure, figure, lines_of
from reviews.measures.lines import Line, Window
from reviews.measures.periods import Period, whole_year_before
from reviews.measures.registry import MEASURES
from reviews.measures.shape import COUNT, SHARE, Measure, Part
from reviews.measures.suppressing import FEW
from reviews.permissions import Viewer, may
from reviews.settings import settings

YEARS = 3  # that can be chosen
HIDDEN = "Not shown: fewer than 5, or it would tell of fewer than 5"
NONE = "None to count"  # as figures say it
OTHERS = "All others together"
Case = tuple[Hashable, ...]


@dataclass(frozen=True)
class Shown:
    """One figure of the sheet: in words, and where counts are shown, how many of how many."""

    part: Part
    words: str
    target_words: str = ""
    met: int | None = None
    cases: int | None = None

    @property
    def hidden(self) -> bool:
        """Whether the number itself is kept back."""
        return self.words == HIDDEN

    @property
    def empty(self) -> bool:
        """Whether there was nothing to count."""
        return self.words == NONE


@dataclass(frozen=True)
class Sheet:
    """One measure as it is published."""

    measure: Measure
    figures: list[Shown]
    groups: dict[str, int] = field(default_factory=dict)


class _Classes:
    """Cases in classes, each of five or more; everything that is shown is a union of classes."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self._of: dict[Case, Case] = dict.fromkeys(cases, ())

    def divide(self, by: Mapping[Case, Hashable]) -> bool:
        """Divide every class by these labels, unless a class of fewer than five would come of it."""
        finer = {case: (*label, by.get(case)) for case, label in self._of.items()}
        if any(size < FEW for size in Counter(finer.values()).values()):
            return False
        self._of = finer
        return True


def years_to_publish(today: dt.date) -> list[Period]:
    """The last years, April to March, that are over; the newest first."""
    found = [whole_year_before(today)]
    while len(found) < YEARS:
        found.append(whole_year_before(found[-1].first + dt.timedelta(days=1)))
    return found


def publishing_sheet(session: Session, viewer: Viewer, period: Period, today: dt.date) -> list[Sheet]:
    """Every measure that says something of a time that is over. Raises Refused."""
    if not may(session, viewer, "see_measures"):
        raise Refused("Your role does not include this.")
    window = Window(session, period.first, period.last, today)
    names = {part.target for measure in MEASURES.values() for part in measure.parts if part.target}
    targets = settings(session, *names)
    return [
        published(measure, measure.lines(window), targets)
        for measure in MEASURES.values()
        if not measure.present
    ]


def published(measure: Measure, lines: list[Line], targets: Mapping[str, float]) -> Sheet:
    """One measure of these lines, as far as it may be shown."""
    cases = list(_named(lines))
    classes = _Classes(case for case, _ in cases)
    if len({case for case, _ in cases}) < FEW:
        return Sheet(measure, [_small(part, lines, targets) for part in measure.parts])
    figures = [_shown(part, cases, classes, targets) for part in measure.parts]
    return Sheet(measure, figures, _groups(measure, cases, classes))


def _named(lines: Iterable[Line]) -> Iterable[tuple[Case, Line]]:
    """Each line with the case that it is about: the same in every part of a measure. What a part names twice
    is two cases."""
    seen: Counter[Hashable] = Counter()
    for line in lines:
        about = (line.review, line.what, line.agency)
        yield (*about, seen[(line.part, about)]), line
        seen[(line.part, about)] += 1


def _small(part: Part, lines: list[Line], targets: Mapping[str, float]) -> Shown:
    """Of fewer than five cases only that there were none is said."""
    found = figure(part, lines, targets.get(part.target))
    return _said(found, hidden=bool(found.cases))


def _shown(
    part: Part, cases: list[tuple[Case, Line]], classes: _Classes, targets: Mapping[str, float]
) -> Shown:
    lines = [line for _, line in cases]
    found = figure(part, lines, targets.get(part.target))
    counted = set(map(id, lines_of(part, lines)))
    mine = {case: line.met for case, line in cases if id(line) in counted}
    if not mine:
        return _said(found, hidden=bool(found.cases))
    if part.how == SHARE:
        if classes.divide({case: (True, met) for case, met in mine.items()}):
            return _said(found, met=found.met, cases=found.cases)
        whole = classes.divide(dict.fromkeys(mine, True))
        return _said(found, hidden=True, cases=found.cases if whole else None)
    if part.how == COUNT:
        return _said(found, hidden=not classes.divide(dict.fromkeys(mine, True)))
    few = found.cases < FEW or 0 < abs(found.value or 0) < FEW
    return _said(found, hidden=(few and part.how != "median") or found.cases < FEW)


def _said(found: Figure, *, hidden: bool = False, met: int | None = None, cases: int | None = None) -> Shown:
    words = found.words.partition(" (")[0]  # its counts stand in columns of their own, where they may
    return Shown(found.part, HIDDEN if hidden else words, found.target_words, met, cases)


def _groups(measure: Measure, cases: list[tuple[Case, Line]], classes: _Classes) -> dict[str, int]:
    """The groups of the headline: the small ones together, without their names; none, where that is all."""
    if not measure.groups:
        return {}
    headline = measure.parts[0].lines
    grouped = {case: line.group for case, line in cases if line.part == headline and line.group}
    sizes = Counter(grouped.values())
    named = sorted(name for name, size in sizes.items() if size >= FEW)
    few = len(sizes) - len(named)
    if few:  # a large one stands with the small ones, the last by name: its size says nothing of theirs
        named = named[:-1]
    while named:
        kept = set(named)
        labels = {case: name if name in kept else OTHERS for case, name in grouped.items()}
        found = Counter(labels.values())
        if _hides(found[OTHERS], few, len(sizes) - few - len(named)) and classes.divide(labels):
            return {name: found[name] for name in (*named, OTHERS) if found[name]}
        named.pop()
    return {}


def _hides(together: int, few: int, large: int) -> bool:
    """Whether small groups and large ones that stand together could have other sizes than the least."""
    return not few or together > few + large * FEW
