"""What a deadline sentence means: the day it is due, the moment a timer fires, and the sum in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from engine.calendars import Calendar, Roll, long_date
from engine.clock import ZONE, at_local, end_of_day, in_utc, local_date
from engine.deadlines.bases import DUE, Origin, opening, origin
from engine.deadlines.pauses import NO_STOPS, Stops
from engine.deadlines.span import Span, counting_sentence

# When people start work: a timer that counts days fires then, local time.
FIRING_TIME = time(7, 0)


_ROLLED = {
    Roll.KEEP: "",
    Roll.FORWARD: ", or the next working day",
    Roll.BACK: ", or the working day before",
}


@dataclass(frozen=True, slots=True)
class Due:
    """When a deadline ends and how that was reached.

    `on` is the local day that is still in time (None for a deadline in hours); `at` is the first moment (UTC)
    that is late; `sum` is the count in words.
    """

    on: date | None
    at: datetime
    sum: str
    by: time | None = None

    @property
    def fires_at(self) -> datetime:
        """When a timer set for this fires (UTC): 07:00 local time of its day (or the time of day that the
        deadline names), or the exact moment."""
        return self.at if self.on is None else at_local(self.on, self.by or FIRING_TIME)


@dataclass(frozen=True, slots=True)
class Plain:
    """One count: a span after or before a base, or (without a span) the base's own day.

    Without a base the count starts when the step opens. `position` is the base's place in the sentence.
    """

    span: Span | None
    base: str | None = None
    before: bool = False
    position: int = field(default=0, compare=False)

    def due(
        self,
        start: datetime,
        variables: Mapping[str, object],
        calendar: Calendar,
        due: date | None,
        stops: Stops = NO_STOPS,
    ) -> Due | None:
        """When this count ends, or None while its base is unknown. Raises DeadlineError, CalendarEnds."""
        begin = origin(self.base, self.position, variables, due) if self.base else opening(start)
        if begin is None:
            return None
        if self.base == DUE:
            stops = NO_STOPS  # the deadline it counts from has moved with them
        if self.span is None:
            since = local_date(start)  # a day that was given: its clock runs since the step opened
            on = stops.day(begin.day, since, calendar)
            return Due(on, end_of_day(on), f"on {long_date(begin.day)}{stops.words(since)}")
        span = self.span.times(-1) if self.before else self.span
        if span.minutes:
            at = stops.moment(_exact(span, begin, calendar), begin.moment)
            return Due(None, at, f"{_exact_sentence(span, begin)}{stops.words(begin.day)}")
        on = stops.day(span.from_day(begin.day, calendar), begin.day, calendar)
        told = f"{counting_sentence(span, begin.day, calendar)}{stops.words(begin.day)}"
        return Due(on, end_of_day(on), told)

    def words(self, names: Mapping[str, str]) -> str:
        """The count in words, with people's names for the bases that have one."""
        base = names.get(self.base, self.base) if self.base else ""
        if self.span is None:
            return f"on {base}"
        if not base:
            return self.span.said
        return f"{self.span.said} {'before' if self.before else 'after'} {base}"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline read from its sentence: one count, or the earlier of two ("at latest" is the same thing).

    `roll` says what becomes of a day on which nobody works, `by` the time of day until which it is met.
    """

    text: str = field(compare=False)
    first: Plain
    second: Plain | None = None
    at_latest: bool = False
    later: bool = False
    roll: Roll = Roll.KEEP
    by: time | None = None

    def bases(self) -> set[str]:
        """What it counts from: paths of process variables, and "due" for the deadline of its task."""
        return {plain.base for plain in self._parts() if plain.base is not None}

    def moment(
        self,
        start: datetime,
        variables: Mapping[str, object],
        calendar: Calendar,
        due: date | None = None,
        stops: Stops = NO_STOPS,
    ) -> Due | None:
        """When it is due, for a step that opened at `start` (aware), or None while no base is known.

        The earlier of two counts ("the later of": the later); one whose base is unknown is left out. `due`
        is the deadline of the task that an event is attached to, `stops` when the clock stood still. Raises
        DeadlineError for a variable that holds no date, CalendarEnds.
        """
        known = self._known(start, variables, calendar, due, stops)
        if not known:
            return None
        found, *other = sorted(known, key=lambda each: each.at, reverse=self.later)
        if not other or other[0].at == found.at:
            return found
        order = "after" if self.later else "before"
        return replace(found, sum=f"{found.sum}; this comes {order} {_when(other[0])}")

    def fires(
        self,
        start: datetime,
        variables: Mapping[str, object],
        calendar: Calendar,
        due: date | None = None,
        stops: Stops = NO_STOPS,
    ) -> datetime | None:
        """When a timer with this deadline fires (UTC), or None while no base is known.

        Counted in days it fires at 07:00 local time of its day, in hours at the exact moment. Raises as
        `moment` does.
        """
        known = self._known(start, variables, calendar, due, stops)
        choose = max if self.later else min
        return choose((each.fires_at for each in known), default=None)

    def words(self, names: Mapping[str, str] | None = None) -> str:
        """The deadline in words; `names` gives people's names of bases ("the meeting" for "meeting.date")."""
        named = names or {}
        until = f", by {self.by:%H:%M}" if self.by else ""
        return f"{self._counts_in_words(named)}{_ROLLED[self.roll]}{until}"

    def _counts_in_words(self, named: Mapping[str, str]) -> str:
        first = self.first.words(named)
        if self.second is None:
            return first
        second = self.second.words(named)
        order = "later" if self.later else "earlier"
        return f"{first}, at latest {second}" if self.at_latest else f"the {order} of {first} and {second}"

    def _parts(self) -> Iterator[Plain]:
        yield self.first
        if self.second is not None:
            yield self.second

    def _known(
        self,
        start: datetime,
        variables: Mapping[str, object],
        calendar: Calendar,
        due: date | None,
        stops: Stops,
    ) -> list[Due]:
        parts = [plain.due(start, variables, calendar, due, stops) for plain in self._parts()]
        return [self._on_its_day(part, calendar) for part in parts if part is not None]

    def _on_its_day(self, due: Due, calendar: Calendar) -> Due:
        """The day moved to a working day, and the time of day, where the sentence asks for them."""
        if due.on is None:
            return due
        on = due.on if self.roll is Roll.KEEP else calendar.add(due.on, 0, self.roll).date
        told = due.sum if on == due.on else f"{due.sum}; moved to {long_date(on)}, a working day"
        if self.by is None:
            return Due(on, end_of_day(on), told)
        return Due(on, at_local(on, self.by), f"{told}, by {self.by:%H:%M}", self.by)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repeating timer: "every 20 working days"."""

    text: str = field(compare=False)
    span: Span

    def next(
        self,
        after: datetime,
        calendar: Calendar,
        start: datetime | None = None,
        stops: Stops = NO_STOPS,
    ) -> datetime:
        """The first firing (UTC) later than `after` (aware): at 07:00 local time, or exact for hours.

        Firings are counted from `start`, so that a monthly one keeps to its day, however many were missed
        before `after`. Without `start` they are counted from `after`. `stops` are spans since `after` in
        which the clock stood still. Raises CalendarEnds.
        """
        begin = opening(start if start is not None else after)
        number = max(1, self._surely_past(begin, after, calendar))
        while (firing := self._firing(number, begin, calendar)) <= in_utc(after):
            number += 1
        if self.span.minutes:
            return stops.moment(firing, in_utc(after))
        return at_local(stops.day(local_date(firing), local_date(after), calendar), FIRING_TIME)

    def words(self) -> str:
        """The cycle in words: "every 20 working days", "every week"."""
        return f"every {self.span.said.removeprefix('1 ')}"

    def _firing(self, number: int, begin: Origin, calendar: Calendar) -> datetime:
        span = self.span.times(number)
        if span.minutes:
            return _exact(span, begin, calendar)
        return at_local(span.from_day(begin.day, calendar), FIRING_TIME)

    def _surely_past(self, begin: Origin, after: datetime, calendar: Calendar) -> int:
        """A number of firings that `after` has certainly seen, so that a search years later stays short."""
        today = local_date(after)
        if today <= begin.day:
            return 0
        if self.span.working_days:
            return calendar.between(begin.day, today) // self.span.working_days
        longest = timedelta(days=31 * self.span.months + self.span.days + 1, minutes=self.span.minutes)
        return (today - begin.day) // longest


def _exact(span: Span, begin: Origin, calendar: Calendar) -> datetime:
    """Days on the clock on the wall, then minutes as they really pass."""
    moment = begin.moment
    if span.months or span.days:
        wall = moment.astimezone(ZONE)
        moment = at_local(span.from_day(wall.date(), calendar), wall.time())
    return moment + timedelta(minutes=span.minutes)


def _when(due: Due) -> str:
    """The other limit, with its day or moment first."""
    wall = due.at.astimezone(ZONE)
    end = long_date(due.on) if due.on else f"{wall:%H:%M} on {long_date(wall.date())}"
    return end if due.sum == f"on {end}" else f"{end} ({due.sum})"


def _exact_sentence(span: Span, begin: Origin) -> str:
    wall = begin.moment.astimezone(ZONE)
    return f"{span.said} {'before' if span.minutes < 0 else 'from'} {wall:%H:%M} on {long_date(wall.date())}"
