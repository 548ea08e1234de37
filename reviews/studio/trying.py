"""Trying a version or a draft: a look ahead, put together for the pages of the studio."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from engine import deployed, local_date
from engine.rehearsal import Comparison, Entry, Rehearsal, compare
from reviews.studio.choosing import Conduct, plans_for
from reviews.studio.rehearsing import NewCase, Planned, RunningCase, rehearse
from reviews.studio.sides import Side

Lines = list[tuple[Entry, str]]  # each with what is different about it, in words; "" for nothing


@dataclass(frozen=True)
class Trial:
    """What is tried: for how many days, with a new case or a copy of a running one (moved to the version or
    in its own), and what people do. `newest` is the number of the version in use."""

    process: str
    newest: int
    days: int = 90
    case: str = ""
    moved: bool = False
    everybody: bool = False
    chosen: Mapping[str, Conduct] = field(default_factory=dict)


@dataclass(frozen=True)
class Day:
    """A day of the timeline, and the same day of the one it is compared with."""

    on: dt.date
    lines: Lines = field(default_factory=list)
    before: Lines = field(default_factory=list)


@dataclass(frozen=True)
class Look:
    """A look ahead: what would happen, by day; and beside it the same with another version, where asked."""

    rehearsal: Rehearsal
    before: Rehearsal | None = None
    compared: Comparison | None = None

    @property
    def days(self) -> list[Day]:
        """The lines of both timelines by their day in Europe/London."""
        found: dict[dt.date, Day] = {}
        notes = _notes(self.compared) if self.compared else {}
        for seen, earlier in ((self.rehearsal, False), (self.before, True)):
            for line in seen.entries if seen else ():
                day = found.setdefault(local_date(line.at), Day(local_date(line.at)))
                (day.before if earlier else day.lines).append((line, notes.get(id(line), "")))
        return [found[day] for day in sorted(found)]


def looked_ahead(session: Session, trial: Trial, side: Side, against: Side | None = None) -> Look:
    """The next days in one version or draft, and in another with the same answers.

    Raises BundleRefused, NotFound for a case that is not there, Refused.
    """
    seen = _lived(session, trial, side, against)
    if against is None:
        return Look(seen)
    before = _lived(session, trial, against, side)
    return Look(seen, before, compare(before, seen))


def plans_of(session: Session, trial: Trial, side: Side, other: Side | None = None) -> list[Planned]:
    """What people do in a trial of one side, which knows the answers of the other and of the processes beside
    it, too. Raises BundleRefused."""
    others = [*([other.files] if other else []), *_beside(session, trial.process)]
    return plans_for(side.files, others, trial.chosen, everybody=trial.everybody)


def _lived(session: Session, trial: Trial, side: Side, other: Side | None) -> Rehearsal:
    start = RunningCase(trial.case, trial.moved) if trial.case else NewCase()
    plans = plans_of(session, trial, side, other)
    files = None if side.number and side.number == trial.newest else side.files
    return rehearse(session, trial.process, files, start=start, answers=plans, days=trial.days)


def _beside(session: Session, process: str) -> list[Mapping[str, str]]:
    """The files of all other processes, as they are in use."""
    newest: dict[str, Mapping[str, str]] = {}
    for version in deployed(session):
        newest.setdefault(version.process, version.files)
    return [files for name, files in newest.items() if name != process]


def _notes(compared: Comparison) -> dict[int, str]:
    """What is different about lines, by their identity: two lines of a timeline may say the same."""
    notes = {id(line): "Only here" for line in (*compared.new, *compared.gone)}
    for change in compared.moved:
        notes[id(change.after)] = _shift(change.days)
        notes[id(change.before)] = _shift(-change.days)
    return notes | {id(line): "Other words" for line in _both(compared)}


def _both(compared: Comparison) -> Iterable[Entry]:
    return (line for change in compared.reworded for line in (change.before, change.after))


def _shift(days: int) -> str:
    return f"{abs(days)} day{'' if abs(days) == 1 else 's'} {'later' if days > 0 else 'earlier'} here"
