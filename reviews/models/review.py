"""The review itself: from the referral to its outcome, and who may or may not come near it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Code, Codes, Key, Name, PersonId, Words, one_of

STATES = (
    "draft",
    "awaiting_triage",
    "more_information",
    "deferred_capacity",
    "scheduling",
    "agency_preparation",
    "further_meeting",
    "summary_drafting",
    "awaiting_qa",
    "qa_returned",
    "monitoring",
    "dissemination",
    "impact_review",
    "closed",
    "closed_not_accepted",
    "closed_redirected",
    "closed_withdrawn",
)
ENDED = ("closed", "closed_not_accepted", "closed_redirected", "closed_withdrawn")
NATURES = ("poor_outcome", "difficult_positive", "good_practice")
OUTCOMES = ("accept", "defer", "more_info", "single_agency", "decline", "redirect_scr", "other_review")
SCREENS = ("not_statutory", "may_be_statutory")


class Review(Base):
    """A case proposed for, or under, a multi-agency learning review."""

    __tablename__ = "review"

    id: Mapped[Key]
    ref: Mapped[Code]
    title: Mapped[str] = mapped_column(String(200), default="")
    pseudonym: Mapped[Name]
    state: Mapped[Code] = mapped_column(default="draft")
    nature: Mapped[str | None] = mapped_column(String(60))
    process_instance: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    referrer: Mapped[PersonId] = mapped_column(ForeignKey("person.id"))
    referring_agency: Mapped[Code] = mapped_column(ForeignKey("agency.id"))
    contact_channel: Mapped[str] = mapped_column(String(60), default="online")
    chair: Mapped[str | None] = mapped_column(String(80), ForeignKey("person.id"))
    restricted: Mapped[bool] = mapped_column(default=False)
    restricted_reason: Mapped[Words]
    age_band: Mapped[str] = mapped_column(String(60), default="")
    siblings: Mapped[int | None]
    plan_status_now: Mapped[str | None] = mapped_column(String(60))
    plan_status_then: Mapped[str | None] = mapped_column(String(60))
    period_from: Mapped[dt.date | None]
    period_to: Mapped[dt.date | None]
    what_happened: Mapped[Words]
    significance: Mapped[Words]
    went_well: Mapped[Words]
    themes: Mapped[Codes]
    characteristics: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # equality reporting, optional
    key_questions: Mapped[Codes]
    outcome: Mapped[str | None] = mapped_column(String(60))
    outcome_reason: Mapped[Words]
    interim_action: Mapped[Words]
    duplicate_of: Mapped[str | None] = mapped_column(String(60))
    carries_on: Mapped[str | None] = mapped_column(String(60))  # the ended review that was opened again
    carries_on_reason: Mapped[Words]
    started_at: Mapped[dt.datetime] = mapped_column(Moment)
    referred_on: Mapped[dt.date | None]
    accepted_on: Mapped[dt.date | None]
    agencies_told_on: Mapped[dt.date | None]
    met_on: Mapped[dt.date | None]  # the last meeting held: from then on agencies see its learning
    plan_adopted_on: Mapped[dt.date | None]
    actions_closed_on: Mapped[dt.date | None]
    disseminated_on: Mapped[dt.date | None]
    held_since: Mapped[dt.date | None]
    hold_reason: Mapped[Words]
    closed_on: Mapped[dt.date | None]

    __table_args__ = (
        UniqueConstraint("ref"),
        one_of("state", STATES),
        one_of("nature", NATURES),
        Index("ix_review_state", "state"),
        Index("ix_review_referrer", "referrer"),
        Index("ix_review_referring_agency", "referring_agency"),
        Index("ix_review_chair", "chair"),
        Index("ix_review_carries_on", "carries_on"),
        Index(
            "ix_review_restricted",
            "ref",
            "id",
            postgresql_where=text("restricted IS true"),
            sqlite_where=text("restricted IS 1"),
        ),
    )

    @property
    def ended(self) -> bool:
        """Whether no work on this review is left."""
        return self.state in ENDED


class Parallel(Base):
    """Another review or proceeding about the same events (C2)."""

    __tablename__ = "parallel_proceeding"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    kind: Mapped[Code]
    lead: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[str] = mapped_column(String(200), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (Index("ix_parallel_proceeding_review", "review"),)


class Conflict(Base):
    """A person who must not come near this review. Beats every role and every relation."""

    __tablename__ = "conflict"

    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    person: Mapped[PersonId] = mapped_column(ForeignKey("person.id"), primary_key=True)
    reason: Mapped[Words]
    declared_at: Mapped[dt.datetime] = mapped_column(Moment)
    declared_by: Mapped[PersonId]

    __table_args__ = (Index("ix_conflict_person", "person"),)


class NamedAccess(Base):
    """A person on the named list of a restricted review."""

    __tablename__ = "named_access"

    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    person: Mapped[PersonId] = mapped_column(ForeignKey("person.id"), primary_key=True)
    reason: Mapped[Words]
    given_at: Mapped[dt.datetime] = mapped_column(Moment)
    given_by: Mapped[PersonId]

    __table_args__ = (Index("ix_named_access_person", "person"),)


class Screen(Base):
    """The statutory screen: may this be a case for the Serious Case Review sub-group (A1)?"""

    __tablename__ = "statutory_screen"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    died_or_harmed: Mapped[bool]
    abuse_suspected: Mapped[bool]
    near_miss: Mapped[bool] = mapped_column(default=False)
    consulted: Mapped[str] = mapped_column(String(200), default="")
    outcome: Mapped[Code]
    reason: Mapped[Words]
    checked_by: Mapped[PersonId]
    checked_on: Mapped[dt.date]

    __table_args__ = (one_of("outcome", SCREENS), Index("ix_statutory_screen_review", "review"))


class Redirect(Base):
    """A hand-over to the Serious Case Review sub-group, its receipt and its reply (A2)."""

    __tablename__ = "redirect"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    body: Mapped[Code] = mapped_column(default="scr")
    sent_on: Mapped[dt.date]
    reason: Mapped[Words]
    reply: Mapped[str | None] = mapped_column(String(60))
    reply_note: Mapped[Words]
    replied_by: Mapped[str | None] = mapped_column(String(80))
    replied_on: Mapped[dt.date | None]

    __table_args__ = (one_of("reply", ("taken", "not_taken")), Index("ix_redirect_review", "review"))


class Discussion(Base):
    """The discussion with the referrer, without which no triage decision is made (P2)."""

    __tablename__ = "discussion"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    held_on: Mapped[dt.date]
    how: Mapped[Code]
    took_part: Mapped[str] = mapped_column(String(500), default="")
    referrer_view: Mapped[Words]
    note: Mapped[Words]
    recorded_by: Mapped[PersonId]

    __table_args__ = (Index("ix_discussion_review", "review"),)


class TriageDecision(Base):
    """What was decided about a referral, by whom, why, and with what capacity at the time (P2, P3)."""

    __tablename__ = "triage_decision"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    step: Mapped[Code]  # triage_decision, capacity_review, second_look, second_look_ruling
    outcome: Mapped[Code]
    reason: Mapped[Words]
    override_reason: Mapped[Words]
    interim_action: Mapped[Words]
    open_reviews: Mapped[int | None]
    review_limit: Mapped[int | None]
    free_chairs: Mapped[int | None]
    decided_by: Mapped[PersonId]
    decided_on: Mapped[dt.date]

    __table_args__ = (Index("ix_triage_decision_review", "review"),)
