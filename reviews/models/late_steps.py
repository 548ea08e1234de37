"""Steps of a review that are late: the ladder of each, and what was answered on it (practice 2.7)."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base
from reviews.models.columns import AnswerOnALadder, Key


class LateStep(Base):
    """One ladder beside one open step: it counts from `due`, and ends with the step or with a new date."""

    __tablename__ = "late_step"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    task: Mapped[uuid.UUID] = mapped_column(Uuid)
    process_instance: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    person: Mapped[str | None] = mapped_column(String(80))  # who had the step when we last looked
    due: Mapped[dt.date]
    begun_on: Mapped[dt.date]
    ended_on: Mapped[dt.date | None]

    __table_args__ = (
        Index("ix_late_step_task", "task"),
        Index("ix_late_step_process_instance", "process_instance"),
    )


class LateStepAnswer(AnswerOnALadder, Base):
    """An answer on that ladder: plan to catch up, decision, written assurance, exception report."""

    __tablename__ = "late_step_answer"

    id: Mapped[Key]
    late_step: Mapped[uuid.UUID] = mapped_column(ForeignKey("late_step.id"))

    __table_args__ = (Index("ix_late_step_answer_late_step", "late_step"),)
