"""Bank holidays: the published dates of three nations, and the rule for the years after them."""

import socket
from datetime import date, timedelta

import holidays
import pytest

from engine.calendars import (
    HORIZON,
    CalendarEnds,
    calendar_of,
    england_and_wales,
    northern_ireland,
    published_until,
    scotland,
)
from engine.calendars import bank_holidays as rules
from tests.engine.time.counts import DIVISIONS, NEWER_THAN_THE_LIST, published_days, second_opinion_days

# What proclamations moved or added; everything else follows the rule.
MOVED_AWAY = {date(2012, 5, 28), date(2020, 5, 4), date(2022, 5, 30)}
ONE_OFF = {
    date(2012, 6, 4),
    date(2012, 6, 5),
    date(2020, 5, 8),
    date(2022, 6, 2),
    date(2022, 6, 3),
    date(2022, 9, 19),
    date(2023, 5, 8),
}


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_the_calendars_need_no_network(no_network: None) -> None:
    rules.published.cache_clear()
    calendar_of.cache_clear()
    assert england_and_wales().holiday(date(2026, 12, 25)) == "Christmas Day"


@pytest.mark.parametrize("division", DIVISIONS)
def test_published_dates_are_taken_as_they_are(division: str) -> None:
    calendar = calendar_of(division)
    until = published_until(division)
    ours = {day for day in calendar.bank_holidays if day <= until}
    assert ours == published_days(division) | NEWER_THAN_THE_LIST.get(division, set())
    assert until == date(2028, 12, 31)


@pytest.mark.parametrize("division", DIVISIONS)
def test_every_year_to_the_horizon_agrees_with_a_second_opinion(division: str) -> None:
    ours = set(calendar_of(division).bank_holidays)
    assert ours == second_opinion_days(division)
    assert max(ours).year == HORIZON.year


@pytest.mark.parametrize("division", DIVISIONS)
def test_the_rule_gives_every_published_year_but_for_proclamations(division: str) -> None:
    by_rule = {day for year in range(2012, 2029) for day in rules.by_rule(division, year)}
    assert published_days(division) - by_rule == ONE_OFF
    assert by_rule - published_days(division) == MOVED_AWAY


def test_the_rule_names_holidays_as_the_published_list_does() -> None:
    for division in DIVISIONS:
        published = rules.published(division)
        for year in range(2012, 2029):
            for day, name in rules.by_rule(division, year).items():
                # In 2023 the list gave Scotland's two New Year substitutes in the other order.
                if day in published and (division, day.year, day.month) != ("scotland", 2023, 1):
                    assert published[day] == name


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2020, 5, 8), "Early May bank holiday (VE day)"),
        (date(2022, 6, 2), "Spring bank holiday"),
        (date(2022, 6, 3), "Platinum Jubilee bank holiday"),
        (date(2022, 9, 19), "Bank Holiday for the State Funeral of Queen Elizabeth II"),
        (date(2023, 5, 8), "Bank holiday for the coronation of King Charles III"),
    ],
)
def test_one_off_holidays_are_known_in_all_three_nations(day: date, name: str) -> None:
    for calendar in (england_and_wales(), scotland(), northern_ireland()):
        assert calendar.holiday(day) == name
        assert not calendar.is_working_day(day)


@pytest.mark.parametrize("day", [date(2020, 5, 4), date(2022, 5, 30)])
def test_the_days_those_holidays_were_moved_from_are_working_days(day: date) -> None:
    assert england_and_wales().is_working_day(day)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2020, [(12, 25), (12, 28)]),  # Boxing Day on a Saturday
        (2021, [(12, 27), (12, 28)]),  # both on the weekend
        (2022, [(12, 26), (12, 27)]),  # Christmas Day on a Sunday: Boxing Day keeps its Monday
        (2026, [(12, 25), (12, 28)]),
        (2027, [(12, 27), (12, 28)]),
        (2032, [(12, 27), (12, 28)]),  # by rule from here
        (2033, [(12, 26), (12, 27)]),
        (2034, [(12, 25), (12, 26)]),
        (2037, [(12, 25), (12, 28)]),
    ],
)
def test_christmas_on_a_weekend_is_made_up_on_the_next_weekdays(
    year: int, days: list[tuple[int, int]]
) -> None:
    for calendar in (england_and_wales(), scotland(), northern_ireland()):
        december = [day for day in calendar.bank_holidays if day.year == year and day.month == 12]
        assert december == [date(year, *day) for day in days]


@pytest.mark.parametrize(
    ("year", "england", "scottish"),
    [
        (2021, [1], [1, 4]),
        (2022, [3], [3, 4]),
        (2023, [2], [2, 3]),
        (2028, [3], [3, 4]),
        (2033, [3], [3, 4]),
        (2034, [2], [2, 3]),
        (2032, [1], [1, 2]),
        (2038, [1], [1, 4]),
    ],
)
def test_new_year_on_a_weekend_is_made_up_and_scotland_has_two_days(
    year: int, england: list[int], scottish: list[int]
) -> None:
    def januaries(days: list[int]) -> list[date]:
        return [date(year, 1, day) for day in days]

    def of(division: str) -> list[date]:
        return sorted(
            day for day in calendar_of(division).bank_holidays if (day.year, day.month) == (year, 1)
        )

    assert of("england-and-wales") == of("northern-ireland") == januaries(england)
    assert of("scotland") == januaries(scottish)


def test_each_nation_has_its_own_days() -> None:
    easter_monday, st_andrew, st_patrick = date(2030, 4, 22), date(2029, 11, 30), date(2030, 3, 18)
    boyne, scottish_summer, summer = date(2030, 7, 12), date(2030, 8, 5), date(2030, 8, 26)
    for day, nations in {
        easter_monday: "EN",
        st_andrew: "S",
        st_patrick: "N",
        boyne: "N",
        scottish_summer: "S",
        summer: "EN",
    }.items():
        free = {
            letter
            for letter, calendar in zip(
                "ESN", (england_and_wales(), scotland(), northern_ireland()), strict=True
            )
            if not calendar.is_working_day(day)
        }
        assert free == set(nations), day


def test_easter_is_easter() -> None:
    for year in range(1990, 2100):
        days = holidays.country_holidays("GB", subdiv="ENG", years=year)
        monday = rules.easter_sunday(year) + timedelta(days=1)
        assert "Easter Monday" in days.get_list(monday), year


def test_beyond_the_horizon_the_calendar_says_that_it_ends() -> None:
    with pytest.raises(CalendarEnds) as refusal:
        england_and_wales().is_working_day(date(2041, 1, 1))
    assert str(refusal.value) == (
        "The working days of England and Wales are known from 1 January 2012 to 31 December 2040, "
        "so 1 January 2041 cannot be counted."
    )


def test_there_is_no_fourth_nation() -> None:
    with pytest.raises(KeyError):
        calendar_of("wessex")
