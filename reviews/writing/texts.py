"""The texts of a step that is written together, part by part: what stands, what stood, what was set aside.

A part is a screen of the form. What stands in the parts is the draft of the step: there is no other. Saving
says which revision was read; where somebody else has written since, nothing is stored over theirs. What one
person saves within a quarter of an hour, nobody else between, is one text of the history.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, StaleRevision, TaskNotOpen, TaskRow, record
from engine.db import locked
from engine.models import UserTask
from reviews.acting import now_of
from reviews.identity_keys import open_apart, place_of_part, seal_apart
from reviews.models import PartText, Review

SITTING = dt.timedelta(minutes=15)
JUST_NOW = dt.timedelta(minutes=10)  # so long after a save somebody counts as writing
MAX_BYTES = 500_000
ASIDE = "aside"
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Text:
    """One text of one part."""

    id: UUID
    part: str
    revision: int
    how: str
    answers: dict[str, Any]
    by: str
    begun_at: dt.datetime
    at: dt.datetime


def standing(session: Session, task: UUID) -> dict[str, Text]:
    """What stands, by part; a part that nobody has saved yet is not in it."""
    query = select(PartText).where(PartText.task == task, PartText.how != ASIDE)
    newest = {row.part: row for row in session.scalars(query.order_by(PartText.revision))}
    return {part: _text(session, row) for part, row in newest.items()}


def history(session: Session, task: UUID, part: str) -> list[Text]:
    """Every text of a part, newest first, with those that were set aside."""
    query = select(PartText).where(PartText.task == task, PartText.part == part)
    return [_text(session, row) for row in session.scalars(query.order_by(PartText.revision.desc()))]


def text_named(session: Session, task: UUID, text: str) -> Text:
    """A text of a step by its id as an address has it. Raises NotFound."""
    try:
        row = session.get(PartText, UUID(text))
    except ValueError:
        row = None
    if row is None or row.task != task:
        raise NotFound("There is no such text.")
    return _text(session, row)


def keep(
    session: Session,
    task: TaskRow,
    part: str,
    answers: Answers,
    *,
    by: Actor,
    revision: int,
    how: str = "written",
) -> Text:
    """Let these answers stand in a part; `revision` is the one that was read (0 for none).

    Raises StaleRevision with the text that stands where somebody else wrote it since, TaskNotOpen where the
    step was sent meanwhile, Refused when too large. Nothing is stored then.
    """
    row = locked(session, UserTask, task.id)
    if row is None or row.status != "open":
        raise TaskNotOpen(
            row.status if row else "gone",
            row.completed_by if row else None,
            row.completed_at if row else None,
        )
    rows = _rows(session, task.id, part)
    stands = next((each for each in reversed(rows) if each.how != ASIDE), None)
    if stands is not None and _text(session, stands).answers == dict(answers):
        return _text(session, stands)
    if any(each.revision > revision and each.by != by.id and each.how != ASIDE for each in rows):
        assert stands is not None
        raise StaleRevision(stands.revision, _text(session, stands).answers)
    following = max((each.revision for each in rows), default=0) + 1
    if stands is not None and how == stands.how == "written" and _same_sitting(session, stands, by, revision):
        return _store(session, stands, answers, following)
    return _add(session, task, part, answers, by=by, revision=following, how=how)


def set_aside(session: Session, task: TaskRow, part: str, answers: Answers, *, by: Actor) -> Text:
    """Keep what somebody wrote over a newer text, or after the step was sent, beside what stands."""
    locked(session, UserTask, task.id)
    rows = _rows(session, task.id, part)
    following = max((each.revision for each in rows), default=0) + 1
    return _add(session, task, part, answers, by=by, revision=following, how=ASIDE)


def bring_back(session: Session, task: TaskRow, text: Text, *, by: Actor, revision: int) -> Text:
    """Let an earlier text stand once more, as a new one: what stood until now stays in the history."""
    return keep(session, task, text.part, text.answers, by=by, revision=revision, how="brought_back")


def left_aside(session: Session, task: TaskRow, person: str) -> dict[str, Any]:
    """What somebody sent after the step was completed, of all parts: kept for them alone."""
    if task.completed_at is None:
        return {}
    late = (PartText.how == ASIDE, PartText.by == person, PartText.at >= task.completed_at)
    query = select(PartText).where(PartText.task == task.id, *late).order_by(PartText.revision)
    found: dict[str, Any] = {}
    for row in session.scalars(query):
        found |= _text(session, row).answers
    return found


def signature(texts: Mapping[str, Text]) -> str:
    """A short digest of what stands: the same as long as nobody writes."""
    told = sorted((part, text.revision) for part, text in texts.items())
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def is_writing(text: Text | None, person: str, now: dt.datetime) -> bool:
    """Whether somebody other than this person has just written there."""
    return text is not None and text.by != person and now - text.at < JUST_NOW


def authors_of(session: Session, review: Review) -> set[str]:
    """Who wrote any part of a review's summary: none of them is its second reader (2.9)."""
    query = select(PartText.by).join(UserTask, UserTask.id == PartText.task)
    return set(session.scalars(query.where(UserTask.business_key == review.ref).distinct()))


def _rows(session: Session, task: UUID, part: str) -> list[PartText]:
    """The rows of a part as they are under the lock, oldest first."""
    query = select(PartText).where(PartText.task == task, PartText.part == part)
    query = query.order_by(PartText.revision).execution_options(populate_existing=True)
    return list(session.scalars(query))


def _same_sitting(session: Session, stands: PartText, by: Actor, revision: int) -> bool:
    """A second window of the same person begins a text of its own: the first one's stays in the history."""
    recent = now_of(session) - stands.begun_at < SITTING
    return stands.by == by.id and stands.revision == revision and recent


def _add(
    session: Session, task: TaskRow, part: str, answers: Answers, *, by: Actor, revision: int, how: str
) -> Text:
    record(
        session,
        kind="part.written",
        business_key=task.business_key,
        actor=by,
        subject=part,
        instance_id=task.instance_id,
        task_id=task.id,
        details={"how": how},
    )
    row = PartText(id=uuid4(), task=task.id, part=part, how=how, by=by.id, begun_at=now_of(session))
    session.add(row)
    return _store(session, row, answers, revision)


def _store(session: Session, row: PartText, answers: Answers, revision: int) -> Text:
    plain = json.dumps(answers, ensure_ascii=False).encode()
    if len(plain) > MAX_BYTES:
        raise Refused("This part is larger than can be kept.")
    row.revision, row.at = revision, now_of(session)
    row.answers = seal_apart(session, plain, place_of_part(row))
    session.flush()
    return _text(session, row)


def _text(session: Session, row: PartText) -> Text:
    answers = json.loads(open_apart(session, row.answers, place_of_part(row)))
    assert isinstance(answers, dict)
    return Text(row.id, row.part, row.revision, row.how, answers, row.by, row.begun_at, row.at)
