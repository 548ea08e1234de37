"""The partnership's calendars: working days, school terms, meetings of the bodies. What a change would move
is shown before it moves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, date_in, questions
from app.requests import REFUSED, Visit
from app.words import day
from engine import Move, NotFound, Refused, region, what_would_move
from engine.calendars import REGIONS
from reviews import calendars as kept
from reviews.body_meetings import add_body_meeting, move_body_meeting, on_agenda, remove_body_meeting
from reviews.models import Body

calendars = Blueprint("calendars", __name__, url_prefix="/calendars")
Told = dict[str, Any]
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
    return _page(at, questions("calendar_days", at))


@calendars.post("/days")
def add_days(at: Visit) -> ResponseReturnValue:
    """Add days to the calendar, once it was seen what moves."""

    def change(told: Told) -> None:
        first, last = _date(told["first"]), date_in(told, "last")
        kept.add_days(at.session, at.viewer, kind=told["kind"], first=first, last=last, name=told["name"])

    asked = questions("calendar_days", at)
    return _after_looking(at, asked, lambda told: f"Add {told['name']} to the calendar", change)


@calendars.post("/days/<day_on>/remove")
def remove_day(at: Visit, day_on: str) -> ResponseReturnValue:
    """Take a day off the calendar, once it was seen what moves."""
    gone = _date(day_on)
    title = f"Take {day(gone)} off the calendar"
    return _seen_or_done(at, title, lambda: kept.remove_day(at.session, at.viewer, day=gone))


@calendars.get("/region")
def ask_region(at: Visit) -> ResponseReturnValue:
    """Ask whose bank holidays count."""
    known = {"calendar.region": region(at.session).replace("-", "_")}
    return _page(at, questions("calendar_region", at, known=known))


@calendars.post("/region")
def change_region(at: Visit) -> ResponseReturnValue:
    """Change the region, once it was seen what moves."""
    return _after_looking(
        at,
        questions("calendar_region", at),
        lambda told: f"Count the bank holidays of {REGIONS[_region(told)]}",
        lambda told: kept.choose_region(at.session, at.viewer, region=_region(told)),
    )


@calendars.get("/terms")
def term(at: Visit) -> ResponseReturnValue:
    """Ask for a term."""
    return _page(at, questions("calendar_term", at))


@calendars.post("/terms")
def add_term(at: Visit) -> ResponseReturnValue:
    """Add a term."""
    return _span_added(at, "calendar_term", kept.add_term)


@calendars.post("/terms/<term_id>/remove")
def remove_term(at: Visit, term_id: str) -> ResponseReturnValue:
    """Remove a term."""
    return _done(at, lambda: kept.remove_term(at.session, at.viewer, term=term_id), "The term is removed.")


@calendars.get("/holidays")
def holiday(at: Visit) -> ResponseReturnValue:
    """Ask for a school holiday."""
    return _page(at, questions("calendar_holiday", at))


@calendars.post("/holidays")
def add_holiday(at: Visit) -> ResponseReturnValue:
    """Add a school holiday."""
    return _span_added(at, "calendar_holiday", kept.add_holiday)


@calendars.post("/holidays/<starts>/remove")
def remove_holiday(at: Visit, starts: str) -> ResponseReturnValue:
    """Remove a school holiday."""
    begins = _date(starts)
    words = "The holiday is removed."
    return _done(at, lambda: kept.remove_holiday(at.session, at.viewer, starts=begins), words)


@calendars.get("/meetings/<body>")
def meeting(at: Visit, body: str) -> ResponseReturnValue:
    """Ask for a date of a body's meeting."""
    return _page(at, questions("calendar_meeting", at), caption=_body(at, body).name)


@calendars.post("/meetings/<body>")
def add_meeting(at: Visit, body: str) -> ResponseReturnValue:
    """Add a meeting of a body."""
    named, asked = _body(at, body), questions("calendar_meeting", at)
    if not asked.sent(
        at, lambda told: add_body_meeting(at.session, at.viewer, body=body, on=_date(told["to"]))
    ):
        return _page(at, asked, caption=named.name), 422
    flash(f"The meeting of {named.name} is in the calendar.")
    return redirect(url_for(".index"), 303)


@calendars.get("/meetings/<body>/<on>")
def ask_move(at: Visit, body: str, on: str) -> ResponseReturnValue:
    """Ask for the new date of a meeting."""
    caption = f"{_body(at, body).name}, {day(_date(on))}"
    return _page(at, questions("calendar_move", at, known={"meeting.date": on}), caption=caption)


@calendars.post("/meetings/<body>/<on>")
def move_meeting(at: Visit, body: str, on: str) -> ResponseReturnValue:
    """Move a meeting, once it was seen what moves with it."""
    named, was = _body(at, body), _date(on)

    def change(told: Told) -> None:
        move_body_meeting(at.session, at.viewer, body=body, on=was, to=_date(told["to"]))

    return _after_looking(
        at,
        questions("calendar_move", at),
        lambda told: f"Move the meeting of {named.name} from {day(was)} to {day(_date(told['to']))}",
        change,
        refs=[review.ref for review in on_agenda(at.session, body, was)],
        caption=f"{named.name}, {day(was)}",
    )


@calendars.post("/meetings/<body>/<on>/remove")
def remove_meeting(at: Visit, body: str, on: str) -> ResponseReturnValue:
    """Cancel a meeting, once it was seen what moves to the next one."""
    named, was = _body(at, body), _date(on)
    return _seen_or_done(
        at,
        f"Cancel the meeting of {named.name} on {day(was)}",
        lambda: remove_body_meeting(at.session, at.viewer, body=body, on=was),
        refs=[review.ref for review in on_agenda(at.session, body, was)],
    )


def _after_looking(
    at: Visit,
    asked: Questions,
    title: Callable[[Told], str],
    change: Callable[[Told], None],
    *,
    refs: Sequence[str] = (),
    caption: str = "",
) -> ResponseReturnValue:
    """Show what a change would move; make it when that was confirmed. What a rule refuses comes back on the
    form."""
    moves: list[Move] = []
    told_title = ""

    def look(told: Told) -> None:
        nonlocal told_title
        told_title = title(told)
        moves.extend(what_would_move(at.session, lambda: change(told)))

    confirmed = request.form.get("confirmed") == "yes"
    if not asked.sent(at, change if confirmed else look):
        return _page(at, asked, caption=caption), 422
    return _changed() if confirmed else _moves(at, told_title, moves, refs)


def _seen_or_done(
    at: Visit, title: str, change: Callable[[], None], *, refs: Sequence[str] = ()
) -> ResponseReturnValue:
    """The same for a change that asks nothing."""
    try:
        if request.form.get("confirmed") != "yes":
            return _moves(at, title, what_would_move(at.session, change), refs)
        with at.session.begin_nested():
            change()
    except Refused as no:
        flash(str(no), REFUSED)
        return redirect(url_for(".index"), 303)
    return _changed()


def _changed() -> ResponseReturnValue:
    flash("The calendar is changed, and every date that counts on it.")
    return redirect(url_for(".index"), 303)


def _moves(at: Visit, title: str, moves: list[Move], refs: Sequence[str]) -> str:
    keys = {move.business_key for move in moves}
    seen = at.open_to_them({*keys, *refs})
    closed = kept.reviews_among(at.session, keys) - seen
    return render_template(
        "pages/calendar_change.html",
        at=at,
        title=title,
        moves=[move for move in moves if move.business_key not in closed],
        hidden=sum(move.business_key in closed for move in moves),
        refs=[ref for ref in refs if ref in seen],
        fields=[(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"],
    )


def _span_added(at: Visit, name: str, add: Callable[..., None]) -> ResponseReturnValue:
    def act(told: Told) -> None:
        starts, ends = _date(told["starts"]), _date(told["ends"])
        add(at.session, at.viewer, name=told["name"], starts=starts, ends=ends)

    asked = questions(name, at)
    if not asked.sent(at, act):
        return _page(at, asked), 422
    flash(f"{asked.raw['name']} is in the calendar.")
    return redirect(url_for(".index"), 303)


def _done(at: Visit, change: Callable[[], None], words: str) -> ResponseReturnValue:
    try:
        with at.session.begin_nested():
            change()
        flash(words)
    except Refused as no:
        flash(str(no), REFUSED)
    return redirect(url_for(".index"), 303)


def _page(at: Visit, asked: Questions, *, caption: str = "") -> str:
    return asked.page("calendar_form", at, caption=caption)


def _region(told: Told) -> str:
    return str(told["region"]).replace("_", "-")


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
