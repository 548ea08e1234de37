"""Notices that do not arrive: given up by the sweep, or sent back later by a mail server.

Both are kept where people see them, and both ask the domain what follows (`gave_up` of the Domain).
"""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit
from engine.db import house
from engine.errors import NotFound
from engine.models import Outbox
from engine.outbox import MAIL
from engine.services import Actor

log = logging.getLogger("roundtable.sweep")
CAME_BACK = "The mail server sent it back."


def give_up(session: Session, row: Outbox, by: Actor) -> None:
    """Offer a row of the outbox no more. What follows from a notice is the domain's to say."""
    row.status = "dead"
    note(session, row, "notice.failed", by)
    if row.kind == MAIL:
        _ask_what_follows(session, row)


def came_back(session: Session, key: str, *, by: Actor) -> bool:
    """Mark a notice that was sent as bounced; False when that was known already, or it was given up before.

    Raises NotFound when no such notice was sent.
    """
    query = select(Outbox).where(Outbox.key == key, Outbox.kind == MAIL).with_for_update()
    row = session.scalars(query).one_or_none()
    if row is None or row.status == "waiting":
        raise NotFound("No notice with this key was sent.")
    if row.status != "sent":
        return False
    row.status, row.fault = "bounced", CAME_BACK
    note(session, row, "notice.bounced", by)
    _ask_what_follows(session, row)
    return True


def note(session: Session, row: Outbox, kind: str, by: Actor) -> None:
    """Leave what became of a row in the audit log: ids and small facts."""
    details = {
        "to": row.recipient,
        "text": row.payload.get("text", row.payload.get("message")),
        "key": row.key,
    }
    audit.record(session, kind=kind, business_key=row.about, actor=by, subject=row.kind, details=details)


def _ask_what_follows(session: Session, row: Outbox) -> None:
    """In a savepoint: a fault of what follows must not bring a notice back that nobody can deliver."""
    session.flush()
    try:
        with session.begin_nested():
            house(session).domain.gave_up(session, row)
    except Exception as fault:  # noqa: BLE001  (the notice stays given up, in the log and in the list)
        log.error("What follows from a notice that was given up failed: %s %s", type(fault).__name__, row.id)
