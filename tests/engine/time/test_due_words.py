"""How soon something is due, in the words of a work list."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendars import england_and_wales
from engine.deadlines import due_words

ENGLAND = england_and_wales()
THURSDAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        (date(2026, 11, 26), "due today"),
        (date(2026, 11, 27), "due tomorrow"),
        (date(2026, 11, 30), "due in 2 working days"),
        (date(2026, 12, 1), "due in 3 working days"),
        (date(2026, 12, 10), "due in 10 working days"),
        (date(2026, 12, 11), "due on 11 December 2026"),
        (date(2027, 6, 1), "due on 1 June 2027"),
        (date(2026, 11, 25), "1 working day late"),
        (date(2026, 11, 23), "3 working days late"),
        (date(2026, 11, 20), "4 working days late"),
        (date(2026, 9, 1), "62 working days late"),
    ],
)
def test_words(due_on: date, words: str) -> None:
    assert due_words(due_on, THURSDAY, ENGLAND) == words


def test_tomorrow_is_the_next_day_even_before_a_weekend() -> None:
    friday = date(2026, 11, 27)
    assert due_words(date(2026, 11, 28), friday, ENGLAND) == "due tomorrow"
    assert due_words(date(2026, 11, 29), friday, ENGLAND) == "due on 29 November 2026"
    assert due_words(date(2026, 11, 30), friday, ENGLAND) == "due in 1 working day"


def test_late_over_a_weekend_counts_no_working_day_yet() -> None:
    friday = date(2026, 11, 27)
    assert due_words(friday, date(2026, 11, 28), ENGLAND) == "late since 27 November 2026"
    assert due_words(friday, date(2026, 11, 30), ENGLAND) == "1 working day late"


def test_beyond_the_calendar_a_date_is_given_rather_than_an_error() -> None:
    assert due_words(date(2050, 5, 4), THURSDAY, ENGLAND) == "due on 4 May 2050"
    assert due_words(date(1999, 5, 4), THURSDAY, ENGLAND) == "late since 4 May 1999"


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(-400, 400))
def test_what_is_over_is_late_and_nothing_else_is(today: date, distance: int) -> None:
    words = due_words(today + timedelta(days=distance), today, ENGLAND)
    assert ("late" in words) == (distance < 0)
    assert words.startswith("due") == (distance >= 0)
