"""Counting working days, against three counts that share no code with ours."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars import Calendar, CalendarEnds, Roll, calendar_of, england_and_wales
from tests.engine.time.counts import (
    DIVISIONS,
    FIRST,
    LAST,
    LAST_PUBLISHED,
    ONE_DAY,
    days_between,
    published,
    second_opinion,
    step_by_step,
)

ENGLAND = england_and_wales()
divisions = st.sampled_from(sorted(DIVISIONS))
days = st.dates(FIRST, LAST)
counts = st.integers(-400, 400).filter(bool)


class TestTheRules:
    def test_the_count_starts_on_the_day_after(self) -> None:
        assert ENGLAND.add(date(2026, 11, 23), 1).date == date(2026, 11, 24)

    def test_weekends_are_skipped(self) -> None:
        assert ENGLAND.add(date(2026, 11, 20), 1).date == date(2026, 11, 23)

    def test_bank_holidays_are_skipped(self) -> None:
        assert ENGLAND.add(date(2026, 12, 24), 1).date == date(2026, 12, 29)

    def test_a_count_from_a_day_off_starts_on_the_next_working_day(self) -> None:
        for day in (20, 21, 22):
            assert ENGLAND.add(date(2026, 11, day), 2).date == date(2026, 11, 24)

    def test_a_count_back_starts_on_the_day_before(self) -> None:
        assert ENGLAND.add(date(2026, 11, 23), -1).date == date(2026, 11, 20)
        assert ENGLAND.add(date(2026, 11, 22), -1).date == date(2026, 11, 20)

    def test_the_day_after_and_the_day_before(self) -> None:
        assert ENGLAND.next_working_day(date(2026, 4, 2)) == date(2026, 4, 7)
        assert ENGLAND.previous_working_day(date(2026, 4, 7)) == date(2026, 4, 2)

    def test_no_working_days_keep_the_day_unless_it_is_rolled(self) -> None:
        sunday = date(2026, 5, 3)
        assert ENGLAND.add(sunday, 0).date == sunday
        assert ENGLAND.add(sunday, 0, Roll.FORWARD).date == date(2026, 5, 5)
        assert ENGLAND.add(sunday, 0, Roll.BACK).date == date(2026, 5, 1)
        assert ENGLAND.add(date(2026, 5, 1), 0, Roll.FORWARD).date == date(2026, 5, 1)

    def test_a_closure_is_no_working_day(self) -> None:
        closed = ENGLAND.with_closures({date(2026, 12, day): "Office closure" for day in (29, 30, 31)})
        assert closed.add(date(2026, 12, 24), 1).date == date(2027, 1, 4)
        assert closed.holiday(date(2026, 12, 30)) == "Office closure"
        assert ENGLAND.is_working_day(date(2026, 12, 30))

    def test_a_one_off_holiday_can_be_added(self) -> None:
        extra = ENGLAND.with_bank_holidays({date(2031, 7, 7): "A day to remember"})
        assert extra.add(date(2031, 7, 4), 1).date == date(2031, 7, 8)

    def test_a_calendar_does_not_change_when_its_maker_does(self) -> None:
        closures = {date(2026, 11, 24): "Moving house"}
        calendar = Calendar("Here", {}, closures, date(2026, 1, 1), date(2026, 12, 31))
        closures.clear()
        assert not calendar.is_working_day(date(2026, 11, 24))

    def test_a_moment_is_no_day(self) -> None:
        with pytest.raises(TypeError, match="dates, not on moments"):
            ENGLAND.add(datetime(2026, 11, 23, tzinfo=UTC), 1)

    def test_between_counts_the_last_day_and_not_the_first(self) -> None:
        assert ENGLAND.between(date(2026, 11, 23), date(2026, 11, 23)) == 0
        assert ENGLAND.between(date(2026, 11, 23), date(2026, 11, 24)) == 1
        assert ENGLAND.between(date(2026, 11, 20), date(2026, 11, 23)) == 1
        assert ENGLAND.between(date(2026, 11, 23), date(2026, 11, 20)) == -1
        assert ENGLAND.between(date(2026, 11, 20), date(2026, 11, 22)) == 0


class TestWhereItEnds:
    SHORT = Calendar("Here", {}, {}, date(2026, 1, 1), date(2026, 12, 31))

    @pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
    def test_a_day_outside_is_refused_in_every_question(self, day: date) -> None:
        inside = date(2026, 6, 1)
        for question in (
            lambda: self.SHORT.add(day, 1),
            lambda: self.SHORT.add(day, 0),
            lambda: self.SHORT.between(day, inside),
            lambda: self.SHORT.between(inside, day),
            lambda: self.SHORT.is_working_day(day),
            lambda: self.SHORT.next_working_day(day),
            lambda: self.SHORT.previous_working_day(day),
            lambda: self.SHORT.holiday(day),
        ):
            with pytest.raises(CalendarEnds):
                question()

    def test_a_count_that_leaves_is_refused_in_a_sentence(self) -> None:
        assert self.SHORT.add(date(2026, 12, 28), 3).date == date(2026, 12, 31)
        with pytest.raises(CalendarEnds, match="so 4 working days after 28 December 2026 cannot be counted"):
            self.SHORT.add(date(2026, 12, 28), 4)
        with pytest.raises(CalendarEnds, match="so 1 working day before 1 January 2026 cannot be counted"):
            self.SHORT.add(date(2026, 1, 1), -1)


class TestTheSum:
    @pytest.mark.parametrize(
        ("start", "count", "sentence"),
        [
            (
                date(2026, 5, 4),
                15,
                "15 working days from Monday 4 May 2026: 3 weekends and the Spring bank holiday skipped",
            ),
            (date(2026, 11, 23), 1, "1 working day from Monday 23 November 2026: nothing skipped"),
            (date(2026, 5, 12), -5, "5 working days before Tuesday 12 May 2026: 1 weekend skipped"),
            (
                date(2026, 4, 2),
                1,
                "1 working day from Thursday 2 April 2026: 1 weekend, Good Friday and Easter Monday skipped",
            ),
            (date(2026, 11, 21), 1, "1 working day from Saturday 21 November 2026: 1 weekend skipped"),
            (
                date(2026, 12, 23),
                260,
                (
                    "260 working days from Wednesday 23 December 2026: 54 weekends, "
                    "Christmas Day (2026 and 2027), "
                    "Boxing Day (2026 and 2027), New Year’s Day (2027 and 2028), Good Friday, Easter Monday, "
                    "the Early May bank holiday, the Spring bank holiday and the Summer bank holiday skipped"
                ),
            ),
        ],
    )
    def test_it_is_said_in_words(self, start: date, count: int, sentence: str) -> None:
        assert ENGLAND.add(start, count).sentence() == sentence

    def test_a_closure_is_named_once_with_its_length(self) -> None:
        closed = ENGLAND.with_closures({date(2026, 12, day): "Office closure" for day in (29, 30, 31)})
        assert closed.add(date(2026, 12, 24), 1).sentence() == (
            "1 working day from Thursday 24 December 2026: 2 weekends, Christmas Day, Boxing Day, "
            "Office closure (3 days) and New Year’s Day skipped"
        )

    @given(days, counts, divisions)
    def test_every_day_on_the_way_is_worked_or_named(self, start: date, count: int, division: str) -> None:
        found = calendar_of(division).add(start, count)
        between = days_between(*sorted((start, found.date)))
        is_working = second_opinion(division)
        weekends = {day - timedelta(days=day.weekday()) for day in between if day.weekday() >= 5}
        named = [day for day in between if day.weekday() < 5 and not is_working(day)]
        assert found.weekends == len(weekends)
        assert [day for day, _ in found.holidays] == named
        assert all(name for _, name in found.holidays)
        assert sum(map(is_working, between)) == abs(count) - 1


class TestThreeCounts:
    @pytest.mark.parametrize("division", DIVISIONS)
    def test_every_day_of_the_published_years(self, division: str) -> None:
        calendar, is_working = calendar_of(division), published(division)
        for day in [FIRST, *days_between(FIRST, LAST_PUBLISHED), LAST_PUBLISHED]:
            assert calendar.is_working_day(day) == is_working(day), day

    @pytest.mark.parametrize("division", DIVISIONS)
    def test_every_day_of_sixteen_years(self, division: str) -> None:
        calendar, is_working = calendar_of(division), second_opinion(division)
        for day in [FIRST, *days_between(FIRST, LAST), LAST]:
            assert calendar.is_working_day(day) == is_working(day), day

    @given(st.dates(FIRST, date(2027, 3, 1)), st.integers(1, 400), divisions)
    def test_a_count_on_by_the_published_list(self, start: date, count: int, division: str) -> None:
        assert calendar_of(division).add(start, count).date == step_by_step(start, count, published(division))

    @given(st.dates(date(2021, 9, 1), LAST_PUBLISHED), st.integers(1, 400), divisions)
    def test_a_count_back_by_the_published_list(self, start: date, count: int, division: str) -> None:
        assert calendar_of(division).add(start, -count).date == step_by_step(
            start, -count, published(division)
        )

    @given(st.dates(date(2021, 9, 1), LAST), counts, divisions)
    def test_a_count_by_the_second_opinion(self, start: date, count: int, division: str) -> None:
        expected = step_by_step(start, count, second_opinion(division))
        assert calendar_of(division).add(start, count).date == expected

    @given(days, days, divisions)
    def test_between_by_the_second_opinion(self, one: date, other: date, division: str) -> None:
        first, last = sorted((one, other))
        worked = sum(
            map(second_opinion(division), [*days_between(first, last), last] if first < last else [])
        )
        assert calendar_of(division).between(first, last) == worked

    @given(days, st.integers(0, 60), st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=40))
    def test_any_closures_are_counted_by_brute_force(
        self, start: date, count: int, closed: set[date]
    ) -> None:
        calendar = ENGLAND.with_closures(dict.fromkeys(closed, "Closed"))
        is_working = second_opinion("england-and-wales")
        expected = step_by_step(start, count, lambda day: is_working(day) and day not in closed)
        assert calendar.add(start, count).date == expected


class TestTheyFitTogether:
    @given(days, counts, divisions)
    def test_between_reads_add_backwards(self, start: date, count: int, division: str) -> None:
        calendar = calendar_of(division)
        assert calendar.between(start, calendar.add(start, count).date) == count

    @given(days, st.integers(1, 200), st.integers(1, 200))
    def test_two_counts_make_one(self, start: date, one: int, other: int) -> None:
        assert ENGLAND.add(ENGLAND.add(start, one).date, other).date == ENGLAND.add(start, one + other).date

    @given(days, st.integers(1, 400))
    def test_there_and_back_is_the_same_working_day(self, start: date, count: int) -> None:
        begin = ENGLAND.add(start, 0, Roll.FORWARD).date
        assert ENGLAND.add(ENGLAND.add(begin, count).date, -count).date == begin

    @given(days, counts)
    def test_a_count_ends_on_a_working_day(self, start: date, count: int) -> None:
        assert ENGLAND.is_working_day(ENGLAND.add(start, count).date)

    @given(days, st.integers(1, 400))
    def test_a_day_later_is_never_due_earlier(self, start: date, count: int) -> None:
        assert ENGLAND.add(start, count).date <= ENGLAND.add(start + ONE_DAY, count).date


class TestYearEndsAndOneOffs:
    @pytest.mark.parametrize(
        ("start", "count", "reached"),
        [
            (date(2020, 5, 1), 5, date(2020, 5, 11)),  # the Monday was worked, Friday 8 May was not
            (date(2022, 5, 27), 5, date(2022, 6, 7)),  # a worked 30 May, then the jubilee
            (date(2022, 9, 16), 1, date(2022, 9, 20)),  # the state funeral
            (date(2023, 4, 28), 5, date(2023, 5, 9)),  # two Mondays in May
            (date(2020, 12, 23), 2, date(2020, 12, 29)),
            (date(2021, 12, 24), 1, date(2021, 12, 29)),
            (date(2021, 12, 31), 1, date(2022, 1, 4)),
            (date(2022, 12, 23), 1, date(2022, 12, 28)),
            (date(2022, 12, 30), 1, date(2023, 1, 3)),
            (date(2026, 12, 24), 4, date(2027, 1, 4)),
            (date(2027, 12, 24), 4, date(2028, 1, 4)),
            (date(2028, 2, 28), 1, date(2028, 2, 29)),  # a leap day is a day
            (date(2028, 2, 29), 1, date(2028, 3, 1)),
            (date(2032, 2, 27), 1, date(2032, 3, 1)),  # a leap day on a Sunday
        ],
    )
    def test_a_table_of_counts(self, start: date, count: int, reached: date) -> None:
        assert ENGLAND.add(start, count).date == reached
        assert step_by_step(start, count, second_opinion("england-and-wales")) == reached
