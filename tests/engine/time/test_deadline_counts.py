"""What deadlines come to: days, moments, timers and the sums in words."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars import CalendarEnds, england_and_wales, scotland
from engine.clock import ZONE, end_of_day, local_date
from engine.deadlines import DeadlineError, Due, parse_deadline
from tests.engine.time.counts import second_opinion, step_by_step

ENGLAND = england_and_wales()
OPENED = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def due_of(
    sentence: str,
    variables: dict[str, object] | None = None,
    *,
    start: datetime = OPENED,
    due: date | None = None,
) -> Due:
    found = parse_deadline(sentence).moment(start, variables or {}, ENGLAND, due)
    assert found is not None
    return found


def fires(
    sentence: str,
    variables: dict[str, object] | None = None,
    *,
    start: datetime = OPENED,
    due: date | None = None,
) -> datetime | None:
    return parse_deadline(sentence).fires(start, variables or {}, ENGLAND, due)


class TestDays:
    def test_without_a_base_the_count_starts_when_the_step_opens(self) -> None:
        assert due_of("15 working days").on == date(2026, 12, 14)
        assert due_of("90 days").on == date(2027, 2, 21)

    def test_a_due_day_is_met_until_it_ends_in_london(self) -> None:
        winter = due_of("1 working day")
        assert winter.at == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
        summer = due_of("1 working day", start=datetime(2026, 6, 30, 9, 0, tzinfo=UTC))
        assert (summer.on, summer.at) == (date(2026, 7, 1), datetime(2026, 7, 1, 23, 0, tzinfo=UTC))

    def test_a_step_opened_late_on_a_summer_evening_belongs_to_the_local_day(self) -> None:
        assert due_of("1 day", start=datetime(2026, 6, 30, 23, 30, tzinfo=UTC)).on == date(2026, 7, 2)

    def test_after_and_before_a_variable(self) -> None:
        variables = {
            "meeting": {"date": "2026-12-10"},
            "referral": {"completed_at": "2026-11-20T16:45:00+00:00"},
        }
        assert due_of("5 working days before meeting.date", variables).on == date(2026, 12, 3)
        assert due_of("2 working days after referral.completed_at", variables).on == date(2026, 11, 24)
        assert due_of("on meeting.date", variables).on == date(2026, 12, 10)
        assert due_of("2 weeks before meeting.date", variables).on == date(2026, 11, 26)

    def test_after_the_deadline_of_its_task(self) -> None:
        assert due_of("10 working days after due", due=date(2026, 12, 18)).on == date(2027, 1, 6)

    def test_a_day_before_may_be_past_already(self) -> None:
        assert due_of("5 working days before m", {"m": "2026-11-24"}).on == date(2026, 11, 17)

    def test_the_region_decides(self) -> None:
        on_easter_monday = parse_deadline("1 working day")
        start = datetime(2026, 4, 3, 9, 0, tzinfo=UTC)
        found = on_easter_monday.moment(start, {}, scotland())
        assert found is not None and found.on == date(2026, 4, 6)
        assert due_of("1 working day", start=start).on == date(2026, 4, 7)

    def test_beyond_the_calendar_only_working_days_end(self) -> None:
        far = datetime(2040, 12, 1, 9, 0, tzinfo=UTC)
        assert due_of("5 years", start=far).on == date(2045, 12, 1)
        with pytest.raises(CalendarEnds):
            due_of("60 working days", start=far)


class TestMonths:
    @pytest.mark.parametrize(
        ("base", "sentence", "on"),
        [
            ("2026-01-31", "1 month", date(2026, 2, 28)),
            ("2028-01-31", "1 month", date(2028, 2, 29)),
            ("2026-08-31", "1 month", date(2026, 9, 30)),
            ("2026-02-28", "1 month", date(2026, 3, 28)),
            ("2026-08-31", "6 months", date(2027, 2, 28)),
            ("2028-02-29", "1 year", date(2029, 2, 28)),
            ("2028-02-29", "4 years", date(2032, 2, 29)),
            ("2026-11-30", "P3M", date(2027, 2, 28)),
            ("2026-12-15", "1 month", date(2027, 1, 15)),
            ("2026-01-31", "P1M1D", date(2026, 3, 1)),
        ],
    )
    def test_the_corresponding_date_or_the_last_of_the_month(
        self, base: str, sentence: str, on: date
    ) -> None:
        assert due_of(f"{sentence} after b", {"b": base}).on == on

    def test_back_as_well(self) -> None:
        assert due_of("1 month before b", {"b": "2026-03-31"}).on == date(2026, 2, 28)
        assert due_of("1 year before b", {"b": "2028-02-29"}).on == date(2027, 2, 28)
        assert due_of("3 months before b", {"b": "2027-01-15"}).on == date(2026, 10, 15)

    @given(DAYS, st.integers(1, 60))
    def test_it_is_that_day_of_that_month_or_its_last(self, base: date, months: int) -> None:
        on = due_of(f"{months} months after b", {"b": base}).on
        assert on is not None
        assert (on.year * 12 + on.month) - (base.year * 12 + base.month) == months
        assert on.day == min(base.day, monthrange(on.year, on.month)[1])


class TestHours:
    def test_hours_are_exact(self) -> None:
        found = due_of("36 hours")
        assert (found.on, found.at) == (None, OPENED + timedelta(hours=36))
        assert fires("36 hours") == found.at

    @pytest.mark.parametrize("day", [28, 29])
    def test_across_the_spring_change_twenty_four_hours_are_twenty_four(self, day: int) -> None:
        start = datetime(2026, 3, day, 0, 30, tzinfo=UTC)
        assert due_of("24 hours", start=start).at - start == timedelta(hours=24)

    def test_across_the_autumn_change_both_half_past_ones_are_told_apart(self) -> None:
        first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        assert due_of("1 hour", start=first).at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    def test_hours_count_from_the_start_of_a_day_and_from_the_end_of_a_deadline(self) -> None:
        assert due_of("2 hours after d", {"d": "2026-07-01"}).at == datetime(2026, 7, 1, 1, 0, tzinfo=UTC)
        assert due_of("2 hours before d", {"d": "2026-07-01"}).at == datetime(2026, 6, 30, 21, 0, tzinfo=UTC)
        assert due_of("2 hours after due", due=date(2026, 7, 1)).at == datetime(2026, 7, 2, 1, 0, tzinfo=UTC)

    def test_days_and_hours_keep_the_time_on_the_wall_and_then_count(self) -> None:
        start = datetime(2026, 3, 28, 9, 0, tzinfo=UTC)
        assert due_of("P1DT2H", start=start).at == datetime(2026, 3, 29, 10, 0, tzinfo=UTC)


class TestTimers:
    def test_a_timer_in_days_fires_at_seven_local_time(self) -> None:
        assert fires("1 working day") == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
        assert fires("1 day", start=datetime(2026, 6, 1, 22, 0, tzinfo=UTC)) == datetime(
            2026, 6, 2, 6, 0, tzinfo=UTC
        )
        assert fires("on d", {"d": "2026-07-01T15:00:00+01:00"}) == datetime(2026, 7, 1, 6, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("day", "hour"),
        [((2026, 3, 28), 7), ((2026, 3, 29), 6), ((2026, 10, 24), 6), ((2026, 10, 25), 7)],
    )
    def test_on_both_sides_of_both_changes_of_the_clock(self, day: tuple[int, int, int], hour: int) -> None:
        assert fires("on d", {"d": date(*day)}) == datetime(*day, hour, 0, tzinfo=UTC)

    def test_a_timer_waits_for_its_base(self) -> None:
        assert fires("5 working days before m.date") is None
        assert fires("5 working days after due") is None
        assert fires("5 working days after due", due=date(2026, 11, 23)) == datetime(
            2026, 11, 30, 7, 0, tzinfo=UTC
        )

    def test_the_earlier_of_two_fires(self) -> None:
        assert fires("the earlier of 2 days and 30 hours") == OPENED + timedelta(hours=30)
        # At seven on the day itself a timer in days comes before one later that day.
        assert fires("the earlier of 1 day and 24 hours") == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


class TestTwoCounts:
    SENTENCE = "15 working days, at latest 5 working days before meeting.date"

    def test_the_earlier_counts(self) -> None:
        assert due_of(self.SENTENCE, {"meeting": {"date": "2026-12-10"}}).on == date(2026, 12, 3)
        assert due_of(self.SENTENCE, {"meeting": {"date": "2027-02-10"}}).on == date(2026, 12, 14)
        assert due_of("the earlier of 3 days and 1 week").on == date(2026, 11, 26)
        assert due_of("the earlier of 1 week and 3 days").on == date(2026, 11, 26)

    @pytest.mark.parametrize(
        "variables", [{}, {"meeting": None}, {"meeting": {}}, {"meeting": {"date": None}}]
    )
    def test_at_latest_is_left_out_while_unknown(self, variables: dict[str, object]) -> None:
        assert due_of(self.SENTENCE, variables).on == date(2026, 12, 14)

    def test_a_first_count_that_is_unknown_leaves_the_second(self) -> None:
        assert due_of("3 days after x, at latest 1 week").on == date(2026, 11, 30)

    def test_with_nothing_known_there_is_no_deadline_yet(self) -> None:
        for sentence in ("3 days after x", "on x.y", "1 day after due", "the earlier of on x and on y"):
            assert parse_deadline(sentence).moment(OPENED, {}, ENGLAND) is None


class TestTheSum:
    @pytest.mark.parametrize(
        ("sentence", "said"),
        [
            ("15 working days", "15 working days from Monday 23 November 2026: 3 weekends skipped"),
            (
                "4 working days before m",
                (
                    "4 working days before Thursday 31 December 2026: "
                    "1 weekend, Christmas Day and Boxing Day skipped"
                ),
            ),
            ("10 days", "10 days from Monday 23 November 2026"),
            ("2 weeks before m", "2 weeks before Thursday 31 December 2026"),
            ("6 months", "6 months from Monday 23 November 2026"),
            (
                "2 months after m",
                "2 months from Thursday 31 December 2026: February has no 31st, so its last day counts",
            ),
            ("36 hours", "36 hours from 09:30 on Monday 23 November 2026"),
            ("2 hours before m", "2 hours before 00:00 on Thursday 31 December 2026"),
            ("on m", "on Thursday 31 December 2026"),
            (
                "3 days, at latest on m",
                "3 days from Monday 23 November 2026; this comes before Thursday 31 December 2026",
            ),
            (
                "the earlier of 2 months and 1 day",
                (
                    "1 day from Monday 23 November 2026; this comes before Saturday 23 January 2027 "
                    "(2 months from Monday 23 November 2026)"
                ),
            ),
            ("the earlier of 1 week and 7 days", "1 week from Monday 23 November 2026"),
        ],
    )
    def test_it_is_said_in_words(self, sentence: str, said: str) -> None:
        assert due_of(sentence, {"m": "2026-12-31"}).sum == said


class TestBases:
    @pytest.mark.parametrize(
        "value",
        [
            "2026-07-01",
            date(2026, 7, 1),
            "2026-07-01T00:30:00+01:00",
            "2026-06-30T23:30:00Z",
            "2026-06-30T23:30:00.123456+00:00",
            "2026-06-30T23:30+00:00",
            datetime(2026, 6, 30, 23, 30, tzinfo=UTC),
            datetime(2026, 7, 1, 0, 30, tzinfo=ZoneInfo("Europe/London")),
            datetime(2026, 6, 30, 18, 30, tzinfo=timezone(timedelta(hours=-5))),
        ],
    )
    def test_dates_and_moments_in_every_form_give_the_local_day(self, value: object) -> None:
        assert due_of("on step.at", {"step": {"at": value}}).on == date(2026, 7, 1)

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            ("2026-07-01T00:30:00", '"2026-07-01T00:30:00"'),
            (datetime(2026, 7, 1), "a date and time without its offset"),
            ("01/07/2026", '"01/07/2026"'),
            ("2026-02-30", '"2026-02-30"'),
            ("20260701", '"20260701"'),
            ("0026-07-01", '"0026-07-01"'),
            (date(26, 7, 1), '"0026-07-01"'),
            ("", "a text"),
            ("next Tuesday with the family", "a text"),
            (True, "yes or no"),
            (20260701, "a number"),
            ([], "a list"),
            ({}, "something else"),
        ],
    )
    def test_what_is_no_date_is_refused_in_words_without_repeating_texts(
        self, value: object, shown: str
    ) -> None:
        with pytest.raises(DeadlineError) as refusal:
            due_of("5 days after m.date", {"m": {"date": value}})
        assert f"counts from m.date, which holds {shown}. It must hold a date" in str(refusal.value)
        assert refusal.value.position == len("5 days after ")

    def test_a_path_through_a_value_is_refused(self) -> None:
        with pytest.raises(DeadlineError, match="what comes before date has no parts"):
            due_of("on m.date", {"m": "2026-12-01"})

    def test_a_variable_called_like_the_path_of_a_deadline_is_not_read(self) -> None:
        assert parse_deadline("on due").moment(OPENED, {"due": "2026-12-01"}, ENGLAND) is None

    def test_an_opening_without_a_zone_is_a_mistake_of_the_program(self) -> None:
        with pytest.raises(ValueError, match="no time zone"):
            due_of("5 days", start=datetime(2026, 11, 23, 9, 30))


class TestWhateverTheDay:
    @given(MOMENTS, st.integers(1, 200))
    def test_working_days_by_brute_force(self, start: datetime, count: int) -> None:
        on = due_of(f"{count} working days", start=start).on
        assert on == step_by_step(local_date(start), count, second_opinion("england-and-wales"))

    @given(MOMENTS, st.sampled_from(["3 working days", "3 days", "2 weeks", "1 month", "1 year"]))
    def test_a_timer_fires_on_its_due_day_before_it_is_late(self, start: datetime, sentence: str) -> None:
        found = due_of(sentence, start=start)
        fired = fires(sentence, start=start)
        assert found.on is not None and fired is not None
        assert start < fired < found.at == end_of_day(found.on)
        assert fired.astimezone(ZONE) == datetime.combine(found.on, time(7, 0), ZONE)
        assert found.at.tzinfo is UTC and fired.tzinfo is UTC

    @given(MOMENTS, st.integers(1, 100))
    def test_hours_are_hours(self, start: datetime, hours: int) -> None:
        assert due_of(f"{hours} hours", start=start).at == start + timedelta(hours=hours)


PLAN = {"action": {"due": "2026-12-26"}}  # Saturday, Boxing Day; Monday is its substitute


class TestDaysThatAreNoWorkingDays:
    def test_a_day_is_kept_moved_on_or_moved_back_as_the_sentence_says(self) -> None:
        assert due_of("on action.due", PLAN).on == date(2026, 12, 26)
        on = due_of("on action.due, or the next working day", PLAN)
        assert on.on == date(2026, 12, 29)
        assert on.sum == "on Saturday 26 December 2026; moved to Tuesday 29 December 2026, a working day"
        assert due_of("on action.due, or the working day before", PLAN).on == date(2026, 12, 24)

    def test_a_working_day_stays_where_it_is(self) -> None:
        plan = {"action": {"due": "2026-12-24"}}
        assert due_of("on action.due, or the next working day", plan).sum == "on Thursday 24 December 2026"

    def test_each_of_two_counts_is_moved_before_the_earlier_is_taken(self) -> None:
        both = "the earlier of 6 months and on action.due, or the working day before"
        assert due_of(both, PLAN).on == date(2026, 12, 24)

    @pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-12-01"])
    def test_a_time_of_day_is_the_time_on_the_wall_whatever_the_clocks_did(self, day: str) -> None:
        due = due_of("on meeting.date, by 12:00", {"meeting": {"date": day}})
        assert due.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") == f"{day} 12:00"
        assert due.sum.endswith(", by 12:00")
        assert fires("on meeting.date, by 12:00", {"meeting": {"date": day}}) == due.at

    def test_it_is_said_in_words_again(self) -> None:
        said = "1 month after plan.adopted, or the next working day, by 17:30"
        assert parse_deadline(said).words() == said

    def test_a_time_that_is_none_is_refused(self) -> None:
        with pytest.raises(DeadlineError, match="time of day"):
            parse_deadline("on action.due, by 25:00")
