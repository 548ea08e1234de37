"""Requests sent twice: by a double click, a lost answer, a retry. The first one's answer is kept under its
key and given again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from engine.db import house
from engine.errors import UsedKey
from engine.models import Idempotency


@dataclass(frozen=True)
class Completion:
    """What completing a task led to: the tasks it opened, and whether the process has ended."""

    task_id: UUID
    next: list[UUID] = field(default_factory=list)
    ended: bool = False
    replayed: bool = False


def replayed(row: Idempotency, request: str) -> Completion:
    """The answer already given under a key. Raises UsedKey when it was given to another request."""
    if row.digest != request:
        raise UsedKey("This form was already sent with other answers. Open the step again.")
    result = row.result
    return Completion(
        UUID(result["task"]), [UUID(found) for found in result["next"]], result["ended"], replayed=True
    )


def once(
    session: Session, key: str, request: str, do: Callable[[], dict[str, str]]
) -> tuple[dict[str, str], bool]:
    """Do something once under a key, whoever asks twice: what `do` said it was about, and whether that was
    said before. What is kept names rows; it never holds what people wrote.

    Who comes second with the same key waits for the first. What is refused or fails leaves no key behind.
    Raises UsedKey when the key is that of another request, and what `do` raises.
    """
    row = session.get(Idempotency, key, populate_existing=True)
    if row is None:
        row = Idempotency(key=key, digest=request, result={}, at=house(session).clock.now())
        session.add(row)
        session.flush()  # who comes second waits here, and begins again (Database.retrying)
        row.result = do()
        return dict(row.result), False
    if row.digest != request:
        raise UsedKey("This key was used for another request. Take a new one.")
    return dict(row.result), True


def remember(session: Session, key: str | None, request: str, completion: Completion) -> None:
    """Keep the answer to a request under its key, in the same transaction as what it did."""
    if key:
        result = {
            "task": str(completion.task_id),
            "next": [str(found) for found in completion.next],
            "ended": completion.ended,
        }
        session.add(Idempotency(key=key, digest=request, result=result, at=house(session).clock.now()))
