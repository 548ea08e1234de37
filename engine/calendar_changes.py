"""Changing the working days: every open clock is counted again, and what would move can be seen before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from engine import audit, projections
from engine.execution import Execution
from engine.models import Deadline, ProcessInstance, Timer, UserTask
from engine.services import Actor
from engine.working_calendar import OwnDay, forget_calendar, store_calendar

AT_WORK = ("running", "paused")


@dataclass(frozen=True)
class Move:
    """An open task whose due date is another one than before."""

    task_id: UUID
    business_key: str
    name: str
    agency: str | None
    old: dt.date | None
    new: dt.date | None


def change_calendar(session: Session, region: str, days: Iterable[OwnDay], *, by: Actor) -> None:
    """Put other working days in place, and move the clocks that come out differently.

    Raises Refused (see `store_calendar`), CalendarEnds.
    """
    store_calendar(session, region, days)
    audit.record(session, kind="setting.changed", business_key="calendar", actor=by, subject="calendar")
    for instance_id in _with_clocks(session):
        projections.count_again(Execution.open(session, instance_id, by))


def what_would_move(session: Session, change: Callable[[], None]) -> list[Move]:
    """The due dates that a change would move, by doing it and undoing it. Raises what the change raises."""
    before = _due_dates(session)
    attempt = session.begin_nested()
    try:
        change()
        session.flush()
        after = _due_dates(session)
        moved = [task for task, due in after.items() if due != before.get(task)]
        found = [_move(session, task, before.get(task), after[task]) for task in moved]
    finally:
        attempt.rollback()
        forget_calendar(session)
    return sorted(found, key=lambda move: (move.new or move.old or dt.date.max, move.business_key, move.name))


def _with_clocks(session: Session) -> list[UUID]:
    """Instances that count something, in one order, so that two changes never wait for each other."""
    counted = union(
        select(Deadline.instance_id)
        .join(UserTask, UserTask.id == Deadline.task_id)
        .where(UserTask.status == "open"),
        select(Timer.instance_id).where(Timer.status == "waiting"),
    ).subquery()
    query = select(ProcessInstance.id).where(
        ProcessInstance.id.in_(select(counted.c.instance_id)), ProcessInstance.status.in_(AT_WORK)
    )
    return list(session.scalars(query.order_by(ProcessInstance.id)))


def _due_dates(session: Session) -> dict[UUID, dt.date | None]:
    query = (
        select(Deadline.task_id, Deadline.due_on)
        .join(UserTask, UserTask.id == Deadline.task_id)
        .where(UserTask.status == "open")
    )
    return {row.task_id: row.due_on for row in session.execute(query)}


def _move(session: Session, task_id: UUID, old: dt.date | None, new: dt.date | None) -> Move:
    task = session.get_one(UserTask, task_id)
    return Move(task_id, task.business_key, task.name, task.agency, old, new)
