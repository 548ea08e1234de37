"""Meetings, due dates and learning events as calendar files (RFC 5545, RFC 5546): by reference only, no name
of a child.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Outbox, TaskRow, house
from engine.clock import at_local
from reviews.models import Invitation, LearningEvent, Meeting, Person, Review
from reviews.services.meeting import planned_meeting

if TYPE_CHECKING:
    from icalendar import Event

MADE_BY = "-//Roundtable//Learning reviews//EN"
LASTS = dt.timedelta(hours=2)  # a meeting has a beginning; calendars want an end
NO_REPLY = "no-reply@roundtable.invalid"  # where the post does not say whom it sends as
ABOUT_A_MEETING = frozenset({"invitation", "meeting_moved", "meeting_cancelled"})
ABOUT_AN_END = frozenset({"review_withdrawn", "review_ended", "referral_outcome"})


def calendar_part(session: Session, notice: Outbox, *, organiser: str = NO_REPLY) -> bytes | None:
    """What a notice brings for a calendar: the meeting, or word that there is none any more.

    None for a notice that is about no meeting, and for people who were not invited to it. `organiser` is the
    address that the notice is sent from.
    """
    meeting = _meeting_of(session, notice)
    person = session.get(Person, notice.recipient or "") if meeting is not None else None
    if meeting is None or person is None:
        return None
    from icalendar import vCalAddress, vText  # here and below, with its time zones: only who makes a calendar

    review = session.get_one(Review, meeting.review)
    if not is_invited(session, meeting, review, [person.id]):
        return None
    cancelled = meeting.cancelled_on is not None or review.ended
    event = _meeting(meeting, review, stamp=notice.created_at)
    if review.ended and meeting.cancelled_on is None:  # the end of a review ends its meeting, too
        event["SEQUENCE"] = meeting.invitation_sequence + 1
    if cancelled:
        event["STATUS"] = vText("CANCELLED")
    event["ORGANIZER"] = vCalAddress(f"mailto:{organiser}")
    guest = vCalAddress(f"mailto:{person.email}")
    guest.params["ROLE"], guest.params["PARTSTAT"] = "OPT-PARTICIPANT", "NEEDS-ACTION"  # nobody is compelled
    guest.params["RSVP"] = "FALSE"
    event.add("attendee", guest)
    return _file("CANCEL" if cancelled else "REQUEST", [event])


def meeting_file(session: Session, review: Review) -> bytes | None:
    """The planned meeting of a review, to be put into a calendar by hand; None where none is planned."""
    meeting = planned_meeting(session, review)
    if meeting is None or review.ended:
        return None
    return _file("PUBLISH", [_meeting(meeting, review, stamp=house(session).clock.now())])


def event_file(event: LearningEvent, *, stamp: dt.datetime) -> bytes:
    """A learning event that has a date, to be put into a calendar by hand."""
    return _file("PUBLISH", [_learning_event(event, stamp=stamp)])


def feed_file(
    meetings: Iterable[tuple[Meeting, Review]],
    tasks: Iterable[TaskRow],
    booked: Iterable[LearningEvent],
    *,
    stamp: dt.datetime,
    name: str,
) -> bytes:
    """A person's calendar: meetings and learning events at their time, due dates as whole days that leave one
    free."""
    events = [_meeting(meeting, review, stamp=stamp) for meeting, review in meetings]
    events += [_learning_event(event, stamp=stamp) for event in booked]
    events += [_due(task, stamp=stamp) for task in tasks]
    return _file("PUBLISH", events, name=name)


def is_invited(session: Session, meeting: Meeting, review: Review, people: Iterable[str]) -> bool:
    """Whether one of these people was asked to a meeting, or chairs it."""
    asked = set(people)
    query = select(Invitation.id).where(Invitation.meeting == meeting.id, Invitation.person.in_(asked))
    return review.chair in asked or session.scalars(query.limit(1)).first() is not None


def _meeting_of(session: Session, notice: Outbox) -> Meeting | None:
    """The meeting that a notice is about, unless it has been held."""
    text = notice.payload.get("text")
    if text in ABOUT_A_MEETING and notice.payload.get("facts", {}).get("meeting"):
        meeting = session.get(Meeting, UUID(str(notice.payload["facts"]["meeting"])))
        return meeting if meeting is not None and meeting.recorded_on is None else None
    if text not in ABOUT_AN_END:
        return None
    review = session.scalars(select(Review).where(Review.ref == notice.about)).one_or_none()
    return planned_meeting(session, review) if review is not None and review.ended else None


def _meeting(meeting: Meeting, review: Review, *, stamp: dt.datetime) -> Event:
    event = _event(f"meeting-{meeting.id}", f"Review meeting {review.ref}", stamp)
    event.add("sequence", meeting.invitation_sequence)
    begins = _moment(meeting.held_on, meeting.starts_at)
    _put_when(event, meeting.held_on, begins, begins + LASTS if begins else None)
    event.add("status", "CONFIRMED")
    if meeting.place:
        event.add("location", meeting.place)
    return event


def _learning_event(held: LearningEvent, *, stamp: dt.datetime) -> Event:
    assert held.held_on is not None
    event = _event(f"{held.id}", held.title or "Safeguarding and learning event", stamp)
    begins, ends = _moment(held.held_on, held.begins), _moment(held.held_on, held.ends)
    if begins and (ends is None or ends <= begins):
        ends = begins + LASTS
    _put_when(event, held.held_on, begins, ends)
    if held.place:
        event.add("location", held.place)
    return event


def _moment(day: dt.date, time: str) -> dt.datetime | None:
    """When something begins or ends; None where no time was said."""
    try:
        return at_local(day, dt.time.fromisoformat(time)).astimezone(dt.UTC)
    except ValueError:
        return None


def _put_when(event: Event, day: dt.date, begins: dt.datetime | None, ends: dt.datetime | None) -> None:
    """From when to when; without a time the whole day."""
    event.add("dtstart", begins or day)
    event.add("dtend", ends if begins and ends else day + dt.timedelta(days=1))


def _due(task: TaskRow, *, stamp: dt.datetime) -> Event:
    assert task.due_on is not None
    event = _event(f"task-{task.id}", f"Due: {task.name}, {task.business_key}", stamp)
    event.add("dtstart", task.due_on)
    event.add("dtend", task.due_on + dt.timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _event(uid: str, summary: str, stamp: dt.datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{uid}@roundtable")
    event.add("dtstamp", stamp.astimezone(dt.UTC))
    event.add("summary", summary)
    event.add("class", "PRIVATE")
    return event


def _file(method: str, events: Iterable[Event], *, name: str = "") -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", MADE_BY)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())
