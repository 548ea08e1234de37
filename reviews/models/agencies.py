"""Setting up and preparing: agencies and their preparation, the chair, the meetings, the family."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base
from reviews.models.columns import Code, Key, PersonId, Words, one_of

PREPARATION = ("not_asked", "asked", "returned", "nil_return", "not_returned")
ATTENDED = ("attended", "sent_deputy", "apologies", "did_not_attend")
FAMILY_VIEWS = ("sought_given", "sought_declined", "not_sought")


class Involvement(Base):
    """An agency of a review: its named worker, when it was told, whether its preparation is in (P4)."""

    __tablename__ = "involvement"

    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    agency: Mapped[Code] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    named_worker: Mapped[str] = mapped_column(String(200), default="")
    still_involved: Mapped[bool | None]
    added_on: Mapped[dt.date]
    notified_on: Mapped[dt.date | None]
    preparation: Mapped[Code] = mapped_column(default="not_asked")
    prepared_on: Mapped[dt.date | None]
    prepared_by: Mapped[str | None] = mapped_column(String(80))
    facts_checked_on: Mapped[dt.date | None]
    facts_answer: Mapped[str | None] = mapped_column(String(60))

    __table_args__ = (one_of("preparation", PREPARATION), Index("ix_involvement_agency", "agency"))


class Preparation(Base):
    """One agency's one page. Only that agency and the review's own team read it before the meeting (A8)."""

    __tablename__ = "preparation"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    agency: Mapped[Code] = mapped_column(ForeignKey("agency.id"))
    involved: Mapped[bool]
    file_read_by: Mapped[str] = mapped_column(String(200), default="")
    file_read_on: Mapped[dt.date | None]
    spoke_to_staff: Mapped[bool | None]
    key_contacts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    went_well: Mapped[Words]
    could_differ: Mapped[Words]
    helped_or_hindered: Mapped[Words]
    already_changed: Mapped[Words]
    questions: Mapped[Words]
    sealed_note: Mapped[bytes | None] = mapped_column(LargeBinary)  # not to be discussed openly
    attendees: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    returned_by: Mapped[PersonId]
    returned_on: Mapped[dt.date]

    __table_args__ = (UniqueConstraint("review", "agency"),)


class ChairNomination(Base):
    """One person asked to chair, the answers of their conflict check, and their reply (P5)."""

    __tablename__ = "chair_nomination"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    nominee: Mapped[PersonId] = mapped_column(ForeignKey("person.id"))
    nominated_by: Mapped[PersonId]
    nominated_on: Mapped[dt.date]
    reason: Mapped[Words]
    conflicts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reply: Mapped[str | None] = mapped_column(String(60))
    reply_reason: Mapped[Words]
    replied_on: Mapped[dt.date | None]

    __table_args__ = (one_of("reply", ("accept", "decline")), Index("ix_chair_nomination_review", "review"))


class Meeting(Base):
    """A round-table meeting of a review: planned, then held or cancelled (P6 to P10)."""

    __tablename__ = "meeting"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    number: Mapped[int]
    held_on: Mapped[dt.date]
    starts_at: Mapped[str] = mapped_column(String(5), default="")  # local time, HH:MM
    mode: Mapped[str] = mapped_column(String(60), default="")
    place: Mapped[str] = mapped_column(String(500), default="")
    invitation_sequence: Mapped[int] = mapped_column(default=0)  # counts updates of the calendar invitation
    invitation_note: Mapped[Words]
    date_reason: Mapped[Words]  # why it is late, in the holidays or on a free day
    agenda: Mapped[Words]
    agenda_sent_on: Mapped[dt.date | None]
    cancelled_on: Mapped[dt.date | None]
    cancelled_by: Mapped[str | None] = mapped_column(String(80))
    cancel_reason: Mapped[Words]
    recorded_on: Mapped[dt.date | None]
    quorum_met: Mapped[bool | None]
    quorum_note: Mapped[Words]
    note: Mapped[Words]
    another: Mapped[bool | None]
    another_reason: Mapped[Words]

    __table_args__ = (
        UniqueConstraint("review", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
        Index("ix_meeting_held_on", "held_on"),
    )


class Invitation(Base):
    """Somebody asked to a meeting: encouraged, never compelled (P7)."""

    __tablename__ = "invitation"

    id: Mapped[Key]
    meeting: Mapped[uuid.UUID] = mapped_column(ForeignKey("meeting.id"))
    agency: Mapped[str | None] = mapped_column(String(60), ForeignKey("agency.id"))
    person: Mapped[str | None] = mapped_column(String(80))
    reply: Mapped[str | None] = mapped_column(String(60))

    __table_args__ = (
        UniqueConstraint("meeting", "agency", "person"),
        Index("ix_invitation_person", "person"),
    )


class Attendance(Base):
    """Who came, by agency and number: never by name (P8, practice 2.6)."""

    __tablename__ = "attendance"

    meeting: Mapped[uuid.UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    agency: Mapped[Code] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    status: Mapped[Code]
    practitioners: Mapped[int] = mapped_column(default=0)
    managers: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        one_of("status", ATTENDED),
        CheckConstraint("practitioners >= 0 AND managers >= 0", name="counts_not_negative"),
    )


class Challenge(Base):
    """A challenge made at a meeting, by agency, and what was said to it (A12)."""

    __tablename__ = "challenge"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    meeting: Mapped[uuid.UUID] = mapped_column(ForeignKey("meeting.id"))
    agency: Mapped[str | None] = mapped_column(String(60))
    challenge: Mapped[Words]
    response: Mapped[Words]

    __table_args__ = (Index("ix_challenge_review", "review"),)


class FamilyView(Base):
    """Whether the family's view was sought, and what they said, in their words (P11)."""

    __tablename__ = "family_view"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    decision: Mapped[Code]
    reason: Mapped[Words]
    support: Mapped[Words]
    method: Mapped[str] = mapped_column(String(500), default="")
    held_on: Mapped[dt.date | None]
    view: Mapped[Words]
    may_quote: Mapped[bool] = mapped_column(default=False)
    wants_to_know: Mapped[Words]
    told_outcome_on: Mapped[dt.date | None]
    recorded_by: Mapped[PersonId]
    recorded_on: Mapped[dt.date]

    __table_args__ = (UniqueConstraint("review"), one_of("decision", FAMILY_VIEWS))
