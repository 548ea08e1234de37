"""The bank holidays of the three nations' calendars, up to a stated horizon.

Published dates are taken as they are. Later years follow the rule that statute and custom give; a one-off
holiday in those years is not known yet and is added with `Calendar.with_bank_holidays` when it is proclaimed.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from engine.calendars.working_days import Calendar

ENGLAND_AND_WALES = "england-and-wales"
SCOTLAND = "scotland"
NORTHERN_IRELAND = "northern-ireland"
REGIONS = {
    ENGLAND_AND_WALES: "England and Wales",
    SCOTLAND: "Scotland",
    NORTHERN_IRELAND: "Northern Ireland",
}

# The last day the rule answers for. Far enough for the longest deadline (5 years) for years to come.
HORIZON = date(2040, 12, 31)

# Proclaimed after the list that our package carries was drawn up; to be dropped when a newer list has them.
_PROCLAIMED_SINCE: Mapping[str, Mapping[date, str]] = MappingProxyType(
    {SCOTLAND: {date(2026, 6, 15): "World Cup bank holiday"}}
)

_SATURDAY = 5


def england_and_wales() -> Calendar:
    """The working days of England and Wales, from the first published year to HORIZON."""
    return calendar_of(ENGLAND_AND_WALES)


def scotland() -> Calendar:
    """The working days of Scotland, from the first published year to HORIZON."""
    return calendar_of(SCOTLAND)


def northern_ireland() -> Calendar:
    """The working days of Northern Ireland, from the first published year to HORIZON."""
    return calendar_of(NORTHERN_IRELAND)


@cache
def calendar_of(division: str) -> Calendar:
    """The calendar of "england-and-wales", "scotland" or "northern-ireland". Raises KeyError for another."""
    days = dict(published(division))
    first, last = min(days).year, published_until(division).year
    for year in range(last + 1, HORIZON.year + 1):
        days.update(by_rule(division, year))
    days.update(_PROCLAIMED_SINCE.get(division, {}))
    return Calendar(REGIONS[division], days, {}, date(first, 1, 1), HORIZON)


def published_until(division: str) -> date:
    """The last day for which the government's list is known; after it the rule speaks."""
    return date(max(published(division)).year, 12, 31)


@cache
def published(division: str) -> Mapping[date, str]:
    """The published dates and names of a division, read from the installed list: no network."""
    # The file is read rather than the package's class used, which would load an HTTP client for nothing.
    text = files("govuk_bank_holidays").joinpath("bank-holidays.json").read_text(encoding="utf-8")
    lists: dict[str, Any] = json.loads(text)
    events = lists[division]["events"]
    return MappingProxyType({date.fromisoformat(event["date"]): str(event["title"]) for event in events})


def by_rule(division: str, year: int) -> dict[date, str]:
    """The bank holidays that a year has by rule, in order of date: no one-off and no moved ones."""
    easter = easter_sunday(year)
    fixed = [(date(year, 1, 1), "New Year’s Day")]
    movable = [
        (easter - timedelta(days=2), "Good Friday"),
        (_nth_monday(year, 5, 1), "Early May bank holiday"),
        (_last_monday(year, 5), "Spring bank holiday"),
    ]
    if division == SCOTLAND:
        fixed += [(date(year, 1, 2), "2nd January"), (date(year, 11, 30), "St Andrew’s Day")]
        movable.append((_nth_monday(year, 8, 1), "Summer bank holiday"))
    else:
        movable += [
            (easter + timedelta(days=1), "Easter Monday"),
            (_last_monday(year, 8), "Summer bank holiday"),
        ]
    if division == NORTHERN_IRELAND:
        fixed += [
            (date(year, 3, 17), "St Patrick’s Day"),
            (date(year, 7, 12), "Battle of the Boyne (Orangemen’s Day)"),
        ]
    fixed += [(date(year, 12, 25), "Christmas Day"), (date(year, 12, 26), "Boxing Day")]
    return dict(sorted([*movable, *_with_substitutes(fixed)]))


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar: the Sunday after the Church's spring full moon."""
    century = year // 100 + 1
    golden = year % 19
    # How many days before 19 April the full moon falls: the 19-year cycle, less the leap days that centuries
    # drop, plus the moon's own drift against that cycle.
    age = (14 + 11 * golden - 3 * century // 4 + (5 + 8 * century) // 25) % 30
    if age == 0 or (age == 1 and golden > 10):
        age += 1
    full_moon = date(year, 4, 19) - timedelta(days=age)
    return full_moon + timedelta(days=7 - (full_moon.weekday() + 1) % 7)


def _with_substitutes(fixed: Iterable[tuple[date, str]]) -> list[tuple[date, str]]:
    """Fixed holidays, with those on a weekend moved to the next weekday that is not itself one of them."""
    days = list(fixed)
    taken = {day for day, _ in days if day.weekday() < _SATURDAY}
    moved = []
    for day, name in days:
        substitute = day
        if day.weekday() >= _SATURDAY:
            while substitute.weekday() >= _SATURDAY or substitute in taken:
                substitute += timedelta(days=1)
            taken.add(substitute)
        moved.append((substitute, name))
    return moved


def _nth_monday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7 + 7 * (nth - 1))


def _last_monday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=last.weekday())
