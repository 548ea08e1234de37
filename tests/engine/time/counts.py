"""Three ways to know working days that share no code with engine.calendars.

The published lists are read through the package's own class, the second opinion is another package's rules,
and the count itself goes day by day.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

import holidays
from govuk_bank_holidays.bank_holidays import BankHolidays

DIVISIONS = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
FIRST = date(2020, 1, 1)
LAST = date(2035, 12, 31)
LAST_PUBLISHED = date(2028, 12, 31)
# Proclaimed after the published list in the package was drawn up.
NEWER_THAN_THE_LIST = {"scotland": {date(2026, 6, 15)}}

IsWorking = Callable[[date], bool]
ONE_DAY = timedelta(days=1)


@cache
def published_days(division: str) -> frozenset[date]:
    """The published bank holidays of a division."""
    events = BankHolidays.load_backup_data()[division]["events"]
    return frozenset(date.fromisoformat(event["date"]) for event in events)


@cache
def second_opinion_days(division: str) -> frozenset[date]:
    """The bank holidays that the other package works out, without those that fall on a weekend."""
    days = holidays.country_holidays("GB", subdiv=DIVISIONS[division], years=range(2012, 2041))
    return frozenset(day for day in days if day.weekday() < 5 and day.year >= 2012)


def published(division: str) -> IsWorking:
    """Whether a day is a working day by the published list."""
    free = published_days(division) | NEWER_THAN_THE_LIST.get(division, set())
    return lambda day: day.weekday() < 5 and day not in free


def second_opinion(division: str) -> IsWorking:
    """Whether a day is a working day by the other package."""
    free = second_opinion_days(division)
    return lambda day: day.weekday() < 5 and day not in free


def step_by_step(start: date, working_days: int, is_working: IsWorking) -> date:
    """Count working days one day at a time, from the day next to the start."""
    step = ONE_DAY if working_days > 0 else -ONE_DAY
    day, left = start, abs(working_days)
    while left:
        day += step
        left -= is_working(day)
    return day


def days_between(first: date, last: date) -> list[date]:
    """Every day strictly between two days."""
    return [first + timedelta(days=n) for n in range(1, (last - first).days)]
