"""A task as somebody comes to do it: the task, its review, and in whose place they may do it, in one
statement."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from engine import NotFound, TaskRow
from engine.models import UserTask
from engine.queries import task_row, task_rows
from reviews.by_reference import keep_review
from reviews.models import Review
from reviews.permissions import Viewer, blocked, place_of


@dataclass(frozen=True)
class Doing:
    """A task and `place`: whose place somebody may complete it in (their own id, or that of whom they cover),
    None where they may not. Whether it is still open the engine says, with who completed it."""

    task: TaskRow
    place: str | None
    row: UserTask  # held, as this transaction locks and completes it next


def doing(session: Session, viewer: Viewer, task_id: UUID) -> Doing:
    """Look at a task as somebody who may want to do it. Raises NotFound where there is none."""
    found = session.execute(_looked(viewer.person), {"task": task_id}).one_or_none()
    if found is None:
        raise NotFound("This task does not exist.")
    row, due_sum, review, closed = found
    keep_review(session, review)
    task = task_row(row, due_sum)
    return Doing(task, None if closed else place_of(session, viewer, task), row)


@lru_cache(maxsize=1000)
def _looked(person: str) -> Select[Any]:
    """The question for one person, put together once: that takes longer than running it."""
    query = task_rows(select(UserTask).where(UserTask.id == bindparam("task")))
    query = query.join(Review, Review.ref == UserTask.business_key, isouter=True)
    return query.add_columns(Review, blocked(Viewer(person)))
