"""Learning events: which come, one event with what it shows, booking a place, what those who came say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, questions
from app.pages.documents import lines_for
from app.pages.meetings import CALENDAR_TYPE
from app.requests import REFUSED, Visit
from engine import NotFound, Refused, tasks
from reviews import library
from reviews.calendar_files import event_file
from reviews.impact.following import RATINGS
from reviews.learning_events import attending, booking, feedback, programme, reading
from reviews.learning_events.terms import HELD, event_key, event_named
from reviews.models import EventBooking, LearningEvent
from reviews.permissions import may, may_do

WAITS = "are on the waiting list: all places are taken. You move up when somebody cancels"
ON_THE_LIST = "on the waiting list, since all places are taken"
events = Blueprint("events", __name__, url_prefix="/learning/events")


@events.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """Events to come and past ones."""
    return render_template(
        "pages/events.html",
        at=at,
        coming=reading.coming(at.session, at.today),
        past=reading.past(at.session, at.today),
        is_open=lambda event: booking.is_open(event, at.today),
        free=lambda event: booking.free_places(at.session, event),
        mine=lambda event: booking.mine(at.session, at.viewer, event),
    )


@events.get("/<event_id>")
def show(at: Visit, event_id: str) -> ResponseReturnValue:
    """One event: when and where, what it shows, one's place, what became of its learning."""
    event = event_named(at.session, at.viewer, event_id)
    runs = may(at.session, at.viewer, "run_event")
    return render_template(
        "pages/event.html",
        at=at,
        event=event,
        name=reading.name_of(at.session, event),
        held=event.status in HELD,
        shown=reading.shown_items(at.session, event),
        kinds=programme.KINDS,
        themes=library.theme_names(at.session),
        became=reading.what_became(at.session, event),
        ratings=RATINGS,
        figures=feedback.figures(at.session, event),
        documents=lines_for(at, "event_programme", piece=event.id),
        runs=runs,
        steps=_steps(at, event),
        chooses=may(at.session, at.viewer, "plan_event") and not programme.is_decided(event),
        **_places(at, event),
    )


@events.get("/<event_id>/event.ics")
def calendar(at: Visit, event_id: str) -> ResponseReturnValue:
    """The event as a calendar file."""
    event = event_named(at.session, at.viewer, event_id)
    if event.held_on is None:
        raise NotFound
    named = {"Content-Disposition": f"attachment; filename={event.id}.ics"}
    return Response(event_file(event, stamp=at.now), content_type=CALENDAR_TYPE, headers=named)


@events.post("/<event_id>/book")
def book(at: Visit, event_id: str) -> ResponseReturnValue:
    """Book a place for oneself."""
    try:
        row = booking.book(at.session, at.viewer, event_id)
    except Refused as no:
        flash(str(no), REFUSED)
    else:
        flash("You have a place." if row.state == booking.BOOKED else f"You {WAITS}.")
    return redirect(url_for(".show", event_id=event_id), 303)


@events.get("/<event_id>/book-for")
def ask_book_for(at: Visit, event_id: str) -> ResponseReturnValue:
    """Ask who a place is booked for."""
    return _guest_page(at, event_named(at.session, at.viewer, event_id), guest_form(at))


@events.post("/<event_id>/book-for")
def book_for(at: Visit, event_id: str) -> ResponseReturnValue:
    """Book it."""
    event, asked = event_named(at.session, at.viewer, event_id), guest_form(at)
    made: list[EventBooking] = []
    if not asked.sent(
        at, lambda told: made.append(booking.book_for(at.session, at.viewer, event.id, guest_of(told)))
    ):
        return _guest_page(at, event, asked), 422
    placed = made[0].state == booking.BOOKED
    flash(f"{made[0].name} has a place." if placed else f"{made[0].name}: {ON_THE_LIST}.")
    return redirect(url_for("event_people.index", event_id=event.id), 303)


@events.get("/<event_id>/bookings/<uuid:booking_id>/cancel")
def ask_cancel(at: Visit, event_id: str, booking_id: UUID) -> ResponseReturnValue:
    """Ask whether a place is given back."""
    event = event_named(at.session, at.viewer, event_id)
    row = _booking(at, event, booking_id)
    return render_template("pages/event_cancel.html", at=at, event=event, row=row, back_to=_back(at, event))


@events.post("/<event_id>/bookings/<uuid:booking_id>/cancel")
def cancel(at: Visit, event_id: str, booking_id: UUID) -> ResponseReturnValue:
    """Give it back."""
    event = event_named(at.session, at.viewer, event_id)
    try:
        booking.cancel(at.session, at.viewer, event.id, booking_id)
    except Refused as no:
        flash(str(no), REFUSED)
    else:
        flash("The booking is cancelled.")
    return redirect(_back(at, event), 303)


@events.get("/<event_id>/feedback")
def ask_feedback(at: Visit, event_id: str) -> ResponseReturnValue:
    """Ask somebody who came what they take from it."""
    event = event_named(at.session, at.viewer, event_id)
    if not feedback.may_answer(at.session, event, booking.mine(at.session, at.viewer, event)):
        raise NotFound
    return questions("event_feedback", at).page("event_feedback", at, event=event)


@events.post("/<event_id>/feedback")
def give_feedback(at: Visit, event_id: str) -> ResponseReturnValue:
    """Keep what they say, apart from who they are."""
    event, asked = event_named(at.session, at.viewer, event_id), questions("event_feedback", at)
    if not asked.sent(at, lambda told: feedback.give(at.session, at.viewer, event.id, _said_of(told))):
        return asked.page("event_feedback", at, event=event), 422
    flash("Thank you. Your answer is kept without your name.")
    return redirect(url_for(".show", event_id=event.id), 303)


def guest_of(told: dict[str, Any]) -> booking.Guest:
    """Somebody's name, agency, job and address, from a form."""
    return booking.Guest(told["name"], told["agency"], told.get("job") or "", told.get("email") or "")


def _said_of(told: dict[str, Any]) -> feedback.Said:
    return feedback.Said(
        told["useful"] == "yes", told.get("differently") or "", told.get("anything_else") or ""
    )


def guest_form(at: Visit) -> Questions:
    """Who somebody is that a place is for: among the agencies that one may book for."""
    agencies = booking.agencies_to_book_for(at.session, at.viewer)
    known = {"guest.agency": agencies[0][0]} if len(agencies) == 1 else {}
    return questions("event_guest", at, known=known, lists={"agencies_to_book_for": agencies})


def _guest_page(at: Visit, event: LearningEvent, asked: Questions) -> str:
    free = booking.free_places(at.session, event)
    return asked.page("event_guest", at, event=event, free=free, door=False)


def _booking(at: Visit, event: LearningEvent, booking_id: UUID) -> EventBooking:
    rows = {row.id: row for row in booking.bookings(at.session, event)}
    row = rows.get(booking_id)
    if row is None or not booking.may_change(at.session, at.viewer, row):
        raise NotFound
    return row


def _back(at: Visit, event: LearningEvent) -> str:
    others = may(at.session, at.viewer, "book_for_others")
    return url_for("event_people.index" if others else ".show", event_id=event.id)


def _places(at: Visit, event: LearningEvent) -> dict[str, Any]:
    """What the page says about places, and what this person can do about them."""
    rows, own = booking.bookings(at.session, event), booking.mine(at.session, at.viewer, event)
    waiting = [row for row in rows if row.state == booking.WAITING]
    return {
        "is_open": booking.is_open(event, at.today),
        "last_day": booking.last_day(event),
        "free": booking.free_places(at.session, event),
        "waiting": len(waiting),
        "ahead": sum(row.number < own.number for row in waiting) if own else 0,
        "mine": own,
        "may_answer": feedback.may_answer(at.session, event, own),
        "certificate": lines_for(at, "certificate", piece=str(own.id)) if own and own.came else [],
        "books_for": may(at.session, at.viewer, "book_for_others"),
        "at_the_door": attending.can_be_ticked(at.session, event),
    }


def _steps(at: Visit, event: LearningEvent) -> list[Any]:
    """The open steps of the event that this person can do."""
    rows = tasks(at.session, business_keys=[event_key(event.term)])
    return [row for row in rows if may_do(at.session, at.viewer, row)]
