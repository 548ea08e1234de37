"""Sharing what was learned: briefings, cascade, training, events, the report to the Board, suggestions."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Code, Codes, Key, PersonId, Words, one_of


class Briefing(Base):
    """The seven-minute briefing of a review, once published (A14)."""

    __tablename__ = "briefing"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    title: Mapped[str] = mapped_column(String(200))
    sections: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # number, heading, text
    themes: Mapped[Codes]
    published_by: Mapped[PersonId]
    published_on: Mapped[dt.date]
    checked_by: Mapped[str | None] = mapped_column(String(80))  # the second reader, never who wrote it
    checked_on: Mapped[dt.date | None]
    checksum: Mapped[str | None] = mapped_column(String(64))  # of the words that were signed

    __table_args__ = (UniqueConstraint("review"), Index("ix_briefing_published_on", "published_on"))


class Cascade(Base):
    """An agency's word that its staff were reached: how, when, how many (L5)."""

    __tablename__ = "cascade"

    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    agency: Mapped[Code] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    asked_on: Mapped[dt.date]
    channels: Mapped[Codes]
    reached: Mapped[int] = mapped_column(default=0)
    used_how: Mapped[Words]
    shared_on: Mapped[dt.date | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(80))
    confirmed_on: Mapped[dt.date | None]

    __table_args__ = (CheckConstraint("reached >= 0", name="reached_not_negative"),)


class TrainingChange(Base):
    """What changes in training because of a review (L3)."""

    __tablename__ = "training_change"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    course: Mapped[str] = mapped_column(String(300), default="")
    change: Mapped[Words]
    from_on: Mapped[dt.date | None]
    recorded_by: Mapped[PersonId]
    recorded_on: Mapped[dt.date]

    __table_args__ = (Index("ix_training_change_review", "review"),)


class LearningEvent(Base):
    """The safeguarding and learning event of a term (L1)."""

    __tablename__ = "learning_event"

    id: Mapped[Code] = mapped_column(primary_key=True)
    term: Mapped[Code] = mapped_column(ForeignKey("term.id"))
    process_instance: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    title: Mapped[str] = mapped_column(String(200), default="")
    held_on: Mapped[dt.date | None]
    begins: Mapped[str] = mapped_column(String(5), default="")  # 09:30; earlier rows have it in `place`
    ends: Mapped[str] = mapped_column(String(5), default="")
    place: Mapped[str] = mapped_column(String(300), default="")  # or the link to join by
    audience: Mapped[Words]
    book_by: Mapped[dt.date | None]  # the last day to book; without one, the day of the event
    places: Mapped[int | None]
    booked: Mapped[int | None]
    attended: Mapped[int | None]
    attended_by_agency: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    useful_percent: Mapped[int | None]
    programme: Mapped[Words]
    questions: Mapped[Words]
    feedback: Mapped[Words]
    report: Mapped[Words]
    carried_forward: Mapped[Words]
    status: Mapped[Code] = mapped_column(default="idea")

    __table_args__ = (
        UniqueConstraint("term"),
        one_of("status", ("idea", "planned", "held", "reported")),
        CheckConstraint(
            "useful_percent IS NULL OR useful_percent BETWEEN 0 AND 100", name="useful_is_percent"
        ),
    )


class EventSource(Base):
    """Learning offered to or used in an event: a review, or learning from elsewhere (L2)."""

    __tablename__ = "event_source"

    event: Mapped[Code] = mapped_column(ForeignKey("learning_event.id"), primary_key=True)
    source: Mapped[Code] = mapped_column(primary_key=True)  # a review's reference or an id of other learning
    kind: Mapped[Code]
    used: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (one_of("kind", ("review", "other")),)


class BoardReport(Base):
    """The QA chair's report to a meeting of the Board (P15)."""

    __tablename__ = "board_report"

    id: Mapped[Key]
    board_on: Mapped[dt.date]
    process_instance: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    period_from: Mapped[dt.date | None]
    period_to: Mapped[dt.date | None]
    texts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # section -> what the chair wrote
    figures: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # as the Board saw them
    concerns: Mapped[Words]
    written_by: Mapped[str | None] = mapped_column(String(80))
    written_on: Mapped[dt.date | None]
    noted_by: Mapped[str | None] = mapped_column(String(80))
    noted_on: Mapped[dt.date | None]
    noting: Mapped[Words]

    __table_args__ = (UniqueConstraint("board_on"),)


class BoardReportItem(Base):
    """One thing a report to the Board names: a review, its outcome, an exception."""

    __tablename__ = "board_report_item"

    id: Mapped[Key]
    report: Mapped[uuid.UUID] = mapped_column(ForeignKey("board_report.id"))
    kind: Mapped[Code]
    about: Mapped[Code]  # a review's or an action's reference
    text: Mapped[Words]

    __table_args__ = (
        UniqueConstraint("report", "kind", "about"),
        one_of("kind", ("finished", "raised", "exception", "impact")),
    )


class BoardReportLine(Base):
    """One thing that a number of a report counted when it was sent; a review's goes with its record."""

    __tablename__ = "board_report_line"

    id: Mapped[Key]
    report: Mapped[uuid.UUID] = mapped_column(ForeignKey("board_report.id"))
    figure: Mapped[Code]
    position: Mapped[int]
    about: Mapped[Code]  # a review's reference, "" for none
    what: Mapped[Words]
    day: Mapped[dt.date]
    agency: Mapped[Code]
    counts_as: Mapped[Words]

    __table_args__ = (UniqueConstraint("report", "figure", "position"),)


class Suggestion(Base):
    """A practitioner's suggestion to their own safeguarding lead: what, and why others could learn (C1)."""

    __tablename__ = "suggestion"

    id: Mapped[Key]
    key: Mapped[Code]  # the business key of its process
    made_by: Mapped[PersonId] = mapped_column(ForeignKey("person.id"))
    agency: Mapped[Code] = mapped_column(ForeignKey("agency.id"))
    process_instance: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    what: Mapped[Words]
    why: Mapped[Words]
    may_contact: Mapped[bool] = mapped_column(default=False)
    made_on: Mapped[dt.date | None]
    answer: Mapped[str | None] = mapped_column(String(60))
    answer_text: Mapped[Words]
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_on: Mapped[dt.date | None]
    review: Mapped[str | None] = mapped_column(String(60))  # the referral it became

    __table_args__ = (UniqueConstraint("key"), Index("ix_suggestion_made_by", "made_by"))


class Disclosure(Base):
    """What was shared, with whom, why and on what basis: from notices, exports and views of identity."""

    __tablename__ = "disclosure"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    at: Mapped[dt.datetime] = mapped_column(Moment)
    by: Mapped[PersonId] = mapped_column("by_person")
    to: Mapped[str] = mapped_column("to_whom", String(200))
    what: Mapped[Code]
    purpose: Mapped[Words]
    basis: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (Index("ix_disclosure_review_at", "review", "at"),)
