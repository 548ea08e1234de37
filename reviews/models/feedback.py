"""What people who took part said of a review, without a name: when they are asked, who has answered so far,
and the answers, which nothing joins to a person (docs/decisions/0024).
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base
from reviews.models.columns import Code, Key, Words, one_of

MOMENTS = ("meeting", "shared")
PEOPLE = ("practitioner", "family")
SCALE = ("agree_strongly", "agree", "neither", "disagree", "disagree_strongly", "too_early")


class FeedbackRound(Base):
    """One time of asking about a review: after its meeting, or after its learning was shared."""

    __tablename__ = "feedback_round"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    moment: Mapped[Code]
    asked_on: Mapped[dt.date]
    closes_on: Mapped[dt.date]
    reminded: Mapped[bool] = mapped_column(default=False)
    closed: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        one_of("moment", MOMENTS),
        CheckConstraint("closes_on > asked_on", name="closes_after_asking"),
        UniqueConstraint("review", "moment"),
    )


class FeedbackAsk(Base):
    """Somebody who is asked, and whether they have answered: by name, or by a link that nobody's name is on.

    Kept only while the round is open, so that nobody answers twice; taken away when it closes.
    """

    __tablename__ = "feedback_ask"

    id: Mapped[Key]
    round: Mapped[uuid.UUID] = mapped_column(ForeignKey("feedback_round.id"))
    people: Mapped[Code]
    person: Mapped[str | None] = mapped_column(String(80))
    agency: Mapped[str | None] = mapped_column(String(60), ForeignKey("agency.id"))
    digest: Mapped[str | None] = mapped_column(String(64))  # of the link's token, which is shown once
    answered: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        one_of("people", PEOPLE),
        CheckConstraint("person IS NULL OR digest IS NULL", name="by_name_or_by_link"),
        UniqueConstraint("round", "person"),
        UniqueConstraint("digest"),
        Index("ix_feedback_ask_person", "person"),
    )


class FeedbackAnswer(Base):
    """One answer. It has no person, no agency and no day of its own.

    The rows of a round are written anew, under new random ids, whenever one is added: neither their order nor
    what a database keeps beside a row (its number, its transaction) tells which came when.
    """

    __tablename__ = "feedback_answer"

    id: Mapped[Key]
    round: Mapped[uuid.UUID] = mapped_column(ForeignKey("feedback_round.id"))
    people: Mapped[Code]
    safe: Mapped[Code]
    told: Mapped[Code]
    words: Mapped[Words]

    __table_args__ = (
        one_of("people", PEOPLE),
        one_of("safe", SCALE),
        one_of("told", SCALE),
        Index("ix_feedback_answer_round", "round"),
        {"sqlite_with_rowid": False},  # a row's number would be the order of answering
    )
