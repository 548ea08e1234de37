"""Notices that did not arrive, and what the office did about each."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Key, PersonId, Words, one_of

OUTCOMES = ("sent_again", "told", "left")


class UndeliveredNotice(Base):
    """One notice that was given up or came back. Notices to one person about one case share one task."""

    __tablename__ = "undelivered_notice"

    id: Mapped[Key]
    notice: Mapped[str] = mapped_column(String(200))  # its key in the outbox
    person: Mapped[PersonId]
    about: Mapped[str] = mapped_column(String(100))
    failed_at: Mapped[dt.datetime] = mapped_column(Moment)
    process_instance: Mapped[uuid.UUID | None] = mapped_column(Uuid)  # none where a task would go in a circle
    outcome: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[Words]
    settled_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    settled_by: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (
        UniqueConstraint("notice"),
        one_of("outcome", OUTCOMES),
        Index("ix_undelivered_notice_process_instance", "process_instance"),
        Index("ix_undelivered_notice_person_about", "person", "about"),
    )
