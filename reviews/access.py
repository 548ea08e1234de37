"""Restricting a review, naming who may open it, keeping out who has a conflict: all in the audit log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, Refused, record
from reviews.models import Conflict, NamedAccess, Review


def restrict(
    session: Session, review: Review, *, reason: str, names: Iterable[str], by: Actor, now: dt.datetime
) -> None:
    """Close a review to all but the people named. Naming somebody gives no right their role does not give."""
    review.restricted, review.restricted_reason = True, reason
    for person in dict.fromkeys(names):
        name_person(session, review, person, reason=reason, by=by, now=now)
    record(
        session,
        kind="access.changed",
        business_key=review.ref,
        actor=by,
        subject="restricted",
    )


def lift_restriction(session: Session, review: Review, *, by: Actor) -> None:
    """Open a restricted review to those whose role and relation allow it. Its list of names is kept."""
    review.restricted = False
    record(session, kind="access.changed", business_key=review.ref, actor=by, subject="not_restricted")


def name_person(
    session: Session, review: Review, person: str, *, reason: str, by: Actor, now: dt.datetime
) -> None:
    """Put a person on the list of a restricted review. Twice is once."""
    if session.get(NamedAccess, (review.id, person)) is not None:
        return
    session.add(NamedAccess(review=review.id, person=person, reason=reason, given_at=now, given_by=by.id))
    session.flush()
    record(
        session,
        kind="access.changed",
        business_key=review.ref,
        actor=by,
        subject="named",
        details={"person": person},
    )


def take_off(session: Session, review: Review, person: str, *, by: Actor) -> None:
    """Take a person off the list of a restricted review. Raises Refused for one who is not on it."""
    row = session.get(NamedAccess, (review.id, person))
    if row is None:
        raise Refused("This person is not on the list.")
    session.delete(row)
    session.flush()
    record(
        session,
        kind="access.changed",
        business_key=review.ref,
        actor=by,
        subject="taken_off",
        details={"person": person},
    )


def named_on(session: Session, review: Review) -> list[NamedAccess]:
    """The list of a restricted review, in the order in which people were named."""
    query = select(NamedAccess).where(NamedAccess.review == review.id)
    return list(session.scalars(query.order_by(NamedAccess.given_at, NamedAccess.person)))


def name_if_restricted(
    session: Session, review: Review, people: Iterable[str], *, reason: str, by: Actor, now: dt.datetime
) -> None:
    """Name people on a restricted review whose work now needs it; nothing to do on another one."""
    if review.restricted:
        for person in people:
            name_person(session, review, person, reason=reason, by=by, now=now)


def closed_to(session: Session, review: Review, person: str) -> bool:
    """Whether a review is closed to somebody in any role: by a conflict, or a list without their name."""
    if in_conflict(session, review, person):
        return True
    return review.restricted and session.get(NamedAccess, (review.id, person)) is None


def in_conflict(session: Session, review: Review, person: str) -> bool:
    """Whether somebody has a recorded conflict of interest on a review."""
    return session.get(Conflict, (review.id, person)) is not None


def keep_out(
    session: Session, review: Review, person: str, *, reason: str, by: Actor, now: dt.datetime
) -> None:
    """Record a conflict of interest: from now on this person sees and does nothing on this review."""
    if session.get(Conflict, (review.id, person)) is not None:
        return
    session.add(Conflict(review=review.id, person=person, reason=reason, declared_at=now, declared_by=by.id))
    session.flush()
    record(
        session,
        kind="conflict.declared",
        business_key=review.ref,
        actor=by,
        subject="conflict",
        details={"person": person},
    )
