"""Repeating timers: when the next firing is, however long nobody looked."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.calendars import england_and_wales
from engine.deadlines import parse_cycle

ENGLAND = england_and_wales()
OPENED = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2033, 12, 31), timezones=st.just(UTC))
SPANS = ["20 working days", "1 working day", "1 day", "3 weeks", "1 month", "5 months", "P1M3D", "PT30H"]


class TestCycles:
    def test_the_next_firing_is_at_seven_on_its_day(self) -> None:
        assert parse_cycle("every 20 working days").next(OPENED, ENGLAND) == datetime(
            2026, 12, 21, 7, tzinfo=UTC
        )
        assert parse_cycle("every day").next(OPENED, ENGLAND) == datetime(2026, 11, 24, 7, tzinfo=UTC)

    def test_after_a_long_silence_one_firing_is_next_not_thirty(self) -> None:
        cycle = parse_cycle("every day")
        after = OPENED + timedelta(days=30)
        assert cycle.next(after, ENGLAND, start=OPENED) == datetime(2026, 12, 24, 7, tzinfo=UTC)

    def test_a_monthly_firing_keeps_to_its_day(self) -> None:
        cycle = parse_cycle("every month")
        start = datetime(2027, 1, 31, 9, tzinfo=UTC)
        fired = [start]
        for _ in range(4):
            fired.append(cycle.next(fired[-1], ENGLAND, start=start))
        assert [moment.date() for moment in fired[1:]] == [
            date(2027, 2, 28),
            date(2027, 3, 31),
            date(2027, 4, 30),
            date(2027, 5, 31),
        ]

    def test_exact_cycles_keep_their_hours_through_the_clock_change(self) -> None:
        start = datetime(2026, 10, 24, 9, tzinfo=UTC)
        cycle = parse_cycle("every 24 hours")
        assert cycle.next(start, ENGLAND) == datetime(2026, 10, 25, 9, tzinfo=UTC)
        assert cycle.next(start + timedelta(hours=50), ENGLAND, start=start) == datetime(
            2026, 10, 27, 9, tzinfo=UTC
        )

    def test_asked_before_its_start_the_first_firing_is_next(self) -> None:
        cycle = parse_cycle("every week")
        assert cycle.next(OPENED - timedelta(days=60), ENGLAND, start=OPENED) == datetime(
            2026, 11, 30, 7, tzinfo=UTC
        )

    @given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=900)), st.sampled_from(SPANS))
    def test_firings_follow_one_another_and_none_lies_between(
        self, start: datetime, passed: timedelta, every: str
    ) -> None:
        cycle = parse_cycle(f"every {every}")
        after = start + passed
        coming = cycle.next(after, ENGLAND, start=start)
        assert coming > after
        walked = start
        while walked <= after:
            walked = cycle.next(walked, ENGLAND, start=start)
        assert walked == coming
