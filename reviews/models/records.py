"""Records: how long each kind is kept, what is due, legal holds, certificates of what was destroyed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Code, Codes, Key, PersonId, Words, one_of

AFTERWARDS = ("delete", "review", "keep")
UNITS = ("day", "month", "year")
DUE_STATES = ("waiting", "listed", "proposed")


class RetentionRule(Base):
    """How long one kind of record is kept, where the office has changed what current practice says."""

    __tablename__ = "retention_rule"

    record: Mapped[Code] = mapped_column(primary_key=True)
    amount: Mapped[int]
    unit: Mapped[Code]
    least_years: Mapped[int | None]  # and never less than so many years after the end
    afterwards: Mapped[Code]  # delete, review or keep, when the time is over
    confirmed_by: Mapped[str] = mapped_column(String(200), default="")  # the information governance lead

    __table_args__ = (
        one_of("unit", UNITS),
        one_of("afterwards", AFTERWARDS),
        CheckConstraint("amount >= 1", name="amount_at_least_one"),
    )


class RetentionChange(Base):
    """The history of the schedule: from what to what, by whom, when and why."""

    __tablename__ = "retention_change"

    id: Mapped[Key]
    record: Mapped[Code]
    old: Mapped[str] = mapped_column(String(400))
    new: Mapped[str] = mapped_column(String(400))
    reason: Mapped[Words]
    changed_at: Mapped[dt.datetime] = mapped_column(Moment)
    changed_by: Mapped[PersonId]

    __table_args__ = (Index("ix_retention_change_record_changed_at", "record", "changed_at"),)


class RecordDue(Base):
    """One record and the day on which somebody looks at it. waiting -> listed -> proposed -> gone with it.

    The unique constraint is what lists a record once, however many workers look.
    """

    __tablename__ = "record_due"

    id: Mapped[Key]
    record: Mapped[Code]
    about: Mapped[Code]  # a review's reference, a suggestion's key, or a month of notices
    item: Mapped[str] = mapped_column(String(130), default="")  # the draft, where it is one
    due_on: Mapped[dt.date]  # by the schedule; from a birth date only its year (decision 13)
    look_on: Mapped[dt.date]  # later than due_on where somebody chose to keep it until then
    why: Mapped[str] = mapped_column(String(400))
    state: Mapped[Code] = mapped_column(default="waiting")
    listed_on: Mapped[dt.date | None]
    kept_by: Mapped[str | None] = mapped_column(String(80))
    kept_reason: Mapped[Words]
    proposed_by: Mapped[str | None] = mapped_column(String(80))
    proposed_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    proposed_reason: Mapped[Words]
    with_learning: Mapped[bool] = mapped_column(default=False)  # published learning is destroyed, too
    sent_back_by: Mapped[str | None] = mapped_column(String(80))
    sent_back_reason: Mapped[Words]

    __table_args__ = (
        UniqueConstraint("record", "about", "item"),
        one_of("state", DUE_STATES),
        CheckConstraint("state <> 'proposed' OR proposed_by IS NOT NULL", name="proposed_by_somebody"),
        Index("ix_record_due_state_look_on", "state", "look_on"),
        Index("ix_record_due_about", "about"),
    )


class LegalHold(Base):
    """Nothing is destroyed: of one review, or (without one) of anything. Beats every rule until it ends."""

    __tablename__ = "legal_hold"

    id: Mapped[Key]
    about: Mapped[str | None] = mapped_column(String(60))  # a review's reference; none: everything
    reason: Mapped[Words]
    authority: Mapped[str] = mapped_column(String(300))
    placed_by: Mapped[PersonId]
    placed_at: Mapped[dt.datetime] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(String(80))
    ended_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    end_reason: Mapped[Words]

    __table_args__ = (Index("ix_legal_hold_about_ended_at", "about", "ended_at"),)


class DestructionCertificate(Base):
    """What was destroyed: which records, how many rows, by which rule, who decided. No content."""

    __tablename__ = "destruction_certificate"

    number: Mapped[Code] = mapped_column(primary_key=True)
    about: Mapped[Codes]  # references only
    whole: Mapped[bool] = mapped_column(default=False)  # a whole case: its pages are gone
    records: Mapped[Codes]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # table -> rows
    rules: Mapped[Codes]
    reason: Mapped[Words]
    learning_kept: Mapped[bool] = mapped_column(default=False)
    proposed_by: Mapped[str | None] = mapped_column(String(80))  # none: one approval of a batch is enough
    proposed_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    approved_by: Mapped[PersonId]
    destroyed_at: Mapped[dt.datetime] = mapped_column(Moment)
    digest: Mapped[str] = mapped_column(String(64))  # of references, counts and rules: nothing personal
    wiped_at: Mapped[dt.datetime | None] = mapped_column(Moment)  # when the freed space was overwritten

    __table_args__ = (
        CheckConstraint("proposed_by IS NULL OR proposed_by <> approved_by", name="approved_by_another"),
        Index("ix_destruction_certificate_wiped_at", "wiped_at"),
    )


class KeptBriefing(Base):
    """Published learning whose review was destroyed: anonymous, and permanent."""

    __tablename__ = "kept_briefing"

    ref: Mapped[Code] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    sections: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    themes: Mapped[Codes]
    published_on: Mapped[dt.date]
    restricted: Mapped[bool] = mapped_column(default=False)
