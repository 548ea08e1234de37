"""Who came to a learning event: ticked by name, walk-ins added, counted by agency (L1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from engine import Actor, Refused
from reviews.acting import mail, today_of
from reviews.learning_events.booking import BOOKED, Guest, add_row, bookings, put_guest, when
from reviews.learning_events.terms import event_key, event_named, note, refuse_unless
from reviews.models import EventBooking, LearningEvent
from reviews.permissions import Viewer


def can_be_ticked(session: Session, event: LearningEvent) -> bool:
    """From the day of the event until what happened is recorded."""
    return event.status == "planned" and event.held_on is not None and today_of(session) >= event.held_on


def tick(session: Session, viewer: Viewer, event_id: str, came: Collection[UUID]) -> int:
    """Keep who came of those on the list, waiting or booked; how many. Whoever has an account is told once
    that there is a certificate, and asked what they take from it. Raises NotFound, Refused.
    """
    event = _at_the_door(session, viewer, event_id)
    rows = bookings(session, event)
    told = [row.person for row in rows if row.person and row.id in came and not row.came]
    for row in rows:
        row.came = row.id in came
    count = sum(bool(row.came) for row in rows)
    note(session, Actor(viewer.person), event, "event_attendance_kept", people=str(count))
    mail(session, told, "event_thanks", event_key(event.term), when(event))
    return count


def walk_in(session: Session, viewer: Viewer, event_id: str, guest: Guest) -> EventBooking:
    """Add somebody who came without a place. Raises NotFound, Refused."""
    event = _at_the_door(session, viewer, event_id)
    row = add_row(session, event, by=viewer.person, state=BOOKED)
    put_guest(session, event, row, guest)
    row.walked_in, row.came = True, True
    note(session, Actor(viewer.person), event, "event_walk_in_added")
    session.add(row)
    session.flush()
    return row


def who_came(session: Session, event: LearningEvent) -> list[EventBooking]:
    """Those who came, by name."""
    return sorted((row for row in bookings(session, event) if row.came), key=lambda row: row.name.casefold())


def is_ticked(rows: Collection[EventBooking]) -> bool:
    """Whether the list was gone through."""
    return any(row.came is not None and not row.walked_in for row in rows)


def came_by_agency(session: Session, event: LearningEvent) -> list[dict[str, object]]:
    """How many came of each agency, as the rows of the event's record. Who has no agency is in none."""
    counted = Counter(row.agency for row in who_came(session, event) if row.agency)
    return [{"agency": agency, "people": people} for agency, people in sorted(counted.items())]


def _at_the_door(session: Session, viewer: Viewer, event_id: str) -> LearningEvent:
    refuse_unless(session, viewer, "run_event")
    event = event_named(session, viewer, event_id, lock=True)
    if event.status != "planned":
        raise Refused("What happened at this event is recorded already.")
    if not can_be_ticked(session, event):
        raise Refused("Attendance is kept from the day of the event.")
    return event
