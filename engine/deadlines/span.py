"""Lengths of time as people mean them: working days, days, weeks, months, years, hours."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from engine.calendars import Calendar, long_date
from engine.calendars.wording import counted, joined, month_name

_MINUTES_A_DAY = 24 * 60
_MINUTES_A_YEAR = 365 * _MINUTES_A_DAY
_WORKING_DAYS_A_YEAR = 260

LONGEST = 5 * _MINUTES_A_YEAR
SHORTEST = 60
SHORTEST_CYCLE = _MINUTES_A_DAY

_ISO = re.compile(
    r"P(?:(?P<years>\d{1,5})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?P<time>T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?)?"
)


class Unit(StrEnum):
    """What a deadline can count."""

    WORKING_DAY = "working day"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: months first, then days and working days, then exact minutes.

    With minutes it is exact and ends at a moment; without, it ends on a day. `said` is the length in words.
    """

    said: str
    months: int = 0
    days: int = 0
    working_days: int = 0
    minutes: int = 0

    @property
    def exact(self) -> bool:
        """Whether the span ends at a moment rather than on a day."""
        return self.minutes > 0

    @property
    def rough_minutes(self) -> int:
        """About how long it is, to compare with a bound: 365 days or 260 working days are a year."""
        months = self.months * _MINUTES_A_YEAR // 12
        working_days = self.working_days * _MINUTES_A_YEAR // _WORKING_DAYS_A_YEAR
        return months + self.days * _MINUTES_A_DAY + working_days + self.minutes

    def times(self, number: int) -> Span:
        """The span taken a (positive or negative) number of times."""
        return Span(
            self.said,
            months=self.months * number,
            days=self.days * number,
            working_days=self.working_days * number,
            minutes=self.minutes * number,
        )

    def from_day(self, day: date, calendar: Calendar) -> date:
        """The day its day part leads to. Raises CalendarEnds."""
        reached = add_months(day, self.months) + timedelta(days=self.days)
        return calendar.add(reached, self.working_days).date if self.working_days else reached


def span_of(amount: int, unit: Unit) -> Span:
    """A span of one unit."""
    said = counted(amount, unit.value)
    match unit:
        case Unit.WORKING_DAY:
            return Span(said, working_days=amount)
        case Unit.DAY:
            return Span(said, days=amount)
        case Unit.WEEK:
            return Span(said, days=7 * amount)
        case Unit.MONTH:
            return Span(said, months=amount)
        case Unit.YEAR:
            return Span(said, months=12 * amount)
        case Unit.HOUR:
            return Span(said, minutes=60 * amount)


def iso_span(text: str) -> Span | None:
    """Read an ISO 8601 duration in whole numbers down to minutes: "P6M", "PT36H". None for anything else."""
    found = _ISO.fullmatch(text)
    if found is None or text == "P" or found["time"] == "T":
        return None
    counts = {
        unit: int(found[f"{unit}s"] or 0) for unit in ("year", "month", "week", "day", "hour", "minute")
    }
    return Span(
        joined([counted(count, unit) for unit, count in counts.items() if count]),
        months=12 * counts["year"] + counts["month"],
        days=7 * counts["week"] + counts["day"],
        minutes=60 * counts["hour"] + counts["minute"],
    )


def add_months(day: date, months: int) -> date:
    """The corresponding date some months on or back; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def counting_sentence(span: Span, start: date, calendar: Calendar) -> str:
    """How a span that ends on a day was counted from `start`. A span taken negatively counts back."""
    if span.working_days and not (span.months or span.days):
        return calendar.add(start, span.working_days).sentence()
    back = span.months < 0 or span.days < 0 or span.working_days < 0
    sentence = f"{span.said} {'before' if back else 'from'} {long_date(start)}"
    reached = add_months(start, span.months)
    if span.months and reached.day != start.day:
        ordinal = f"{start.day}{'st' if start.day == 31 else 'th'}"
        return f"{sentence}: {month_name(reached)} has no {ordinal}, so its last day counts"
    return sentence
