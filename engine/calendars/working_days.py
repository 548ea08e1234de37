"""Counting working days, and saying how the count was made.

A working day is neither a Saturday, a Sunday, a bank holiday nor a day the office is closed. The count starts
on the day after (practice-and-forms 2.2). A calendar that does not know a day says so: it never guesses that
only weekends are free.
"""

import datetime as dt
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from engine.calendars.wording import counted, joined, long_date, short_date, with_article
from engine.errors import Refused

_SATURDAY = 5
_SUNDAY = 6


class CalendarEnds(Refused):
    """A day lies outside the years whose bank holidays are known. Add the years to the calendar."""

    def __init__(self, region: str, asked: str, known_from: dt.date, known_to: dt.date) -> None:
        self.region = region
        self.known_from = known_from
        self.known_to = known_to
        super().__init__(
            f"The working days of {region} are known from {short_date(known_from)} "
            f"to {short_date(known_to)}, so {asked} cannot be counted."
        )


class Roll(StrEnum):
    """What a count of no working days gives when it starts on a day that is not one."""

    KEEP = "keep"
    FORWARD = "forward"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Sum:
    """A count of working days: the date it reached and what it passed over on the way."""

    date: dt.date
    start: dt.date
    working_days: int
    weekends: int
    holidays: tuple[tuple[dt.date, str], ...]

    def sentence(self) -> str:
        """Say the sum: "5 working days from Friday 22 May 2026: 2 weekends and ... skipped"."""
        side = "before" if self.working_days < 0 else "from"
        amount = counted(abs(self.working_days), "working day")
        skipped = ([counted(self.weekends, "weekend")] if self.weekends else []) + self._named_holidays()
        return f"{amount} {side} {long_date(self.start)}: {joined(skipped) or 'nothing'} skipped"

    def _named_holidays(self) -> list[str]:
        """Each name once, in the order met; a closure of several days with their number."""
        days: dict[str, list[int]] = {}
        for day, name in self.holidays:
            days.setdefault(name, []).append(day.year)
        return [_named(name, years) for name, years in days.items()]


@dataclass(frozen=True, eq=False)
class Calendar:
    """The working days of one region between two known days (both included).

    `bank_holidays` and `closures` map days to the names people know them by.
    """

    region: str
    bank_holidays: Mapping[dt.date, str]
    closures: Mapping[dt.date, str]
    known_from: dt.date
    known_to: dt.date

    def __post_init__(self) -> None:
        # Copies: the sorted days below are worked out once, so a caller's later change must not show halfway.
        object.__setattr__(self, "bank_holidays", MappingProxyType(dict(self.bank_holidays)))
        object.__setattr__(self, "closures", MappingProxyType(dict(self.closures)))

    def with_bank_holidays(self, extra: Mapping[dt.date, str]) -> "Calendar":
        """Make a calendar with one-off bank holidays added."""
        merged = {**self.bank_holidays, **extra}
        return Calendar(self.region, merged, self.closures, self.known_from, self.known_to)

    def without_bank_holidays(self, days: Iterable[dt.date]) -> "Calendar":
        """Make a calendar in which some bank holidays are ordinary days: they were moved to another date."""
        gone = set(days)
        kept = {day: name for day, name in self.bank_holidays.items() if day not in gone}
        return Calendar(self.region, kept, self.closures, self.known_from, self.known_to)

    def with_closures(self, extra: Mapping[dt.date, str]) -> "Calendar":
        """Make a calendar with days added on which the office is closed."""
        merged = {**self.closures, **extra}
        return Calendar(self.region, self.bank_holidays, merged, self.known_from, self.known_to)

    def holiday(self, day: dt.date) -> str | None:
        """The name of the bank holiday or closure on a day, or None. Raises CalendarEnds."""
        self._check(day)
        return self.bank_holidays.get(day) or self.closures.get(day)

    def is_working_day(self, day: dt.date) -> bool:
        """Whether people work on a day. Raises CalendarEnds."""
        return day.weekday() < _SATURDAY and self.holiday(day) is None

    def next_working_day(self, day: dt.date) -> dt.date:
        """The first working day after a day. Raises CalendarEnds."""
        return self.add(day, 1).date

    def previous_working_day(self, day: dt.date) -> dt.date:
        """The last working day before a day. Raises CalendarEnds."""
        return self.add(day, -1).date

    def add(self, start: dt.date, working_days: int, roll: Roll = Roll.KEEP) -> Sum:
        """Count working days on from `start` (back, if negative), beginning with the day next to it.

        `roll` matters only for a count of none: whether a start that is no working day is kept, or moved to
        the next or the previous working day. Raises CalendarEnds when the count leaves the known days.
        """
        self._check(start)
        if working_days == 0:
            return self._none(start, roll)
        if working_days > 0:
            index = bisect_right(self._working, start.toordinal()) + working_days - 1
        else:
            index = bisect_left(self._working, start.toordinal()) + working_days
        if not 0 <= index < len(self._working):
            side = "after" if working_days > 0 else "before"
            raise self._ends(f"{counted(abs(working_days), 'working day')} {side} {short_date(start)}")
        return self._sum(start, dt.date.fromordinal(self._working[index]), working_days)

    def between(self, earlier: dt.date, later: dt.date) -> int:
        """How many working days lead from one day to another: `add(earlier, n)` read backwards.

        The first day is not counted and the last is; negative when `later` is the earlier one.
        Raises CalendarEnds.
        """
        self._check(earlier)
        self._check(later)
        # Backwards, the day counted from is again the one left out: hence the other side of each day.
        place = bisect_right if later >= earlier else bisect_left
        return place(self._working, later.toordinal()) - place(self._working, earlier.toordinal())

    def _none(self, start: dt.date, roll: Roll) -> Sum:
        if roll is Roll.KEEP or self.is_working_day(start):
            return Sum(start, start, 0, 0, ())
        rolled = self.next_working_day(start) if roll is Roll.FORWARD else self.previous_working_day(start)
        return self._sum(start, rolled, 0)

    def _sum(self, start: dt.date, reached: dt.date, working_days: int) -> Sum:
        """Name what lies strictly between the two days."""
        first, last = sorted((start.toordinal(), reached.toordinal()))
        free = self._free_weekdays
        met = free[bisect_right(free, first) : bisect_left(free, last)]
        holidays = tuple((day, self.holiday(day) or "") for day in map(dt.date.fromordinal, met))
        return Sum(reached, start, working_days, _weekends(first + 1, last - 1), holidays)

    def _check(self, day: dt.date) -> None:
        if isinstance(day, dt.datetime):
            # A datetime is a date to Python; its day depends on a zone that only the caller knows.
            raise TypeError("working days are counted on dates, not on moments")
        if not self.known_from <= day <= self.known_to:
            raise self._ends(short_date(day))

    def _ends(self, asked: str) -> CalendarEnds:
        return CalendarEnds(self.region, asked, self.known_from, self.known_to)

    @cached_property
    def _working(self) -> "array[int]":
        """Every working day as an ordinal, in order: a count of any length is one look-up."""
        free = {day.toordinal() for day in (*self.bank_holidays, *self.closures)}
        known = range(self.known_from.toordinal(), self.known_to.toordinal() + 1)
        return array("l", (day for day in known if _weekday(day) < _SATURDAY and day not in free))

    @cached_property
    def _free_weekdays(self) -> list[int]:
        """Holidays and closures that would have been working days, as ordinals, in order."""
        free = {day.toordinal() for day in (*self.bank_holidays, *self.closures) if day.weekday() < _SATURDAY}
        return sorted(free)


def _named(name: str, years: list[int]) -> str:
    """One name for all its days: a bank holiday met in two years says which, a closure how long it was."""
    if len(years) == 1:
        return with_article(name)
    once_a_year = len(set(years)) == len(years)
    which = joined([str(year) for year in years]) if once_a_year else f"{len(years)} days"
    return f"{with_article(name)} ({which})"


def _weekday(ordinal: int) -> int:
    """The day of the week (Monday is 0) of a date's ordinal: ordinal 1 is a Monday."""
    return (ordinal - 1) % 7


def _weekends(first: int, last: int) -> int:
    """How many weekends have a day among the ordinals `first` to `last`, both included."""
    if first > last:
        return 0
    # Ordinal n is a Saturday when n % 7 == 6. Each stands for its weekend; a leading Sunday stands alone.
    saturdays = (last + 1) // 7 - first // 7
    return saturdays + (1 if _weekday(first) == _SUNDAY else 0)
