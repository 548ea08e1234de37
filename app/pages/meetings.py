"""The planned meeting of a review: move it, cancel it, take it into one's calendar."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import questions
from app.requests import Visit
from engine import NotFound
from reviews.calendar_files import is_invited, meeting_file
from reviews.meeting_commands import cancel_meeting, move_meeting
from reviews.models import Meeting
from reviews.permissions import sections
from reviews.services.meeting import planned_meeting

meetings = Blueprint("meetings", __name__, url_prefix="/reviews/<ref>")
CALENDAR_TYPE = "text/calendar; charset=utf-8"


@meetings.get("/meeting/move")
def ask_move(at: Visit, ref: str) -> ResponseReturnValue:
    """When it is now, and when it should be."""
    meeting = _planned(at)
    known = {
        "meeting.date": meeting.held_on.isoformat(),
        "meeting.time": meeting.starts_at,
        "meeting.place": meeting.place,
    }
    return questions("meeting_move", at, known=known).page(
        "meeting_move", at, review=at.review, meeting=meeting
    )


@meetings.post("/meeting/move")
def move(at: Visit, ref: str) -> ResponseReturnValue:
    """Move it."""
    meeting = _planned(at)
    asked = questions("meeting_move", at)

    def act(told: dict[str, Any]) -> None:
        to, reason = dt.date.fromisoformat(told["date"]), told.get("reason") or ""
        move_meeting(at.session, at.viewer, ref, to=to, time=told["time"], place=told["place"], reason=reason)

    if not asked.sent(at, act):
        return asked.page("meeting_move", at, review=at.review, meeting=meeting), 422
    flash("The meeting has a new date. Those invited are told.")
    return redirect(_review(at), 303)


@meetings.get("/meeting/cancel")
def ask_cancel(at: Visit, ref: str) -> ResponseReturnValue:
    """What cancelling does, and why it is done."""
    return questions("reason", at).page("meeting_cancel", at, review=at.review, meeting=_planned(at))


@meetings.post("/meeting/cancel")
def cancel(at: Visit, ref: str) -> ResponseReturnValue:
    """Cancel it."""
    asked, meeting = questions("reason", at), _planned(at)
    if not asked.sent(at, lambda told: cancel_meeting(at.session, at.viewer, ref, reason=told["reason"])):
        return asked.page("meeting_cancel", at, review=at.review, meeting=meeting), 422
    flash("The meeting is cancelled. Those invited are told.")
    return redirect(_review(at), 303)


@meetings.get("/meeting.ics")
def file(at: Visit, ref: str) -> ResponseReturnValue:
    """The planned meeting as a calendar file, for those invited and for who may see the meetings."""
    meeting = planned_meeting(at.session, at.review)
    seen = "meetings" in sections(at.session, at.viewer, at.review)
    if meeting is None or not (seen or is_invited(at.session, meeting, at.review, at.viewer.acting)):
        raise NotFound
    found = meeting_file(at.session, at.review)
    if found is None:
        raise NotFound
    named = {"Content-Disposition": f"attachment; filename={ref}-meeting.ics"}
    return Response(found, content_type=CALENDAR_TYPE, headers=named)


def _planned(at: Visit) -> Meeting:
    found = planned_meeting(at.session, at.review)
    if found is None or at.review.ended:
        raise NotFound
    return found


def _review(at: Visit) -> str:
    return url_for("reviews.part", ref=at.review.ref, section="meetings")
