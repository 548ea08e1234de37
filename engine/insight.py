"""Insight: how many cases stand at each step now, how long each step takes, and how often it is late.

Figures are of the projections (user_task, deadline, pause, timer): no workflow is opened. A duration is in
working days, from the day a step opened to the day it was completed, less those on which its case was paused.
Only completed steps have one: what is still open is counted apart, so that a step that nobody ever finishes
does not look quick. The median and the 90th percentile are by nearest rank: a duration that really occurred.
The target is what the ledger pinned when the step opened; late is judged by the date that held at the end,
agreed extensions included.

Nothing here hides small numbers: who may see which is the caller's question.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select
from sqlalchemy.orm import Session

from engine.bundles import Bundle, bundle_of
from engine.calendars import Calendar
from engine.clock import local_date, start_of_day
from engine.db import house
from engine.diagram import Element
from engine.errors import NotFound
from engine.models import Deadline, MessageWait, Pause, ProcessInstance, ProcessVersion, Timer, UserTask
from engine.working_calendar import working_calendar

Keys = Select[str]
Span = tuple[date, date]


@dataclass
class StepFigures:
    """One step: how many are there now, and how long those took that were completed in the period.

    `oldest` and the durations are working days. `dated` counts the completed ones that had a date, of which
    `late` were late; `stopped` those whose clock stood still for a time, `stopped_days` in all.
    """

    step: str
    name: str
    role: str = ""
    kind: str = "userTask"
    drawn: bool = True
    here: int = 0
    here_late: int = 0
    here_paused: int = 0
    oldest: int | None = None
    done: int = 0
    median: int | None = None
    ninetieth: int | None = None
    target: int | None = None
    dated: int = 0
    late: int = 0
    extended: int = 0
    stopped: int = 0
    stopped_days: int = 0
    not_needed: int = 0


@dataclass
class RoleFigures:
    """What waits for one role now: open steps, and how many of them are late."""

    role: str
    waiting: int = 0
    late: int = 0


@dataclass(frozen=True)
class Insight:
    """The figures of a process, for one version of it or for all."""

    process: str
    title: str
    version: int
    running: int
    ended: int
    steps: list[StepFigures] = field(default_factory=list)
    roles: list[RoleFigures] = field(default_factory=list)


def insight(
    session: Session,
    process: str,
    *,
    version: int | None = None,
    since: date | None = None,
    left_out: Keys | None = None,
) -> Insight:
    """The figures of a process: what is open now, and what was completed since a day (None: ever).

    `left_out` selects the business keys of cases that do not count. Raises NotFound.
    """
    bundle = bundle_for(session, process, version)
    reader = _Reader(session, process, version, left_out)
    known = {
        drawn.id: StepFigures(drawn.id, drawn.name or drawn.id, drawn.role, drawn.kind)
        for drawn in bundle.diagram.elements.values()
        if _is_place(drawn)
    }
    roles: dict[str, RoleFigures] = {}
    _count_open(reader, known, roles)
    _count_waits(reader, known)
    _count_done(reader, known, since)
    running, ended = reader.instances(since)
    order = sorted(roles.values(), key=lambda each: (-each.waiting, each.role))
    title = bundle.diagram.title or process
    return Insight(process, title, bundle.number, running, ended, list(known.values()), order)


def versions_of(session: Session, process: str) -> list[int]:
    """The numbers of a process's deployed versions, newest first."""
    query = select(ProcessVersion.number).where(ProcessVersion.process == process)
    return list(session.scalars(query.order_by(ProcessVersion.number.desc())))


def bundle_for(session: Session, process: str, number: int | None = None) -> Bundle:
    """The files of a version of a process; without a number, of the newest. Raises NotFound."""
    query = select(ProcessVersion.id).where(ProcessVersion.process == process)
    if number is not None:
        query = query.where(ProcessVersion.number == number)
    found = session.scalars(query.order_by(ProcessVersion.number.desc()).limit(1)).one_or_none()
    if found is None:
        raise NotFound("This process, or this version of it, is not in use.")
    return bundle_of(session, found)


class _Reader:
    """The queries: all of one process, of one version where that is asked, without the cases left out."""

    def __init__(self, session: Session, process: str, version: int | None, left_out: Keys | None) -> None:
        self.session, self.process, self.version, self.left_out = session, process, version, left_out
        self.calendar: Calendar = working_calendar(session)
        self.today = local_date(house(session).clock.now())
        self.pauses = self._pauses()

    def finished(self, since: date | None) -> Iterable[Row[*tuple[Any, ...]]]:
        """Steps completed or no longer needed since a day, with what the ledger says of them.

        The case is named only where it was paused: of most rows it is not needed, and reading it costs most.
        """
        stopped = UserTask.instance_id.in_(select(Pause.instance_id))
        query = (
            select(
                UserTask.step,
                UserTask.name,
                UserTask.status,
                case((stopped, UserTask.instance_id)),
                UserTask.opened_at,
                UserTask.completed_at,
                Deadline.original_due_on,
                Deadline.due_on,
                Deadline.extended,
            )
            .join(Deadline, Deadline.task_id == UserTask.id, isouter=True)
            .where(UserTask.status.in_(("completed", "cancelled")), *self._tasks())
        )
        if since is not None:
            query = query.where(UserTask.completed_at >= start_of_day(since))
        return self.session.execute(query.execution_options(yield_per=5000))

    def open(self) -> Sequence[Row[UserTask, str, date | None]]:
        """Open steps with the status of their case and the date they are due by the ledger."""
        query = (
            select(UserTask, ProcessInstance.status, Deadline.due_on)
            .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
            .join(Deadline, Deadline.task_id == UserTask.id, isouter=True)
            .where(UserTask.status == "open", *self._tasks())
        )
        return self.session.execute(query).all()

    def waits(self) -> dict[str, int]:
        """Element -> how many cases wait there for a moment or a message."""
        found: Counter[str] = Counter()
        for table, more in ((Timer, Timer.status == "waiting"), (MessageWait, None)):
            query = (
                select(table.element, func.count(table.instance_id.distinct()))
                .join(ProcessInstance, ProcessInstance.id == table.instance_id)
                .where(*self._instances())
                .group_by(table.element)
            )
            rows = self.session.execute(query if more is None else query.where(more))
            found.update({each[0]: each[1] for each in rows})
        return dict(found)

    def instances(self, since: date | None) -> tuple[int, int]:
        """How many cases are at work, and how many ended since a day."""
        query = select(func.count(ProcessInstance.id)).where(*self._instances())
        over: ColumnElement[bool] = ProcessInstance.ended_at.is_not(None)
        if since is not None:
            over = and_(over, ProcessInstance.ended_at >= start_of_day(since))
        running = self.session.scalar(query.where(ProcessInstance.ended_at.is_(None)))
        return running or 0, self.session.scalar(query.where(over)) or 0

    def stood_still(self, instance: UUID, opened: date, ended: date) -> int:
        """The working days of a step on which its case was paused."""
        return sum(
            self.calendar.between(max(begin, opened), min(end, ended))
            for begin, end in self.pauses.get(instance, ())
            if begin < ended and end > opened
        )

    def _tasks(self) -> list[ColumnElement[bool]]:
        chosen: list[ColumnElement[bool]] = [UserTask.process == self.process]
        if self.version is not None:
            chosen.append(UserTask.version == self.version)
        if self.left_out is not None:
            chosen.append(UserTask.business_key.not_in(self.left_out))
        return chosen

    def _instances(self) -> list[ColumnElement[bool]]:
        chosen: list[ColumnElement[bool]] = [ProcessInstance.process == self.process]
        if self.version is not None:
            numbered = select(ProcessVersion.id).where(
                ProcessVersion.process == self.process, ProcessVersion.number == self.version
            )
            chosen.append(ProcessInstance.version_id.in_(numbered))
        if self.left_out is not None:
            chosen.append(ProcessInstance.business_key.not_in(self.left_out))
        return chosen

    def _pauses(self) -> dict[UUID, list[Span]]:
        query = (
            select(Pause.instance_id, Pause.paused_at, Pause.resumed_at)
            .join(ProcessInstance, ProcessInstance.id == Pause.instance_id)
            .where(ProcessInstance.process == self.process)
        )
        found: dict[UUID, list[Span]] = defaultdict(list)
        for instance, begin, end in self.session.execute(query):
            found[instance].append((local_date(begin), local_date(end) if end else self.today))
        return found


def _is_place(drawn: Element) -> bool:
    """Whether a case can be said to stand there: at a person's step, or at an event it waits for."""
    return drawn.kind in ("userTask", "intermediateCatchEvent")


def _row(known: dict[str, StepFigures], step: str, name: str) -> StepFigures:
    """The figures of a step; of one that the shown version does not have, at the end."""
    return known.setdefault(step, StepFigures(step, name, drawn=False))


def _count_open(reader: _Reader, known: dict[str, StepFigures], roles: dict[str, RoleFigures]) -> None:
    cases: dict[str, set[UUID]] = defaultdict(set)
    paused: dict[str, set[UUID]] = defaultdict(set)
    late: dict[str, set[UUID]] = defaultdict(set)
    for task, status, due in reader.open():
        row = _row(known, task.step, task.name)
        role = roles.setdefault(task.role, RoleFigures(task.role))
        role.waiting += 1
        cases[task.step].add(task.instance_id)
        opened = local_date(task.opened_at)
        age = reader.calendar.between(opened, reader.today)
        age -= reader.stood_still(task.instance_id, opened, reader.today)
        row.oldest = max(age, row.oldest or 0)
        if status == "paused":
            paused[task.step].add(task.instance_id)
        elif due is not None and due < reader.today:
            late[task.step].add(task.instance_id)
            role.late += 1
    for step, row in known.items():
        row.here, row.here_late, row.here_paused = len(cases[step]), len(late[step]), len(paused[step])


def _count_waits(reader: _Reader, known: dict[str, StepFigures]) -> None:
    for element, count in reader.waits().items():
        if element in known and known[element].kind == "intermediateCatchEvent":
            known[element].here = count


def _count_done(reader: _Reader, known: dict[str, StepFigures], since: date | None) -> None:
    took: dict[str, list[int]] = defaultdict(list)
    targets: dict[str, list[int]] = defaultdict(list)
    between = reader.calendar.between
    for found in reader.finished(since):
        step, name, status, instance, opened_at, completed_at, pinned, due, extended = found
        row = _row(known, step, name)
        if status == "cancelled":
            row.not_needed += 1
            continue
        opened, ended = local_date(opened_at), local_date(completed_at)
        row.done += 1
        days = between(opened, ended)
        if instance and (stopped := reader.stood_still(instance, opened, ended)):
            row.stopped, row.stopped_days, days = row.stopped + 1, row.stopped_days + stopped, days - stopped
        took[step].append(days)
        if pinned is not None:
            targets[step].append(between(opened, pinned))
        if due is not None:
            row.dated, row.late = row.dated + 1, row.late + (ended > due)
        row.extended += bool(extended)
    for step, row in known.items():
        row.median, row.ninetieth = rank(took[step], 0.5), rank(took[step], 0.9)
        row.target = rank(targets[step], 0.5)


def rank(values: Sequence[int], share: float) -> int | None:
    """The nearest-rank percentile of some numbers: one of them, or None where there are none."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else None
