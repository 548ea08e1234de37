"""Files of a review: what each is, who added it, whether it was checked; and its bytes, sealed in pieces."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Code, Key, PersonId, Words, one_of

FILE_KINDS = ("referral", "paper", "preparation", "evidence", "shareable")
SCAN_STATES = ("unscanned", "waiting", "clean", "infected")


class File(Base):
    """One file. Its name and the words about it are sealed: people put names of children into them.

    scan: unscanned (no scanner is set) -> waiting -> clean | infected. Taken away, then its bytes destroyed.
    """

    __tablename__ = "file"

    id: Mapped[Key]
    review: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    kind: Mapped[Code]
    agency: Mapped[str | None] = mapped_column(String(60), ForeignKey("agency.id"))  # whose preparation
    action: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("action.id"))
    evidence: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("evidence.id"))  # once it was sent
    made_from: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("file.id"))  # a copy for sharing
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # name and words
    type: Mapped[Code]
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    scan: Mapped[Code]
    scanned_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    added_by: Mapped[PersonId]
    added_at: Mapped[dt.datetime] = mapped_column(Moment)
    shared_by: Mapped[str | None] = mapped_column(String(80))  # the second reader of a copy for sharing
    shared_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    removed_by: Mapped[str | None] = mapped_column(String(80))
    removed_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    removed_why: Mapped[Words]
    destroyed_at: Mapped[dt.datetime | None] = mapped_column(Moment)

    __table_args__ = (
        one_of("kind", FILE_KINDS),
        one_of("scan", SCAN_STATES),
        CheckConstraint("shared_by IS NULL OR shared_by <> added_by", name="shared_by_another"),
        CheckConstraint("kind <> 'evidence' OR action IS NOT NULL", name="evidence_of_an_action"),
        CheckConstraint("kind <> 'preparation' OR agency IS NOT NULL", name="preparation_of_an_agency"),
        Index("ix_file_review", "review"),
        Index("ix_file_action", "action"),
        Index("ix_file_scan", "scan"),
        Index("ix_file_removed_at", "removed_at"),
    )


class FilePiece(Base):
    """One sealed piece of a file's bytes; which piece of which file it is, is part of the seal."""

    __tablename__ = "file_piece"

    file: Mapped[uuid.UUID] = mapped_column(ForeignKey("file.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
