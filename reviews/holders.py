"""Who holds a role on a day: for notices, for choices of people, for reminders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache

from sqlalchemy import Date, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from engine import remembered
from reviews.covers import is_away
from reviews.models import Agency, Body, Person, PersonRole


def holders(session: Session, role: str, on: dt.date, *, agency: str | None = None) -> list[str]:
    """Ids of active people who hold a role on a day (Europe/London), for one agency when it is named."""
    return list(holders_there(session, role, on, agency=agency))


def holders_there(
    session: Session, role: str, on: dt.date, *, agency: str | None = None
) -> Mapping[str, bool]:
    """The same people, each with whether they are there that day."""
    asked = {"role": role, "on": on, "agency": agency}
    query = _held(agency is not None)

    def find() -> Mapping[str, bool]:
        return {person: not away for person, away in session.execute(query, asked)}

    return remembered(session, ("holders there", role, on, agency), find)


@cache
def _held(of_an_agency: bool) -> Select[str, bool]:
    """Asked whenever a step opens, so put together once."""
    on = bindparam("on", type_=Date)
    query = (
        select(PersonRole.person, is_away(PersonRole.person, on))
        .join(Person, Person.id == PersonRole.person)
        .where(
            Person.active.is_(True),
            PersonRole.role == bindparam("role"),
            PersonRole.from_on <= on,
            or_(PersonRole.to_on.is_(None), PersonRole.to_on >= on),
        )
        .order_by(PersonRole.person)
        .distinct()
    )
    return query.where(PersonRole.agency == bindparam("agency")) if of_an_agency else query


def leads_of(session: Session, agency: str, on: dt.date) -> list[str]:
    """The safeguarding leads of an agency; its registered lead when nobody holds the role."""
    found = holders(session, "safeguarding_lead", on, agency=agency)
    if found:
        return found
    lead = registered_lead(session, agency, on)
    return [lead] if lead else []


def registered_lead(session: Session, agency: str | None, on: dt.date) -> str | None:
    """Who is registered to lead an agency; nobody once their own time as its safeguarding lead has ended."""
    ended = select(PersonRole.id).where(
        PersonRole.person == Agency.lead,
        PersonRole.role == "safeguarding_lead",
        PersonRole.agency == Agency.id,
        PersonRole.to_on < on,
    )
    return session.scalar(select(Agency.lead).where(Agency.id == agency, ~ended.exists()))


def chair_of(session: Session, body: str) -> str | None:
    """The chair of a body, or None when the post is empty."""
    return session.scalar(select(Body.chair).where(Body.id == body))


def line_lead(session: Session, person: str, on: dt.date) -> list[str]:
    """Who is told beside an owner that something is late: their own lead, else their agency's leads."""
    known = session.execute(select(Person.line_lead, Person.agency).where(Person.id == person)).first()
    if known is None:
        return []
    if known.line_lead and session.scalar(select(Person.active).where(Person.id == known.line_lead)):
        return [known.line_lead]
    return [lead for lead in leads_of(session, known.agency, on) if lead != person] if known.agency else []


_NAMES = select(Person.id, Person.name).where(Person.id.in_(bindparam("people", expanding=True)))


def names(session: Session, people: set[str]) -> dict[str, str]:
    """Names by id, for those that are known."""
    return {row.id: row.name for row in session.execute(_NAMES, {"people": sorted(people)})}
