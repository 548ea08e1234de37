"""The partnership's calendars as the office keeps them: working days, school terms, meetings of the bodies.

Each asks permission first. What moves with a change is moved in the same transaction;
`engine.what_would_move` over one of these shows it before.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import (
    Actor,
    Kind,
    OwnDay,
    Refused,
    change_calendar,
    local_date,
    own_days,
    record,
    region,
    working_calendar,
)
from reviews.acting import now_of
from reviews.models import Body, BodyMeeting, LearningEvent, Review, SchoolHoliday, Term
from reviews.permissions import Viewer, may

LONGEST_CLOSURE = 31  # days; more than that is a slip of the pen


def add_days(
    session: Session, viewer: Viewer, *, kind: str, first: dt.date, last: dt.date | None, name: str
) -> None:
    """Add a closure, a proclaimed bank holiday, or say that a bank holiday is a working day this once.

    `first` to `last` (both included; one day without `last`). Of a closure the days that are free anyway
    are left out. Raises Refused with the field it is about.
    """
    _ask(session, viewer)
    last = last or first
    if kind not in set(Kind):
        raise Refused("Choose what kind of day it is.", about="kind")
    if not name.strip():
        raise Refused("Give the day a name: it is shown in every sum that counts over it.", about="name")
    if last < first:
        raise Refused("The last day is before the first.", about="last")
    if (last - first).days >= LONGEST_CLOSURE:
        raise Refused(f"Add at most {LONGEST_CLOSURE} days at once.", about="last")
    if first < _today(session):
        raise Refused("These days are over. What was counted over them stays as it was.", about="first")
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    chosen = [day for day in days if _makes_a_difference(session, Kind(kind), day)]
    if not chosen:
        raise Refused(_NO_DIFFERENCE[Kind(kind)], about="first")
    more = [OwnDay(day, Kind(kind), name.strip()[:100]) for day in chosen]
    change_calendar(session, region(session), [*own_days(session), *more], by=Actor(viewer.person))


def remove_day(session: Session, viewer: Viewer, *, day: dt.date) -> None:
    """Take one of the partnership's own days off its calendar. Raises Refused."""
    _ask(session, viewer)
    known = own_days(session)
    if day < _today(session) or all(each.day != day for each in known):
        raise Refused("This day is not on the list, or it is over.")
    kept = [each for each in known if each.day != day]
    change_calendar(session, region(session), kept, by=Actor(viewer.person))


def choose_region(session: Session, viewer: Viewer, *, region: str) -> None:
    """Choose whose bank holidays count. Raises Refused."""
    _ask(session, viewer)
    change_calendar(session, region, own_days(session), by=Actor(viewer.person))


def add_term(session: Session, viewer: Viewer, *, name: str, starts: dt.date, ends: dt.date) -> None:
    """Add a school term. Raises Refused when it overlaps another one."""
    _ask(session, viewer)
    if not name.strip():
        raise Refused("Enter the name of the term.", about="name")
    if ends <= starts:
        raise Refused("A term ends after it starts.", about="ends")
    overlaps = session.scalars(select(Term).where(Term.starts <= ends, Term.ends >= starts)).first()
    if overlaps is not None:
        raise Refused(f"This overlaps {overlaps.name}.", about="starts")
    session.add(Term(id=starts.isoformat(), name=name.strip()[:200], starts=starts, ends=ends))
    _note(session, viewer, "term_added")


def remove_term(session: Session, viewer: Viewer, *, term: str) -> None:
    """Remove a term. Raises Refused when its learning event is planned or begun."""
    _ask(session, viewer)
    row = session.get(Term, term)
    if row is None:
        raise Refused("There is no such term.")
    if session.scalars(select(LearningEvent.id).where(LearningEvent.term == term)).first() is not None:
        raise Refused(f"{row.name} has its learning event already, so it stays.")
    session.delete(row)
    _note(session, viewer, "term_removed")


def add_holiday(session: Session, viewer: Viewer, *, name: str, starts: dt.date, ends: dt.date) -> None:
    """Add a school holiday inside a term. Raises Refused."""
    _ask(session, viewer)
    if not name.strip():
        raise Refused("Enter the name of the holiday.", about="name")
    if ends < starts:
        raise Refused("A holiday does not end before it starts.", about="ends")
    overlaps = select(SchoolHoliday).where(SchoolHoliday.starts <= ends, SchoolHoliday.ends >= starts)
    known = session.scalars(overlaps).first()
    if known is not None:
        raise Refused(f"This overlaps {known.name}.", about="starts")
    session.add(SchoolHoliday(name=name.strip()[:200], starts=starts, ends=ends))
    _note(session, viewer, "school_holiday_added")


def remove_holiday(session: Session, viewer: Viewer, *, starts: dt.date) -> None:
    """Remove a school holiday. Raises Refused."""
    _ask(session, viewer)
    row = session.get(SchoolHoliday, starts)
    if row is None:
        raise Refused("There is no such holiday.")
    session.delete(row)
    _note(session, viewer, "school_holiday_removed")


def bodies(session: Session) -> list[Body]:
    """The Board and its sub-groups, by name."""
    return list(session.scalars(select(Body).order_by(Body.name)))


def meetings_ahead(session: Session, on: dt.date) -> dict[str, list[dt.date]]:
    """The dates of each body's meetings from a day on."""
    found: dict[str, list[dt.date]] = {}
    query = select(BodyMeeting).where(BodyMeeting.held_on >= on).order_by(BodyMeeting.held_on)
    for row in session.scalars(query):
        found.setdefault(row.body, []).append(row.held_on)
    return found


def terms_ahead(session: Session, on: dt.date) -> tuple[list[Term], list[SchoolHoliday]]:
    """The terms and the holidays inside them that are not over."""
    terms = session.scalars(select(Term).where(Term.ends >= on).order_by(Term.starts))
    off = session.scalars(
        select(SchoolHoliday).where(SchoolHoliday.ends >= on).order_by(SchoolHoliday.starts)
    )
    return list(terms), list(off)


def free_days(session: Session, first: dt.date, last: dt.date) -> list[tuple[dt.date, str, bool]]:
    """The days of a span that are free but for weekends, with their names and whether they are our own."""
    calendar, own = working_calendar(session), {each.day for each in own_days(session)}
    days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    return [(day, name, day in own) for day in days if (name := calendar.holiday(day))]


def moved_back(session: Session, on: dt.date) -> list[OwnDay]:
    """Bank holidays ahead that are working days this once."""
    return [each for each in own_days(session) if each.kind is Kind.WORKING_DAY and each.day >= on]


def reviews_among(session: Session, keys: set[str]) -> set[str]:
    """Those of some business keys that are references of reviews."""
    return set(session.scalars(select(Review.ref).where(Review.ref.in_(keys))))


_NO_DIFFERENCE = {
    Kind.CLOSURE: "These are no working days already.",
    Kind.BANK_HOLIDAY: "These are bank holidays or weekends already.",
    Kind.WORKING_DAY: "There is no bank holiday on these days.",
}


def _makes_a_difference(session: Session, kind: Kind, day: dt.date) -> bool:
    calendar = working_calendar(session)
    if kind is Kind.WORKING_DAY:
        return day in calendar.bank_holidays
    return calendar.is_working_day(day)


def _ask(session: Session, viewer: Viewer) -> None:
    if not may(session, viewer, "change_calendars"):
        raise Refused("Your role does not include the calendars.")


def _today(session: Session) -> dt.date:
    return local_date(now_of(session))


def _note(session: Session, viewer: Viewer, what: str) -> None:
    record(
        session,
        kind="setting.changed",
        business_key="calendar",
        actor=Actor(viewer.person),
        subject=what,
    )
