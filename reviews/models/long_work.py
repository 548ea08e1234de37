"""Long work that somebody asked for: how far it is, and its result, sealed until it is taken away."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Code, Key, PersonId, Words, one_of

STATES = ("waiting", "at_work", "done", "failed", "stopped")


class LongWork(Base):
    """One piece of work that takes longer than a page may: asked for once, done by a worker.

    waiting -> at_work -> done | failed; stopped by whoever asked. A worker that dies lets go at `held_until`.
    """

    __tablename__ = "long_work"

    id: Mapped[Key]
    kind: Mapped[Code]
    title: Mapped[str] = mapped_column(
        String(200)
    )  # what people call it: references, never a name of a child
    wanted: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # what was asked for, in the kind's terms
    review: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("review.id"))
    asked_by: Mapped[PersonId]
    asked_at: Mapped[dt.datetime] = mapped_column(Moment)
    state: Mapped[Code] = mapped_column(default="waiting")
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    held_until: Mapped[dt.datetime | None] = mapped_column(Moment)  # by the worker that is at it
    ended_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    problem: Mapped[Words]  # why it failed, for whoever asked
    file_name: Mapped[str] = mapped_column(String(200), default="")
    file_type: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int | None]
    opened_at: Mapped[dt.datetime | None] = mapped_column(Moment)  # by whoever asked: it leaves My work

    __table_args__ = (
        one_of("state", STATES),
        CheckConstraint("total IS NULL OR done <= total", name="done_within_total"),
        Index("ix_long_work_asked_by", "asked_by"),
        Index("ix_long_work_state", "state"),
    )


class LongWorkPiece(Base):
    """One sealed piece of a result's bytes; which piece of which result it is, is part of the seal."""

    __tablename__ = "long_work_piece"

    work: Mapped[uuid.UUID] = mapped_column(ForeignKey("long_work.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
