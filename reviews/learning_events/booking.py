"""Places at a learning event: booked by whoever comes, by their agency's lead, or by the organisers.

Whoever books or cancels holds the event's row until the transaction ends, so that of two who want the last
place one gets it and the other waits. First in is first moved up.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused
from reviews.acting import mail, now_of, today_of
from reviews.learning_events.terms import event_before, event_key, event_named, note, refuse_unless
from reviews.models import Agency, EventBooking, LearningEvent, Person
from reviews.permissions import Viewer, may
from reviews.roles import role_name

LEADS = ("safeguarding_lead", "agency_manager")  # whose agency's people they book for
BOOKED, WAITING = "booked", "waiting"


@dataclass(frozen=True)
class Guest:
    """Somebody a place is booked for. Who has an account is found by their address."""

    name: str
    agency: str
    job: str = ""
    email: str = ""


def last_day(event: LearningEvent) -> dt.date | None:
    """The last day on which places are booked."""
    return event.book_by or event.held_on


def is_open(event: LearningEvent, today: dt.date) -> bool:
    """Whether places can be booked."""
    last = last_day(event)
    return event.status == "planned" and last is not None and today <= last


def agencies_to_book_for(session: Session, viewer: Viewer) -> list[tuple[str, str]]:
    """The agencies whose people a viewer books for, as id and name: every one for the organisers."""
    query = select(Agency.id, Agency.name).where(Agency.active.is_(True)).order_by(Agency.name)
    if not may(session, viewer, "run_event"):
        if not may(session, viewer, "book_for_others"):
            return []
        query = query.where(Agency.id.in_(_led_by(viewer)))
    return [(row.id, row.name) for row in session.execute(query)]


def book(session: Session, viewer: Viewer, event_id: str) -> EventBooking:
    """Book a place for oneself; on the waiting list when there is none. Raises NotFound, Refused."""
    refuse_unless(session, viewer, "see_learning")
    event = _open_event(session, viewer, event_id)
    person = session.get_one(Person, viewer.person)
    if mine(session, viewer, event) is not None:
        raise Refused("You have booked already.")
    row = _booked(session, event, by=viewer.person)
    row.person, row.name, row.agency = person.id, person.name[:150], person.agency
    row.job = ", ".join(role_name(role) for role in sorted(viewer.mine.roles))[:150]
    return _kept(session, viewer, event, row)


def book_for(session: Session, viewer: Viewer, event_id: str, guest: Guest) -> EventBooking:
    """Book a place for somebody of an agency one books for, with or without an account.

    Raises NotFound, Refused.
    """
    event = _open_event(session, viewer, event_id)
    if guest.agency not in dict(agencies_to_book_for(session, viewer)):
        raise Refused("You can book for your own agency only.", about="agency")
    row = _booked(session, event, by=viewer.person)
    put_guest(session, event, row, guest)
    kept = _kept(session, viewer, event, row)
    if row.person and row.person != viewer.person:
        mail(session, [row.person], "event_booked", event_key(event.term), when(event))
    return kept


def cancel(session: Session, viewer: Viewer, event_id: str, booking: UUID) -> None:
    """Give a place back: the first who waits moves up and is told. Raises NotFound, Refused."""
    event = event_named(session, viewer, event_id, lock=True)
    row = session.get(EventBooking, booking)
    if row is None or row.event != event.id or not may_change(session, viewer, row):
        raise NotFound("There is no such booking.")
    if event.status != "planned" or event.held_on is None or today_of(session) > event.held_on:
        raise Refused("The event is over.")
    note(session, Actor(viewer.person), event, "event_place_cancelled", state=row.state)
    session.delete(row)
    session.flush()
    move_up(session, event)


def move_up(session: Session, event: LearningEvent) -> int:
    """Give places that are free to those who wait, first in first; how many. They are told, or whoever booked
    for them."""
    waiting = (
        select(EventBooking)
        .where(EventBooking.event == event.id, EventBooking.state == WAITING)
        .order_by(EventBooking.number)
        .limit(free_places(session, event))
    )
    moved = list(session.scalars(waiting))
    for row in moved:
        row.state = BOOKED
        mail(session, [row.person or row.booked_by], "event_place", event_key(event.term), when(event))
    session.flush()
    return len(moved)


def carry_over(session: Session, viewer: Viewer, event_id: str) -> int:
    """Book those who got no place at the event before, in the order in which they waited; how many.

    Raises NotFound, Refused.
    """
    refuse_unless(session, viewer, "run_event")
    event = _open_event(session, viewer, event_id)
    waited = left_waiting(session, event)
    for each in waited:
        row = _booked(session, event, by=each.booked_by)
        row.person, row.name, row.agency = each.person, each.name, each.agency
        row.job, row.email = each.job, each.email
        _kept(session, viewer, event, row)
        text = "event_place" if row.state == BOOKED else "event_booked"
        mail(session, [row.person or row.booked_by], text, event_key(event.term), when(event))
    return len(waited)


def left_waiting(session: Session, event: LearningEvent) -> list[EventBooking]:
    """Who waited in vain for a place at the event before, and has not booked this one."""
    before = event_before(session, event)
    if before is None or before.status == "planned":
        return []
    here = {_same(row) for row in bookings(session, event)}
    waited = [row for row in bookings(session, before) if row.state == WAITING and not row.came]
    return [row for row in waited if _same(row) not in here]


def bookings(session: Session, event: LearningEvent) -> list[EventBooking]:
    """Everybody who has a place or waits for one, in the order in which they came."""
    query = select(EventBooking).where(EventBooking.event == event.id)
    return list(session.scalars(query.order_by(EventBooking.number)))


def those_seen(session: Session, viewer: Viewer, event: LearningEvent) -> list[EventBooking]:
    """The bookings whose names a viewer may read: all for the organisers, their agency's for its leads."""
    rows = bookings(session, event)
    if may(session, viewer, "run_event"):
        return rows
    led = _led_by(viewer) if may(session, viewer, "book_for_others") else ()
    return [row for row in rows if row.agency in led]


def mine(session: Session, viewer: Viewer, event: LearningEvent) -> EventBooking | None:
    """The viewer's own booking."""
    query = select(EventBooking).where(EventBooking.event == event.id, EventBooking.person == viewer.person)
    return session.scalars(query).one_or_none()


def may_change(session: Session, viewer: Viewer, row: EventBooking) -> bool:
    """Whether a viewer may cancel a booking: their own, one they made, one of their agency, or any."""
    if viewer.person in (row.person, row.booked_by) or may(session, viewer, "run_event"):
        return True
    return may(session, viewer, "book_for_others") and row.agency in _led_by(viewer)


def free_places(session: Session, event: LearningEvent) -> int:
    """How many places are left."""
    taken = select(func.count()).select_from(EventBooking)
    taken = taken.where(
        EventBooking.event == event.id, EventBooking.state == BOOKED, EventBooking.walked_in.is_(False)
    )
    return max(0, (event.places or 0) - (session.scalar(taken) or 0))


def add_row(session: Session, event: LearningEvent, *, by: str, state: str) -> EventBooking:
    """A row with the next number; the event is locked."""
    last = select(func.max(EventBooking.number)).where(EventBooking.event == event.id)
    number = (session.scalar(last) or 0) + 1
    return EventBooking(event=event.id, number=number, state=state, booked_by=by, booked_at=now_of(session))


def put_guest(session: Session, event: LearningEvent, row: EventBooking, guest: Guest) -> None:
    """Fill a row with who it is for. Raises Refused for somebody who is on the list already."""
    name, email = guest.name.strip(), guest.email.strip()
    if not name:
        raise Refused("Enter their name.", about="name")
    person = None
    if email:
        of_agency = select(Person).where(Person.agency == guest.agency, Person.active.is_(True))
        person = session.scalars(of_agency.where(func.lower(Person.email) == email.lower())).first()
    row.person, row.name = (person.id, person.name[:150]) if person else (None, name)
    row.agency, row.job, row.email = guest.agency, guest.job.strip(), "" if person else email
    if _same(row) in {_same(each) for each in bookings(session, event)}:
        raise Refused("They have a place, or wait for one, already.", about="name")


def _booked(session: Session, event: LearningEvent, *, by: str) -> EventBooking:
    state = BOOKED if free_places(session, event) else WAITING
    return add_row(session, event, by=by, state=state)


def _kept(session: Session, viewer: Viewer, event: LearningEvent, row: EventBooking) -> EventBooking:
    note(session, Actor(viewer.person), event, "event_place_booked", state=row.state)
    session.add(row)
    session.flush()
    return row


def _open_event(session: Session, viewer: Viewer, event_id: str) -> LearningEvent:
    event = event_named(session, viewer, event_id, lock=True)
    if not is_open(event, today_of(session)):
        raise Refused("Places can no longer be booked." if event.held_on else "This event has no date yet.")
    return event


def _led_by(viewer: Viewer) -> tuple[str, ...]:
    return tuple(sorted({agency for role in LEADS for agency in viewer.agencies_as(role)}))


def _same(row: EventBooking) -> tuple[str, str]:
    """What tells two guests apart: the account, or else the name within its agency."""
    return ("", row.person) if row.person else (row.agency or "", row.name.casefold())


def when(event: LearningEvent) -> dict[str, str]:
    """What a notice about an event says of its day."""
    return {"date": event.held_on.isoformat()} if event.held_on else {}
