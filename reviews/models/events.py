"""Of a learning event: what its programme holds, who booked a place, what those who came said of it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Code, Key, PersonId, Words, one_of

ITEM_KINDS = ("good_practice", "development", "reflection")


class EventItem(Base):
    """One item of an event's programme: chosen from published learning, or the organisers' own (L2, L4)."""

    __tablename__ = "event_item"

    id: Mapped[Key]
    event: Mapped[Code] = mapped_column(ForeignKey("learning_event.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[Code]
    came_from: Mapped[Code]  # learning_review, serious_case_review, audit, other
    source: Mapped[str | None] = mapped_column(String(60))  # as in event_source; None: of nobody's learning
    theme: Mapped[str | None] = mapped_column(String(60))
    minutes: Mapped[int]
    led_by: Mapped[str] = mapped_column(String(150), default="")

    __table_args__ = (
        UniqueConstraint("event", "position"),
        one_of("kind", ITEM_KINDS),
        CheckConstraint("minutes >= 1", name="minutes_take_time"),
        Index("ix_event_item_source", "source"),
    )


class EventBooking(Base):
    """One person's place at an event, or on its waiting list; and whether they came.

    Deleted when it is cancelled, and when the time is over for which names of events are kept.
    """

    __tablename__ = "event_booking"

    id: Mapped[Key]
    event: Mapped[Code] = mapped_column(ForeignKey("learning_event.id"))
    number: Mapped[int]  # first in, first moved up
    person: Mapped[str | None] = mapped_column(ForeignKey("person.id"))  # None: they have no account
    name: Mapped[str] = mapped_column(String(150))
    agency: Mapped[str | None] = mapped_column(ForeignKey("agency.id"))
    job: Mapped[str] = mapped_column(String(150), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    state: Mapped[Code]
    booked_by: Mapped[PersonId]
    booked_at: Mapped[dt.datetime] = mapped_column(Moment)
    walked_in: Mapped[bool] = mapped_column(default=False)
    came: Mapped[bool | None]
    answered: Mapped[bool] = mapped_column(default=False)  # that they gave feedback, never which

    __table_args__ = (
        UniqueConstraint("event", "number"),
        UniqueConstraint("event", "person"),
        one_of("state", ("booked", "waiting")),
        Index("ix_event_booking_person", "person"),
    )


class EventAnswer(Base):
    """What somebody who came said of an event. Nothing here says who or when; on SQLite the rows lie in the
    order of their random ids, not of their coming."""

    __tablename__ = "event_answer"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    event: Mapped[Code] = mapped_column(ForeignKey("learning_event.id"))
    useful: Mapped[bool]
    differently: Mapped[Words]
    anything_else: Mapped[Words]

    __table_args__: Any = (Index("ix_event_answer_event", "event"), {"sqlite_with_rowid": False})
