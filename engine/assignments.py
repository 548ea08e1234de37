"""Who holds a task: claim it, give it back, hand it over. None of this changes the run, only whose work it
is."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit
from engine.db import house
from engine.errors import NotFound, Refused, TaskNotOpen
from engine.models import UserTask
from engine.services import Actor


def claim(session: Session, task_id: UUID, *, by: Actor) -> None:
    """Take on an open task that nobody holds. Raises TaskNotOpen, Refused when somebody else holds it."""
    task = _open_task(session, task_id)
    if task.assignee and task.assignee != by.id:
        raise Refused("Somebody else has taken this on.")
    _move(session, task, by.id, by, "task.claimed", "")


def release(session: Session, task_id: UUID, *, by: Actor) -> None:
    """Give back a task one holds. Raises TaskNotOpen, Refused when somebody else holds it."""
    task = _open_task(session, task_id)
    if task.assignee != by.id:
        raise Refused("Only the person who holds a task can give it back.")
    _move(session, task, None, by, "task.released", "")


def assign(session: Session, task_id: UUID, to: str | None, *, by: Actor, reason: str = "") -> None:
    """Hand an open task to a person, or (None) back to whoever holds its role. Whether they may is for the
    caller to know. Raises TaskNotOpen."""
    task = _open_task(session, task_id)
    _move(session, task, to, by, "task.assigned" if to else "task.released", reason)


def _open_task(session: Session, task_id: UUID) -> UserTask:
    task = session.scalars(select(UserTask).where(UserTask.id == task_id).with_for_update()).one_or_none()
    if task is None:
        raise NotFound("This task does not exist.")
    if task.status != "open":
        raise TaskNotOpen(task.status, task.completed_by, task.completed_at)
    return task


def _move(session: Session, task: UserTask, to: str | None, by: Actor, kind: str, reason: str) -> None:
    before, task.assignee = task.assignee, to
    audit.record(
        session,
        kind=kind,
        business_key=task.business_key,
        actor=by,
        subject=task.step,
        instance_id=task.instance_id,
        task_id=task.id,
        details={"name": task.name, "from": before, "to": to, "reason": reason},
    )
    house(session).domain.task_changed(session, task, by)
