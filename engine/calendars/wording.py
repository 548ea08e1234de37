"""Days and lists in words. English, and the same on every machine whatever its locale."""

import datetime as dt
from collections.abc import Sequence

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def short_date(day: dt.date) -> str:
    """Write a date as "4 May 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def long_date(day: dt.date) -> str:
    """Write a date as "Monday 4 May 2026"."""
    return f"{WEEKDAYS[day.weekday()]} {short_date(day)}"


def month_name(day: dt.date) -> str:
    """Name the month of a date: "May"."""
    return MONTHS[day.month - 1]


def counted(number: int, thing: str) -> str:
    """Write a number with its noun: "1 week", "2 weeks"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def joined(parts: Sequence[str]) -> str:
    """Join a list: "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def with_article(holiday: str) -> str:
    """A holiday's name as it stands in a sentence: "the Spring bank holiday", but "Good Friday"."""
    if "holiday" in holiday.lower() or "jubilee" in holiday.lower() or holiday.startswith("Battle"):
        return f"the {holiday}"
    return holiday
