"""The clocks of one instance as they stand: its open tasks, each with its row of the ledger, and its pauses.

Read once for a step, and handed to whatever counts with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.db import remembered
from engine.deadlines import Stop, Stops
from engine.models import Deadline, Pause, UserTask


@dataclass
class Ledger:
    """The open tasks of an instance (None for a task without a clock), and its pauses that have ended."""

    rows: list[tuple[UserTask, Deadline | None]]
    stops: Stops

    def due_of(self, step: str) -> date | None:
        """When an open step is due by the ledger, also while a pause hides it.

        Of a step that several are asked at once, the earliest day of those who have it still to do.
        """
        days = (row.due_on for task, row in self.rows if task.step == step and row is not None)
        return min((day for day in days if day is not None), default=None)

    def row_of(self, task: UserTask) -> Deadline | None:
        """The clock of one of the tasks."""
        return next((row for each, row in self.rows if each is task), None)

    def task_of(self, step: str) -> UUID | None:
        """An open task of a step; None where there is none."""
        return next((task.id for task, _ in self.rows if task.step == step), None)


def ledger_of(session: Session, instance_id: UUID) -> Ledger:
    """The clocks of an instance as they stand now, also in what this transaction has not written yet."""
    query = (
        select(UserTask, Deadline)
        .join(Deadline, Deadline.task_id == UserTask.id, isouter=True)
        .where(UserTask.instance_id == instance_id, UserTask.status == "open")
    )
    with session.no_autoflush:
        found = session.execute(query).all()
    rows: list[tuple[UserTask, Deadline | None]] = [
        (task, row) for task, row in found if task.status == "open"
    ]
    return Ledger(rows, stops_of(session, instance_id))


def stops_of(session: Session, instance_id: UUID) -> Stops:
    """The pauses of an instance that have ended, in order."""
    return remembered(session, ("stops", instance_id), lambda: _read_stops(session, instance_id))


def since(stops: Stops, moment: datetime) -> Stops:
    """Those pauses that began at a moment or later."""
    return Stops([stop for stop in stops.spans if stop.begin >= moment])


def _read_stops(session: Session, instance_id: UUID) -> Stops:
    query = select(Pause).where(Pause.instance_id == instance_id, Pause.resumed_at.is_not(None))
    rows = session.scalars(query.order_by(Pause.paused_at))
    return Stops([Stop(row.paused_at, row.resumed_at) for row in rows if row.resumed_at])
