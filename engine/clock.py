"""The time, passed in: whoever needs to know it is given a `Clock`.

Moments are always aware datetimes in UTC; days are plain dates in Europe/London. A rehearsal and a test
travel through time by passing a `VirtualClock`, so nothing ever has to be patched.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/London")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine. The only place that asks the machine for the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """A clock that stands still until it is advanced, and never goes back."""

    def __init__(self, start: datetime) -> None:
        """Stand at `start`, an aware datetime. Raises ValueError for one without a time zone."""
        self._now = in_utc(start)

    def now(self) -> datetime:
        """The moment this clock stands at, aware, in UTC."""
        return self._now

    def advance_to(self, moment: datetime) -> None:
        """Go on to `moment` (aware). Raises ValueError when that is earlier than now or has no time zone."""
        later = in_utc(moment)
        if later < self._now:
            raise ValueError(f"a clock does not go back: it is {self._now}, asked for {later}")
        self._now = later

    def advance(self, by: timedelta) -> None:
        """Go on by a duration of real time. Raises ValueError for a negative one."""
        self.advance_to(self._now + by)


def in_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a datetime without a time zone: it is ambiguous."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC)


def local_date(moment: datetime) -> date:
    """The day it is in Europe/London at an aware moment."""
    return in_utc(moment).astimezone(ZONE).date()


def at_local(day: date, wall: time) -> datetime:
    """The moment, in UTC, at which clocks in Europe/London show `wall` on `day`.

    In the hour that occurs twice in October it is the first; one skipped in March is read an hour later.
    """
    return datetime.combine(day, wall, ZONE).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """The first moment of a local day, in UTC."""
    return at_local(day, time.min)


def end_of_day(day: date) -> datetime:
    """The first moment that is no longer in a local day, in UTC (exclusive end: the next local midnight)."""
    return start_of_day(day + timedelta(days=1))
