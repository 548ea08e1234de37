"""What those who came say of an event: without their name, as figures from five answers on (L4).

Nothing leads from a person to an answer: the answer holds no name and no moment, the booking only that its
holder has answered, and the log names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, Refused
from reviews.acting import today_of
from reviews.learning_events.booking import mine
from reviews.learning_events.terms import event_named, note
from reviews.models import EventAnswer, EventBooking, LearningEvent
from reviews.permissions import Viewer

LEAST = 5  # answers before any figure is shown
NOBODY = Actor.system("event feedback")


@dataclass(frozen=True)
class Said:
    """One answer."""

    useful: bool
    differently: str = ""
    anything_else: str = ""


@dataclass(frozen=True)
class Figures:
    """What the answers come to. The texts are for the organisers alone: a style may be known."""

    answers: int
    useful: int
    differently: int
    texts: tuple[str, ...]

    @property
    def percent(self) -> int:
        """How many of a hundred found it useful."""
        return round(100 * self.useful / self.answers)


def may_answer(session: Session, event: LearningEvent, booking: EventBooking | None) -> bool:
    """Whether the holder of a booking may say something now: they were there, it is not recorded yet, and
    they have not answered. Until the list is ticked who had a place counts as there."""
    if booking is None or booking.answered or event.status != "planned" or event.held_on is None:
        return False
    there = booking.came is True or (booking.came is None and booking.state == "booked")
    return there and today_of(session) >= event.held_on


def give(session: Session, viewer: Viewer, event_id: str, said: Said) -> None:
    """Keep an answer of somebody who came, once. Raises NotFound, Refused."""
    event = event_named(session, viewer, event_id, lock=True)
    booking = mine(session, viewer, event)
    if booking is None or not may_answer(session, event, booking):
        raise Refused("Those who came can answer once, from the day of the event until it is recorded.")
    note(session, NOBODY, event, "event_feedback_given")
    booking.answered = True
    session.add(
        EventAnswer(
            event=event.id,
            useful=said.useful,
            differently=said.differently.strip(),
            anything_else=said.anything_else.strip(),
        )
    )


def figures(session: Session, event: LearningEvent) -> Figures | None:
    """What the answers come to; None while there are fewer than five."""
    query = select(EventAnswer).where(EventAnswer.event == event.id).order_by(EventAnswer.id)
    rows = session.scalars(query).all()
    if len(rows) < LEAST:
        return None
    said = [text for row in rows for text in (row.differently, row.anything_else) if text]
    return Figures(
        answers=len(rows),
        useful=sum(row.useful for row in rows),
        differently=sum(bool(row.differently) for row in rows),
        texts=tuple(said),
    )
