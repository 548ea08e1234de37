"""What people arrange of a meeting of the Board or a sub-group: order, own items, what is carried on."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base
from reviews.models.columns import Code, Key, Words


class AgendaItem(Base):
    """One item of one meeting, where somebody has arranged something about it.

    What waits for a body is drawn from the work itself; a row here only says where it stands on the agenda,
    that it is carried to a later meeting, or that it is an item of somebody's own.
    """

    __tablename__ = "agenda_item"

    id: Mapped[Key]
    body: Mapped[Code]
    meeting_on: Mapped[dt.date]
    key: Mapped[str] = mapped_column(String(120))
    position: Mapped[int | None]
    words: Mapped[Words]  # of an item of somebody's own
    added_by: Mapped[str | None] = mapped_column(String(80))
    added_on: Mapped[dt.date | None]
    carried_to: Mapped[dt.date | None]

    __table_args__ = (UniqueConstraint("body", "meeting_on", "key"),)
