"""The option lists that forms name: people, agencies, and the lists that the Board's office keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reviews.agencies import SECTORS
from reviews.learning_events.programme import learning_options
from reviews.models import Agency, Conflict, Person, PersonRole, Review
from reviews.option_lists import entries_of, words_of
from reviews.roles import ROLES

Pairs = list[tuple[str, str]]
PEOPLE_LISTS: dict[str, tuple[str, ...]] = {
    "chairs": ("chair",),
    "step_people": (
        "chair",
        "safeguarding_lead",
        "agency_manager",
        "business_manager",
        "business_support",
        "qa_chair",
    ),
    "people": ("safeguarding_lead", "agency_manager", "hosl", "business_manager", "training_member"),
    "anybody": tuple(ROLES),
}


def options_for(
    session: Session, lists: Iterable[str], *, on: dt.date, review: Review | None = None
) -> dict[str, Pairs]:
    """The lists a form names, as value and label, on a day (Europe/London).

    People with a conflict of interest on `review` are left out of its lists of people.
    Raises KeyError for a list that nobody supplies.
    """
    return {name: _one(session, name, on, review) for name in lists}


def label(session: Session, name: str, value: str | None) -> str:
    """What people call one choice of a list that the office keeps, also when it is out of use since; the
    value itself when it was never on it."""
    return words_of(session, name).get(value or "", value or "")


def _one(session: Session, name: str, on: dt.date, review: Review | None) -> Pairs:
    if name == "agencies":
        rows = session.execute(
            select(Agency.id, Agency.name).where(Agency.active.is_(True)).order_by(Agency.name)
        )
        return [(row.id, row.name) for row in rows]
    if name == "sectors":
        return list(SECTORS.items())
    if name == "roles":
        return [(role.id, role.name) for role in ROLES.values()]
    if name == "event_learning":
        return learning_options(session)
    if name in PEOPLE_LISTS:
        return _people(session, PEOPLE_LISTS[name], on, review)
    found = _kept(session, name)
    if not found:
        raise KeyError(name)
    return found


def _kept(session: Session, name: str) -> Pairs:
    return [(each.value, each.label) for each in entries_of(session, name) if each.active]


def _people(session: Session, roles: tuple[str, ...], on: dt.date, review: Review | None) -> Pairs:
    query = (
        select(Person.id, Person.name, Agency.name)
        .join(PersonRole, PersonRole.person == Person.id)
        .join(Agency, Agency.id == Person.agency, isouter=True)
        .where(
            Person.active.is_(True),
            PersonRole.role.in_(roles),
            PersonRole.from_on <= on,
            or_(PersonRole.to_on.is_(None), PersonRole.to_on >= on),
        )
        .order_by(Person.name)
        .distinct()
    )
    if review is not None:
        query = query.where(Person.id.not_in(select(Conflict.person).where(Conflict.review == review.id)))
    return [
        (person, f"{name}, {agency}" if agency else name) for person, name, agency in session.execute(query)
    ]
