"""Opening a review in an emergency: somebody who has no part in it reads who is involved, for 60 minutes.

Read only: overview and agencies, never who the child is. A conflict of interest and a restriction are never
broken by it. A request that finds nothing says the same, with the same work, whether there is no such review
or it is closed to this person. Each grant is told at once, and looked at afterwards (`processes/
emergency_access`). Tries are counted, so that nobody can go through the references one by one.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, record, start
from engine.clock import ZONE
from engine.outbox import queue_mail
from reviews.access import closed_to
from reviews.acting import now_of, today_of
from reviews.models import EMERGENCIES, BreakGlass, Person, Review
from reviews.permissions import Viewer, allowed, has_verb
from reviews.posts import those_told

PROCESS = "emergency_access"
LASTS = dt.timedelta(minutes=60)
SHORTEST_REASON = 20
MOST_TRIES, TRIES_IN = 5, dt.timedelta(hours=24)
ABOUT = "emergency access"  # what the audit log files a request under that found nothing


def open_in_emergency(session: Session, viewer: Viewer, ref: str, *, why: str, reason: str) -> Review | None:
    """The review, open from now on for 60 minutes; None where there is none that this person may open so.

    Raises Refused without the verb, a reason, or after too many tries.
    """
    if not has_verb(viewer, "open_in_emergency"):
        raise Refused("Your role does not include this.")
    if why not in EMERGENCIES:
        raise Refused("Select why", about="why")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(f"Say more: at least {SHORTEST_REASON} characters", about="reason")
    now = now_of(session)
    _count_tries(session, viewer, now)
    found = session.scalars(
        select(Review).where(Review.ref == ref.strip().upper(), allowed(viewer, "break_glass"))
    ).one_or_none()
    row = BreakGlass(
        review=found.id if found else None,
        person=viewer.person,
        why=why,
        reason=reason.strip(),
        asked_at=now,
        ends_at=now + LASTS if found else now,
    )
    session.add(row)
    session.flush()
    record(
        session,
        kind="access.opened" if found else "access.refused",
        business_key=found.ref if found else ABOUT,
        actor=Actor(viewer.person),
        subject=why,
    )
    if found is not None:
        _follow_up(session, viewer, found, row)
    return found


def end_now(session: Session, viewer: Viewer, grant: UUID) -> None:
    """End one's own grant before its time. Raises NotFound for another's, or one that has ended."""
    row = session.get(BreakGlass, grant)
    if row is None or row not in grants(session, viewer):
        raise NotFound("There is nothing to end.")
    row.ended_at = now_of(session)
    review = session.get_one(Review, row.review)
    record(session, kind="access.ended", business_key=review.ref, actor=Actor(viewer.person), subject=row.why)


def grants(session: Session, viewer: Viewer) -> list[BreakGlass]:
    """What a viewer has open in an emergency just now, the earliest end first."""
    query = select(BreakGlass).where(
        BreakGlass.person == viewer.person,
        BreakGlass.review.is_not(None),
        BreakGlass.ended_at.is_(None),
        BreakGlass.ends_at > now_of(session),
    )
    return list(session.scalars(query.order_by(BreakGlass.ends_at, BreakGlass.id)))


def grant_on(session: Session, viewer: Viewer, review: Review) -> BreakGlass | None:
    """The grant by which a viewer has this review open just now, if any."""
    if not has_verb(viewer, "open_in_emergency"):
        return None
    found = [row for row in grants(session, viewer) if row.review == review.id]
    return found[-1] if found else None


def grant_of(session: Session, instance: UUID) -> BreakGlass | None:
    """The grant that one process of looking at it afterwards is about."""
    return session.scalars(select(BreakGlass).where(BreakGlass.process_instance == instance)).one_or_none()


def grant_facts(session: Session, instance: UUID) -> dict[str, str]:
    """What the form shows of a grant: who, when, and why."""
    row = grant_of(session, instance)
    person = session.get(Person, row.person) if row else None
    if row is None or person is None:
        return {}
    began = row.asked_at.astimezone(ZONE)
    ended = (row.ended_at or row.ends_at).astimezone(ZONE)
    return {
        "person": person.name,
        "opened": f"{began.day} {began:%B %Y}, from {began:%H:%M} to {ended:%H:%M} at the latest",
        "why": EMERGENCIES[row.why],
        "reason": row.reason,
    }


def _count_tries(session: Session, viewer: Viewer, now: dt.datetime) -> None:
    tries = select(func.count()).where(
        BreakGlass.person == viewer.person, BreakGlass.asked_at > now - TRIES_IN
    )
    if (session.scalar(tries) or 0) >= MOST_TRIES:
        raise Refused(
            "You have asked several times today. Telephone the Head of Safeguarding and Learning.",
            about="reference",
        )


def _follow_up(session: Session, viewer: Viewer, review: Review, row: BreakGlass) -> None:
    """Tell the Head and the chair at once, and have it looked at."""
    told = {"emergency": {"id": str(row.id), "person": viewer.person}}
    row.process_instance = start(
        session, PROCESS, business_key=review.ref, variables=told, by=Actor(viewer.person)
    )
    heads = those_told(session, "hosl", None, today_of(session))
    hear = {*heads, *([review.chair] if review.chair else [])} - {viewer.person}
    hear = {each for each in hear if not closed_to(session, review, each)}
    if not hear & {*heads}:  # nobody above who may know of it: the office, which keeps the Board's records
        office = those_told(session, "business_manager", None, today_of(session))
        hear |= {each for each in office if not closed_to(session, review, each)}
    for person in sorted(hear):
        queue_mail(session, to=person, text="opened_in_emergency", about=review.ref, facts={}, urgent=True)
