"""Empty posts: who does a step, and who is told, when nobody who holds a role is there (practice 2.7: go to
the next level).

A post is empty when nobody holds the role on that day, or all who do are away and nobody acts for them. Above
an agency's lead stands the lead it has registered, then the Head of Safeguarding and Learning; above the
chair of a sub-group its deputy, then the Board's business manager.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import house, local_date
from reviews.covers import away, present, roles_of, unchanged_since
from reviews.holders import holders, holders_there, registered_lead
from reviews.models import Body, Person
from reviews.roles import AGENCY_ROLES, ROLES

Post = tuple[str, str | None, str | None]  # a role, its agency, and who stands in for it by name
ABOVE = {
    "agency_manager": "safeguarding_lead",
    "practitioner": "safeguarding_lead",
    "safeguarding_lead": "hosl",
    "board_member": "qa_chair",
    "qa_member": "qa_chair",
    "monitoring_member": "monitoring_chair",
    "qa_chair": "business_manager",
    "monitoring_chair": "business_manager",
    "training_member": "business_manager",
    "scr_chair": "business_manager",
    "board_chair": "business_manager",
    "policy_approver": "business_manager",
    "chair": "hosl",
    "business_support": "business_manager",
    "business_manager": "hosl",
    "hosl": "business_manager",
}
OF_NO_AGENCY = {"safeguarding_lead": "business_manager"}  # the office's own steps
LED_BY_DEPUTY = frozenset(
    {"qa_chair", "monitoring_chair", "training_member", "scr_chair", "board_chair", "policy_approver"}
)


def post_for(session: Session, role: str, agency: str | None) -> Post:
    """The role and agency that a step opened today goes to, and the person where one stands in by name.

    Its own where somebody is there, else the first level above; its own again when nobody is anywhere.
    """
    on = unchanged_since(session, local_date(house(session).clock.now()))
    for here, theirs, people, by_name in _levels(session, role, agency, on):
        if people:
            return here, theirs, people[0] if by_name else None
    return role, agency, None


def those_told(session: Session, role: str, agency: str | None, on: dt.date) -> list[str]:
    """Ids of those who hear of what is meant for a role: its holders or their deputies, else the next level.

    When nobody is anywhere, its holders, though they are away.
    """
    for _, _, people, _ in _levels(session, role, agency, on):
        if people:
            return people
    return holders(session, role, on, agency=agency if role in AGENCY_ROLES else None)


def level_by_level(session: Session, role: str, agency: str | None, on: dt.date) -> Iterator[str]:
    """Ids of those who are there for a role, then of each level above it, nearest first."""
    for _, _, people, _ in _levels(session, role, agency, on):
        yield from people


def _levels(
    session: Session, role: str, agency: str | None, on: dt.date
) -> Iterator[tuple[str, str | None, list[str], bool]]:
    """Each level in turn: a role and its agency, who is there, and whether they stand in by name."""
    here, seen = role, set[str]()
    while here not in seen:
        seen.add(here)
        theirs = agency if here in AGENCY_ROLES else None
        asked = here in AGENCY_ROLES and agency is None  # an agency's role without its agency is nobody's
        found = {} if asked else holders_there(session, here, on, agency=theirs)
        given = agency if here == role else theirs
        yield here, given, present(session, found, here, theirs, on, there=found), False
        yield here, given, _stands_in(session, here, theirs, on), True
        if here not in ABOVE:
            return
        here = OF_NO_AGENCY.get(here, ABOVE[here]) if asked else ABOVE[here]


def _stands_in(session: Session, role: str, agency: str | None, on: dt.date) -> list[str]:
    """Who is registered to lead an agency, or as the deputy of a body; active, there, and with a role."""
    named: str | None = None
    if role == "safeguarding_lead":
        named = registered_lead(session, agency, on)
    elif role in LED_BY_DEPUTY:
        named = session.scalar(select(Body.deputy).where(Body.id == ROLES[role].body))
    if named is None or not session.scalar(select(Person.active).where(Person.id == named)):
        return []
    return [] if away(session, [named], on) or not roles_of(session, named, on) else [named]
