"""What every command on a review begins with: permission and a trace. And how those involved are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, house, local_date, record
from engine.outbox import queue_mail
from reviews.models import Disclosure, Involvement, Review
from reviews.permissions import Viewer, acts_for, may, visible_reviews
from reviews.posts import those_told


def asked_on(
    session: Session,
    viewer: Viewer,
    verb: str,
    ref: str,
    reason: str | None = None,
    *,
    subject: str = "",
    **details: str,
) -> Review:
    """The review, once the viewer may know of it and has the verb. A reason that is asked for must be given.

    Leaves the verb in the audit log, or `subject` where one verb does several things, with whom the viewer
    acts for where they are a deputy, and what else is to be kept as `details`. Raises NotFound, Refused.
    """
    review = session.scalars(visible_reviews(viewer).where(Review.ref == ref)).one_or_none()
    if review is None:
        raise NotFound("There is no review with this reference.")
    if not may(session, viewer, verb, review):
        raise Refused("Your role on this review does not include this.")
    if reason is not None and not reason.strip():
        raise Refused("Give a reason.")
    record(
        session,
        kind="record.changed",
        business_key=review.ref,
        actor=Actor(viewer.person, acts_for(session, viewer, verb, review)),
        subject=subject or verb,
        details=details,
    )
    return review


def spine(review: Review) -> UUID:
    """The running process of a review. Raises Refused for one that is not at work."""
    if review.process_instance is None:
        raise Refused("This review is not at work.")
    return review.process_instance


def tell_team(session: Session, review: Review, text: str, facts: Mapping[str, Any] | None = None) -> None:
    """Tell the people of `team_of`."""
    mail(session, team_of(session, review), text, review.ref, facts)


def team_of(session: Session, review: Review) -> list[str]:
    """The referrer, the chair, and the leads of the agencies that know of the review."""
    known = select(Involvement.agency).where(
        Involvement.review == review.id, Involvement.notified_on.is_not(None)
    )
    today = today_of(session)
    people = {
        person
        for agency in session.scalars(known)
        for person in those_told(session, "safeguarding_lead", agency, today)
    }
    return sorted(people | {review.referrer} | ({review.chair} if review.chair else set()))


def mail(
    session: Session,
    people: list[str],
    text: str,
    about: str,
    facts: Mapping[str, Any] | None = None,
    *,
    urgent: bool = False,
) -> None:
    """Queue one notice to each person: `text` by its id, `facts` for its placeholders. An urgent one does
    not wait for the end of the quiet hours."""
    for person in people:
        queue_mail(session, to=person, text=text, about=about, facts=facts or {}, urgent=urgent)


def disclose(
    session: Session, viewer: Viewer, review: UUID, what: str, *, purpose: str, to: str = "", **more: Any
) -> None:
    """Keep what was told of a review, why, and to whom: to the viewer, unless it goes on (practice 2.9)."""
    session.add(
        Disclosure(
            review=review,
            at=now_of(session),
            by=viewer.person,
            to=to or viewer.person,
            what=what,
            purpose=purpose,
            **more,
        )
    )


def now_of(session: Session) -> dt.datetime:
    """The moment of the house's clock, in UTC."""
    return house(session).clock.now()


def today_of(session: Session) -> dt.date:
    """The date of that moment in Europe/London."""
    return local_date(now_of(session))
