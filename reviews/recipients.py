"""Who a reminder goes to: the chasing table's words, made people. An empty post passes it one level up."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import house, local_date
from engine.models import UserTask
from reviews.holders import holders, leads_of, line_lead
from reviews.models import Conflict, NamedAccess, Review
from reviews.roles import AGENCY_ROLES, ROLES

ABOVE = {
    "safeguarding_lead": "business_manager",
    "agency_manager": "safeguarding_lead",
    "board_member": "board_chair",
    "chair": "hosl",
    "business_support": "business_manager",
    "monitoring_chair": "business_manager",
    "qa_chair": "business_manager",
    "hosl": "business_manager",
    "business_manager": "hosl",
}


def recipients(session: Session, task: UserTask, who: str) -> list[str]:
    """Ids of the people whom one row of the chasing table means, for one task.

    `who` is assignee, manager, agency_lead or the id of a role. Nobody with a conflict on the case hears of
    it, nor anybody whom a restricted case does not name. An unknown word reaches nobody.
    """
    on = local_date(house(session).clock.now())
    if who == "assignee":
        found = [task.assignee] if task.assignee else _role(session, task.role, task, on)
    elif who == "manager":
        found = line_lead(session, task.assignee, on) if task.assignee else []
    elif who == "agency_lead":
        found = leads_of(session, task.agency, on) if task.agency else []
    else:
        found = _role(session, who, task, on) if who in ROLES else []
    return _open_to(session, task, found)


def _role(session: Session, role: str, task: UserTask, on: dt.date) -> list[str]:
    seen: set[str] = set()
    here = role
    while here not in seen:
        seen.add(here)
        agency = task.agency if here in AGENCY_ROLES else None
        if here in AGENCY_ROLES and agency is None:
            found: list[str] = []
        else:
            found = holders(session, here, on, agency=agency)
        if found or here not in ABOVE:
            return found
        here = ABOVE[here]
    return []


def _open_to(session: Session, task: UserTask, people: list[str]) -> list[str]:
    review = session.scalars(select(Review).where(Review.ref == task.business_key)).one_or_none()
    if review is None or not people:
        return people
    kept_out = set(session.scalars(select(Conflict.person).where(Conflict.review == review.id)))
    allowed = [person for person in people if person not in kept_out]
    if not review.restricted:
        return allowed
    named = set(session.scalars(select(NamedAccess.person).where(NamedAccess.review == review.id)))
    return [person for person in allowed if person in named]
