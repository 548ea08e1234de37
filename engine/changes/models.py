"""The tables of changes: what a process owner drafts before it is put into use.

process_change   editing -> asked -> approved -> deployed
                 asked -> editing (taken back) | returned;   returned -> editing (with the next save)
                 editing | returned | asked | approved -> discarded -> editing (brought back)
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base

STATES = ("editing", "asked", "returned", "approved", "deployed", "discarded")


class Change(Base):
    """A change of one process's bundle, from its first draft to the version that it became."""

    __tablename__ = "process_change"
    __table_args__ = (
        CheckConstraint(
            "status IN ('editing', 'asked', 'returned', 'approved', 'deployed', 'discarded')",
            name="status_known",
        ),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="decided_by_another"),
        Index("ix_process_change_process_status", "process", "status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    process: Mapped[str] = mapped_column(String(100))
    base_number: Mapped[int] = mapped_column(
        Integer
    )  # the version it began from or was brought up to; 0: none
    title: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(20))
    begun_by: Mapped[str] = mapped_column(String(100))
    begun_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(Text, default="")
    asked_by: Mapped[str | None] = mapped_column(String(100))
    asked_at: Mapped[datetime | None]
    checksum: Mapped[str | None] = mapped_column(String(64))  # of the files that approval was asked for
    decided_by: Mapped[str | None] = mapped_column(String(100))
    decided_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    deployed_number: Mapped[int | None] = mapped_column(Integer)


class ChangeFile(Base):
    """A file of a change as it now is; `text` is null for one that was taken out."""

    __tablename__ = "change_file"

    change_id: Mapped[UUID] = mapped_column(ForeignKey("process_change.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    text: Mapped[str | None] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer)
    saved_by: Mapped[str] = mapped_column(String(100))
    saved_at: Mapped[datetime]


class ChangeRevision(Base):
    """A file of a change as somebody saved it. Saves of one person that follow each other closely are one."""

    __tablename__ = "change_revision"
    __table_args__ = (UniqueConstraint("change_id", "name", "revision"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    change_id: Mapped[UUID] = mapped_column(ForeignKey("process_change.id"))
    name: Mapped[str] = mapped_column(String(120))
    revision: Mapped[int] = mapped_column(Integer)
    text: Mapped[str | None] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(100))
    began_at: Mapped[datetime]
    at: Mapped[datetime]
