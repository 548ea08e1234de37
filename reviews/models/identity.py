"""Who the child is: sealed apart from the review, with what finds it again. Nothing here is readable
without a key that the database does not have."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Key, PersonId, Words


class ChildIdentity(Base):
    """Who the child of one review is, as one sealed value."""

    __tablename__ = "child_identity"

    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)  # part of the seal: an older value put back is refused
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[dt.datetime] = mapped_column(Moment)
    changed_by: Mapped[PersonId]


class IdentityChange(Base):
    """One correction of who the child is: why, and what was known before, sealed."""

    __tablename__ = "identity_change"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    at: Mapped[dt.datetime] = mapped_column(Moment)
    by: Mapped[PersonId] = mapped_column("by_person")
    reason: Mapped[Words]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_identity_change_review_at", "review", "at"),)


class ChildIndex(Base):
    """The blind index: one token of one kind for what a child can be found by (reviews/child_index.py)."""

    __tablename__ = "child_index"

    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    token: Mapped[str] = mapped_column(String(10), primary_key=True)

    __table_args__ = (Index("ix_child_index_kind_token", "kind", "token"),)


class ChildIndexKey(Base):
    """The key of the blind index, one row: random, and itself sealed with an identity key.

    So it stays the same when identity keys change, and every token stays comparable.
    """

    __tablename__ = "child_index_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
