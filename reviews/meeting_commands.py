"""What people do with a planned meeting outside a step: move it or cancel it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from engine import Actor, Refused, send_message, set_variables
from reviews.acting import asked_on, mail, spine, team_of, today_of
from reviews.meeting_dates import against
from reviews.models import Meeting, Review
from reviews.permissions import Viewer
from reviews.posts import those_told
from reviews.services.meeting import invite, invited, planned_meeting


def move_meeting(
    session: Session,
    viewer: Viewer,
    ref: str,
    *,
    to: dt.date,
    time: str,
    place: str | None = None,
    reason: str = "",
) -> None:
    """Move the planned meeting (P6).

    Every deadline that counts from it follows, and those invited are told once. Raises NotFound, and Refused
    for a date in the past, or one that is late, in the school holidays or on a free day without a reason.
    """
    review = asked_on(session, viewer, "arrange_meeting", ref)
    _refuse_unless_at_work(review)
    meeting = planned_meeting(session, review)
    if meeting is None:
        raise Refused("There is no planned meeting to move.")
    where = meeting.place if place is None else place.strip()
    if (meeting.held_on, meeting.starts_at, meeting.place) == (to, time, where):
        raise Refused("The meeting is then and there already.", about="date")
    why = _reason_for(session, review, to, reason)
    meeting.held_on, meeting.starts_at, meeting.place, meeting.date_reason = to, time, where, why
    meeting.invitation_sequence += 1
    session.flush()
    invite(session, review, meeting, today_of(session))
    facts = {"date": to.isoformat(), "time": time, "mode": meeting.mode}
    set_variables(session, spine(review), {"meeting_date": facts}, by=Actor(viewer.person))
    _tell(session, review, meeting, "meeting_moved")


def cancel_meeting(session: Session, viewer: Viewer, ref: str, *, reason: str) -> None:
    """Cancel the planned meeting: everybody invited is told once, and the step that fixes a date comes back.

    What counts from the meeting counts again when there is a new date. Raises NotFound, Refused without a
    reason, without a planned meeting, or while the review is paused.
    """
    review = asked_on(session, viewer, "arrange_meeting", ref, reason, subject="meeting_cancelled")
    meeting = planned_meeting(session, review)
    if meeting is None:
        raise Refused("There is no planned meeting to cancel.")
    _refuse_unless_at_work(review)
    meeting.cancelled_on, meeting.cancelled_by = today_of(session), viewer.person
    meeting.cancel_reason = reason.strip()
    meeting.invitation_sequence += 1
    by = Actor(viewer.person)
    set_variables(session, spine(review), {"meeting_date": {}}, by=by)
    send_message(session, "meeting_cancelled", instance_id=spine(review), by=by)
    _tell(session, review, meeting, "meeting_cancelled")


def _refuse_unless_at_work(review: Review) -> None:
    if review.ended:
        raise Refused("This review has ended.")
    if review.held_since is not None:
        raise Refused("This review is paused. Its dates stand still until it goes on.")


def _reason_for(session: Session, review: Review, to: dt.date, reason: str) -> str:
    """The reason that is kept: none for a date as the policy wants it."""
    if to < today_of(session):
        raise Refused("The new date is in the past.", about="date")
    problems = against(session, review, to)
    if problems and not reason.strip():
        raise Refused(" ".join([*problems, "Choose another date, or say why it is this one."]), about="date")
    return reason.strip() if problems else ""


def _tell(session: Session, review: Review, meeting: Meeting, text: str) -> None:
    """Everybody invited and all who follow the review, each once; of a cancellation the office, too."""
    people = {*invited(session, meeting), *team_of(session, review)}
    if text == "meeting_cancelled":
        people |= set(those_told(session, "business_support", None, today_of(session)))
    facts = {"date": meeting.held_on.isoformat(), "meeting": str(meeting.id)}
    mail(session, sorted(people), text, review.ref, facts)
