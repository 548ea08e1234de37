"""What people do with a meeting outside a step: move it, cancel it, fix a new date for a cancelled one."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, Refused, set_variables
from reviews.acting import asked_on, mail, spine, team_of, today_of
from reviews.meeting_dates import against
from reviews.models import Meeting, Review
from reviews.permissions import Viewer
from reviews.posts import those_told
from reviews.services.meeting import invite, invited, last_number, planned_meeting


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
    """Move the planned meeting, or fix a new date for the one that was cancelled (P6).

    Every deadline that counts from it follows, and those invited are told once. Raises NotFound, and Refused
    for a date in the past, or one that is late, in the school holidays or on a free day without a reason.
    """
    review = asked_on(session, viewer, "arrange_meeting", ref)
    _refuse_unless_at_work(review)
    planned = planned_meeting(session, review)
    before = planned or cancelled_meeting(session, review)
    if before is None:
        raise Refused("There is no planned meeting to move.")
    where = before.place if place is None else place.strip()
    if planned and (planned.held_on, planned.starts_at, planned.place) == (to, time, where):
        raise Refused("The meeting is then and there already.", about="date")
    why = _reason_for(session, review, to, reason)
    meeting = planned or _instead_of(session, review, before)
    meeting.held_on, meeting.starts_at, meeting.place, meeting.date_reason = to, time, where, why
    if planned:
        meeting.invitation_sequence += 1
    session.flush()
    invite(session, review, meeting, today_of(session))
    facts = {"date": to.isoformat(), "time": time, "mode": meeting.mode}
    set_variables(session, spine(review), {"meeting_date": facts}, by=Actor(viewer.person))
    _tell(session, review, meeting, "meeting_moved" if planned else "invitation")


def cancel_meeting(session: Session, viewer: Viewer, ref: str, *, reason: str) -> None:
    """Cancel the planned meeting: its date is to be fixed again, and everybody invited is told once.

    The process goes on waiting for a meeting, so its steps keep their dates until there is a new one.
    Raises NotFound, Refused without a reason or without a planned meeting.
    """
    review = asked_on(session, viewer, "arrange_meeting", ref, reason, subject="meeting_cancelled")
    meeting = planned_meeting(session, review)
    if meeting is None or review.ended:
        raise Refused("There is no planned meeting to cancel.")
    meeting.cancelled_on, meeting.cancelled_by = today_of(session), viewer.person
    meeting.cancel_reason = reason.strip()
    meeting.invitation_sequence += 1
    _tell(session, review, meeting, "meeting_cancelled")


def cancelled_meeting(session: Session, review: Review) -> Meeting | None:
    """The latest meeting, where it was cancelled and no other was planned since."""
    query = select(Meeting).where(Meeting.review == review.id).order_by(Meeting.number.desc()).limit(1)
    latest = session.scalars(query).first()
    return latest if latest is not None and latest.cancelled_on is not None else None


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


def _instead_of(session: Session, review: Review, before: Meeting) -> Meeting:
    """Another meeting in place of a cancelled one: a calendar knows the old one as gone."""
    meeting = Meeting(
        review=review.id,
        number=last_number(session, review) + 1,
        held_on=before.held_on,
        mode=before.mode,
        invitation_note=before.invitation_note,
        agenda=before.agenda,
        agenda_sent_on=before.agenda_sent_on,
    )
    session.add(meeting)
    return meeting


def _tell(session: Session, review: Review, meeting: Meeting, text: str) -> None:
    """Everybody invited and all who follow the review, each once; of a cancellation the office, too."""
    people = {*invited(session, meeting), *team_of(session, review)}
    if text == "meeting_cancelled":
        people |= set(those_told(session, "business_support", None, today_of(session)))
    facts = {"date": meeting.held_on.isoformat(), "meeting": str(meeting.id)}
    mail(session, sorted(people), text, review.ref, facts)
