"""Rehearsing a process: what would happen in the next days, with a new case or a running one.

The real database is only read. Everything else happens in memory and is gone afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import (
    BundleRefused,
    NotFound,
    Refused,
    TaskRow,
    cases_of,
    cases_to_move,
    do_case,
    house,
    local_date,
    newest_version,
    start_migration,
    start_of_day,
    working_calendar,
)
from engine.rehearsal import (
    Letter,
    MemoryDatabase,
    Rehearsal,
    TooMuchHappens,
    live,
    open_now,
    told,
)
from engine.scenarios import Tree, Wrong, read_tree
from reviews.studio.beginning import begin_case
from reviews.studio.copying import copy_case
from reviews.studio.furnishing import OWNER, Files, invented_partnership, own_partnership, put_draft
from reviews.studio.playing import CannotBeDone, Letters, do_step, known_as, open_tasks

MOST_DAYS = 400
NINE = dt.timedelta(hours=9)


@dataclass(frozen=True)
class NewCase:
    """A case that begins now, with facts (docs/scenarios.md says which)."""

    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RunningCase:
    """A copy of a case that runs, as it stands now. It goes on in its own version, or is `moved` to the
    rehearsed one before."""

    ref: str
    moved: bool = False


@dataclass(frozen=True)
class Planned:
    """An answer somebody gives each time a step opens, some working days after it opened; only the answers
    that matter need to be named. Without an `agency`, that of every agency.

    `late` counts from the date the step is due instead. `once`: only the first time that the step opens (for
    each agency, in each case); whoever is asked again answers as a later plan of the same step says. What is
    `usual` names agencies of some partnership: one that is not there is left out.
    """

    step: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    after: int = 0
    agency: str | None = None
    late: int = 0
    once: bool = False
    usual: bool = False


def rehearse(
    session: Session | None,
    process: str,
    files: Files | None = None,
    *,
    start: NewCase | RunningCase | None = None,
    answers: Sequence[Planned] = (),
    days: int = 90,
) -> Rehearsal:
    """What would happen in the next `days` (1 to 400): with nobody doing anything but what `answers` say.

    `session` reads the real database; without one the people are invented. `files` is a draft of the process,
    which every case begun from now on runs; without it, the version in use.

    Raises BundleRefused with the findings of a draft that could not be deployed; NotFound for a case that is
    not there; Refused for a span that is too long.
    """
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"Choose from 1 to {MOST_DAYS} days.", about="days")
    made = own_partnership(session, house(session).clock.now()) if session else invented_partnership()
    try:
        put_draft(made, process, files)
        begun = _begin(session, made, process, start or NewCase())
        return _lived(made, process, begun, PeopleWithPlans(answers), days)
    finally:
        made.dispose()


def read_plans(text: str, file: str) -> list[Planned]:
    """Plans written as YAML: step -> answers, and how many working days "after" the step opened, or how many
    it is "late". Raises BundleRefused."""
    try:
        tree = read_tree(text)
        if not isinstance(tree.value, dict):
            raise Wrong(tree.line, "These are no answers.", "Write a step, a colon and its answers.")
        return [_plan(step, told) for step, told in tree.value.items()]
    except Wrong as wrong:
        raise BundleRefused([wrong.finding(file)]) from wrong


def _plan(step: str, told: Tree) -> Planned:
    answers = told.plain() or {}
    if not isinstance(answers, dict):
        raise Wrong(told.line, f"{step} has no answers.", "Write each as question: answer.")
    days = {name: answers.pop(name, 0) for name in ("after", "late")}
    for name, number in days.items():
        if not isinstance(number, int) or not 0 <= number <= MOST_DAYS:
            raise Wrong(told.line, f"{name} is no number of working days.", f"Write {name}: 3.")
    return Planned(step, agency=answers.pop("agency", None), answers=answers, **days)


def _begin(
    real: Session | None, made: MemoryDatabase, process: str, begins: NewCase | RunningCase
) -> list[str]:
    """Put the case there; what could not be done, as sentences."""
    with made.write() as session:
        if isinstance(begins, RunningCase):
            if real is None or copy_case(real, session, begins.ref).review is None:
                raise NotFound("This review does not exist.")
            return _move(session, process) if begins.moved else []
        try:
            begin_case(session, process, begins.facts)
        except CannotBeDone as fault:
            return [str(fault)]
    return []


def _move(session: Session, process: str) -> list[str]:
    """Move what was copied to the newest version; why it could not be, as sentences."""
    version = newest_version(session, process)
    if version is None or not cases_to_move(session, version):
        return []
    batch = start_migration(session, version, {}, by=OWNER, reason="A rehearsal")
    for case, _ in cases_of(session, batch.id):
        do_case(session, case.id)
    refused = [case for case, _ in cases_of(session, batch.id) if case.status == "refused"]
    return [f"The review stays in its version: {case.sentence} {case.what_to_do}" for case in refused]


def _lived(
    made: MemoryDatabase, process: str, faults: list[str], people: PeopleWithPlans, days: int
) -> Rehearsal:
    begun, letters, moments = made.virtual.now(), Letters(), 0
    try:
        moments = live(made, letters, in_days(begun, days), people)
    except TooMuchHappens as fault:
        faults = [*faults, str(fault)]
    return record_of(made, process, begun, letters.kept, moments=moments, faults=[*faults, *people.faults])


def in_days(begun: dt.datetime, days: int) -> dt.datetime:
    """The end of the last of so many days."""
    return start_of_day(local_date(begun) + dt.timedelta(days=days + 1))


def record_of(
    made: MemoryDatabase,
    process: str,
    begun: dt.datetime,
    letters: Sequence[Letter],
    *,
    since: int = 0,
    moments: int = 0,
    faults: Sequence[str] = (),
) -> Rehearsal:
    """What a database in memory has lived through since its event number `since`."""
    with made.read() as session:
        lines = told(session, since=since, letters=letters, named=cache(known_as))
        still = open_now(session)
    return Rehearsal(process, begun, made.virtual.now(), tuple(lines), tuple(still), moments, tuple(faults))


class PeopleWithPlans:
    """People who answer the steps that plans name, and nothing else."""

    def __init__(self, plans: Sequence[Planned]) -> None:
        self._plans = plans
        self._given_up: set[UUID] = set()
        self._done: set[tuple[int, str | None, str]] = set()  # plans for once, by whom and in which case
        self.faults: list[str] = []

    def act(self, database: MemoryDatabase) -> bool:
        """Answer one step whose moment has come; False when there is none."""
        with database.read() as session:
            due = [
                (task, plan)
                for task, plan, moment in self._planned(session)
                if moment <= database.virtual.now()
            ]
        if not due:
            return False
        task, plan = due[0]
        try:
            with database.write() as session:
                do_step(session, task, plan.answers, strict=not plan.usual)
            self._done.add((self._plans.index(plan), task.agency, task.business_key))
        except (CannotBeDone, Refused) as fault:
            self._given_up.add(task.id)
            self.faults.append(str(fault))
        return True

    def next_act(self, database: MemoryDatabase) -> dt.datetime | None:
        """When the next step is answered."""
        with database.read() as session:
            ahead = [moment for _, _, moment in self._planned(session) if moment > database.virtual.now()]
        return min(ahead, default=None)

    def _planned(self, session: Session) -> list[tuple[TaskRow, Planned, dt.datetime]]:
        if not self._plans:
            return []
        found = []
        for task in open_tasks(session):
            plan = next((each for place, each in enumerate(self._plans) if self._is_for(place, task)), None)
            if plan is not None and task.id not in self._given_up:
                found.append((task, plan, _moment(session, task, plan)))
        return found

    def _is_for(self, place: int, task: TaskRow) -> bool:
        plan = self._plans[place]
        spent = plan.once and (place, task.agency, task.business_key) in self._done
        return not spent and plan.step == task.step and plan.agency in (None, task.agency)


def _moment(session: Session, task: TaskRow, plan: Planned) -> dt.datetime:
    """Some working days after a step opened, or after it was due, in the morning; at once for none."""
    if plan.late and task.due_on is not None:
        first, days = task.due_on, plan.late
    else:
        first, days = local_date(task.opened_at), plan.late or plan.after
    if days <= 0:
        return task.opened_at
    day = working_calendar(session).add(first, days).date
    return max(start_of_day(day) + NINE, task.opened_at)
