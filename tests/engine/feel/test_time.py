"""FEEL's dates, times and durations."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import Date, DateTime, evaluate, to_json, to_python
from engine.feel.temporal import date_of, from_python

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def value(text: str, context: dict[str, Any] | None = None) -> Any:
    return to_json(evaluate(text, context, now=NOW))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2026-01-31") + duration("P1M")', "2026-02-28"),
        ('date("2026-03-01") - date("2026-02-01")', "P28D"),
        ('date("2026-02-30")', None),
        ('date and time("2026-03-01T10:00:00Z") + @"PT36H"', "2026-03-02T22:00:00Z"),
        ('date("2026-03-02").weekday', 1),
        ('day of week(date("2026-03-02"))', "Monday"),
        ('@"2026-03-02".year', 2026),
        ('date and time("2026-03-02T10:00:00+01:00").time offset', "PT1H"),
        ('week of year(@"2026-12-31")', 53),
        ('years and months duration(@"2025-01-31", @"2026-03-01")', "P1Y1M"),
        ('@"P1Y2M".months', 2),
        ('@"P1Y14M"', "P2Y2M"),
        ('duration("PT90M")', "PT1H30M"),
        ('@"P2D" / @"PT12H"', 4),
        ('@"PT1H" * 1.5', "PT1H30M"),
        ('-@"P1D"', "-P1D"),
        ('time("10:00:00") + @"PT15H"', "01:00:00"),
        ("date(2026, 13, 1)", None),
        ('@"2026-03-01" < @"2026-03-02"', True),
        ('date and time("2026-03-01T10:00:00Z") = date and time("2026-03-01T11:00:00+01:00")', True),
        ('is(date and time("2026-03-01T10:00:00Z"), date and time("2026-03-01T11:00:00+01:00"))', False),
        ('date and time("2026-03-01T10:00:00") < date and time("2026-03-01T11:00:00Z")', None),
        ('date and time("2026-03-29T00:30:00@Europe/London") + @"PT1H"', "2026-03-29T02:30:00@Europe/London"),
        ('date and time("2026-07-01T10:00:00@Europe/London").time offset', "PT1H"),
        ('date and time("2026-07-01T10:00:00@No/Where")', None),
        ('@"999999999-12-31"', "999999999-12-31"),
        ("today()", "2026-03-02"),
        ("now()", "2026-03-02T09:30:00Z"),
        ("today() > date(due)", True),
    ],
)
def test_dates_times_and_durations(text: str, expected: Any) -> None:
    assert value(text, {"due": "2026-03-01"}) == expected


def test_now_is_what_was_passed_in_and_null_without() -> None:
    assert evaluate("now()") is None
    assert evaluate("today()") is None


def test_python_dates_come_in_and_moments_go_out_in_utc() -> None:
    context = {"due": date(2026, 3, 1), "at": NOW, "span": timedelta(hours=2)}
    assert evaluate("due", context) == Date(2026, 3, 1)
    moment = evaluate("at + span", context)
    assert isinstance(moment, DateTime)
    assert to_python(moment) == NOW + timedelta(hours=2)


@given(st.dates())
def test_day_numbers_agree_with_pythons_calendar_and_back(day: date) -> None:
    ours = Date(day.year, day.month, day.day)
    assert ours.number() == (day - date(1970, 1, 1)).days
    assert date_of(ours.number()) == ours


@settings(max_examples=60)
@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.integers(-(10**9), 10**9))
def test_adding_a_duration_agrees_with_python(moment: datetime, seconds: int) -> None:
    aware = moment.replace(tzinfo=UTC)
    span = f"-PT{-seconds}S" if seconds < 0 else f"PT{seconds}S"
    assert evaluate("at + duration(span)", {"at": aware, "span": span}) == from_python(
        aware + timedelta(seconds=seconds)
    )
