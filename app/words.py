"""Dates, times and counts as people say them. Every date is Europe/London."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from engine.calendars import Calendar, short_date
from engine.clock import ZONE, local_date
from engine.deadlines import due_words

SOON = 3  # working days: "due soon"


@dataclass(frozen=True)
class Due:
    """A due date as a list shows it: in words, with a state that a colour may repeat."""

    words: str
    state: str
    date: str = ""
    date_words: str = ""


def day(value: dt.date | dt.datetime | None) -> str:
    """ "23 November 2026", or "" for none."""
    if value is None:
        return ""
    return short_date(local_date(value) if isinstance(value, dt.datetime) else value)


def clock_time(value: dt.datetime | dt.time) -> str:
    """ "9:30am", "2pm"."""
    local = value.astimezone(ZONE) if isinstance(value, dt.datetime) else value
    hour, half = local.hour % 12 or 12, "am" if local.hour < 12 else "pm"
    return f"{hour}:{local:%M}{half}" if local.minute else f"{hour}{half}"


def spoken_time(typed: str) -> str:
    """ "14:00" as "2pm"; what is not a time stays as it is."""
    try:
        return clock_time(dt.time.fromisoformat(typed))
    except ValueError:
        return typed


def date_words(told: str | dt.date | None) -> str:
    """ "2026-05-04" as "4 May 2026"; a month or a year that was told as such stays as it is."""
    if not isinstance(told, str):
        return day(told)
    try:
        return day(dt.date.fromisoformat(told))
    except ValueError:
        return told


def moment(value: dt.datetime | None) -> str:
    """ "23 November 2026 at 9:30am", or ""."""
    return f"{day(value)} at {clock_time(value)}" if value else ""


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 task", "3 tasks", "no tasks"."""
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"


def due(date: dt.date | None, today: dt.date, calendar: Calendar, *, paused: bool = False) -> Due:
    """A due date in words. Lateness is counted in working days, as the policy counts."""
    if paused:
        return Due("paused", "paused", date.isoformat() if date else "", day(date))
    if date is None:
        return Due("no due date", "none")
    soon = date >= today and calendar.between(today, date) <= SOON
    state = "late" if date < today else "soon" if soon else "open"
    words = due_words(date, today, calendar)
    said = day(date)
    return Due(words, state, "" if said in words else date.isoformat(), said)  # the date once is enough
