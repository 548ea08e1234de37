"""Themes that come back: which alert has arisen, and when it was over."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from engine.models import Base
from reviews.models.columns import Code, Key


class ThemeAlert(Base):
    """A theme that came up in several reviews within some months (I2). The row is why nobody is told twice:
    a theme that goes and comes back has another."""

    __tablename__ = "theme_alert"

    id: Mapped[Key]
    theme: Mapped[Code]
    arose_on: Mapped[dt.date]
    reviews: Mapped[int]  # in how many, when it arose
    months: Mapped[int]  # within how many months: the setting of that day
    over_on: Mapped[dt.date | None]

    __table_args__ = (
        CheckConstraint("reviews >= 1 AND months >= 1", name="counts_something"),
        Index("ix_theme_alert_theme", "theme"),
    )
