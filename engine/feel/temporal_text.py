"""FEEL's dates, times and durations from their written forms (ISO 8601, with zones as `+01:00` or
`@Europe/London`)."""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.feel.temporal import (
    NANOS,
    Date,
    DateTime,
    DaysDuration,
    Temporal,
    Time,
    YearsDuration,
    Zone,
    date_of,
    make_date,
    make_days,
    make_time,
    make_years,
)

_DATE = r"(-?)(\d{4}|[1-9]\d{4,8})-(\d\d)-(\d\d)"
_TIME = r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?"
_ZONE = r"(Z|z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z_]{1,32}(?:/[A-Za-z0-9_+\-]{1,32}){0,2})?"
_DATE_RE = re.compile(rf"{_DATE}\Z")
_TIME_RE = re.compile(rf"T?{_TIME}{_ZONE}\Z")
_DATETIME_RE = re.compile(rf"{_DATE}T{_TIME}{_ZONE}\Z")
_DAYS_RE = re.compile(
    r"(-?)P(?:(\d{1,18})D)?(?:T(?=\d)(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18})(?:\.(\d{0,30}))?S)?)?\Z"
)
_MONTHS_RE = re.compile(r"(-?)P(?:(\d{1,18})Y)?(?:(\d{1,18})M)?\Z")


@lru_cache(maxsize=256)
def _known_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def parse_zone(text: str | None) -> Zone | bool | None:
    """A zone from its written form; None for no zone, False for one that does not exist."""
    if not text:
        return None
    if text in "Zz":
        return Zone(0)
    if text[0] == "@":
        if text == "@Z":
            return Zone(0)
        return Zone(None, text[1:]) if _known_zone(text[1:]) else False
    hours, minutes, seconds = int(text[1:3]), int(text[4:6]), int(text[7:9] or 0)
    if minutes > 59 or seconds > 59:
        return False
    return Zone((-1 if text[0] == "-" else 1) * (hours * 3600 + minutes * 60 + seconds))


def parse_date(text: str) -> Date | None:
    """A date from `2026-03-01`."""
    match = _DATE_RE.match(text)
    return _date(match.groups()) if match else None


def _date(groups: tuple[str | None, ...]) -> Date | None:
    sign, year, month, day = groups[:4]
    return make_date(int(year or 0) * (-1 if sign else 1), int(month or 0), int(day or 0))


def _time(groups: tuple[str | None, ...]) -> Time | None:
    hour, minute, second, fraction, zone_text = groups[:5]
    zone = parse_zone(zone_text)
    if isinstance(zone, bool):
        return None
    nano = int(((fraction or "") + "0" * 9)[:9])
    if (hour, minute, second, nano) == ("24", "00", "00", 0):
        hour = "0"
    return make_time(int(hour or 0), int(minute or 0), int(second or 0), nano, zone)


def parse_time(text: str) -> Time | None:
    """A time of day from `10:30:00`, with or without a zone."""
    match = _TIME_RE.match(text)
    return None if match is None or text.startswith("T24") else _time(match.groups())


def parse_datetime(text: str) -> DateTime | None:
    """A date and time from `2026-03-01T10:30:00`, or from a date alone (midnight)."""
    match = _DATETIME_RE.match(text)
    if match is None:
        day = parse_date(text)
        return DateTime(day, Time(0, 0, 0)) if day else None
    date, time = _date(match.groups()), _time(match.groups()[4:])
    if date is None or time is None:
        return None
    if match.group(5) == "24":
        following = date_of(date.number() + 1)
        return DateTime(following, time) if following else None
    return DateTime(date, time)


def parse_duration(text: str) -> DaysDuration | YearsDuration | None:
    """A duration from ISO 8601, of either kind; nothing for a mixture of both."""
    if match := _MONTHS_RE.match(text):
        sign, years, months = match.groups()
        if years or months:
            total = int(years or 0) * 12 + int(months or 0)
            return make_years(-total if sign else total)
    if match := _DAYS_RE.match(text):
        sign, days, hours, minutes, seconds, fraction = match.groups()
        if any((days, hours, minutes, seconds)):
            total = ((int(days or 0) * 24 + int(hours or 0)) * 60 + int(minutes or 0)) * 60 + int(
                seconds or 0
            )
            nanos = total * NANOS + int(((fraction or "") + "0" * 9)[:9])
            return make_days(-nanos if sign else nanos)
    return None


def parse_temporal(text: str) -> Temporal | None:
    """What an at-literal (`@"..."`) stands for, or nothing."""
    if text[:1] == "P" or text[:2] == "-P":
        return parse_duration(text)
    if match := _DATETIME_RE.match(text):
        return parse_datetime(match.group())
    return parse_date(text) or parse_time(text)
