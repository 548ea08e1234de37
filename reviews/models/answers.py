"""What people say of a step from a reminder (more time, not mine, blocked), and addresses of calendars."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Code, Key, PersonId, Words, one_of

NOTES = ("not_mine", "blocked")


class TimeRequest(Base):
    """More time asked for a step, and what was decided. The old date is kept; actions have a table of their
    own (`ActionExtension`)."""

    __tablename__ = "time_request"

    id: Mapped[Key]
    task: Mapped[uuid.UUID] = mapped_column(Uuid)
    about: Mapped[Code]  # the business key: mostly a review's reference
    asked_by: Mapped[PersonId]
    asked_at: Mapped[dt.datetime] = mapped_column(Moment)
    asked_until: Mapped[dt.date]
    old_due: Mapped[dt.date | None]
    reason: Mapped[Words]
    agreed: Mapped[bool | None]
    new_due: Mapped[dt.date | None]
    answer: Mapped[Words]
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    __table_args__ = (
        Index("ix_time_request_task", "task"),
        Index("ix_time_request_about", "about"),
        CheckConstraint("answered_by IS NULL OR answered_by <> asked_by", name="answered_by_another"),
        CheckConstraint("agreed IS NULL OR answered_by IS NOT NULL", name="answered_by_somebody"),
    )


class TaskNote(Base):
    """What a person said of a step that cannot go on with them: not theirs, or something is in the way."""

    __tablename__ = "task_note"

    id: Mapped[Key]
    task: Mapped[uuid.UUID] = mapped_column(Uuid)
    about: Mapped[Code]
    answer: Mapped[Code]
    sentence: Mapped[Words]
    by: Mapped[PersonId] = mapped_column("by_person")
    at: Mapped[dt.datetime] = mapped_column(Moment)

    __table_args__ = (
        one_of("answer", NOTES),
        Index("ix_task_note_task", "task"),
        Index("ix_task_note_about", "about"),
    )


class CalendarAddress(Base):
    """The secret address of one person's calendar: only its digest is kept, so it is shown once."""

    __tablename__ = "calendar_address"

    person: Mapped[PersonId] = mapped_column(ForeignKey("person.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[dt.datetime] = mapped_column(Moment)

    __table_args__ = (UniqueConstraint("digest"),)
