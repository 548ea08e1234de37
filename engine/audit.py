"""The audit log: a closed list of kinds, each with a sentence a lay reader follows; rows are only ever
added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import house
from engine.models import Event
from engine.services import Actor

KINDS: dict[str, str] = {
    "process.deployed": "A new version of the process was put into use",
    "instance.started": "Started",
    "instance.ended": "Ended",
    "instance.paused": "Paused",
    "instance.resumed": "Resumed",
    "instance.cancelled": "Cancelled",
    "instance.stuck": "Could not go on",
    "instance.retried": "Tried again",
    "task.opened": "Step opened",
    "task.completed": "Step completed",
    "task.cancelled": "Step no longer needed",
    "task.claimed": "Step taken on",
    "task.released": "Step given back",
    "task.assigned": "Step handed over",
    "deadline.extended": "More time agreed",
    "deadline.moved": "Due date moved",
    "timer.fired": "Time reached",
    "message.sent": "Message sent",
    "message.received": "Message received",
    "service.performed": "Done by the service",
    "decision.made": "Decided by table",
    "notice.queued": "Notice prepared",
    "notice.sent": "Notice sent",
    "notice.failed": "Notice not delivered",
    "notice.bounced": "Notice came back",
    "chase.sent": "Reminder due",
    "identity.shown": "Identity shown",
    "note.shown": "Note opened that must not be discussed openly",
    "case.read": "Case opened",
    "access.changed": "Access changed",
    "access.opened": "Opened in an emergency",
    "access.ended": "Emergency access ended early",
    "access.refused": "Emergency access refused",
    "conflict.declared": "Conflict of interest declared",
    "record.changed": "Record changed",
    "export.made": "Export made",
    "setting.changed": "Setting changed",
    "person.changed": "People, roles or absence changed",
}


def record(
    session: Session,
    *,
    kind: str,
    business_key: str,
    actor: Actor,
    subject: str | None = None,
    instance_id: UUID | None = None,
    task_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add one event, at the house's clock. Raises ValueError for a kind that is not on the list.

    `details` holds ids and small facts, never texts of a case: names are resolved when shown.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind} is not a kind of event.")
    session.add(
        Event(
            at=house(session).clock.now(),
            actor=actor.id,
            kind=kind,
            business_key=business_key,
            instance_id=instance_id,
            task_id=task_id,
            subject=subject,
            details={**(details or {}), **({"for": actor.acts_for} if actor.acts_for else {})},
        )
    )


def history(session: Session, business_key: str) -> list[Event]:
    """Every event of a case, oldest first."""
    return list(session.scalars(select(Event).where(Event.business_key == business_key).order_by(Event.seq)))
