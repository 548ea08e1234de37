"""What pauses leave of a clock: the working days it still had run on from the day the case goes on.

A count from a date that still lies ahead when the pause begins ("5 working days before the meeting") keeps to
that date: a pause does not move the meeting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.calendars import Calendar, long_date
from engine.clock import local_date


@dataclass(frozen=True, slots=True)
class Stop:
    """One span in which a clock stood still: two aware moments."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Stops:
    """The spans that count for one clock, in the order of time."""

    spans: Sequence[Stop] = ()

    def day(self, due: date, counted_from: date, calendar: Calendar) -> date:
        """The day on which a count ends that would have ended on `due`. Raises CalendarEnds."""
        for begin, end in self._days(counted_from):
            due = calendar.add(end, calendar.between(begin, due)).date
        return due

    def moment(self, at: datetime, counted_from: datetime) -> datetime:
        """The moment at which a count in hours ends that would have ended at `at`."""
        for stop in self.spans:
            if counted_from <= stop.begin:
                at += stop.end - stop.begin
        return at

    def words(self, counted_from: date) -> str:
        """What to add to the sum of a count: "; the clock stood still from ... to ..."; else nothing."""
        return "".join(
            f"; the clock stood still from {long_date(begin)} to {long_date(end)}"
            for begin, end in self._days(counted_from)
        )

    def _days(self, counted_from: date) -> list[tuple[date, date]]:
        days = [(local_date(stop.begin), local_date(stop.end)) for stop in self.spans]
        return [(begin, end) for begin, end in days if counted_from <= begin]


NO_STOPS = Stops()
