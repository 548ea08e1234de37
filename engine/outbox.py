"""What leaves a transaction: written in it, dispatched after it, at least once, under a stable key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.db import house
from engine.models import Outbox

MAIL = "mail"
MESSAGE = "message"


def queue_mail(
    session: Session,
    *,
    to: str,
    text: str,
    about: str,
    facts: Mapping[str, Any],
    key: str | None = None,
    urgent: bool = False,
    not_before: datetime | None = None,
) -> Outbox:
    """Queue a notice to a person; its row. With a `key` the same notice is queued at most once.

    It waits for `not_before` (UTC), and until the quiet hours are over unless it is urgent.
    """
    row = _queue(session, key or f"mail-{uuid4()}", MAIL, about, to, {"text": text, "facts": dict(facts)})
    row.next_at = max(row.next_at, not_before or row.next_at)
    if not urgent:
        row.next_at = house(session).domain.quiet_until(session, row.next_at)
    return row


def queue_message(
    session: Session, message: str, *, to: UUID, about: str, payload: Mapping[str, Any]
) -> None:
    """Queue a message to an instance."""
    _queue(
        session,
        f"message-{uuid4()}",
        MESSAGE,
        about,
        None,
        {"message": message, "to": str(to), "payload": dict(payload)},
    )


def digest(value: Any) -> str:
    """A stable digest of plain JSON, to tell a repeated request from another one under the same key."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def _queue(
    session: Session, key: str, kind: str, about: str, recipient: str | None, payload: dict[str, Any]
) -> Outbox:
    now = house(session).clock.now()
    row = Outbox(
        key=key,
        kind=kind,
        about=about,
        recipient=recipient,
        payload=payload,
        status="waiting",
        created_at=now,
        next_at=now,
    )
    session.add(row)
    return row
