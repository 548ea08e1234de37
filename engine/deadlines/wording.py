"""How soon something is due, in the words of a work list."""

from datetime import date, timedelta

from engine.calendars import Calendar, CalendarEnds, short_date
from engine.calendars.wording import counted

# Beyond this many working days a date says more than a count.
_COUNTED = 10


def due_words(due_on: date, today: date, calendar: Calendar) -> str:
    """Say how a due day looks today: "due tomorrow", "due in 3 working days", "1 working day late".

    Both are local days. Over 10 working days ahead, or beyond the calendar, it gives the date.
    """
    if due_on == today:
        return "due today"
    if due_on == today + timedelta(days=1):
        return "due tomorrow"
    working_days = _between(min(due_on, today), max(due_on, today), calendar)
    if due_on < today:
        # On the weekend after a Friday nothing is a working day late yet, but it is late.
        return (
            f"{counted(working_days, 'working day')} late"
            if working_days
            else f"late since {short_date(due_on)}"
        )
    if 0 < working_days <= _COUNTED:
        return f"due in {counted(working_days, 'working day')}"
    return f"due on {short_date(due_on)}"


def _between(earlier: date, later: date, calendar: Calendar) -> int:
    try:
        return calendar.between(earlier, later)
    except CalendarEnds:
        # A work list shows a date rather than no page at all.
        return 0
