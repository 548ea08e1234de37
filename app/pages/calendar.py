"""My calendar: a secret address for calendar programs, and what is behind it."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.pages.meetings import CALENDAR_TYPE
from app.requests import Visit, house
from reviews import calendar_feed as feeding

calendar = Blueprint("calendar", __name__)


@calendar.get("/calendar/<token>.ics")
def feed(at: Visit, token: str) -> ResponseReturnValue:
    """What a calendar program reads. The address itself is the key: nobody is signed in here."""
    headers = {"Cache-Control": "private, max-age=300"}
    return Response(feeding.feed(at.session, token), content_type=CALENDAR_TYPE, headers=headers)


@calendar.get("/work/calendar")
def mine(at: Visit) -> ResponseReturnValue:
    """Whether this person has an address, and since when; not what it is."""
    return _page(at)


@calendar.post("/work/calendar")
def make(at: Visit) -> ResponseReturnValue:
    """Make an address, or another in place of the one before, and show it this once."""
    token = feeding.make_address(at.session, at.viewer.person)
    at.session.flush()
    return _page(at, house().config.base_url + url_for(".feed", token=token))


@calendar.post("/work/calendar/end")
def end(at: Visit) -> ResponseReturnValue:
    """End the address."""
    feeding.take_address_back(at.session, at.viewer.person)
    flash("Your calendar address no longer works.")
    return redirect(url_for(".mine"), 303)


def _page(at: Visit, address: str = "") -> str:
    known = feeding.address_of(at.session, at.viewer.person)
    return render_template("pages/calendar.html", at=at, known=known, address=address)
