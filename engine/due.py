"""Time limits and reminders that are due: one at a time, or some in one transaction.

Together they cost a fraction: what they have in common is read once, and one commit keeps them all. Either
way each row is taken under its lock and read there, so that it is done once whoever else is at work.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine import chasing
from engine.bundles import know_newest_once
from engine.commands import fire_locked, fire_timer
from engine.db import house, locked, locked_some, remembering
from engine.models import Deadline, ProcessInstance, Timer, UserTask
from engine.posting import WORKER
from engine.together import going_on_together

TURN = 7_402_618_355_110_421  # the number of PostgreSQL's lock that whoever reminds many holds


def due_timers(now: datetime) -> Select[UUID]:
    """Those of stuck cases wait until somebody tries again: they would fill the batch and stop others."""
    return (
        select(Timer.id)
        .join(ProcessInstance, ProcessInstance.id == Timer.instance_id)
        .where(Timer.status == "waiting", Timer.next_at <= now, ProcessInstance.status == "running")
        .order_by(Timer.next_at)
    )


def due_reminders(now: datetime) -> Select[UUID]:
    """The rows of the ledger whose next rung is reached."""
    return select(Deadline.id).where(Deadline.next_chase_at <= now).order_by(Deadline.next_chase_at)


def fire(session: Session, timer_id: UUID) -> bool:
    """Fire one time limit; False when somebody else did, or is at work on its case."""
    return fire_timer(session, timer_id, by=WORKER)


def fire_together(session: Session, ids: Sequence[UUID]) -> int:
    """Fire those of some time limits at whose cases nobody else is at work; how many. In their order.

    The cases are locked first, as everywhere; then their timers are read.
    """
    waiting = select(Timer.instance_id).where(Timer.id.in_(ids), Timer.status == "waiting")
    query = select(ProcessInstance).where(ProcessInstance.id.in_(waiting)).order_by(ProcessInstance.id)
    cases = {case.id: case for case in locked_some(session, query)}
    if not cases:
        return 0
    remembering(session)
    know_newest_once(session)
    fired = 0
    with going_on_together(session, list(cases)) as some:
        for timer in some.timers(ids):
            if timer.instance_id in some.went_on:
                some.settle()
            fired += fire_locked(session, timer, cases[timer.instance_id], by=WORKER)
    return fired


def remind(session: Session, deadline_id: UUID) -> bool:
    """Remind of one task; False when somebody else does."""
    with stored_later(session):  # what a rehearsal has written it remembers
        return _reminded(session, deadline_id)


def remind_together(session: Session, ids: Sequence[UUID]) -> int:
    """Remind of those of some tasks that nobody else does; how many.

    One worker at a time: two would wait for each other's letters, as a person has one letter a day.
    """
    if not _has_the_turn(session):
        return 0
    now = house(session).clock.now()
    due = select(Deadline).where(Deadline.id.in_(ids), Deadline.next_chase_at <= now)
    taken = {row.id: row for row in locked_some(session, due)}
    rows = [taken[each] for each in ids if each in taken]  # in the order in which they are due
    asked = select(UserTask).where(UserTask.id.in_([row.task_id for row in rows]), UserTask.status == "open")
    tasks = {task.id: task for task in session.scalars(asked)}
    remembering(session)
    with session.no_autoflush:
        chasing.chase_together(session, [tasks[row.task_id] for row in rows if row.task_id in tasks], WORKER)
        for row in rows:
            task = tasks.get(row.task_id)
            row.next_chase_at = chasing.next_chase_at(session, task) if task is not None else None
    return len(rows)


def _has_the_turn(session: Session) -> bool:
    """Whether this is the one transaction that reminds many. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "sqlite":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(TURN))))


def stored_later(session: Session) -> AbstractContextManager[object]:
    """In a rehearsal, which remembers: rows of many reminders or notices are written together, not before
    each look."""
    return nullcontext() if house(session).remembered is None else session.no_autoflush


def _reminded(session: Session, deadline_id: UUID) -> bool:
    deadline = locked(session, Deadline, deadline_id, skip_locked=True)
    if deadline is None or deadline.next_chase_at is None:
        return False
    task = session.get(UserTask, deadline.task_id)
    if task is None or task.status != "open":
        deadline.next_chase_at = None
        return False
    chasing.chase(session, task, WORKER)
    deadline.next_chase_at = chasing.next_chase_at(session, task)
    return True
