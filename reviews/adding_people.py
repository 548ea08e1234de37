"""Somebody new: a person with a first role. And switching somebody off at once, without a handover."""

from __future__ import annotations

import secrets

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused
from reviews.acting import today_of
from reviews.models import Agency, Person
from reviews.people import add_role, note
from reviews.permissions import Viewer, may
from reviews.roles import AGENCY_ROLES, ROLES

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def add_person(
    session: Session, viewer: Viewer, *, name: str, email: str, role: str, agency: str | None = None
) -> Person:
    """Add a person, for the Board's office. Raises NotFound, Refused."""
    if not may(session, viewer, "change_people"):
        raise NotFound("There is no such page.")
    return new_person(session, Actor(viewer.person), name=name, email=email, role=role, agency=agency)


def new_person(
    session: Session, by: Actor, *, name: str, email: str, role: str, agency: str | None = None
) -> Person:
    """The person, with a role from today; whether they may be added is for the caller to know.

    Their id says nothing of who they are: it stands in addresses and logs. Raises Refused.
    """
    name, email = " ".join(name.split()), email.strip()
    if not name:
        raise Refused("Enter their name", about="name")
    if "@" not in email:
        raise Refused("Enter an email address, like name@example.org", about="email")
    if session.scalar(select(Person.id).where(func.lower(Person.email) == email.lower()).limit(1)):
        raise Refused("There is a person with this email address already", about="email")
    if role not in ROLES:
        raise Refused("Select their role", about="role")
    known = session.get(Agency, agency) if agency else None
    if (agency and known is None) or (role in AGENCY_ROLES and (known is None or not known.active)):
        raise Refused("Select the agency that this role is for", about="agency")
    row = Person(id=_new_id(), name=name, email=email, agency=agency or None)
    session.add(row)
    session.flush()
    held = add_role(session, row.id, role, agency if role in AGENCY_ROLES else None, today_of(session), None)
    note(session, row.id, "added", by, {"role": role, "agency": held.agency})
    return row


def switch_off(session: Session, person: Person, by: Actor) -> None:
    """From now on a person is nobody here. What they hold stays until it is handed over or they return.
    Raises Refused where that is so already."""
    if not person.active:
        raise Refused("This person has left or is switched off already.")
    person.active = False
    note(session, person.id, "switched_off", by, {})


def switch_on(session: Session, person: Person, by: Actor) -> None:
    """Take a switching-off back. Raises Refused where there is none to take back."""
    if person.active:
        raise Refused("This person is not switched off.")
    person.active = True
    note(session, person.id, "switched_on", by, {})


def _new_id() -> str:
    return "u_" + "".join(secrets.choice(_LETTERS) for _ in range(10))
