"""Cases that cannot go on: where each stands and why, in words that tell nothing of it, and trying again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import audit
from engine.audit_models import Event
from engine.bundles import bundle_of
from engine.db import house
from engine.errors import NotFound, Refused
from engine.models import Outbox, ProcessInstance, Timer
from engine.outbox import MESSAGE
from engine.services import Actor


@dataclass(frozen=True)
class StuckRow:
    """A stuck instance: process and step as the diagram names them, the class of the error, since when."""

    id: UUID
    process: str
    step: str
    fault: str
    since: datetime
    business_key: str


def stuck_instances(session: Session) -> list[StuckRow]:
    """Every instance that could not go on, the longest stuck first."""
    since = (
        select(Event.instance_id, func.max(Event.at).label("at"))
        .where(Event.kind == "instance.stuck")
        .group_by(Event.instance_id)
        .subquery()
    )
    query = (
        select(ProcessInstance, func.coalesce(since.c.at, ProcessInstance.started_at).label("since"))
        .join(since, since.c.instance_id == ProcessInstance.id, isouter=True)
        .where(ProcessInstance.status == "stuck")
        .order_by("since", ProcessInstance.id)
    )
    return [_row(session, found, at) for found, at in session.execute(query)]


def retry_stuck(session: Session, instance_id: UUID, *, by: Actor) -> None:
    """Let a stuck instance run again: what was given up is due now, with all its attempts before it.

    Its state is not opened: what stopped it may not be repaired yet, and then it is stuck again after as
    many attempts. Raises NotFound, Refused when it is not stuck.
    """
    query = select(ProcessInstance).where(ProcessInstance.id == instance_id).with_for_update()
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("This process does not exist.")
    if found.status != "stuck":
        raise Refused("This case is not stuck any more.")
    audit.record(
        session,
        kind="instance.retried",
        business_key=found.business_key,
        actor=by,
        subject=found.process,
        instance_id=found.id,
        details={"fault": found.fault},
    )
    found.status, found.fault = "running", None
    for row in _given_up(session, found):
        row.status, row.attempts, row.fault = "waiting", 0, None
        row.next_at = house(session).clock.now()


def _row(session: Session, found: ProcessInstance, since: datetime) -> StuckRow:
    element, _, name = (found.fault or "").partition(": ")
    diagram = bundle_of(session, found.version_id).diagram
    drawn = diagram.elements.get(element)
    if drawn is not None and drawn.attached_to:
        drawn = diagram.elements[drawn.attached_to]
    step = (drawn.name if drawn else "") or element
    return StuckRow(found.id, diagram.title or found.process, step, name, since, found.business_key)


def _given_up(session: Session, instance: ProcessInstance) -> list[Timer | Outbox]:
    """The timers that have had their last attempt, and the messages that could not be given to it."""
    timers = session.scalars(
        select(Timer).where(
            Timer.instance_id == instance.id, Timer.status == "waiting", Timer.fault.is_not(None)
        )
    )
    messages = session.scalars(select(Outbox).where(Outbox.kind == MESSAGE, Outbox.status == "dead"))
    return [*timers, *(row for row in messages if row.payload["to"] == str(instance.id))]
