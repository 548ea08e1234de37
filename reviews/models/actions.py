"""Actions: one owner, one agency, one due date with its history, a series of updates, evidence (P14, A15)."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import AnswerOnALadder, Code, Key, PersonId, Words, one_of

STATUSES = ("proposed", "agreed", "in_progress", "completed", "verified", "cancelled")
AT_WORK = ("agreed", "in_progress")
OPEN_STATUSES = (*AT_WORK, "completed")
KINDS_OF_ACTION = ("immediate", "single_agency", "multi_agency", "policy", "training", "national")
WORSE = ("amber", "red")
ANSWERS = ("on_track", "done", "need_longer", "not_mine", "blocked")


class Action(Base):
    """Something one agency has agreed to change, what children will notice, and how that is measured."""

    __tablename__ = "action"

    id: Mapped[Key]
    ref: Mapped[Code]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    recommendation: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("recommendation.id"))
    process_instance: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    kind: Mapped[Code] = mapped_column(default="multi_agency")
    text: Mapped[str] = mapped_column(String(300))
    difference: Mapped[Words]
    baseline: Mapped[Words]  # how it is before the action: the impact check puts its result beside this
    measure: Mapped[Words]
    evidence_required: Mapped[Words]
    agency: Mapped[Code] = mapped_column(ForeignKey("agency.id"))
    owner: Mapped[PersonId] = mapped_column(ForeignKey("person.id"))
    priority: Mapped[str] = mapped_column(String(60), default="medium")
    status: Mapped[Code] = mapped_column(default="proposed")
    proposed_on: Mapped[dt.date]
    agreed_on: Mapped[dt.date | None]
    accepted_by_agency_on: Mapped[dt.date | None]
    due: Mapped[dt.date]
    original_due: Mapped[dt.date]
    forecast: Mapped[dt.date | None]
    worse: Mapped[str | None] = mapped_column(
        String(60)
    )  # the owner may make the calculated colour worse, not better
    completed_on: Mapped[dt.date | None]
    verified_on: Mapped[dt.date | None]
    verified_by: Mapped[str | None] = mapped_column(String(80))
    cancelled_on: Mapped[dt.date | None]
    cancel_reason: Mapped[Words]
    cancelled_by: Mapped[str | None] = mapped_column(String(80))

    __table_args__ = (
        UniqueConstraint("ref"),
        one_of("status", STATUSES),
        one_of("worse", WORSE),
        CheckConstraint("verified_by IS NULL OR verified_by <> owner", name="verified_by_another"),
        Index("ix_action_review", "review"),
        Index("ix_action_process_instance", "process_instance"),
        Index("ix_action_agency_status", "agency", "status"),
        Index("ix_action_owner", "owner"),
        Index("ix_action_status_due", "status", "due"),
    )


class ActionUpdate(Base):
    """What an owner said about an action, on a day. Never overwritten."""

    __tablename__ = "action_update"

    id: Mapped[Key]
    action: Mapped[uuid.UUID] = mapped_column(ForeignKey("action.id"))
    at: Mapped[dt.datetime] = mapped_column(Moment)
    by: Mapped[PersonId] = mapped_column("by_person")
    answer: Mapped[str | None] = mapped_column(String(60))
    text: Mapped[Words]
    forecast: Mapped[dt.date | None]

    __table_args__ = (one_of("answer", ANSWERS), Index("ix_action_update_action_at", "action", "at"))


class Evidence(Base):
    """What shows that an action did what it was for: a file, a link or words, and what it shows."""

    __tablename__ = "evidence"

    id: Mapped[Key]
    action: Mapped[uuid.UUID] = mapped_column(ForeignKey("action.id"))
    name: Mapped[str] = mapped_column(String(300), default="")
    link: Mapped[str] = mapped_column(String(1000), default="")
    shows: Mapped[Words]
    dated: Mapped[dt.date | None]
    given_by: Mapped[PersonId]
    given_on: Mapped[dt.date]
    missing: Mapped[Words]  # what the Monitoring chair still asked for

    __table_args__ = (Index("ix_evidence_action", "action"),)


class ActionExtension(Base):
    """More time asked for, and what was decided. The old date is kept."""

    __tablename__ = "action_extension"

    id: Mapped[Key]
    action: Mapped[uuid.UUID] = mapped_column(ForeignKey("action.id"))
    asked_by: Mapped[PersonId]
    asked_on: Mapped[dt.date]
    reason: Mapped[Words]
    asked_until: Mapped[dt.date | None]
    old_due: Mapped[dt.date]
    granted: Mapped[bool | None]
    new_due: Mapped[dt.date | None]
    decision_reason: Mapped[Words]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_on: Mapped[dt.date | None]

    __table_args__ = (
        Index("ix_action_extension_action", "action"),
        CheckConstraint("granted IS NULL OR decided_by IS NOT NULL", name="decided_by_somebody"),
    )


class LadderAnswer(AnswerOnALadder, Base):
    """An answer on the escalation ladder: recovery plan, decision, written assurance, exception report."""

    __tablename__ = "ladder_answer"

    id: Mapped[Key]
    action: Mapped[uuid.UUID] = mapped_column(ForeignKey("action.id"))

    __table_args__ = (Index("ix_ladder_answer_action", "action"),)
