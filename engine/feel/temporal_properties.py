"""The properties of dates, times, durations and ranges (`.year`, `.weekday`, `.time offset`): a table owned
by the interpreter, never Python attributes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine.feel.temporal import DAY, NANOS, Date, DateTime, DaysDuration, Time, YearsDuration
from engine.feel.values import Range, Value


def _whole(value: int) -> Decimal:
    return Decimal(value)


def _weekday(date: Date) -> Decimal:
    return Decimal((date.number() + 3) % 7 + 1)


def _time_offset(value: Time | DateTime) -> Value:
    if value.zone is None:
        return None
    offset = value.offset() if isinstance(value, DateTime) else value.zone.at(0)
    return None if offset is None else DaysDuration(offset * NANOS)


def _timezone(value: Time | DateTime) -> Value:
    return None if value.zone is None or not value.zone.name else value.zone.name


def _signed(duration: DaysDuration, unit: int, cycle: int) -> Decimal:
    """A component of a duration, with the duration's own sign."""
    size = abs(duration.nanos) // NANOS // unit
    size = size % cycle if cycle else size
    return Decimal(-size if duration.nanos < 0 else size)


def _seconds(duration: DaysDuration) -> Decimal:
    nanos = abs(duration.nanos) % (60 * NANOS)
    value = Decimal(nanos) / NANOS
    return -value if duration.nanos < 0 else value


def _years(duration: YearsDuration) -> Decimal:
    return Decimal(int(duration.months / 12) if abs(duration.months) < 2**50 else duration.months // 12)


_DATE: dict[str, Callable[[Date], Value]] = {
    "year": lambda d: _whole(d.year), "month": lambda d: _whole(d.month), "day": lambda d: _whole(d.day),
    "weekday": _weekday,
}  # fmt: skip
_TIME: dict[str, Callable[[Time], Value]] = {
    "hour": lambda t: _whole(t.hour), "minute": lambda t: _whole(t.minute),
    "second": lambda t: _whole(t.second) + Decimal(t.nano) / NANOS,
    "time offset": _time_offset, "timezone": _timezone,
}  # fmt: skip
_DAYS: dict[str, Callable[[DaysDuration], Value]] = {
    "days": lambda d: _signed(d, DAY, 0), "hours": lambda d: _signed(d, 3600, 24),
    "minutes": lambda d: _signed(d, 60, 60), "seconds": _seconds,
}  # fmt: skip
_YEARS: dict[str, Callable[[YearsDuration], Value]] = {
    "years": _years, "months": lambda d: _whole(d.months) - 12 * _years(d),
}  # fmt: skip
_RANGE: dict[str, Callable[[Range], Value]] = {
    "start": lambda r: r.low, "end": lambda r: r.high, "start included": lambda r: r.low_closed,
    "end included": lambda r: r.high_closed,
}  # fmt: skip
PROPERTIES = (*_DATE, *_TIME, *_DAYS, *_YEARS, *_RANGE)


def property_of(value: Value, name: str) -> Value:
    """A named property of a temporal value or range; null where it has none of that name."""
    if isinstance(value, Date):
        return _DATE[name](value) if name in _DATE else None
    if isinstance(value, DateTime):
        if name in _DATE:
            return _DATE[name](value.date)
        if name in ("time offset", "timezone"):
            return _time_offset(value) if name == "time offset" else _timezone(value)
        return _TIME[name](value.time) if name in _TIME else None
    if isinstance(value, Time):
        return _TIME[name](value) if name in _TIME else None
    if isinstance(value, DaysDuration):
        return _DAYS[name](value) if name in _DAYS else None
    if isinstance(value, YearsDuration):
        return _YEARS[name](value) if name in _YEARS else None
    if isinstance(value, Range):
        return _RANGE[name](value) if name in _RANGE else None
    return None
