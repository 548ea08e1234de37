"""People, their roles, absences and leaving; agencies, the bodies that meet and their calendars."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    event,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from reviews.models.columns import Code, Key, Name, PersonId, Words, one_of

COVER_STATES = ("asked", "approved", "refused")


class Agency(Base):
    """An organisation that works with children or their families."""

    __tablename__ = "agency"

    id: Mapped[Code] = mapped_column(primary_key=True)
    name: Mapped[Name]
    sector: Mapped[Code]
    statutory_partner: Mapped[bool] = mapped_column(default=False)
    lead: Mapped[str | None] = mapped_column(String(80))
    active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (UniqueConstraint("name"),)


class Body(Base):
    """A board or sub-group. Its name is the partnership's to choose; its id is ours."""

    __tablename__ = "body"

    id: Mapped[Code] = mapped_column(primary_key=True)
    name: Mapped[Name]
    policy_name: Mapped[str] = mapped_column(String(200), default="")
    chair: Mapped[str | None] = mapped_column(String(80))
    deputy: Mapped[str | None] = mapped_column(String(80))
    quorum: Mapped[Words]


class BodyMeeting(Base):
    """One date in the calendar of a body."""

    __tablename__ = "body_meeting"

    body: Mapped[Code] = mapped_column(ForeignKey("body.id"), primary_key=True)
    held_on: Mapped[dt.date] = mapped_column(primary_key=True)


class Term(Base):
    """A school term; the policy asks for a learning event in each (L1)."""

    __tablename__ = "term"

    id: Mapped[Code] = mapped_column(primary_key=True)
    name: Mapped[Name]
    starts: Mapped[dt.date]
    ends: Mapped[dt.date]

    __table_args__ = (CheckConstraint("ends > starts", name="ends_after_start"),)


class SchoolHoliday(Base):
    """A school holiday inside a term, as the half-term is; between two terms it is holiday anyway."""

    __tablename__ = "school_holiday"

    starts: Mapped[dt.date] = mapped_column(primary_key=True)
    ends: Mapped[dt.date]
    name: Mapped[Name]

    __table_args__ = (CheckConstraint("ends >= starts", name="ends_no_earlier"),)


class Person(Base):
    """Somebody with an account. How they sign in is kept elsewhere (app/auth)."""

    __tablename__ = "person"

    id: Mapped[PersonId] = mapped_column(primary_key=True)
    name: Mapped[Name]
    email: Mapped[Name]
    agency: Mapped[str | None] = mapped_column(String(60), ForeignKey("agency.id"))
    line_lead: Mapped[str | None] = mapped_column(String(80))  # told at the first rung of the ladder
    active: Mapped[bool] = mapped_column(default=True)
    role_changes: Mapped[int] = mapped_column(default=0)  # counted, so that sign-in sessions end with each

    __table_args__ = (UniqueConstraint("email"),)


class PersonRole(Base):
    """A role held by a person for a while: for an agency, for a body, or for the whole partnership."""

    __tablename__ = "person_role"

    id: Mapped[Key]
    person: Mapped[PersonId] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Code]
    agency: Mapped[str | None] = mapped_column(String(60), ForeignKey("agency.id"))
    body: Mapped[str | None] = mapped_column(String(60), ForeignKey("body.id"))
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date | None]

    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="ends_after_start"),
        Index("ix_person_role_person_role", "person", "role"),
        Index("ix_person_role_role_agency", "role", "agency"),
    )


def _count_change(_mapper: object, connection: Connection, held: PersonRole) -> None:
    one_more = update(Person).where(Person.id == held.person).values(role_changes=Person.role_changes + 1)
    connection.execute(one_more)


for _moment in ("after_insert", "after_update", "after_delete"):
    event.listen(PersonRole, _moment, _count_change)


class Absence(Base):
    """Days on which somebody is away: planned by them, or entered by the office."""

    __tablename__ = "absence"

    id: Mapped[Key]
    person: Mapped[PersonId] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date]
    entered_by: Mapped[PersonId]
    entered_at: Mapped[dt.datetime] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="ends_after_start"),
        Index("ix_absence_person_to_on", "person", "to_on"),
    )


class Cover(Base):
    """While a person is away, another acts for them: in one role, or (without one) in all they hold.

    asked -> approved | refused. What it gives before it is approved is decided in `reviews.viewers`.
    """

    __tablename__ = "cover"

    id: Mapped[Key]
    absence: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("absence.id"))
    person: Mapped[PersonId] = mapped_column(ForeignKey("person.id"))
    covered_by: Mapped[PersonId] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str | None] = mapped_column(String(60))
    agency: Mapped[str | None] = mapped_column(String(60), ForeignKey("agency.id"))
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date]
    state: Mapped[Code] = mapped_column(default="asked")
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_on: Mapped[dt.date | None]

    __table_args__ = (
        CheckConstraint("to_on >= from_on", name="ends_after_start"),
        CheckConstraint("person <> covered_by", name="by_another"),
        one_of("state", COVER_STATES),
        Index("ix_cover_covered_by_to_on", "covered_by", "to_on"),
        Index("ix_cover_person_to_on", "person", "to_on"),
    )


class Leaving(Base):
    """Somebody leaves: their last day, and who takes over what. draft -> confirmed -> done.

    `plan` holds ids only: successors of roles, and receivers of tasks, actions, reviews and covers.
    """

    __tablename__ = "leaving"

    id: Mapped[Key]
    person: Mapped[PersonId] = mapped_column(ForeignKey("person.id"))
    last_day: Mapped[dt.date]
    plan: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[Code] = mapped_column(default="draft")
    arranged_by: Mapped[PersonId]
    arranged_at: Mapped[dt.datetime] = mapped_column(Moment)
    done_on: Mapped[dt.date | None]

    __table_args__ = (
        one_of("state", ("draft", "confirmed", "done")),
        Index("ix_leaving_state_last_day", "state", "last_day"),
        Index("ix_leaving_person", "person"),
    )
