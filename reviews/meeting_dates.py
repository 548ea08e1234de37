"""When a review meeting should be held (P6): speedily, on a working day, and not in the school holidays."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import working_calendar
from engine.calendars import long_date, with_article
from reviews.models import Meeting, Review, SchoolHoliday, Term
from reviews.settings import setting


def against(session: Session, review: Review, held_on: dt.date) -> list[str]:
    """What speaks against a date, as sentences; nothing for a date as the policy wants it.

    `held_on` is a date in Europe/London. Raises CalendarEnds where the calendar does not reach it.
    """
    calendar = working_calendar(session)
    named = calendar.holiday(held_on)
    found = []
    if not calendar.is_working_day(held_on):
        found.append(f"{long_date(held_on)} is {with_article(named) if named else 'at a weekend'}.")
    elif _in_school_holidays(session, held_on):
        found.append(f"{long_date(held_on)} is in the school holidays.")
    since, days, what = _counted_from(session, review)
    if since is not None and held_on > calendar.add(since, days).date:
        latest = long_date(calendar.add(since, days).date)
        found.append(f"The meeting should be by {latest}, {days} working days after {what}.")
    return found


def _counted_from(session: Session, review: Review) -> tuple[dt.date | None, int, str]:
    last = select(func.max(Meeting.held_on)).where(
        Meeting.review == review.id, Meeting.recorded_on.is_not(None)
    )
    before = session.scalar(last)
    if before is not None:
        return before, int(setting(session, "next_meeting_within")), "the last meeting"
    return review.accepted_on, int(setting(session, "meeting_within")), "the review was accepted"


def _in_school_holidays(session: Session, day: dt.date) -> bool:
    """In a known holiday, or between two known terms. Before the first and after the last nobody can say."""
    off = select(SchoolHoliday.name).where(SchoolHoliday.starts <= day, SchoolHoliday.ends >= day)
    if session.scalar(off.limit(1)) is not None:
        return True
    ended = session.scalar(select(func.max(Term.ends)).where(Term.ends < day))
    begins = session.scalar(select(func.min(Term.starts)).where(Term.starts > day))
    at_school = session.scalar(select(Term.id).where(Term.starts <= day, Term.ends >= day).limit(1))
    return at_school is None and ended is not None and begins is not None
