"""Who a reminder goes to: the chasing table's words, made people. A deputy gets it instead of who is away; an
empty post passes it one level up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import house, local_date, remember, remembered
from engine.models import UserTask
from reviews.covers import away, deputies, unchanged_since
from reviews.holders import line_lead
from reviews.models import Conflict, NamedAccess, Review
from reviews.posts import those_told
from reviews.roles import AGENCY_ROLES, ROLES
from reviews.viewers import viewer_for

READERS = ("assignee", "manager", "agency_lead")
"""Whom a row of the chasing table may name beside a role."""


def recipients(session: Session, task: UserTask, who: str) -> list[str]:
    """Ids of the people whom one row of the chasing table means, for one task.

    `who` is assignee, manager, agency_lead or the id of a role. Nobody with a conflict on the case hears of
    it, nor who acts for them, nor anybody whom a restricted case does not name. An unknown word reaches
    nobody.
    """
    on = unchanged_since(session, local_date(house(session).clock.now()))
    meant = (who, task.assignee, task.role, task.agency, task.business_key, on)
    return remembered(session, meant, lambda: _found(session, task, who, on))


def about_to_remind(session: Session, tasks: Sequence[UserTask]) -> None:
    """Read at once for many tasks to whom their cases are closed, for a transaction that remembers."""
    refs = {task.business_key for task in tasks}
    known = {row.ref: row for row in session.scalars(select(Review).where(Review.ref.in_(refs)))}
    ids = [row.id for row in known.values()]
    kept_out, named = (
        _people_of(session, select(table.review, table.person).where(table.review.in_(ids)))
        for table in (Conflict, NamedAccess)
    )
    for ref in refs:
        row = known.get(ref)
        closed: tuple[set[str], set[str] | None] = (set(), None)
        if row is not None:
            closed = kept_out.get(row.id, set()), named.get(row.id, set()) if row.restricted else None
        remember(session, ("closed", ref), closed)


def _people_of(session: Session, query: Select[UUID, str]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    for review, person in session.execute(query):
        found.setdefault(review, set()).add(person)
    return found


def _found(session: Session, task: UserTask, who: str, on: dt.date) -> list[str]:
    if who == "assignee":
        found = (
            _instead(session, task.assignee, task, on)
            if task.assignee
            else _role(session, task.role, task, on)
        )
    elif who == "manager":
        led = line_lead(session, task.assignee, on) if task.assignee else []
        found = [each for lead in led for each in _instead(session, lead, task, on)]
    elif who == "agency_lead":
        found = those_told(session, "safeguarding_lead", task.agency, on) if task.agency else []
    else:
        found = _role(session, who, task, on) if who in ROLES else []
    return _open_to(session, task, found)


def _role(session: Session, role: str, task: UserTask, on: dt.date) -> list[str]:
    people = those_told(session, role, task.agency if role in AGENCY_ROLES else None, on)
    return [person for person in people if _acts_openly(session, task, person, role, on)]


def _acts_openly(session: Session, task: UserTask, person: str, role: str, on: dt.date) -> bool:
    """Not only as the deputy of somebody to whom the case is closed by a conflict of interest."""
    everything = remembered(session, ("acts", person, on), lambda: viewer_for(session, person, on).parts)
    parts = [part for part in everything if role in part.roles]
    open_ones = [part for part in parts if not (part.deputy and _has_conflict(session, task, part.person))]
    return bool(open_ones) or not parts


def _instead(session: Session, person: str, task: UserTask, on: dt.date) -> list[str]:
    """Somebody by name; while they are away, their deputies, else they and the level above."""
    if person not in away(session, [person], on):
        return [person]
    if _has_conflict(session, task, person):
        return []
    acting = deputies(session, person, task.role, task.agency, on)
    if acting:
        return acting
    above = _role(session, task.role, task, on)
    return list(dict.fromkeys([person, *above]))


def _has_conflict(session: Session, task: UserTask, person: str) -> bool:
    known = (
        select(Conflict.person)
        .join(Review, Review.id == Conflict.review)
        .where(Review.ref == task.business_key, Conflict.person == person)
    )
    return session.scalars(known).first() is not None


def _open_to(session: Session, task: UserTask, people: list[str]) -> list[str]:
    if not people:
        return people
    key = task.business_key
    kept_out, named = remembered(session, ("closed", key), lambda: _closed_to(session, key))
    return [each for each in people if each not in kept_out and (named is None or each in named)]


def _closed_to(session: Session, ref: str) -> tuple[set[str], set[str] | None]:
    """Who has a conflict of interest on a case, and who alone may hear of it where it is restricted."""
    review = session.scalars(select(Review).where(Review.ref == ref)).one_or_none()
    if review is None:
        return set(), None
    kept_out = set(session.scalars(select(Conflict.person).where(Conflict.review == review.id)))
    if not review.restricted:
        return kept_out, None
    return kept_out, set(session.scalars(select(NamedAccess.person).where(NamedAccess.review == review.id)))
