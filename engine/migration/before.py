"""What a case was before it was moved, sealed beside it: its state byte for byte, and its rows."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Date, Uuid, inspect, select
from sqlalchemy.orm import Session

from engine.db import house
from engine.execution import Execution, plain_state
from engine.migration.models import MigrationCase
from engine.models import Base, Deadline, Moment, Timer, UserTask, WorkingCalendar
from engine.secrecy import open_sealed, seal

R = TypeVar("R", bound=Base)


def place_of_before(case: MigrationCase) -> str:
    """Where it belongs: its row."""
    return f"migration_case|before|{case.id}"


def keep_before(execution: Execution, case: MigrationCase) -> None:
    """Keep a case as it is, sealed, in its row of the migration."""
    session, instance = execution.session, execution.instance
    facts = {
        "state": base64.b64encode(plain_state(execution)).decode(),
        "version": str(instance.version_id),
        "progress": instance.progress,
        "days": calendar_digest(session),
        "tasks": [_plain(row) for row in open_rows(session, UserTask, instance.id)],
        "timers": [_plain(row) for row in open_rows(session, Timer, instance.id)],
        "deadlines": [_plain(row) for row in ledger_rows(session, instance.id)],
    }
    text = zlib.compress(json.dumps(facts, ensure_ascii=False).encode())
    case.before = seal(text, house(session).state_key, place_of_before(case))


def read_before(session: Session, case: MigrationCase) -> dict[str, Any]:
    """What was kept. Raises StateUnreadable."""
    assert case.before is not None
    text = open_sealed(case.before, house(session).state_key, place_of_before(case))
    facts = json.loads(zlib.decompress(text))
    assert isinstance(facts, dict)
    return facts


def put_back(session: Session, kind: type[R], facts: dict[str, Any], *, but: tuple[str, ...] = ()) -> R:
    """A row as it was, but for some columns; made anew where it was deleted."""
    values = {name: _value(kind, name, told) for name, told in facts.items()}
    row = session.get(kind, values["id"])
    if row is None:
        row = kind(**values)
        session.add(row)
        return row
    for name, value in values.items():
        if name not in but:
            setattr(row, name, value)
    return row


def open_rows(session: Session, kind: type[UserTask] | type[Timer], instance_id: UUID) -> list[Any]:
    """The open tasks, or the waiting timers, of a case."""
    status = "open" if kind is UserTask else "waiting"
    return list(session.scalars(select(kind).where(kind.instance_id == instance_id, kind.status == status)))


def ledger_rows(session: Session, instance_id: UUID) -> list[Deadline]:
    """The clocks of a case's open tasks."""
    query = select(Deadline).join(UserTask, UserTask.id == Deadline.task_id)
    return list(session.scalars(query.where(Deadline.instance_id == instance_id, UserTask.status == "open")))


def calendar_digest(session: Session) -> str:
    """Which working days count at present, so that it shows when they are other ones."""
    row = session.get(WorkingCalendar, 1)
    return row.digest if row is not None else ""


def _plain(row: Base) -> dict[str, Any]:
    return {column.key: _told(getattr(row, column.key)) for column in inspect(type(row)).columns}


def _told(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _value(kind: type[Base], name: str, told: Any) -> Any:
    column = inspect(kind).columns[name].type
    if told is None:
        return None
    if isinstance(column, Moment):
        return datetime.fromisoformat(told)
    if isinstance(column, Date):
        return date.fromisoformat(told)
    return UUID(told) if isinstance(column, Uuid) else told
