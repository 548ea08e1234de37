"""Who has a place at a learning event and who came; what the organisers choose for its programme."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions
from app.pages.documents import lines_for
from app.pages.events import guest_form, guest_of
from app.requests import REFUSED, Visit
from engine import Refused
from reviews import library
from reviews.learning_events import attending, booking, programme, reading
from reviews.learning_events.certificates import ask_for_certificates
from reviews.learning_events.terms import event_named
from reviews.models import EventBooking, LearningEvent
from reviews.permissions import may

event_people = Blueprint("event_people", __name__, url_prefix="/learning/events/<event_id>")
Typed = Mapping[str, str]


@event_people.get("/people")
def index(at: Visit, event_id: str) -> ResponseReturnValue:
    """Who has a place, who waits: everybody for the organisers, their own agency's for its leads."""
    event = event_named(at.session, at.viewer, event_id)
    seen = booking.those_seen(at.session, at.viewer, event)
    at.names.need(row.booked_by for row in seen)
    runs = may(at.session, at.viewer, "run_event")
    return render_template(
        "pages/event_people.html",
        at=at,
        event=event,
        name=reading.name_of(at.session, event),
        rows=seen,
        figures=reading.by_agency(seen),
        agencies=reading.agency_names(at.session),
        runs=runs,
        free=booking.free_places(at.session, event),
        is_open=booking.is_open(event, at.today),
        at_the_door=attending.can_be_ticked(at.session, event),
        left=booking.left_waiting(at.session, event) if runs else [],
        sheet=lines_for(at, "sign_in_sheet", piece=event.id),
        can_cancel=event.status == "planned" and event.held_on is not None and at.today <= event.held_on,
    )


@event_people.post("/carry-over")
def carry_over(at: Visit, event_id: str) -> ResponseReturnValue:
    """Book those who waited in vain for the event before."""
    count = booking.carry_over(at.session, at.viewer, event_id)
    flash(f"{count} {'person is' if count == 1 else 'people are'} on the list of this event, and told.")
    return redirect(url_for(".index", event_id=event_id), 303)


@event_people.get("/attendance")
def ask_attendance(at: Visit, event_id: str) -> ResponseReturnValue:
    """The list to tick."""
    event = event_named(at.session, at.viewer, event_id)
    return _attendance(at, event)


@event_people.post("/attendance")
def keep_attendance(at: Visit, event_id: str) -> ResponseReturnValue:
    """Keep who came."""
    event = event_named(at.session, at.viewer, event_id)
    came = {UUID(each) for each in request.form.getlist("came") if _is_id(each)}
    try:
        count = attending.tick(at.session, at.viewer, event.id, came)
    except Refused as no:
        return _attendance(at, event, str(no)), 422
    flash(
        f"{count} {'person' if count == 1 else 'people'} came. The step “Record the event” begins with that."
    )
    return redirect(url_for(".ask_attendance", event_id=event.id), 303)


@event_people.get("/walk-in")
def ask_walk_in(at: Visit, event_id: str) -> ResponseReturnValue:
    """Ask who came without a place."""
    return _walk_in(at, event_named(at.session, at.viewer, event_id), guest_form(at))


@event_people.post("/walk-in")
def add_walk_in(at: Visit, event_id: str) -> ResponseReturnValue:
    """Add them."""
    event, asked = event_named(at.session, at.viewer, event_id), guest_form(at)
    made: list[EventBooking] = []
    if not asked.sent(
        at, lambda told: made.append(attending.walk_in(at.session, at.viewer, event.id, guest_of(told)))
    ):
        return _walk_in(at, event, asked), 422
    flash(f"{made[0].name} is on the list, ticked.")
    return redirect(url_for(".ask_attendance", event_id=event.id), 303)


@event_people.post("/certificates")
def make_certificates(at: Visit, event_id: str) -> ResponseReturnValue:
    """Have everybody's certificate made."""
    try:
        made = ask_for_certificates(at.session, at.viewer, event_id)
    except Refused as no:
        flash(str(no), REFUSED)
        return redirect(url_for(".ask_attendance", event_id=event_id), 303)
    return redirect(url_for("long_work.show", work_id=made.id), 303)


@event_people.get("/programme")
def ask_choice(at: Visit, event_id: str) -> ResponseReturnValue:
    """What waits for an event, to choose from."""
    event = event_named(at.session, at.viewer, event_id)
    chosen = programme.items(at.session, event)
    typed: dict[str, str] = {}
    for each in chosen:
        key = programme.key_of(each.source or "", each.kind)
        typed |= {
            f"chosen-{key}": "yes",
            f"minutes-{key}": str(each.minutes),
            f"led-{key}": each.led_by,
            f"place-{key}": str(each.position),
        }
    return _choice(at, event, typed)


@event_people.post("/programme")
def choose(at: Visit, event_id: str) -> ResponseReturnValue:
    """Keep the choice, in the order of the numbers that were typed."""
    event = event_named(at.session, at.viewer, event_id)
    typed = dict(request.form)
    wanted, errors = _chosen(typed, [each.key for each in programme.candidates(at.session, event)])
    if not errors:
        try:
            programme.choose(at.session, at.viewer, event.id, wanted)
        except Refused as no:
            errors = [{"text": str(no), "href": f"#minutes-{no.about}" if no.about else "#learning"}]
    if errors:
        return _choice(at, event, typed, errors), 422
    flash("The choice is kept. The step “Put the programme together” begins with it.")
    return redirect(url_for("events.show", event_id=event.id), 303)


Errors = list[dict[str, str]]


def _chosen(typed: Typed, keys: list[str]) -> tuple[list[programme.Choice], Errors]:
    found: list[tuple[int, int, programme.Choice]] = []
    errors: Errors = []
    for number, key in enumerate(keys):
        if typed.get(f"chosen-{key}") != "yes":
            continue
        minutes, place = typed.get(f"minutes-{key}", "").strip(), typed.get(f"place-{key}", "").strip()
        if not minutes.isdecimal() or len(minutes) > 4:
            errors.append({"text": "Enter the minutes as a number", "href": f"#minutes-{key}"})
        elif place and not (place.isdecimal() and len(place) < 4):
            errors.append({"text": "Enter the place as a number, such as 2", "href": f"#place-{key}"})
        else:
            choice = programme.Choice(key, int(minutes), typed.get(f"led-{key}", ""))
            found.append((int(place or 999), number, choice))
    return [choice for _, _, choice in sorted(found, key=lambda each: each[:2])], errors


def _choice(at: Visit, event: LearningEvent, typed: Typed, errors: Errors | None = None) -> str:
    decided = programme.is_decided(event)
    waiting = (programme.left_over if decided else programme.candidates)(at.session, event)
    return render_template(
        "pages/event_programme.html",
        at=at,
        event=event,
        name=reading.name_of(at.session, event),
        waiting=waiting,
        typed=typed,
        errors=errors or [],
        share=programme.good_share(waiting),
        minutes=programme.good_minutes(programme.items(at.session, event)),
        decided=decided,
        said_last_time=programme.said_last_time(at.session, event),
        begins_with=programme.USUAL_MINUTES,
        kinds=programme.KINDS,
        themes=library.theme_names(at.session),
    )


def _attendance(at: Visit, event: LearningEvent, error: str = "") -> str:
    rows = sorted(booking.bookings(at.session, event), key=lambda row: row.name.casefold())
    return render_template(
        "pages/event_attendance.html",
        at=at,
        event=event,
        name=reading.name_of(at.session, event),
        rows=rows,
        agencies=reading.agency_names(at.session),
        figures=reading.by_agency(rows),
        can_be_ticked=attending.can_be_ticked(at.session, event),
        ticked=attending.is_ticked(rows),
        came=len([row for row in rows if row.came]),
        errors=[{"text": error, "href": "#came"}] if error else [],
    )


def _walk_in(at: Visit, event: LearningEvent, asked: Questions) -> str:
    return asked.page("event_guest", at, event=event, free=0, door=True)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
