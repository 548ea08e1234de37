"""Drafts: what one person has typed into one task so far. Sealed, with a revision, and gone when the task is
completed by them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.db import house
from engine.errors import NotFound, Refused, StaleRevision
from engine.models import Draft, UserTask
from engine.secrecy import open_sealed, seal
from engine.services import Actor

MAX_BYTES = 500_000


@dataclass(frozen=True)
class DraftRow:
    """A draft as its owner reads it."""

    answers: dict[str, Any]
    revision: int
    saved_at: datetime


def save_draft(session: Session, task_id: UUID, answers: dict[str, Any], *, by: Actor, revision: int) -> int:
    """Keep what somebody has typed; the new revision. `revision` is the one they read (0 for none).

    Also kept for a task that was closed meanwhile: nobody's text is lost. Raises NotFound, StaleRevision,
    Refused when too large.
    """
    if session.get(UserTask, task_id) is None:
        raise NotFound("This task does not exist.")
    text = json.dumps(answers, ensure_ascii=False).encode()
    if len(text) > MAX_BYTES:
        raise Refused("This draft is larger than can be kept.")
    query = select(Draft).where(Draft.task_id == task_id, Draft.person == by.id).with_for_update()
    row = session.scalars(query).one_or_none()
    if row is not None and row.revision != revision:
        raise StaleRevision(row.revision, _open(session, row))
    if row is None:
        row = Draft(task_id=task_id, person=by.id, revision=0, answers=b"")
        session.add(row)
    row.revision = (row.revision or 0) + 1
    row.saved_at = house(session).clock.now()
    row.answers = seal(text, house(session).draft_key, place_of_draft(row))
    session.flush()
    return row.revision


def draft(session: Session, task_id: UUID, *, by: Actor) -> DraftRow | None:
    """Somebody's own draft of a task, or None."""
    row = session.get(Draft, (task_id, by.id))
    return DraftRow(_open(session, row), row.revision, row.saved_at) if row is not None else None


def discard_draft(session: Session, task_id: UUID, *, by: Actor) -> None:
    """Forget somebody's own draft."""
    session.execute(delete(Draft).where(Draft.task_id == task_id, Draft.person == by.id))


def discard_drafts(session: Session, person: str, *, keep: Callable[[str], bool] = lambda _key: False) -> int:
    """Forget every draft of somebody who has left, but for those of cases to `keep`; how many there were."""
    query = select(Draft, UserTask.business_key).join(UserTask, UserTask.id == Draft.task_id)
    of_person = session.execute(query.where(Draft.person == person)).all()
    found = [row for row, key in of_person if not keep(key)]
    for row in found:
        session.delete(row)
    return len(found)


def _open(session: Session, row: Draft) -> dict[str, Any]:
    answers = json.loads(open_sealed(row.answers, house(session).draft_key, place_of_draft(row)))
    assert isinstance(answers, dict)
    return answers


def place_of_draft(row: Draft) -> str:
    """Where a draft belongs: its task, its writer and its revision."""
    return f"draft|answers|{row.task_id}|{row.person}|{row.revision}"
