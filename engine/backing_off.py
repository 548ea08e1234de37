"""Backing off: due work that failed comes back later, and after some attempts is left where people see it."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import audit
from engine.db import house
from engine.giving_up import give_up
from engine.migration.batches import refuse_case
from engine.migration.models import MigrationCase
from engine.migration.preview import cannot_be_moved
from engine.models import Deadline, Outbox, ProcessInstance, Timer
from engine.outbox import MAIL
from engine.services import Actor

MAX_ATTEMPTS = 8  # about an hour and a half
# Of letters, about half a day: a full mailbox, a server that says "later" or hangs after the letter.
LETTER_ATTEMPTS = 20


def back_off(session: Session, row_id: UUID, name: str, by: Actor) -> bool:
    """Count the attempt and come back later; after the last one leave the row where people see it. Stores
    the class of the fault, never its text. What another worker has done in the meantime stays done."""
    now = house(session).clock.now()
    row: Any = session.get(MigrationCase, row_id, with_for_update=True)
    if row is not None:
        refuse_case(session, row, *cannot_be_moved(name))
        return True
    row = session.get(Timer, row_id, with_for_update=True)
    row = row or session.get(Outbox, row_id, with_for_update=True)
    if row is None:
        deadline = session.get(Deadline, row_id, with_for_update=True)
        if deadline is not None and deadline.next_chase_at is not None and deadline.next_chase_at <= now:
            deadline.next_chase_at = now + timedelta(hours=1)
        return True
    if row.status != "waiting":
        return True
    row.attempts += 1
    row.fault = name
    if isinstance(row, Outbox):
        row.sent_at = None  # it is not on its way any more
    wait = min(3600.0, 10.0 * 2**row.attempts) * random.uniform(0.5, 1.0)  # noqa: S311  (jitter, not secrecy)
    row.next_at = now + timedelta(seconds=wait)
    is_letter = isinstance(row, Outbox) and row.kind == MAIL
    if row.attempts >= (LETTER_ATTEMPTS if is_letter else MAX_ATTEMPTS):
        row.next_at = None if isinstance(row, Timer) else row.next_at
        _give_up(session, row, name, by)
    return True


def _give_up(session: Session, row: Timer | Outbox, name: str, by: Actor) -> None:
    if isinstance(row, Outbox):
        give_up(session, row, by)
        return
    instance = session.get(ProcessInstance, row.instance_id)
    if instance is not None:
        instance.status, instance.fault = "stuck", f"{row.element}: {name}"
        audit.record(
            session,
            kind="instance.stuck",
            business_key=instance.business_key,
            actor=by,
            subject=row.element,
            instance_id=instance.id,
            details={"fault": name},
        )
