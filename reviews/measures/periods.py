"""Reporting periods: a quarter, a term, the year to date, or any two days. Years begin in April."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendars import short_date
from reviews.models import Term

QUARTERS = 8  # of a trend
_APRIL = 4


@dataclass(frozen=True)
class Period:
    """Days from one to another, both counted. `id` is how an address says it."""

    id: str
    name: str
    first: dt.date
    last: dt.date

    @property
    def words(self) -> str:
        """Its days in words."""
        return f"{short_date(self.first)} to {short_date(self.last)}"


def quarter_of(day: dt.date) -> Period:
    """The quarter in which a day lies: "Quarter 3, 2026 to 2027" is October to December 2026."""
    month = 3 * ((day.month - 1) // 3) + 1
    first = day.replace(month=month, day=1)
    after = dt.date(first.year + month // 10, (month + 3) % 12 or 12, 1)
    year = _year_of(first)
    number = ((month - _APRIL) % 12) // 3 + 1
    last = after - dt.timedelta(days=1)
    return Period(f"{first:%Y-%m}", f"Quarter {number}, {year} to {year + 1}", first, last)


def _year_of(day: dt.date) -> int:
    return day.year if day.month >= _APRIL else day.year - 1


def quarters_to(day: dt.date, count: int = QUARTERS) -> list[Period]:
    """The quarter of a day and those before it, oldest first."""
    found = [quarter_of(day)]
    while len(found) < count:
        found.append(quarter_of(found[-1].first - dt.timedelta(days=1)))
    return found[::-1]


def year_to_date(today: dt.date) -> Period:
    """From the first of April to today."""
    first = dt.date(_year_of(today), _APRIL, 1)
    return Period("year", f"Year to date, {first.year} to {first.year + 1}", first, today)


def offered(session: Session, today: dt.date) -> list[Period]:
    """What a reader can choose: the last eight quarters, the year to date, terms that have begun."""
    terms = session.scalars(select(Term).where(Term.starts <= today).order_by(Term.starts.desc()).limit(6))
    quarters = quarters_to(today)[::-1]
    return [
        *quarters,
        year_to_date(today),
        *(Period(f"term-{term.id}", term.name, term.starts, term.ends) for term in terms),
    ]


def chosen(session: Session, told: Mapping[str, str], today: dt.date) -> Period:
    """The period of an address: one that is offered, or from and to; else the quarter of today."""
    first, last = _day(told.get("from", "")), _day(told.get("to", ""))
    if first and last and first <= last:
        return Period("", "Chosen days", first, last)
    choices = offered(session, today)
    return next((each for each in choices if each.id == told.get("period")), choices[0])


def _day(told: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(told)
    except ValueError:
        return None


def whole_year_before(today: dt.date) -> Period:
    """The last year, April to March, that is over."""
    year = _year_of(today) - 1
    first, last = dt.date(year, _APRIL, 1), dt.date(year + 1, _APRIL - 1, 31)
    return Period(f"{year}", f"Year {year} to {year + 1}", first, last)
