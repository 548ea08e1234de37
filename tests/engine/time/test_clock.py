"""The clock: moments are UTC, days are London's, and a virtual clock never goes back."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.clock import (
    SystemClock,
    VirtualClock,
    at_local,
    end_of_day,
    in_utc,
    local_date,
    start_of_day,
)

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def test_the_system_clock_tells_an_aware_utc_moment() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_virtual_clock_stands_still_until_it_is_advanced() -> None:
    clock = VirtualClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(timedelta(hours=2))
    assert clock.now() == NOON + timedelta(hours=2)
    clock.advance_to(datetime(2026, 6, 1, 9, 0, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_a_virtual_clock_never_goes_back() -> None:
    clock = VirtualClock(NOON)
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance_to(NOON - timedelta(seconds=1))
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance(timedelta(days=-1))
    clock.advance_to(NOON)
    assert clock.now() == NOON


def test_a_moment_without_a_zone_is_refused_everywhere() -> None:
    naive = NOON.replace(tzinfo=None)
    for use in (VirtualClock, in_utc, local_date, VirtualClock(NOON).advance_to):
        with pytest.raises(ValueError, match="no time zone"):
            use(naive)


def test_a_summer_evening_in_utc_is_already_tomorrow_in_london() -> None:
    assert local_date(datetime(2026, 6, 30, 23, 0, tzinfo=UTC)) == date(2026, 7, 1)
    assert local_date(datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)) == date(2026, 6, 30)
    assert local_date(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 5, 4), 24), (date(2028, 2, 29), 24)],
)
def test_a_day_is_as_long_as_the_clocks_make_it(day: date, hours: int) -> None:
    assert end_of_day(day) - start_of_day(day) == timedelta(hours=hours)


def test_the_end_of_a_day_is_exclusive() -> None:
    day = date(2026, 10, 25)
    assert local_date(end_of_day(day)) == day + timedelta(days=1)
    assert local_date(end_of_day(day) - timedelta(microseconds=1)) == day


def test_a_time_that_occurs_twice_is_its_first_occurrence() -> None:
    assert at_local(date(2026, 10, 25), time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_time_that_is_skipped_is_an_hour_later() -> None:
    assert at_local(date(2026, 3, 29), time(1, 30)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_days_follow_one_another_without_gap_or_overlap(day: date) -> None:
    assert end_of_day(day) == start_of_day(day + timedelta(days=1))
    assert local_date(start_of_day(day)) == day


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC)))
def test_every_moment_lies_in_its_local_day(moment: datetime) -> None:
    day = local_date(moment)
    assert start_of_day(day) <= moment < end_of_day(day)
