"""A person's own calendar at a secret address: due dates, meetings and learning events, filtered at
each look by what they may see that day. Only the digest of the address's token is kept.
"""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import NotFound
from reviews.acting import now_of, today_of
from reviews.calendar_files import feed_file
from reviews.models import (
    CalendarAddress,
    EventBooking,
    Invitation,
    LearningEvent,
    Meeting,
    Person,
    Review,
)
from reviews.permissions import Viewer, viewer_for, visible_reviews
from reviews.worklist import Filters, work

MOST_TASKS = 500


def make_address(session: Session, person: str) -> str:
    """A new secret token for a person's calendar; the one before is worth nothing from now on."""
    token = secrets.token_urlsafe(32)
    row = session.get(CalendarAddress, person)
    if row is None:
        row = CalendarAddress(person=person)
        session.add(row)
    row.digest, row.made_at = _digest(token), now_of(session)
    return token


def take_address_back(session: Session, person: str) -> None:
    """End a person's address. Without one nothing happens."""
    row = session.get(CalendarAddress, person)
    if row is not None:
        session.delete(row)


def address_of(session: Session, person: str) -> CalendarAddress | None:
    """When a person's address was made, if they have one; not what it is."""
    return session.get(CalendarAddress, person)


def feed(session: Session, token: str) -> bytes:
    """The calendar behind a token. Raises NotFound for an unknown one and for somebody no longer active."""
    owner = select(Person.id).join(CalendarAddress, CalendarAddress.person == Person.id)
    person = session.scalar(owner.where(CalendarAddress.digest == _digest(token), Person.active.is_(True)))
    if person is None:
        raise NotFound("There is no such calendar.")
    return calendar_of(session, viewer_for(session, person, today_of(session)))


def calendar_of(session: Session, viewer: Viewer) -> bytes:
    """The calendar of somebody who is known: what is due, and the meetings, as far as they may see them."""
    today = today_of(session)
    rows = work(session, viewer, "todo", Filters(), today, rows=MOST_TASKS)
    tasks = [row.task for row in rows if row.task.due_on is not None]
    meetings, booked = _meetings(session, viewer), _booked(session, viewer)
    return feed_file(meetings, tasks, booked, stamp=now_of(session), name="Roundtable")


def _meetings(session: Session, viewer: Viewer) -> list[tuple[Meeting, Review]]:
    """Planned meetings of reviews that this person may see, to which they are invited or which they chair."""
    asked = select(Invitation.meeting).where(Invitation.person == viewer.person)
    query = (
        visible_reviews(viewer)
        .join(Meeting, Meeting.review == Review.id)
        .add_columns(Meeting)
        .where(
            Meeting.recorded_on.is_(None),
            Meeting.cancelled_on.is_(None),
            or_(Meeting.id.in_(asked), Review.chair == viewer.person),
        )
        .order_by(Meeting.held_on)
    )
    return [(meeting, review) for review, meeting in session.execute(query) if not review.ended]


def _booked(session: Session, viewer: Viewer) -> list[LearningEvent]:
    """Learning events to come at which this person has a place."""
    query = (
        select(LearningEvent)
        .join(EventBooking, EventBooking.event == LearningEvent.id)
        .where(EventBooking.person == viewer.person, EventBooking.state == "booked")
        .where(LearningEvent.status == "planned", LearningEvent.held_on.is_not(None))
    )
    return list(session.scalars(query.order_by(LearningEvent.held_on)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
