"""What people change without a release: settings, option lists, policies, learning from elsewhere."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Code, Codes, Key, Name, PersonId, Words, one_of

LEARNING_SOURCES = (
    "serious_case_review",
    "national_review",
    "single_agency_review",
    "audit",
    "inspection",
    "complaint",
    "other",
)


class Setting(Base):
    """One named value that the Board's business manager may change."""

    __tablename__ = "setting"

    id: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    title: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    changed_by: Mapped[str | None] = mapped_column(String(80))


class SettingChange(Base):
    """The history of a setting, an agency, a body or a list: what it was and became, who, when and why."""

    __tablename__ = "setting_change"

    id: Mapped[Key]
    setting: Mapped[Code]
    old: Mapped[Any] = mapped_column(JSON)
    new: Mapped[Any] = mapped_column(JSON)
    reason: Mapped[Words]
    changed_at: Mapped[dt.datetime] = mapped_column(Moment)
    changed_by: Mapped[PersonId]

    __table_args__ = (Index("ix_setting_change_setting", "setting"),)


class OptionEntry(Base):
    """One choice of an option list that forms name (`themes`, `plan_status` ...)."""

    __tablename__ = "option_entry"

    list_id: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[Code] = mapped_column(primary_key=True)
    label: Mapped[Name]
    group: Mapped[str] = mapped_column("group_name", String(200), default="")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class ReferenceCounter(Base):
    """The last number given out in a year, so that two referrals never share a reference."""

    __tablename__ = "reference_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)

    __table_args__ = (CheckConstraint("last >= 0", name="last_counts_up"),)


class Schedule(Base):
    """When the calendar is looked at next, under a name. Only who holds the row begins what is due."""

    __tablename__ = "schedule"

    name: Mapped[Code] = mapped_column(primary_key=True)
    next_at: Mapped[dt.datetime] = mapped_column(Moment)


class PolicyDocument(Base):
    """A policy and the date by which it must be looked at again (H3)."""

    __tablename__ = "policy_document"

    id: Mapped[Code] = mapped_column(primary_key=True)
    title: Mapped[Name]
    version: Mapped[Code]
    approved_on: Mapped[dt.date | None]
    review_due: Mapped[dt.date]
    review_every: Mapped[str] = mapped_column(String(60), default="2 years")
    approved_by_body: Mapped[str | None] = mapped_column(String(60))
    proposed_change: Mapped[Words]
    reviewed_by: Mapped[str | None] = mapped_column(String(80))
    reviewed_on: Mapped[dt.date | None]
    next_review: Mapped[dt.date | None]
    withdrawn_on: Mapped[dt.date | None]  # it is not looked at again


class OtherLearning(Base):
    """Learning from serious case reviews, audits and others, for events and the theme register (I3, L2)."""

    __tablename__ = "other_learning"

    id: Mapped[Code] = mapped_column(primary_key=True)
    source: Mapped[Code]
    title: Mapped[Name]
    summary: Mapped[Words]
    themes: Mapped[Codes]
    received_on: Mapped[dt.date]
    kind: Mapped[Code] = mapped_column(default="development")
    recorded_by: Mapped[str | None] = mapped_column(String(80))
    recorded_on: Mapped[dt.date | None]
    withdrawn_on: Mapped[dt.date | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))
    withdrawn_reason: Mapped[Words]

    __table_args__ = (
        one_of("source", LEARNING_SOURCES),
        one_of("kind", ("strength", "development")),
        Index("ix_other_learning_received_on", "received_on"),
    )
