"""Counts as people read them: "1 action", "3 working days late"."""

from __future__ import annotations

import datetime as dt

from engine.calendars import Calendar


def counted(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: "1 action", "3 actions"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def late_in_words(due: dt.date, today: dt.date, calendar: Calendar) -> str:
    """How late something is, counted in working days; empty while it is not."""
    if due >= today:
        return ""
    late = calendar.between(due, today)
    return f"{counted(late, 'working day')} late" if late else "due at the weekend"
