"""The tables of changes: what a process owner drafts before it is put into use.

process_change   editing -> trying -> asked -> approved -> deployed
                 trying -> editing (a scenario does not hold, or taken back)
                 asked -> editing (taken back) | returned;   returned -> editing (with the next save)
                 editing | returned | trying | asked | approved -> discarded -> editing (brought back)
scenario_run     waiting -> playing -> done;   playing -> waiting (whoever played it is gone)
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base

STATES = ("editing", "trying", "asked", "returned", "approved", "deployed", "discarded")


class Change(Base):
    """A change of one process's bundle, from its first draft to the version that it became."""

    __tablename__ = "process_change"
    __table_args__ = (
        CheckConstraint(
            "status IN ('editing', 'trying', 'asked', 'returned', 'approved', 'deployed', 'discarded')",
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


class ScenarioRun(Base):
    """The scenarios of a bundle, played once for the files with one checksum. What came of them belongs to
    these files, whichever change or version holds them."""

    __tablename__ = "scenario_run"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'playing', 'done')", name="status_known"),
        Index("ix_scenario_run_process_checksum", "process", "checksum"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    process: Mapped[str] = mapped_column(String(100))
    checksum: Mapped[str] = mapped_column(String(64))
    beside: Mapped[str] = mapped_column(String(64))  # checksum of the other processes' versions in use then
    change_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_change.id"))  # where the files are
    status: Mapped[str] = mapped_column(String(20), index=True)
    asked_by: Mapped[str] = mapped_column(String(100))
    asked_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    sound: Mapped[bool] = mapped_column(default=False)
    results: Mapped[dict[str, Any] | None] = mapped_column(JSON)
