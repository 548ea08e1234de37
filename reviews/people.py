"""People for the Board's office: who there is, their roles with dates; giving a role, ending one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, record
from engine.models import UserTask
from reviews.acting import mail, today_of
from reviews.bodies import found_body
from reviews.covers import away
from reviews.models import Agency, Person, PersonRole
from reviews.permissions import Viewer, may
from reviews.roles import AGENCY_ROLES, ROLES

PER_PAGE = 25
ABOUT = "people"


@dataclass(frozen=True)
class Listed:
    """One line of the list of people."""

    id: str
    name: str
    agency: str | None
    active: bool
    roles: tuple[tuple[str, str | None], ...]
    away_until: dt.date | None


def people(
    session: Session, on: dt.date, *, words: str = "", left: bool = False, page: int = 1
) -> tuple[list[Listed], int]:
    """One page of the people who are here (or who have left), by name, and how many there are."""
    where: list[ColumnElement[bool]] = [Person.active.is_not(left)]
    if words:
        where.append(Person.name.icontains(words, autoescape=True))
    total = session.scalar(select(func.count()).select_from(Person).where(*where)) or 0
    query = select(Person).where(*where).order_by(Person.name, Person.id)
    found = session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    ids = [row.id for row in found]
    held = _current_roles(session, ids, on)
    absent = away(session, ids, on)
    return [
        Listed(row.id, row.name, row.agency, row.active, tuple(held.get(row.id, ())), absent.get(row.id))
        for row in found
    ], total


def person_of(session: Session, person: str) -> Person:
    """A person by id. Raises NotFound."""
    row = session.get(Person, person)
    if row is None:
        raise NotFound("There is no such person.")
    return row


def roles_with_dates(session: Session, person: str) -> list[PersonRole]:
    """Every role of a person, those held now or later first."""
    query = select(PersonRole).where(PersonRole.person == person)
    order = (PersonRole.to_on.is_not(None), PersonRole.to_on.desc(), PersonRole.from_on, PersonRole.id)
    return list(session.scalars(query.order_by(*order)))


def open_tasks(session: Session, person: str) -> int:
    """How many open tasks name a person: a number tells nothing of a case."""
    query = select(func.count()).where(UserTask.assignee == person, UserTask.status == "open")
    return session.scalar(query) or 0


def give_role(
    session: Session,
    viewer: Viewer,
    person: str,
    *,
    role: str,
    agency: str | None,
    from_on: dt.date,
    to_on: dt.date | None,
) -> PersonRole:
    """Give somebody a role for a while. A role of an agency needs its agency; nobody gives one to
    themselves. Raises NotFound, Refused."""
    row = _asked(session, viewer, person)
    if not row.active:
        raise Refused("This person has left.")
    if role not in ROLES:
        raise Refused("Select a role", about="role")
    agency = _agency_for(session, role, agency)
    if from_on < today_of(session):
        raise Refused("The first day must be today or later", about="from")
    if to_on is not None and to_on < from_on:
        raise Refused("The last day must be the same as or after the first day", about="to")
    same = select(PersonRole).where(
        PersonRole.person == person, PersonRole.role == role, PersonRole.agency.is_not_distinct_from(agency)
    )
    late = or_(PersonRole.to_on.is_(None), PersonRole.to_on >= from_on)
    if any(to_on is None or held.from_on <= to_on for held in session.scalars(same.where(late))):
        raise Refused("This person holds that role on some of these days already", about="role")
    held = add_role(session, person, role, agency, from_on, to_on)
    note(session, person, "role_given", Actor(viewer.person), _facts(held))
    mail(session, [person], "role_given", ABOUT, {"date": from_on.isoformat()})
    return held


def add_role(
    session: Session, person: str, role: str, agency: str | None, from_on: dt.date, to_on: dt.date | None
) -> PersonRole:
    """The row of a role; whether it may be given is for the caller to know."""
    body = ROLES[role].body
    if body is not None:
        found_body(session, body)
    held = PersonRole(person=person, role=role, agency=agency, body=body, from_on=from_on, to_on=to_on)
    session.add(held)
    session.flush()
    return held


def end_role(session: Session, viewer: Viewer, person: str, role: UUID, *, last_day: dt.date) -> None:
    """Let a role end with a day; one that has not begun by then is taken away. Raises NotFound, Refused."""
    _asked(session, viewer, person)
    held = session.get(PersonRole, role)
    if held is None or held.person != person:
        raise NotFound("There is no such role.")
    yesterday = today_of(session) - dt.timedelta(days=1)
    if held.to_on is not None and held.to_on <= yesterday:
        raise Refused("This role has ended already.")
    if last_day < yesterday:
        raise Refused("The last day must be yesterday or later", about="to")
    note(session, person, "role_ended", Actor(viewer.person), {**_facts(held), "to": last_day.isoformat()})
    if held.from_on > last_day:
        session.delete(held)
    else:
        held.to_on = last_day


def note(session: Session, person: str, subject: str, by: Actor, details: Mapping[str, Any]) -> None:
    """A line of the audit log about a person."""
    record(
        session,
        kind="person.changed",
        business_key=person,
        actor=by,
        subject=subject,
        details={"person": person, **details},
    )


def _asked(session: Session, viewer: Viewer, person: str) -> Person:
    if not may(session, viewer, "change_people"):
        raise NotFound("There is no such person.")
    row = person_of(session, person)
    if person == viewer.person:
        raise Refused("Ask somebody else in the office: nobody changes their own roles.")
    return row


def _agency_for(session: Session, role: str, agency: str | None) -> str | None:
    if role not in AGENCY_ROLES:
        return None
    known = session.get(Agency, agency) if agency else None
    if known is None or not known.active:
        raise Refused("Select the agency that this role is for", about="agency")
    return known.id


def _current_roles(session: Session, ids: list[str], on: dt.date) -> dict[str, list[tuple[str, str | None]]]:
    query = (
        select(PersonRole.person, PersonRole.role, PersonRole.agency)
        .where(PersonRole.person.in_(ids), PersonRole.from_on <= on)
        .where(or_(PersonRole.to_on.is_(None), PersonRole.to_on >= on))
        .order_by(PersonRole.role, PersonRole.agency)
    )
    found: dict[str, list[tuple[str, str | None]]] = {}
    for person, role, agency in session.execute(query):
        found.setdefault(person, []).append((role, agency))
    return found


def _facts(held: PersonRole) -> dict[str, Any]:
    return {
        "role": held.role,
        "agency": held.agency,
        "from": held.from_on.isoformat(),
        "to": held.to_on.isoformat() if held.to_on else None,
    }
