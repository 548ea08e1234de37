"""The Board and its sub-groups: what each is called until the partnership says otherwise, and saying so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import NotFound, Refused
from reviews.models import Body, Person
from reviews.partnership import keep, may_change, still_as_seen
from reviews.permissions import Viewer

NAMES: dict[str, str] = {
    "board": "Safeguarding Children Board",
    "qapm": "Quality Assurance and Performance Management Sub-group",
    "monitoring": "Monitoring Sub-group",
    "training": "Training Sub-group",
    "scr": "Serious Case Review Sub-group",
    "policy": "Policy and Practice Sub-group",
}


@dataclass(frozen=True)
class BodyFacts:
    """What the office says of a body. `policy_name` is what the policy calls it, where that differs."""

    name: str
    policy_name: str = ""
    chair: str | None = None
    deputy: str | None = None
    quorum: str = ""


def found_body(session: Session, body: str) -> Body:
    """The row of a body; a new installation gets it with the policy's name for it. Raises KeyError."""
    row = session.get(Body, body)
    if row is None:
        row = Body(id=body, name=NAMES[body], quorum="")
        session.add(row)
        session.flush()
    return row


def all_bodies(session: Session) -> list[tuple[str, BodyFacts]]:
    """Every body with its id: those that the processes name first, then those of this partnership alone."""
    rows = {row.id: row for row in session.scalars(select(Body).order_by(Body.name))}
    names = (*NAMES, *(body for body in rows if body not in NAMES))
    return [(body, _facts(rows[body]) if body in rows else BodyFacts(NAMES[body])) for body in names]


def body_facts(session: Session, body: str) -> BodyFacts:
    """What is said of one body. Raises NotFound."""
    found = dict(all_bodies(session)).get(body)
    if found is None:
        raise NotFound("There is no such body.")
    return found


def change_body(
    session: Session, viewer: Viewer, body: str, told: BodyFacts, *, reason: str, seen: int | None = None
) -> None:
    """Say something else of a body. Raises NotFound, Refused."""
    before = body_facts(session, body)
    reason = may_change(session, viewer, reason)
    still_as_seen(session, key_of(body), seen)
    told = _checked(session, body, told)
    if told == before:
        raise Refused("Nothing is different from what it was", about="name")
    row = found_body(session, body)
    row.name, row.policy_name, row.quorum = told.name, told.policy_name, told.quorum
    row.chair, row.deputy = told.chair, told.deputy
    session.flush()
    keep(session, viewer, key_of(body), said(before), said(told), reason)


def key_of(body: str) -> str:
    """Under what a body's history is kept."""
    return f"body:{body}"


def said(facts: BodyFacts) -> dict[str, Any]:
    """A body as its history tells it."""
    return {
        "name": facts.name,
        "policy_name": facts.policy_name,
        "chair": facts.chair,
        "deputy": facts.deputy,
        "quorum": facts.quorum,
    }


def _facts(row: Body) -> BodyFacts:
    return BodyFacts(row.name, row.policy_name, row.chair, row.deputy, row.quorum)


def _checked(session: Session, body: str, told: BodyFacts) -> BodyFacts:
    name = " ".join(told.name.split())
    if not name or len(name) > 200:
        raise Refused("Enter its name, in 200 characters or fewer", about="name")
    same = select(Body.id).where(func.lower(Body.name) == name.lower(), Body.id != body)
    if session.scalar(same.limit(1)):
        raise Refused("There is a body of this name already", about="name")
    if told.chair and told.chair == told.deputy:
        raise Refused("The deputy must be somebody else than the chair", about="deputy")
    for person, about in ((told.chair, "chair"), (told.deputy, "deputy")):
        if person and not session.scalar(select(Person.active).where(Person.id == person)):
            raise Refused("Select somebody who is here", about=about)
    return BodyFacts(
        name, told.policy_name.strip(), told.chair or None, told.deputy or None, told.quorum.strip()
    )
