"""FEEL's dates, times and durations (DMN 1.5, clauses 10.3.2.3.4 to .9). Own records: FEEL's years go beyond
Python's, its times may lack a zone, and a value must not carry Python attributes into expressions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

NANOS = 1_000_000_000
DAY = 86_400
MAX_YEAR = 999_999_999
MAX_SECONDS = MAX_YEAR * 366 * DAY


@dataclass(frozen=True, slots=True)
class Date:
    """A day of the proleptic Gregorian calendar."""

    year: int
    month: int
    day: int

    def number(self) -> int:
        """Days since 1970-01-01."""
        year = self.year - (self.month <= 2)
        era, of_era = divmod(year, 400)
        day_of_year = (153 * ((self.month + 9) % 12) + 2) // 5 + self.day - 1
        return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + day_of_year - 719_468

    def __str__(self) -> str:
        sign, year = ("-" if self.year < 0 else ""), abs(self.year)
        return f"{sign}{year:04d}-{self.month:02d}-{self.day:02d}"


def _near(seconds: int) -> datetime:
    """A moment within Python's years; beyond them a zone's rules stay as they are at the edge."""
    return datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None) + timedelta(
        seconds=min(max(seconds, -62_000_000_000), 253_000_000_000)
    )


@dataclass(frozen=True, slots=True)
class Zone:
    """An offset in seconds east of UTC, or a zone of the IANA database by name."""

    offset: int | None = None
    name: str = ""

    def at(self, local_seconds: int) -> int | None:
        """The offset in seconds for a local moment (seconds since 1970-01-01T00:00 on the local clock)."""
        if self.offset is not None:
            return self.offset
        found = ZoneInfo(self.name).utcoffset(_near(local_seconds))
        return None if found is None else int(found.total_seconds())

    def at_instant(self, seconds: int) -> int:
        """The offset in seconds at a moment (seconds since 1970-01-01T00:00 UTC)."""
        if self.offset is not None:
            return self.offset
        found = _near(seconds).replace(tzinfo=UTC).astimezone(ZoneInfo(self.name)).utcoffset()
        return int(found.total_seconds()) if found else 0

    def __str__(self) -> str:
        if self.offset is None:
            return f"@{self.name}"
        if self.offset == 0:
            return "Z"
        size = abs(self.offset)
        seconds = f":{size % 60:02d}" if size % 60 else ""
        return f"{'-' if self.offset < 0 else '+'}{size // 3600:02d}:{size // 60 % 60:02d}{seconds}"


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day, with or without a zone."""

    hour: int
    minute: int
    second: int
    nano: int = 0
    zone: Zone | None = None

    def seconds(self) -> int:
        """Whole seconds since midnight."""
        return self.hour * 3600 + self.minute * 60 + self.second

    def instant(self) -> int:
        """Nanoseconds since midnight UTC (or of the local clock where there is no zone)."""
        offset = (self.zone.at(0) or 0) if self.zone else 0
        return (self.seconds() - offset) * NANOS + self.nano

    def __str__(self) -> str:
        fraction = f".{self.nano:09d}".rstrip("0") if self.nano else ""
        return f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}{fraction}{self.zone or ''}"


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date and a time of day, with or without a zone."""

    date: Date
    time: Time

    @property
    def zone(self) -> Zone | None:
        """The zone, if any."""
        return self.time.zone

    def local(self) -> int:
        """Whole seconds since 1970-01-01T00:00 on the local clock."""
        return self.date.number() * DAY + self.time.seconds()

    def offset(self) -> int | None:
        """Seconds east of UTC, or nothing where there is no zone."""
        return self.time.zone.at(self.local()) if self.time.zone else None

    def instant(self) -> int:
        """Nanoseconds since 1970-01-01T00:00 UTC (or of the local clock where there is no zone)."""
        return (self.local() - (self.offset() or 0)) * NANOS + self.time.nano

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


@dataclass(frozen=True, slots=True, order=True)
class DaysDuration:
    """A days and time duration, in nanoseconds."""

    nanos: int

    def __str__(self) -> str:
        seconds, nano = divmod(abs(self.nanos), NANOS)
        days, rest = divmod(seconds, DAY)
        fraction = f".{nano:09d}".rstrip("0") if nano else ""
        parts = [(rest // 3600, "H"), (rest // 60 % 60, "M")]
        clock = "".join(f"{n}{letter}" for n, letter in parts if n)
        if rest % 60 or nano:
            clock += f"{rest % 60}{fraction}S"
        body = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
        return ("-" if self.nanos < 0 else "") + "P" + (body or "T0S")


@dataclass(frozen=True, slots=True, order=True)
class YearsDuration:
    """A years and months duration, in months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-" if self.months < 0 else "") + "P" + (body or "0M")


Temporal = Date | Time | DateTime | DaysDuration | YearsDuration


def days_in(year: int, month: int) -> int:
    """The number of days of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def make_date(year: int, month: int, day: int) -> Date | None:
    """The date, or nothing where there is no such day."""
    if abs(year) > MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= days_in(year, month):
        return None
    return Date(year, month, day)


def date_of(number: int) -> Date | None:
    """The date so many days after 1970-01-01, or nothing beyond the calendar's ends."""
    shifted = number + 719_468
    era, of_era = divmod(shifted, 146_097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    day_of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_index = (5 * day_of_year + 2) // 153
    month = month_index + 3 if month_index < 10 else month_index - 9
    return make_date(
        year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * month_index + 2) // 5 + 1
    )


def make_time(hour: int, minute: int, second: int, nano: int = 0, zone: Zone | None = None) -> Time | None:
    """The time of day, or nothing where there is no such time."""
    if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59):
        return None
    if zone and zone.offset is not None and abs(zone.offset) > 18 * 3600:
        return None
    return Time(hour, minute, second, nano, zone)


def make_days(nanos: int) -> DaysDuration | None:
    """A days and time duration, or nothing beyond the calendar's length."""
    return DaysDuration(nanos) if abs(nanos) <= 2 * MAX_SECONDS * NANOS else None


def make_years(months: int) -> YearsDuration | None:
    """A years and months duration, or nothing beyond the calendar's length."""
    return YearsDuration(months) if abs(months) <= 24 * (MAX_YEAR + 1) else None


def add_months(date: Date, months: int) -> Date | None:
    """The same day so many months later, or the month's last day where that does not exist."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    if abs(year) > MAX_YEAR:
        return None
    return make_date(year, month + 1, min(date.day, days_in(year, month + 1)))


def shifted(moment: DateTime, nanos: int) -> DateTime | None:
    """A moment so many nanoseconds later. In a named zone the length is real time; the wall clock follows."""
    zone = moment.zone
    local = moment.local() * NANOS + moment.time.nano + nanos
    if zone is not None and zone.offset is None:
        instant = moment.instant() + nanos
        local = instant + zone.at_instant(instant // NANOS) * NANOS
    return from_local(local, zone)


def from_local(nanos: int, zone: Zone | None) -> DateTime | None:
    """A date and time from nanoseconds since 1970-01-01T00:00 on the local clock."""
    seconds, nano = divmod(nanos, NANOS)
    days, rest = divmod(seconds, DAY)
    date = date_of(days)
    if date is None:
        return None
    return DateTime(date, Time(rest // 3600, rest // 60 % 60, rest % 60, nano, zone))


def shifted_time(time: Time, nanos: int) -> Time:
    """A time of day so much later, round the clock."""
    total = (time.seconds() * NANOS + time.nano + nanos) % (DAY * NANOS)
    seconds, nano = divmod(total, NANOS)
    return replace(time, hour=seconds // 3600, minute=seconds // 60 % 60, second=seconds % 60, nano=nano)


def from_python(moment: datetime) -> DateTime:
    """A Python datetime as FEEL has it; an aware one keeps its offset."""
    offset = moment.utcoffset()
    zone = None if offset is None else Zone(int(offset.total_seconds()))
    clock = Time(moment.hour, moment.minute, moment.second, moment.microsecond * 1000, zone)
    return DateTime(Date(moment.year, moment.month, moment.day), clock)


def to_python(moment: DateTime) -> datetime | None:
    """A FEEL date and time with a zone as an aware UTC datetime; nothing without a zone or beyond Python's
    years."""
    if moment.zone is None or not 2 <= moment.date.year <= 9998:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment.instant() // 1000)
