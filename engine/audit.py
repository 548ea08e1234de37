"""The audit log: a closed list of kinds, each with a sentence a lay reader follows; rows are only ever
added."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.audit_models import Event
from engine.db import house
from engine.services import Actor
from engine.unsealed import gather

KINDS: dict[str, str] = {
    "process.deployed": "A new version of the process was put into use",
    "change.begun": "A change of the process was begun",
    "change.brought_up": "A change was brought up to the version in use",
    "change.trying": "The scenarios of a change are played, to ask for its approval",
    "change.not_asked": "A scenario of a change does not hold: its approval was not asked for",
    "change.asked": "Approval of a change was asked for",
    "change.taken_back": "A change was taken back to go on with it",
    "change.approved": "A change was approved",
    "change.returned": "A change was given back to its authors",
    "change.discarded": "A change was put aside",
    "change.brought_back": "A change that was put aside was taken up again",
    "instance.started": "Started",
    "instance.ended": "Ended",
    "instance.paused": "Paused",
    "instance.resumed": "Resumed",
    "instance.cancelled": "Cancelled",
    "instance.stuck": "Could not go on",
    "instance.retried": "Tried again",
    "instance.moved": "Moved to another version of the process",
    "instance.moved_back": "Moved back to the version before",
    "migration.asked": "Running cases were to be moved to another version",
    "migration.stopped": "A move of running cases was stopped: those that waited stay as they are",
    "migration.undone": "Moved cases were to be moved back",
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
    "identity.compared": "A text compared with who the child is, by the system",
    "identity.searched": "A child searched for",
    "identity.corrected": "Who the child is corrected",
    "note.shown": "Note opened that must not be discussed openly",
    "case.read": "Case opened",
    "access.changed": "Access changed",
    "access.opened": "Opened in an emergency",
    "access.ended": "Emergency access ended early",
    "access.refused": "Emergency access refused",
    "part.written": "A part of a summary written",
    "part.asked": "Somebody asked to write parts of a summary",
    "part.ended": "Somebody no longer asked to write parts of a summary",
    "mark.answered": "A mark of the disclosure check answered",
    "conflict.declared": "Conflict of interest declared",
    "file.added": "Document added",
    "file.copied": "Copy of a document made for sharing",
    "file.shared": "Document shared",
    "file.opened": "Document opened",
    "file.removed": "Document removed",
    "file.refused": "Document held back: a virus was found in it",
    "file.destroyed": "Document destroyed",
    "record.changed": "Record changed",
    "export.made": "Export made",
    "feedback.given": "Feedback was given, without a name",
    "record.destroyed": "Record destroyed",
    "log.verified": "The audit log was checked",
    "events.forgotten": "Audit entries of a destroyed record replaced by one line",
    "setting.changed": "Setting changed",
    "person.changed": "People, roles or absence changed",
    "sign_in.done": "Signed in",
    "sign_in.refused": "Sign-in refused",
    "sign_in.ended": "Signed out",
    "account.changed": "How somebody signs in changed",
    "account.linked": "Organisation account linked",
    "account.unlinked": "Organisation account no longer linked",
    "token.made": "Token for a program made",
    "token.ended": "Token for a program ended",
    "backup.begun": "Backup begun",
    "backup.put_back": "Backup put back",
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
    """Add one event, at the house's clock; it is sealed and written when the transaction ends.

    Raises ValueError for a kind that is not on the list.

    `details` holds ids and small facts, never texts of a case: names are resolved when shown.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind} is not a kind of event.")
    told = {**(details or {}), **({"for": actor.acts_for} if actor.acts_for else {})}
    row = {
        "at": house(session).clock.now(),
        "actor": actor.id,
        "kind": kind,
        "business_key": business_key,
        "instance_id": instance_id,
        "task_id": task_id,
        "subject": subject,
        "details": json.loads(json.dumps(told)),  # as it will be read back: what is sealed is what is stored
    }
    gather(session, row)


def history(session: Session, business_key: str) -> list[Event]:
    """Every event of a case, oldest first."""
    return list(session.scalars(select(Event).where(Event.business_key == business_key).order_by(Event.seq)))
