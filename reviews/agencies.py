"""The agencies of the partnership, for the Board's office: added, renamed, out of use; never deleted, because
old reviews name them.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine import NotFound, Refused
from engine.models import UserTask
from reviews.acting import today_of
from reviews.models import OPEN_STATUSES, Action, Agency, Involvement, Person, PersonRole, Review
from reviews.models.review import ENDED
from reviews.partnership import keep, may_change, still_as_seen
from reviews.permissions import Viewer
from reviews.wording import counted

SECTORS: dict[str, str] = {
    "local_authority": "Local authority",
    "police": "Police",
    "health": "Health",
    "education": "Education",
    "justice": "Justice",
    "housing": "Housing",
    "voluntary": "Voluntary and community",
    "other": "Other",
}
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class AgencyFacts:
    """What the office says of an agency. `lead`: who answers where nobody holds the role of its lead."""

    name: str
    sector: str
    statutory_partner: bool = False
    lead: str | None = None


def all_agencies(session: Session) -> list[Agency]:
    """Every agency, those in use first, by name."""
    return list(session.scalars(select(Agency).order_by(Agency.active.desc(), Agency.name)))


def agency_named(session: Session, agency: str) -> Agency:
    """An agency by its id. Raises NotFound."""
    row = session.get(Agency, agency)
    if row is None:
        raise NotFound("There is no such agency.")
    return row


def sector_name(sector: str) -> str:
    """A sector as people call it."""
    return SECTORS.get(sector, sector.replace("_", " ").capitalize())


def add_agency(session: Session, viewer: Viewer, told: AgencyFacts, *, reason: str) -> Agency:
    """Add an agency. Its id says nothing of it, and never changes. Raises Refused."""
    reason = may_change(session, viewer, reason)
    told = _checked(session, told, itself=None)
    row = Agency(id="a_" + "".join(secrets.choice(_LETTERS) for _ in range(8)), **asdict(told))
    session.add(row)
    session.flush()
    keep(session, viewer, key_of(row.id), None, facts_of(row), reason)
    return row


def change_agency(
    session: Session, viewer: Viewer, agency: str, told: AgencyFacts, *, reason: str, seen: int | None = None
) -> None:
    """Rename an agency, or say something else of it. Raises NotFound, Refused."""
    row = agency_named(session, agency)
    reason = may_change(session, viewer, reason)
    still_as_seen(session, key_of(agency), seen)
    told, before = _checked(session, told, itself=agency), facts_of(row)
    row.name, row.sector, row.statutory_partner = told.name, told.sector, told.statutory_partner
    row.lead = told.lead
    if facts_of(row) == before:
        raise Refused("Nothing is different from what it was", about="name")
    session.flush()
    keep(session, viewer, key_of(agency), before, facts_of(row), reason)


def take_out_of_use(session: Session, viewer: Viewer, agency: str, *, reason: str) -> None:
    """No form offers the agency any more; what names it keeps its name. Raises NotFound, Refused while it
    has work or people."""
    row = agency_named(session, agency)
    reason = may_change(session, viewer, reason)
    if not row.active:
        raise Refused("This agency is out of use already.")
    if held := what_holds(session, agency):
        raise Refused(f"This agency still has {held}. Hand over or end these first.")
    before = facts_of(row)
    row.active = False
    keep(session, viewer, key_of(agency), before, facts_of(row), reason)


def take_into_use(session: Session, viewer: Viewer, agency: str, *, reason: str) -> None:
    """Offer the agency in forms again. Raises NotFound, Refused."""
    row = agency_named(session, agency)
    reason = may_change(session, viewer, reason)
    if row.active:
        raise Refused("This agency is in use.")
    before = facts_of(row)
    row.active = True
    keep(session, viewer, key_of(agency), before, facts_of(row), reason)


def what_holds(session: Session, agency: str) -> str:
    """What keeps an agency in use, in words; "" when nothing does. Counts only: no review is named."""
    today = today_of(session)
    tasks = select(func.count()).where(UserTask.agency == agency, UserTask.status == "open")
    actions = select(func.count()).where(Action.agency == agency, Action.status.in_(OPEN_STATUSES))
    reviews = (
        select(func.count(func.distinct(Review.id)))
        .join(Involvement, Involvement.review == Review.id, isouter=True)
        .where(
            or_(Involvement.agency == agency, Review.referring_agency == agency),
            Review.state.not_in(ENDED),
        )
    )
    roles = select(func.count(func.distinct(PersonRole.person))).where(
        PersonRole.agency == agency, or_(PersonRole.to_on.is_(None), PersonRole.to_on >= today)
    )
    found = [
        counted(number, one, many)
        for query, one, many in (
            (tasks, "open step", None),
            (actions, "open action", None),
            (reviews, "review that has not ended", "reviews that have not ended"),
            (roles, "person with a role for it", "people with a role for it"),
        )
        if (number := session.scalar(query) or 0)
    ]
    return ", ".join(found[:-1]) + (" and " if len(found) > 1 else "") + found[-1] if found else ""


def key_of(agency: str) -> str:
    """Under what an agency's history is kept."""
    return f"agency:{agency}"


def facts_of(row: Agency) -> dict[str, Any]:
    """An agency as its history tells it."""
    return {
        "name": row.name,
        "sector": row.sector,
        "statutory_partner": row.statutory_partner,
        "lead": row.lead,
        "active": row.active,
    }


def _checked(session: Session, told: AgencyFacts, itself: str | None) -> AgencyFacts:
    name = " ".join(told.name.split())
    if not name or len(name) > 200:
        raise Refused("Enter its name, in 200 characters or fewer", about="name")
    same = select(Agency.id).where(func.lower(Agency.name) == name.lower(), Agency.id != (itself or ""))
    if session.scalar(same.limit(1)):
        raise Refused("There is an agency of this name already", about="name")
    if told.sector not in SECTORS:
        raise Refused("Select its sector", about="sector")
    if told.lead and not session.scalar(select(Person.active).where(Person.id == told.lead)):
        raise Refused("Select somebody who is here", about="lead")
    return AgencyFacts(name, told.sector, told.statutory_partner, told.lead or None)
