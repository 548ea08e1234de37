"""What a step needs to know once its case is locked, asked in one statement.

The open tasks of the instance with their clocks and its pauses; the task itself as it is now; what was
already answered under the key of the request; whether there is a draft to forget; the two things that
every date is counted with, the working days and the table of reminders in use; and where the chain of the
case ends in the audit log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from engine.audit_chain import know_head
from engine.audit_models import AuditHead
from engine.bundles import know_newest, newest_version
from engine.chasing import TABLE
from engine.db import house
from engine.deadlines import Stop, Stops
from engine.ledger import Ledger
from engine.models import Deadline, Draft, Idempotency, Pause, ProcessInstance, UserTask, WorkingCalendar
from engine.working_calendar import THE_ONE, keep_calendar


@dataclass(frozen=True)
class Standing:
    """How things stand under the lock."""

    ledger: Ledger
    answered: Idempotency | None
    draft: bool  # whether the one who asks has one of this task


# Asked at every step, so put together once.
_STANDING = (
    select(
        UserTask,
        Deadline,
        Pause,
        Idempotency,
        WorkingCalendar,
        exists().where(Draft.task_id == bindparam("task"), Draft.person == bindparam("person")),
        newest_version(TABLE).scalar_subquery(),
        AuditHead.count,
        AuditHead.digest,
    )
    .select_from(ProcessInstance)
    .join(
        UserTask,
        and_(
            UserTask.instance_id == ProcessInstance.id,
            or_(UserTask.status == "open", UserTask.id == bindparam("task")),
        ),
    )
    .join(Deadline, Deadline.task_id == UserTask.id, isouter=True)
    .join(Pause, and_(Pause.instance_id == ProcessInstance.id, Pause.resumed_at.is_not(None)), isouter=True)
    .join(Idempotency, Idempotency.key == bindparam("key"), isouter=True)
    .join(WorkingCalendar, WorkingCalendar.id == THE_ONE, isouter=True)
    .join(AuditHead, AuditHead.business_key == ProcessInstance.business_key, isouter=True)
    .where(ProcessInstance.id == bindparam("instance"))
    .order_by(Pause.paused_at)
)


def standing_of(session: Session, task: UserTask, person: str, key: str | None) -> Standing:
    """How things stand with a task and its instance. The task itself is read again, whatever became of it."""
    alone = house(session).alone  # what the session knows is how it is (`engine.db.locked`)
    rows: Sequence[Any] = session.execute(
        _STANDING,
        {"task": task.id, "person": person, "key": key or "", "instance": task.instance_id},
        execution_options={"populate_existing": not alone},
    ).all()
    *_, answered, calendar, drafted, reminders, count, digest = rows[0]
    if count is not None:
        know_head(session, task.business_key, count, digest)
    keep_calendar(session, calendar)
    if not alone:  # a rehearsal keeps its session beyond this transaction
        know_newest(session, TABLE, reminders)
    clocks = {found.id: (found, row) for found, row, *_ in rows if found.status == "open"}
    pauses = {row.id: row for _, _, row, *_ in rows if row is not None}
    stops = Stops([Stop(row.paused_at, row.resumed_at) for row in pauses.values() if row.resumed_at])
    return Standing(Ledger(list(clocks.values()), stops), answered, bool(drafted))
