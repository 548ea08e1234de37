"""Quiet hours: notices leave on working days, in the hours that the partnership chose. Urgent ones always."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from engine import local_date, working_calendar
from engine.calendars import CalendarEnds
from engine.clock import ZONE, at_local
from reviews.settings import setting


def quiet_until(session: Session, moment: dt.datetime) -> dt.datetime:
    """When a notice may leave that is ready at a moment: then, or when people are at work again. Both UTC."""
    begins, ends = _time(setting(session, "notices_from")), _time(setting(session, "notices_to"))
    if begins >= ends:
        return moment  # nobody wants quiet hours
    day, calendar = local_date(moment), working_calendar(session)
    try:
        if calendar.is_working_day(day):
            now = moment.astimezone(ZONE).time()
            if now < begins:
                return at_local(day, begins)
            if now < ends:
                return moment
        return at_local(calendar.next_working_day(day), begins)
    except CalendarEnds:
        return moment  # better at a bad time than never


def _time(told: object) -> dt.time:
    try:
        return dt.time.fromisoformat(str(told))
    except ValueError:
        return dt.time.min
