"""Built-in functions on dates, times and durations (DMN 1.5, 10.3.4.1, 10.3.4.7, 10.3.4.8)."""

from __future__ import annotations

from decimal import Decimal

from engine.calendars.wording import MONTHS, WEEKDAYS
from engine.feel.functions.registry import builtin
from engine.feel.interpreter_type import Interpreter
from engine.feel.numbers import integer
from engine.feel.temporal import (
    NANOS,
    Date,
    DateTime,
    DaysDuration,
    Time,
    YearsDuration,
    Zone,
    days_in,
    from_python,
    make_date,
    make_time,
    make_years,
)
from engine.feel.temporal_text import parse_date, parse_datetime, parse_duration, parse_time, parse_zone
from engine.feel.values import Value, kind_of, same


@builtin("date", "from: string")
def _date(_: Interpreter, text: str) -> Value:
    return parse_date(text)


@builtin("date", "from: dates")
def _date_of(_: Interpreter, value: Date | DateTime) -> Value:
    return value.date if isinstance(value, DateTime) else value


@builtin("date", "year: number, month: number, day: number")
def _date_parts(_: Interpreter, year: Decimal, month: Decimal, day: Decimal) -> Value:
    parts = integer(year), integer(month), integer(day)
    return None if None in parts else make_date(*parts)  # type: ignore[arg-type]


@builtin("time", "from: string")
def _time(_: Interpreter, text: str) -> Value:
    return parse_time(text)


@builtin("time", "from: moment")
def _time_of(_: Interpreter, value: Date | DateTime | Time) -> Value:
    if isinstance(value, Date):
        return Time(0, 0, 0, 0, Zone(0))
    return value.time if isinstance(value, DateTime) else value


@builtin("time", "hour: number, minute: number, second: number, offset?: days|null")
def _time_parts(
    _: Interpreter, hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None
) -> Value:
    hours, minutes = integer(hour), integer(minute)
    if hours is None or minutes is None or not 0 <= second < 60:
        return None
    whole = int(second)
    zone = (
        None
        if offset is None
        else Zone(int(offset.nanos / NANOS))
        if abs(offset.nanos) < 2**60
        else Zone(10**9)
    )
    return make_time(hours, minutes, whole, int((second - whole) * NANOS), zone)


@builtin("date and time", "from: string")
def _datetime(_: Interpreter, text: str) -> Value:
    return parse_datetime(text)


@builtin("date and time", "from: dates")
def _datetime_of(_: Interpreter, value: Date | DateTime) -> Value:
    return value if isinstance(value, DateTime) else DateTime(value, Time(0, 0, 0))


@builtin("date and time", "date: dates, time: time")
def _datetime_parts(_: Interpreter, date: Date | DateTime, time: Time) -> Value:
    return DateTime(date.date if isinstance(date, DateTime) else date, time)


@builtin("date and time", "date: dates, timezone: string")
def _datetime_in_zone(_: Interpreter, moment: Date | DateTime, zone_text: str) -> Value:
    zone = parse_zone(zone_text if zone_text[:1] in "Zz+-@" else "@" + zone_text)
    if zone is None or isinstance(zone, bool) or isinstance(moment, Date):
        return None
    time = moment.time
    return DateTime(moment.date, Time(time.hour, time.minute, time.second, time.nano, zone))


@builtin("duration", "from: string")
def _duration(_: Interpreter, text: str) -> Value:
    return parse_duration(text)


@builtin("duration", "from: duration")
def _same_duration(_: Interpreter, value: DaysDuration | YearsDuration) -> Value:
    return value


@builtin("years and months duration", "from: dates, to: dates")
def _months_between(_: Interpreter, start: Date | DateTime, end: Date | DateTime) -> Value:
    first = start.date if isinstance(start, DateTime) else start
    last = end.date if isinstance(end, DateTime) else end
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return make_years(months)


@builtin("now")
def _now(interpreter: Interpreter) -> Value:
    return None if interpreter.now is None else from_python(interpreter.now)


@builtin("today")
def _today(interpreter: Interpreter) -> Value:
    return None if interpreter.now is None else from_python(interpreter.now).date


def _day(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


@builtin("day of week", "date: dates")
def _day_of_week(_: Interpreter, value: Date | DateTime) -> Value:
    return WEEKDAYS[(_day(value).number() + 3) % 7]


@builtin("month of year", "date: dates")
def _month_of_year(_: Interpreter, value: Date | DateTime) -> Value:
    return MONTHS[_day(value).month - 1]


@builtin("day of year", "date: dates")
def _day_of_year(_: Interpreter, value: Date | DateTime) -> Value:
    date = _day(value)
    return Decimal(date.number() - Date(date.year, 1, 1).number() + 1)


@builtin("week of year", "date: dates")
def _week_of_year(_: Interpreter, value: Date | DateTime) -> Value:
    """ISO 8601: the week belongs to the year that holds its Thursday."""
    number = _day(value).number()
    thursday = number - (number + 3) % 7 + 3
    year = next(y for y in (_day(value).year + k for k in (-1, 0, 1)) if _in_year(thursday, y))
    return Decimal((thursday - Date(year, 1, 1).number()) // 7 + 1)


def _in_year(number: int, year: int) -> bool:
    return Date(year, 1, 1).number() <= number <= Date(year, 12, 31).number()


@builtin("last day of month", "date: dates")
def _last_day_of_month(_: Interpreter, value: Date | DateTime) -> Value:
    return Decimal(days_in(_day(value).year, _day(value).month))


@builtin("is", "value1: any, value2: any")
def _is(interpreter: Interpreter, one: Value, other: Value) -> Value:
    """The same value, kind and zone included."""
    if kind_of(one) != kind_of(other):
        return False
    if isinstance(one, DateTime | Time):
        return bool(one == other)
    return same(one, other, interpreter.budget)
