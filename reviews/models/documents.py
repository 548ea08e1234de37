"""The partnership's own Word templates for documents: every one that was added, and which is in use."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Code, Key, PersonId


class DocumentTemplate(Base):
    """One template for one kind of document. Of each kind at most one is in use; without one it is ours."""

    __tablename__ = "document_template"

    id: Mapped[Key]
    kind: Mapped[Code]
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    added_by: Mapped[PersonId]
    added_at: Mapped[dt.datetime] = mapped_column(Moment)
    in_use: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        UniqueConstraint("kind", "number"),
        Index("ix_document_template_in_use", "kind", "in_use"),
    )
