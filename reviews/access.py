"""Restricting a review, naming who may open it, keeping out who has a conflict: all in the audit log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy.orm import Session

from engine import Actor, record
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


def name_if_restricted(
    session: Session, review: Review, people: Iterable[str], *, reason: str, by: Actor, now: dt.datetime
) -> None:
    """Name people on a restricted review whose work now needs it; nothing to do on another one."""
    if review.restricted:
        for person in people:
            name_person(session, review, person, reason=reason, by=by, now=now)


def closed_to(session: Session, review: Review, person: str) -> bool:
    """Whether a review is closed to somebody in any role: by a conflict, or a list without their name."""
    if session.get(Conflict, (review.id, person)) is not None:
        return True
    return review.restricted and session.get(NamedAccess, (review.id, person)) is None


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
