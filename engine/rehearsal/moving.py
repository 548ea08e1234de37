"""What of the engine goes from the real database into a rehearsal: versions, and one case's state.

The real database is only read.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, select, tuple_
from sqlalchemy.orm import Session

from engine.db import house
from engine.execution import place_of_state
from engine.models import Base, ProcessInstance, ProcessVersion
from engine.secrecy import open_sealed, seal

TABLE = Base.metadata.tables[ProcessVersion.__tablename__]
RESEALED = "state"  # the one sealed column of a running case that a rehearsal needs


def copy_newest(real: Session, rehearsal: Session) -> None:
    """Copy the newest version of every process: those that new cases begin on."""
    newest = select(TABLE.c.process, func.max(TABLE.c.number)).group_by(TABLE.c.process)
    _copy(real, rehearsal, tuple_(TABLE.c.process, TABLE.c.number).in_(newest))


def copy_versions(real: Session, rehearsal: Session, wanted: Collection[UUID]) -> None:
    """Copy the versions that running cases stand on, as far as they are not there yet."""
    known = set(rehearsal.scalars(select(ProcessVersion.id)))
    _copy(real, rehearsal, TABLE.c.id.in_(set(wanted) - known))


def _copy(real: Session, rehearsal: Session, wanted: ColumnElement[bool]) -> None:
    """What is known of versions already, read and compiled, is known in the rehearsal, too: none changes."""
    rows = [dict(row) for row in real.execute(select(TABLE).where(wanted)).mappings()]
    if rows:
        rehearsal.execute(insert(TABLE), rows)
    house(rehearsal).models.update(house(real).models)


def resealed_state(real: Session, rehearsal: Session, row: dict[str, Any]) -> bytes:
    """The state of an instance, opened with the real key and sealed with the rehearsal's. Raises
    StateUnreadable."""
    place = place_of_state(ProcessInstance(id=row["id"], revision=row["revision"]))
    return seal(open_sealed(row["state"], house(real).state_key, place), house(rehearsal).state_key, place)
