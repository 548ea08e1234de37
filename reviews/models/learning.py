"""What was learned: learning points, the summary in two versions, recommendations, checks, QA decisions."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Code, Codes, Key, PersonId, Words, one_of

KINDS = ("strength", "development")
QA_OUTCOMES = ("accept", "accept_changes", "return", "raise")


class LearningPoint(Base):
    """Something learned: a strength as much as a thing to develop, and why it was so (P9, A13)."""

    __tablename__ = "learning_point"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    meeting: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    kind: Mapped[Code]
    statement: Mapped[Words]
    why: Mapped[Words]
    themes: Mapped[Codes]
    agencies: Mapped[Codes]
    recorded_on: Mapped[dt.date]

    __table_args__ = (
        one_of("kind", KINDS),
        UniqueConstraint("review", "number"),
        Index("ix_learning_point_recorded_on", "recorded_on"),
    )


class Summary(Base):
    """One version of the chair's summary: full (restricted) and shareable (anonymised) side by side (P12)."""

    __tablename__ = "summary"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(200), default="")
    full: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # section -> text
    shareable: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    child_voice: Mapped[bool] = mapped_column(default=False)
    written_by: Mapped[PersonId]
    written_at: Mapped[dt.datetime] = mapped_column(Moment)
    cleared_by: Mapped[str | None] = mapped_column(String(80))  # the second reader, never the author
    cleared_on: Mapped[dt.date | None]
    cleared_checksum: Mapped[str | None] = mapped_column(String(64))  # of the words that were signed

    __table_args__ = (
        UniqueConstraint("review", "version"),
        CheckConstraint("version >= 1", name="version_from_one"),
        CheckConstraint("cleared_by IS NULL OR cleared_by <> written_by", name="cleared_by_another"),
    )


class FactCheck(Base):
    """An agency's answer to the draft: are the facts right, does it take its actions on (P12)?"""

    __tablename__ = "fact_check"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    agency: Mapped[Code] = mapped_column(ForeignKey("agency.id"))
    answer: Mapped[Code]
    comments: Mapped[Words]
    checked_by: Mapped[str | None] = mapped_column(String(80))
    checked_on: Mapped[dt.date]

    __table_args__ = (Index("ix_fact_check_review", "review"),)


class AnonymityCheck(Base):
    """The second reader's check of what is to be shared (2.9)."""

    __tablename__ = "anonymity_check"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    version: Mapped[int]
    outcome: Mapped[Code]
    changes: Mapped[Words]
    checks: Mapped[Codes]
    checked_by: Mapped[PersonId]
    checked_on: Mapped[dt.date]

    __table_args__ = (one_of("outcome", ("clear", "changes")), Index("ix_anonymity_check_review", "review"))


class Recommendation(Base):
    """A recommendation of a review, numbered within it."""

    __tablename__ = "recommendation"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    number: Mapped[int]
    text: Mapped[Words]
    priority: Mapped[str] = mapped_column(String(60), default="medium")
    agency: Mapped[str | None] = mapped_column(String(60))
    themes: Mapped[Codes]
    retired_on: Mapped[dt.date | None]  # left out of a later version of the summary; kept for the record

    __table_args__ = (UniqueConstraint("review", "number"),)


class QaDecision(Base):
    """One presentation to the QA sub-group and what it decided (P13)."""

    __tablename__ = "qa_decision"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    meeting_on: Mapped[dt.date]
    papers_sent_on: Mapped[dt.date | None]
    presented_by: Mapped[str | None] = mapped_column(String(80))
    presented_note: Mapped[Words]
    outcome: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[Words]
    changes: Mapped[Words]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_on: Mapped[dt.date | None]

    __table_args__ = (one_of("outcome", QA_OUTCOMES), Index("ix_qa_decision_review", "review"))


class ImpactCheck(Base):
    """What changed for children, six months after the last action, and how the sub-group rates it (2.10)."""

    __tablename__ = "impact_check"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    should_differ: Mapped[Words]
    baseline: Mapped[Words]
    methods: Mapped[Codes]
    result: Mapped[Words]
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    proposed_rating: Mapped[str | None] = mapped_column(String(60))
    checked_by: Mapped[PersonId]
    checked_on: Mapped[dt.date]
    rating: Mapped[str | None] = mapped_column(String(60))
    next_step: Mapped[str | None] = mapped_column(String(60))
    rating_reason: Mapped[Words]
    rated_by: Mapped[str | None] = mapped_column(String(80))
    rated_on: Mapped[dt.date | None]

    __table_args__ = (
        one_of("next_step", ("close", "more_action", "repeat")),
        Index("ix_impact_check_review", "review"),
    )
