"""The people one can be in the demonstration: who they are, what they may do, and how much waits for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reviews.models import Agency, Person, PersonRole
from reviews.roles import AGENCY_ROLES, ROLES, role_name
from reviews.worklist import open_work

GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Leading reviews",
        "They decide on referrals, chair reviews and keep them moving.",
        ("hosl", "business_manager", "business_support", "chair"),
    ),
    (
        "Agencies",
        "Police, health, schools, housing, charities: they refer, prepare and carry out actions.",
        ("safeguarding_lead", "agency_manager", "practitioner"),
    ),
    (
        "Sub-groups and the Board",
        "They check quality, follow actions and share what was learned.",
        (
            "qa_chair",
            "monitoring_chair",
            "training_member",
            "scr_chair",
            "board_chair",
            "qa_member",
            "monitoring_member",
            "board_member",
        ),
    ),
    (
        "Looking after the process",
        "They draw the process, approve changes and check the record.",
        ("process_owner", "policy_approver", "auditor", "system_admin"),
    ),
)


@dataclass(frozen=True)
class Card:
    """One person to be."""

    id: str
    name: str
    agency: str
    title: str
    role: str
    also: tuple[str, ...]
    purpose: str
    waiting: int


@dataclass(frozen=True)
class CardGroup:
    """People with like roles."""

    title: str
    words: str
    cards: Sequence[Card]


def people_to_be(session: Session, on: dt.date) -> list[CardGroup]:
    """Every active person with a role on a day, once, under the first of their roles."""
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Agency.name.label("agency"),
            PersonRole.role,
            PersonRole.agency.label("scope"),
        )
        .join(PersonRole, PersonRole.person == Person.id)
        .join(Agency, Agency.id == Person.agency, isouter=True)
        .where(Person.active.is_(True), PersonRole.from_on <= on)
        .where(or_(PersonRole.to_on.is_(None), PersonRole.to_on >= on))
        .order_by(Agency.name, Person.name)
    ).all()
    waiting = open_work(session)
    held: dict[str, list[tuple[str, str | None]]] = {}
    known = {row.id: row for row in rows}
    for row in rows:
        held.setdefault(row.id, []).append((row.role, row.scope))
    order = [role for _, _, roles in GROUPS for role in roles]
    cards: dict[str, list[Card]] = {role: [] for role in order}
    for person, roles in held.items():
        first, *others = sorted({role for role, _ in roles if role in ROLES}, key=order.index)
        cards[first].append(
            Card(
                id=person,
                name=known[person].name,
                agency=known[person].agency or "",
                title=_title(first, known[person].agency),
                role=role_name(first),
                also=tuple(role_name(role) for role in others),
                purpose=" ".join(ROLES[role].purpose for role in (first, *others)),
                waiting=_waiting_for(person, roles, waiting),
            )
        )
    return [
        CardGroup(title, words, [c for role in roles for c in cards[role]]) for title, words, roles in GROUPS
    ]


def _title(role: str, agency: str | None) -> str:
    """What tells a card from its neighbours: in an agency the agency, elsewhere the role."""
    return agency if role in AGENCY_ROLES and agency else role_name(role)


def is_person_to_be(session: Session, person: str) -> bool:
    """Whether somebody of that id exists and is active."""
    return bool(session.scalar(select(Person.active).where(Person.id == person)))


_Open = tuple[str | None, str, str | None, int]


def _waiting_for(person: str, roles: Iterable[tuple[str, str | None]], waiting: Iterable[_Open]) -> int:
    held = set(roles)

    def theirs(assignee: str | None, role: str, agency: str | None) -> bool:
        if assignee:
            return assignee == person
        return (role, agency) in held if role in AGENCY_ROLES else any(role == mine for mine, _ in held)

    return sum(number for assignee, role, agency, number in waiting if theirs(assignee, role, agency))
