"""What past decisions were made of: the values that a table read for a case, and its outcome; sealed.

Kept for every business rule task from this release on, so that a changed table can be tried on what really
came (`engine.replay`). Only what the table reads is kept, and it goes with the case.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from collections.abc import Mapping as Names
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.db import house
from engine.decisions import DecisionModel
from engine.diagram import Element
from engine.models import Base, ProcessInstance
from engine.secrecy import open_sealed, seal


class DecisionMade(Base):
    """A decision that a table made for a case. `told` is sealed: the values the table read, and the
    outcome."""

    __tablename__ = "decision_made"
    __table_args__ = (Index("ix_decision_made_process_decision_at", "process", "decision", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    process: Mapped[str] = mapped_column(String(100))
    element: Mapped[str] = mapped_column(String(100))
    decision: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
    told: Mapped[bytes] = mapped_column(LargeBinary)


def keep_decision(
    session: Session,
    instance: ProcessInstance,
    drawn: Element,
    name: str,
    tables: DecisionModel,
    variables: Names[str, Any],
    outcome: Any,
) -> None:
    """Keep what a table has just decided for a case, and what it read for that."""
    row = DecisionMade(
        id=uuid4(),
        instance_id=instance.id,
        process=instance.process,
        element=drawn.id,
        decision=name,
        at=house(session).clock.now(),
    )
    told = {"inputs": picked(variables, tables.reads()), "outcome": outcome}
    row.told = seal(json.dumps(told).encode(), house(session).state_key, place_of_decision(row))
    session.add(row)


def told_of(session: Session, row: DecisionMade) -> tuple[dict[str, Any], Any]:
    """The values that a decision was made of, as nested variables, and its outcome."""
    told = json.loads(open_sealed(row.told, house(session).state_key, place_of_decision(row)))
    return told["inputs"], told["outcome"]


def picked(variables: Names[str, Any], paths: Iterable[str]) -> dict[str, Any]:
    """Those variables alone that some paths name; null for what was not there, as FEEL reads it."""
    found: dict[str, Any] = {}
    for path in sorted(paths):  # "a" before "a.b": the whole holds its parts
        *parents, last = path.split(".")
        source: Any = variables
        target = found
        for name in parents:
            source = source.get(name) if isinstance(source, Names) else None
            inner = target.setdefault(name, {})
            if not isinstance(inner, dict):
                break
            target = inner
        else:
            target.setdefault(last, copy.deepcopy(source.get(last)) if isinstance(source, Names) else None)
    return found


def place_of_decision(row: DecisionMade) -> str:
    """Where a kept decision belongs: its row and its case."""
    return f"decision_made|told|{row.id}|{row.instance_id}"
