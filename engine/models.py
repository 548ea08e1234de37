"""The engine's tables. States of each thing, and who moves them:

    process_instance   running -> paused -> running -> completed | cancelled
                       running -> stuck -> running (a fault, shown; people let it try again)
    user_task          open -> completed | cancelled
    timer              waiting -> fired | cancelled
    outbox             waiting -> sent | dead;   sent -> bounced (a mail server gave it back later)

Moments are aware, UTC; SQLite keeps them as text that sorts. Workflow state is bytes: its key order matters.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from engine.listed import LISTED, TAKEN, UNTAKEN

WIDE = BigInteger().with_variant(Integer(), "sqlite")  # a number that the database gives
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment. A naive one is a mistake and refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table of the product, the engine's and the domain's."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {dict[str, Any]: JSON, list[Any]: JSON, datetime: Moment, UUID: Uuid}


class ProcessVersion(Base):
    """A deployed bundle: immutable."""

    __tablename__ = "process_version"
    __table_args__ = (UniqueConstraint("process", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    process: Mapped[str] = mapped_column(String(100))
    number: Mapped[int] = mapped_column(Integer)
    checksum: Mapped[str] = mapped_column(String(64))
    files: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text, default="")
    deployed_by: Mapped[str] = mapped_column(String(100))
    approved_by: Mapped[str | None] = mapped_column(String(100))
    deployed_at: Mapped[datetime]


class ProcessInstance(Base):
    """One running or ended process: its sealed state, and what lists need to know without opening it."""

    __tablename__ = "process_instance"
    __table_args__ = (Index("ix_process_instance_business_key_process", "business_key", "process"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("process_version.id"))
    process: Mapped[str] = mapped_column(String(100))
    business_key: Mapped[str] = mapped_column(String(100))
    status: Mapped[str] = mapped_column(String(20), index=True)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[bytes] = mapped_column(LargeBinary)
    progress: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    outcome: Mapped[str | None] = mapped_column(String(200))
    fault: Mapped[str | None] = mapped_column(String(300))
    started_at: Mapped[datetime]
    started_by: Mapped[str] = mapped_column(String(100))
    ended_at: Mapped[datetime | None]


class UserTask(Base):
    """Projection: one piece of work for a person."""

    __tablename__ = "user_task"
    __table_args__ = (
        UniqueConstraint("instance_id", "token"),
        Index("ix_user_task_assignee", "assignee", *LISTED),
        Index("ix_user_task_taken_role_agency", "role", "agency", *LISTED, **TAKEN),
        Index("ix_user_task_free_role", "role", *LISTED, **UNTAKEN),
        Index("ix_user_task_free_role_agency", "role", "agency", *LISTED, **UNTAKEN),
        Index("ix_user_task_status", *LISTED),
        Index("ix_user_task_business_key_status", "business_key", "status"),
        Index("ix_user_task_completed_by_completed_at", "completed_by", "completed_at"),
        Index("ix_user_task_process_status_completed_at", "process", "status", "completed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    token: Mapped[str] = mapped_column(String(36))
    process: Mapped[str] = mapped_column(String(100))
    version: Mapped[int] = mapped_column(Integer)
    step: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(Text, default="")
    clause: Mapped[str] = mapped_column(String(100), default="")
    role: Mapped[str] = mapped_column(String(60))
    agency: Mapped[str | None] = mapped_column(String(60))
    assignee: Mapped[str | None] = mapped_column(String(100))
    item: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[str | None] = mapped_column(String(100))
    completed_for: Mapped[str | None] = mapped_column(String(100))  # who was away, when a deputy did it
    due_on: Mapped[date | None] = mapped_column(Date)
    due_at: Mapped[datetime | None]
    statutory_on: Mapped[date | None] = mapped_column(Date)
    business_key: Mapped[str] = mapped_column(String(100))


class Timer(Base):
    """Projection: an event that waits for a moment. `due_at` is null while its base is not known."""

    __tablename__ = "timer"
    __table_args__ = (
        UniqueConstraint("instance_id", "token", "occurrence"),
        Index("ix_timer_status_next_at", "status", "next_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    token: Mapped[str] = mapped_column(String(36))
    element: Mapped[str] = mapped_column(String(100))
    sentence: Mapped[str] = mapped_column(String(200))
    occurrence: Mapped[int] = mapped_column(Integer, default=1)
    attached_task: Mapped[UUID | None] = mapped_column(ForeignKey("user_task.id"))
    started_at: Mapped[datetime]
    rule_due_at: Mapped[datetime | None]
    counted_at: Mapped[datetime]  # since when its base is what it is: earlier pauses do not count
    due_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    status: Mapped[str] = mapped_column(String(20))
    fired_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(String(300))


class MessageWait(Base):
    """Projection: a message this instance listens for now."""

    __tablename__ = "message_wait"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    token: Mapped[str] = mapped_column(String(36))
    element: Mapped[str] = mapped_column(String(100))
    message: Mapped[str] = mapped_column(String(100))


class Submission(Base):
    """The answers as given; immutable."""

    __tablename__ = "submission"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), unique=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    step: Mapped[str] = mapped_column(String(100))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    form_version: Mapped[str | None] = mapped_column(String(64))
    by: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]


class Draft(Base):
    """What one person has typed into one task so far; nobody else reads it."""

    __tablename__ = "draft"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(100), primary_key=True)
    answers: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    saved_at: Mapped[datetime]


class Deadline(Base):
    """The clock ledger: one row per task that has a deadline. Overdue is derived, never stored."""

    __tablename__ = "deadline"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), unique=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    rule: Mapped[str] = mapped_column(String(200))
    statutory_rule: Mapped[str | None] = mapped_column(String(200))
    started_at: Mapped[datetime]
    due_on: Mapped[date | None] = mapped_column(Date)
    original_due_on: Mapped[date | None] = mapped_column(Date)
    rule_due_on: Mapped[date | None] = mapped_column(Date)
    sum: Mapped[str] = mapped_column(Text, default="")
    statutory_on: Mapped[date | None] = mapped_column(Date)
    extended: Mapped[int] = mapped_column(Integer, default=0)
    counted_at: Mapped[datetime]  # since when its base is what it is: earlier pauses do not count
    next_chase_at: Mapped[datetime | None] = mapped_column(Moment, index=True)


class WorkingCalendar(Base):
    """Which working days this partnership has: its region, and a digest of that and of its own days."""

    __tablename__ = "working_calendar"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)  # always 1
    region: Mapped[str] = mapped_column(String(40))
    digest: Mapped[str] = mapped_column(String(64))


class CalendarDay(Base):
    """A day on which this partnership's calendar differs from its region's."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))


class Extension(Base):
    """More time for a deadline: the old date is kept, with the reason and who agreed."""

    __tablename__ = "extension"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    deadline_id: Mapped[UUID] = mapped_column(ForeignKey("deadline.id"), index=True)
    old_due_on: Mapped[date | None] = mapped_column(Date)
    new_due_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[str] = mapped_column(String(100))
    by: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]


class Pause(Base):
    """A span in which an instance's clocks stand still."""

    __tablename__ = "pause"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    paused_at: Mapped[datetime]
    paused_by: Mapped[str] = mapped_column(String(100))
    resumed_at: Mapped[datetime | None]
    resumed_by: Mapped[str | None] = mapped_column(String(100))


class Chase(Base):
    """A rung of the chasing table that was reached: at most once per task, rung and recipient."""

    __tablename__ = "chase"
    __table_args__ = (UniqueConstraint("task_id", "rung", "recipient"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), index=True)
    rung: Mapped[str] = mapped_column(String(100))
    recipient: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]


class Outbox(Base):
    """What must leave: mail to people, messages to other instances. At least once, under a stable key.
    `sent_at` of one that waits: since when it is on its way, and nothing may join it."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_status_next_at", "status", "next_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(100), index=True)
    recipient: Mapped[str | None] = mapped_column(String(100), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(String(300))


class Idempotency(Base):
    """The answer already given to a request, by its key; a repeated request gets it again."""

    __tablename__ = "idempotency"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]
