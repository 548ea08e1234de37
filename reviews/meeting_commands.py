"""What people do with a meeting outside a step."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from engine import Actor, Refused, set_variables
from reviews.acting import asked_on, spine, tell_team, today_of
from reviews.permissions import Viewer
from reviews.services.meeting import planned_meeting


def move_meeting(session: Session, viewer: Viewer, ref: str, *, to: dt.date, time: str) -> None:
    """Move the planned meeting; every deadline that counts from it follows, and those invited are told."""
    review = asked_on(session, viewer, "arrange_meeting", ref)
    meeting = planned_meeting(session, review)
    if meeting is None:
        raise Refused("There is no planned meeting to move.")
    if to < today_of(session):
        raise Refused("The new date is in the past.")
    meeting.held_on, meeting.starts_at = to, time
    meeting.invitation_sequence += 1
    facts = {"date": to.isoformat(), "time": time, "mode": meeting.mode}
    set_variables(session, spine(review), {"meeting_date": facts}, by=Actor(viewer.person))
    tell_team(session, review, "meeting_moved", {"date": to.isoformat()})
