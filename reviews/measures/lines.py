"""The line: one thing that a measure counts. And the window in which lines are looked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import local_date, working_calendar
from engine.calendars import Calendar
from engine.models import Pause, ProcessInstance

Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Line:
    """One thing that counts, of one part of a measure.

    `met` is None where there is nothing to meet; `value` is a duration or an amount; `paused` are days on
    which its clock stood still, which are not in `value`.
    """

    part: str
    day: dt.date
    review: str = ""  # the reference of the review that it belongs to, "" for none
    what: str = ""  # the reference of an action, the name of a step, of a term ...
    agency: str = ""
    group: str = ""
    met: bool | None = None
    value: float | None = None
    paused: int = 0


@dataclass(frozen=True)
class Window:
    """Where lines are looked for: days from one to another, both counted, and nothing after today."""

    session: Session
    first: dt.date
    last: dt.date
    today: dt.date

    @property
    def end(self) -> dt.date:
        """The last day that counts."""
        return min(self.last, self.today)

    def holds(self, day: dt.date | None) -> bool:
        """Whether a day counts."""
        return day is not None and self.first <= day <= self.end

    def within(self, lines: Iterable[Line]) -> list[Line]:
        """Those lines whose day counts, oldest first."""
        return sorted(
            (line for line in lines if self.holds(line.day)),
            key=lambda line: (line.day, line.review, line.what, line.agency, line.part),
        )

    @cached_property
    def calendar(self) -> Calendar:
        """The partnership's working days."""
        return working_calendar(self.session)

    @cached_property
    def pauses(self) -> dict[str, list[Span]]:
        """Reference of a review -> the spans in which its clocks stood still; an open one lasts until now."""
        query = (
            select(ProcessInstance.business_key, Pause.paused_at, Pause.resumed_at)
            .join(ProcessInstance, ProcessInstance.id == Pause.instance_id)
            .where(ProcessInstance.process == "learning_review")
        )
        found: dict[str, list[Span]] = {}
        for ref, begin, end in self.session.execute(query):
            spans = found.setdefault(ref, [])
            spans.append((local_date(begin), local_date(end) if end else self.today))
        return found

    def stood_still(self, ref: str, begin: dt.date, end: dt.date) -> int:
        """The working days between two days on which a review was paused."""
        return sum(self.calendar.between(*span) for span in self._stops(ref, begin, end))

    def days_still(self, ref: str, begin: dt.date, end: dt.date) -> int:
        """The days of the calendar between two days on which a review was paused."""
        return sum((last - first).days for first, last in self._stops(ref, begin, end))

    def _stops(self, ref: str, begin: dt.date, end: dt.date) -> Iterator[Span]:
        for first, last in self.pauses.get(ref, ()):
            if first < end and last > begin:
                yield max(first, begin), min(last, end)

    def due(self, ref: str, begin: dt.date, working_days: int) -> dt.date:
        """The last day in time: so many working days on, and as many more as the review was paused."""
        stopped, due = 0, begin
        while True:
            due = self.calendar.add(begin, working_days + stopped).date
            more = self.stood_still(ref, begin, due)
            if more == stopped:
                return due
            stopped = more

    def timed(
        self, part: str, ref: str, begin: dt.date, done: dt.date | None, limit: int, agency: str = ""
    ) -> Iterator[Line]:
        """The lines of one span of working days: was it in time (`part`), and how long it took (`part`_days).

        Nothing for what is neither done nor late.
        """
        due = self.due(ref, begin, limit)
        if done is not None and done <= due:
            yield Line(part, done, ref, agency=agency, met=True)
        elif due < self.today:
            yield Line(part, due + dt.timedelta(days=1), ref, agency=agency, met=False)
        if done is not None:
            stopped = self.stood_still(ref, begin, done)
            days = self.calendar.between(begin, done) - stopped
            yield Line(f"{part}_days", done, ref, agency=agency, value=days, paused=stopped)
