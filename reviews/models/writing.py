"""What several people write together before it is sent: the texts of each part, who was asked to write, and
what agencies see differently in their own words."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Code, Key, PersonId, Words, one_of

# written: typed there; recorded: taken over from what was recorded; joined: chosen from two texts;
# brought_back: an earlier text once more; aside: written over somebody's newer text, kept beside it.
HOW = ("written", "recorded", "joined", "brought_back", "aside")


class PartText(Base):
    """One text of one part of a step: what one person wrote in one sitting. The newest one that is not set
    aside is what stands; the others are its history. Sealed: a text in the making may name anybody."""

    __tablename__ = "part_text"

    id: Mapped[Key]
    task: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_task.id"))
    part: Mapped[str] = mapped_column(String(200))  # the screen of the form, as addresses name it
    revision: Mapped[int]  # one more with every save, also within a sitting
    how: Mapped[Code] = mapped_column(default="written")
    answers: Mapped[bytes] = mapped_column(LargeBinary)
    by: Mapped[PersonId] = mapped_column("by_person")
    begun_at: Mapped[dt.datetime] = mapped_column(Moment)
    at: Mapped[dt.datetime] = mapped_column(Moment)

    __table_args__ = (one_of("how", HOW), UniqueConstraint("task", "part", "revision"))


class Writer(Base):
    """Somebody who was asked to write parts of a step, until that is taken back or the step is sent."""

    __tablename__ = "writer"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    task: Mapped[uuid.UUID] = mapped_column(ForeignKey("user_task.id"))
    person: Mapped[PersonId]
    parts: Mapped[list[str]] = mapped_column(JSON, default=list)
    asked_by: Mapped[PersonId]
    asked_at: Mapped[dt.datetime] = mapped_column(Moment)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("task", "person"),
        Index("ix_writer_review", "review"),
        Index("ix_writer_person", "person"),
    )


class AgencyView(Base):
    """What one agency sees differently, written by its own people; nobody else changes it (A12)."""

    __tablename__ = "agency_view"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    agency: Mapped[Code] = mapped_column(ForeignKey("agency.id"))
    text: Mapped[Words]
    by: Mapped[PersonId] = mapped_column("by_person")
    at: Mapped[dt.datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("review", "agency"),)
