"""The tables of moving running cases: what was asked for, what became of each case, what it was before.

migration_case   waiting -> moved | refused;   moved -> returning -> undone | moved (with why not)
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base


class Migration(Base):
    """One request to move the running cases of a process to a version of it."""

    __tablename__ = "migration"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    process: Mapped[str] = mapped_column(String(100), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("process_version.id"))
    number: Mapped[int] = mapped_column(Integer)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]


class MigrationCase(Base):
    """One case of it. `before` is sealed: its state and its rows, for as long as they can be brought back."""

    __tablename__ = "migration_case"
    __table_args__ = (UniqueConstraint("migration_id", "instance_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    migration_id: Mapped[UUID] = mapped_column(ForeignKey("migration.id"))
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    sentence: Mapped[str] = mapped_column(Text, default="")
    what_to_do: Mapped[str] = mapped_column(Text, default="")
    from_number: Mapped[int] = mapped_column(Integer)
    before: Mapped[bytes | None] = mapped_column(LargeBinary)
    revision: Mapped[int | None] = mapped_column(Integer)
    done_at: Mapped[datetime | None]
