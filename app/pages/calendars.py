"""The partnership's calendars: working days, school terms, meetings of the bodies. What a change would move
is shown before it moves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.requests import Visit
from app.small_forms import SmallForm, blank, sent
from app.words import counted, day
from engine import Move, NotFound, Refused, region, what_would_move
from engine.calendars import REGIONS
from reviews import calendars as kept
from reviews.body_meetings import add_body_meeting, move_body_meeting, on_agenda, remove_body_meeting
from reviews.models import Body

calendars = Blueprint("calendars", __name__, url_prefix="/calendars")
SHOWN = dt.timedelta(days=400)


@calendars.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """Every calendar, from today on."""
    terms, holidays = kept.terms_ahead(at.session, at.today)
    return render_template(
        "pages/calendars.html",
        at=at,
        region=REGIONS[region(at.session)],
        free=kept.free_days(at.session, at.today, at.today + SHOWN),
        moved_back=kept.moved_back(at.session, at.today),
        terms=terms,
        holidays=holidays,
        bodies=kept.bodies(at.session),
        meetings=kept.meetings_ahead(at.session, at.today),
    )


@calendars.get("/days")
def days(at: Visit) -> ResponseReturnValue:
    """Ask which days."""
    return _form(at, blank("calendars", "days"))


@calendars.post("/days")
def add_days(at: Visit) -> ResponseReturnValue:
    """Add days to the calendar, once it was seen what moves."""
    asked = sent(at, "calendars", "days")
    told = asked.values

    def change() -> None:
        kept.add_days(
            at.session,
            at.viewer,
            kind=told["kind"],
            first=_date(told["first"]),
            last=_date(told["last"]) if told.get("last") else None,
            name=told["name"],
        )

    return _after_looking(at, f"Add {told.get('name', '')} to the calendar", change, asked)


@calendars.post("/days/<day_on>/remove")
def remove_day(at: Visit, day_on: str) -> ResponseReturnValue:
    """Take a day off the calendar, once it was seen what moves."""
    gone = _date(day_on)
    return _after_looking(
        at,
        f"Take {day(gone)} off the calendar",
        lambda: kept.remove_day(at.session, at.viewer, day=gone),
    )


@calendars.get("/region")
def ask_region(at: Visit) -> ResponseReturnValue:
    """Ask whose bank holidays count."""
    return _form(at, blank("calendars", "region", {"region": region(at.session).replace("-", "_")}))


@calendars.post("/region")
def change_region(at: Visit) -> ResponseReturnValue:
    """Change the region, once it was seen what moves."""
    asked = sent(at, "calendars", "region")
    chosen = str(asked.values.get("region", "")).replace("_", "-")
    return _after_looking(
        at,
        f"Count the bank holidays of {REGIONS.get(chosen, '')}",
        lambda: kept.choose_region(at.session, at.viewer, region=chosen),
        asked,
    )


@calendars.get("/terms")
def term(at: Visit) -> ResponseReturnValue:
    """Ask for a term."""
    return _form(at, blank("calendars", "term"))


@calendars.post("/terms")
def add_term(at: Visit) -> ResponseReturnValue:
    """Add a term."""
    return _span_added(at, "term", kept.add_term)


@calendars.post("/terms/<term_id>/remove")
def remove_term(at: Visit, term_id: str) -> ResponseReturnValue:
    """Remove a term."""
    return _done(at, lambda: kept.remove_term(at.session, at.viewer, term=term_id), "The term is removed.")


@calendars.get("/holidays")
def holiday(at: Visit) -> ResponseReturnValue:
    """Ask for a school holiday."""
    return _form(at, blank("calendars", "holiday"))


@calendars.post("/holidays")
def add_holiday(at: Visit) -> ResponseReturnValue:
    """Add a school holiday."""
    return _span_added(at, "holiday", kept.add_holiday)


@calendars.post("/holidays/<starts>/remove")
def remove_holiday(at: Visit, starts: str) -> ResponseReturnValue:
    """Remove a school holiday."""
    begins = _date(starts)
    return _done(
        at,
        lambda: kept.remove_holiday(at.session, at.viewer, starts=begins),
        "The holiday is removed.",
    )


@calendars.get("/meetings/<body>")
def meeting(at: Visit, body: str) -> ResponseReturnValue:
    """Ask for a date of a body's meeting."""
    return _form(at, blank("calendars", "meeting"), caption=_body(at, body).name)


@calendars.post("/meetings/<body>")
def add_meeting(at: Visit, body: str) -> ResponseReturnValue:
    """Add a meeting of a body."""
    named, asked = _body(at, body), sent(at, "calendars", "meeting")
    if not asked.errors:
        try:
            with at.session.begin_nested():
                on = _date(asked.values["to"])
                add_body_meeting(at.session, at.viewer, body=body, on=on)
            flash(f"{named.name} meets on {day(on)}.")
            return redirect(url_for(".index"), 303)
        except Refused as no:
            asked.refuse(str(no), no.about)
    return _form(at, asked, caption=named.name), 422


@calendars.get("/meetings/<body>/<on>")
def ask_move(at: Visit, body: str, on: str) -> ResponseReturnValue:
    """Ask for the new date of a meeting."""
    caption = f"{_body(at, body).name}, {day(_date(on))}"
    return _form(at, blank("calendars", "move", {"to": on}), caption=caption)


@calendars.post("/meetings/<body>/<on>")
def move_meeting(at: Visit, body: str, on: str) -> ResponseReturnValue:
    """Move a meeting, once it was seen what moves with it."""
    named, was, asked = _body(at, body), _date(on), sent(at, "calendars", "move")
    told = asked.values.get("to")
    to = _date(told) if told else was
    return _after_looking(
        at,
        f"Move the meeting of {named.name} from {day(was)} to {day(to)}",
        lambda: move_body_meeting(at.session, at.viewer, body=body, on=was, to=to),
        asked,
        refs=[review.ref for review in on_agenda(at.session, body, was)],
        caption=f"{named.name}, {day(was)}",
    )


@calendars.post("/meetings/<body>/<on>/remove")
def remove_meeting(at: Visit, body: str, on: str) -> ResponseReturnValue:
    """Cancel a meeting, once it was seen what moves to the next one."""
    named, was = _body(at, body), _date(on)
    return _after_looking(
        at,
        f"Cancel the meeting of {named.name} on {day(was)}",
        lambda: remove_body_meeting(at.session, at.viewer, body=body, on=was),
        refs=[review.ref for review in on_agenda(at.session, body, was)],
    )


def _after_looking(
    at: Visit,
    title: str,
    change: Callable[[], None],
    asked: SmallForm | None = None,
    *,
    refs: list[str] | None = None,
    caption: str = "",
) -> ResponseReturnValue:
    """Show what a change would move; make it when that was confirmed. What a rule refuses comes back on the
    form."""
    try:
        if asked is not None and asked.errors:
            return _form(at, asked, caption=caption), 422
        if request.form.get("confirmed") == "yes":
            with at.session.begin_nested():
                change()
            flash("The calendar is changed, and every date that counts on it.")
            return redirect(url_for(".index"), 303)
        moves = what_would_move(at.session, change)
    except Refused as no:
        if asked is None:
            flash(str(no))
            return redirect(url_for(".index"), 303)
        asked.refuse(str(no), no.about)
        return _form(at, asked, caption=caption), 409
    seen = at.open_to_them([*(move.business_key for move in moves), *(refs or [])])
    return render_template(
        "pages/calendar_change.html",
        at=at,
        title=title,
        moves=[move for move in moves if _may_see(at, move, seen)],
        hidden=sum(not _may_see(at, move, seen) for move in moves),
        refs=[ref for ref in refs or [] if ref in seen],
        fields=[(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"],
        counted=counted,
    )


def _may_see(at: Visit, move: Move, seen: set[str]) -> bool:
    """Reviews that this person may open, and what is about no review."""
    return move.business_key in seen or not move.business_key.startswith("MALR-")


def _span_added(at: Visit, name: str, add: Callable[..., None]) -> ResponseReturnValue:
    asked = sent(at, "calendars", name)
    if not asked.errors:
        told: dict[str, Any] = asked.values
        try:
            with at.session.begin_nested():
                starts, ends = _date(told["starts"]), _date(told["ends"])
                add(at.session, at.viewer, name=told["name"], starts=starts, ends=ends)
            flash(f"{told['name']} is in the calendar.")
            return redirect(url_for(".index"), 303)
        except Refused as no:
            asked.refuse(str(no), no.about)
    return _form(at, asked), 422


def _done(at: Visit, change: Callable[[], None], words: str) -> ResponseReturnValue:
    try:
        with at.session.begin_nested():
            change()
        flash(words)
    except Refused as no:
        flash(str(no))
    return redirect(url_for(".index"), 303)


def _form(at: Visit, asked: SmallForm, *, caption: str = "") -> str:
    view = asked.view()
    return render_template("pages/calendar_form.html", at=at, view=view, errors=view.errors, caption=caption)


def _body(at: Visit, body: str) -> Body:
    found = at.session.get(Body, body)
    if found is None:
        raise NotFound
    return found


def _date(told: str) -> dt.date:
    try:
        return dt.date.fromisoformat(told)
    except ValueError:
        raise NotFound from None
