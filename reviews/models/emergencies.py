"""Reviews opened in an emergency by somebody who has no part in them: who asked, why, and what was thought
of it afterwards."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Code, Key, PersonId, Words, one_of

EMERGENCIES: dict[str, str] = {
    "child_at_risk": "A child may be at risk, and I need to know who is involved",
    "asked_today": "A court, the police or a hospital asks today",
    "on_call": "I act for somebody who cannot be reached",
}


class BreakGlass(Base):
    """One request. Without a review it was refused: then nothing says whether there is such a review."""

    __tablename__ = "break_glass"

    id: Mapped[Key]
    review: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("review.id"))
    person: Mapped[PersonId]
    why: Mapped[Code]
    reason: Mapped[Words]
    asked_at: Mapped[dt.datetime] = mapped_column(Moment)
    ends_at: Mapped[dt.datetime] = mapped_column(Moment)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    process_instance: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    found: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[Words]
    looked_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    looked_by: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (
        one_of("why", tuple(EMERGENCIES)),
        one_of("found", ("justified", "not_justified")),
        Index("ix_break_glass_person_asked_at", "person", "asked_at"),
        Index("ix_break_glass_review", "review"),
        Index("ix_break_glass_process_instance", "process_instance"),
    )
