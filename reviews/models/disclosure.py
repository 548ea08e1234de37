"""What was said of marks of the disclosure check: why a place may stay, or what its author meant."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Code, Key, PersonId, Words, one_of

AUTHOR, READER = "author", "reader"


class DisclosureWord(Base):
    """One word on one mark. The mark is known by a digest: the words in the text are not kept twice."""

    __tablename__ = "disclosure_word"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    document: Mapped[Code]  # summary, briefing, or the id of a file
    mark: Mapped[str] = mapped_column(String(24))
    kind: Mapped[Code]
    part: Mapped[Code]
    why: Mapped[Words]
    by: Mapped[PersonId] = mapped_column("by_person")
    at: Mapped[dt.datetime] = mapped_column(Moment)

    __table_args__ = (
        one_of("part", (AUTHOR, READER)),
        Index("ix_disclosure_word_review_document", "review", "document"),
    )
