"""The partnership's working days: the bank holidays of its region, one-off days, and its own closures.

They are counted with in every transaction; a change counts every open clock again, in the same transaction.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.calendars import ENGLAND_AND_WALES, REGIONS, Calendar, calendar_of
from engine.db import house, remembered
from engine.errors import Refused
from engine.models import CalendarDay, WorkingCalendar

THE_ONE = 1
KEPT = "working_calendar"  # in the session's own notes: read once a transaction


class Kind(StrEnum):
    """How a day differs from the region's calendar."""

    BANK_HOLIDAY = "bank_holiday"  # proclaimed once
    CLOSURE = "closure"  # the partnership does not work
    WORKING_DAY = "working_day"  # a bank holiday that was moved away


@dataclass(frozen=True, order=True)
class OwnDay:
    """One such day with the name that people know it by."""

    day: dt.date
    kind: Kind
    name: str


def working_calendar(session: Session) -> Calendar:
    """The working days to count with. England and Wales until somebody has chosen."""
    found = session.info.get(KEPT)
    if not isinstance(found, Calendar):
        found = session.info[KEPT] = remembered(session, KEPT, lambda: _read(session))
    return found


def region(session: Session) -> str:
    """The id of the region whose bank holidays count."""
    row = session.get(WorkingCalendar, THE_ONE)
    return row.region if row is not None else ENGLAND_AND_WALES


def own_days(session: Session) -> list[OwnDay]:
    """The partnership's own days, in order."""
    rows = session.scalars(select(CalendarDay).order_by(CalendarDay.day))
    return [OwnDay(row.day, Kind(row.kind), row.name) for row in rows]


def made_of(named: str, days: Iterable[OwnDay]) -> Calendar:
    """The calendar of a region with some days of one's own. Raises KeyError for an unknown region."""
    told = list(days)
    found = calendar_of(named)
    found = found.without_bank_holidays(each.day for each in told if each.kind is Kind.WORKING_DAY)
    found = found.with_bank_holidays({each.day: each.name for each in told if each.kind is Kind.BANK_HOLIDAY})
    return found.with_closures({each.day: each.name for each in told if each.kind is Kind.CLOSURE})


def store_calendar(session: Session, named: str, days: Iterable[OwnDay]) -> None:
    """Put other working days in place. Counts nothing again: `engine.change_calendar` does both.

    Raises Refused for an unknown region, a day named twice, or one that no calendar reaches.
    """
    told = sorted(days)
    if named not in REGIONS:
        raise Refused("Choose one of the regions.", about="region")
    if len({each.day for each in told}) < len(told):
        raise Refused("This day is on the list already.", about="day")
    known = made_of(named, told)
    for each in told:
        known.is_working_day(each.day)  # raises CalendarEnds
    session.execute(delete(CalendarDay))
    session.add_all(CalendarDay(day=each.day, kind=each.kind.value, name=each.name) for each in told)
    row = session.get(WorkingCalendar, THE_ONE) or WorkingCalendar(id=THE_ONE)
    row.region, row.digest = named, hashlib.sha256(repr((named, told)).encode()).hexdigest()
    session.add(row)
    session.flush()
    forget_calendar(session)


def forget_calendar(session: Session) -> None:
    """Read the working days again at the next count: they have changed, or a change was undone."""
    session.info.pop(KEPT, None)


def _read(session: Session) -> Calendar:
    return _of(session, session.get(WorkingCalendar, THE_ONE))


def _of(session: Session, row: WorkingCalendar | None) -> Calendar:
    if row is None:
        return calendar_of(ENGLAND_AND_WALES)
    known = house(session).calendars
    if row.digest not in known:
        known[row.digest] = made_of(row.region, own_days(session))
    return known[row.digest]


def keep_calendar(session: Session, row: WorkingCalendar | None) -> None:
    """Count with the working days of a row that was read with something else."""
    session.info[KEPT] = _of(session, row)
