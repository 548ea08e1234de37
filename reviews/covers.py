"""Who is away on a day, and who acts for them: the one place that reads absences and covers.

A cover is in force when it is approved; or, without that, when the deputy holds the same role (for the same
agency) anyway. A review's chair is the chair of that review alone: that cover always waits for approval.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Date, and_, bindparam, exists, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine import house, remembered
from reviews.models import Absence, Cover, Person, PersonRole
from reviews.roles import AGENCY_ROLES

Held = tuple[str, str | None]  # a role, and the agency it is held for
ALWAYS_APPROVED = frozenset({"chair"})  # a colleague with this role does not see what its holder sees


@dataclass
class InForce:
    """What one deputy may do for one person today: in approved roles, and in those they hold themselves."""

    person: str
    held: frozenset[Held]
    approved: set[Held] = field(default_factory=set)
    shared: set[Held] = field(default_factory=set)


# Every request asks who somebody is, so these are put together once.
_ON = bindparam("on", type_=Date)
_NOW_HELD = and_(PersonRole.from_on <= _ON, or_(PersonRole.to_on.is_(None), PersonRole.to_on >= _ON))
_HELD_BY = select(PersonRole.person, PersonRole.role, PersonRole.agency).where(
    PersonRole.person.in_(bindparam("people", expanding=True)), _NOW_HELD
)
_COVERED_BY = select(Cover).where(
    Cover.covered_by == bindparam("deputy"),
    Cover.state != "refused",
    Cover.from_on <= _ON,
    Cover.to_on >= _ON,
)
_HELD_IF_ACTIVE = (
    select(PersonRole.role, PersonRole.agency, exists(_COVERED_BY.with_only_columns(Cover.id)))
    .select_from(Person)
    .outerjoin(PersonRole, and_(PersonRole.person == Person.id, _NOW_HELD))
    .where(Person.id == bindparam("person"), Person.active.is_(True))
)
_AWAY = union_all(
    *(
        select(table.person, table.to_on).where(
            table.person.in_(bindparam("people", expanding=True)), table.from_on <= _ON, table.to_on >= _ON
        )
        for table in (Absence, Cover)
    )
)


def unchanged_since(session: Session, on: dt.date) -> dt.date:
    """A day on which everybody held the roles, was away and was covered as on `on`.

    In a rehearsal the last day on which any of that changed, so that it is asked once for all days after it;
    else `on` itself.
    """
    if not house(session).alone:
        return on
    days = remembered(session, "days of change", lambda: _days_of_change(session))
    return days[bisect_right(days, on) - 1] if days and days[0] <= on else dt.date.min


def _days_of_change(session: Session) -> list[dt.date]:
    """The days on which a role, an absence or a cover begins, or is over."""
    days: set[dt.date] = set()
    for table in (PersonRole, Absence, Cover):
        for begins, ends in session.execute(select(table.from_on, table.to_on)):
            days.add(begins)
            if ends is not None:
                days.add(ends + dt.timedelta(days=1))
    return sorted(days)


def roles_if_active(session: Session, person: str, on: dt.date) -> tuple[frozenset[Held], bool] | None:
    """The roles that a person holds on a day, and whether they cover anybody; None for somebody unknown or no
    longer active."""
    rows = session.execute(_HELD_IF_ACTIVE, {"person": person, "deputy": person, "on": on}).all()
    if not rows:
        return None
    return frozenset((role, agency) for role, agency, _ in rows if role), bool(rows[0][2])


def roles_of(session: Session, person: str, on: dt.date) -> frozenset[Held]:
    """The roles that a person holds on a day, each with its agency."""
    return _held(session, [person], on).get(person, frozenset())


def in_force(session: Session, deputy: str, on: dt.date) -> list[InForce]:
    """For whom a deputy acts on a day, and as what."""
    covers = session.scalars(_COVERED_BY, {"deputy": deputy, "on": on}).all()
    if not covers:
        return []
    held = _held(session, {deputy, *(cover.person for cover in covers)}, on)
    found: dict[str, InForce] = {}
    for cover in sorted(covers, key=lambda row: row.person):
        theirs = held.get(cover.person, frozenset())
        part = found.setdefault(cover.person, InForce(cover.person, theirs))
        wanted = {each for each in theirs if covers_role(cover, *each)}
        if cover.state == "approved":
            part.approved |= wanted
        else:
            part.shared |= _shared(wanted, held.get(deputy, frozenset()))
    return [part for part in found.values() if part.approved or part.shared]


def covers_role(cover: Cover, role: str, agency: str | None) -> bool:
    """Whether a cover is for a role; one that names none is for all."""
    return cover.role is None or (cover.role, cover.agency) == (role, agency)


def waits_for_approval(session: Session, cover: Cover, on: dt.date) -> bool:
    """Whether a cover gives nothing, or less than it says, until somebody approves it."""
    if cover.state != "asked":
        return False
    wanted = {each for each in roles_of(session, cover.person, on) if covers_role(cover, *each)}
    wanted = wanted or {(cover.role or "", cover.agency)}
    return bool(wanted - _shared(wanted, roles_of(session, cover.covered_by, on)))


def away(session: Session, people: Iterable[str], on: dt.date) -> dict[str, dt.date]:
    """Those of some people who are away on a day, each with the last day of it."""
    asked = frozenset(people)
    return remembered(session, ("away", asked, on), lambda: _away(session, asked, on))


def _away(session: Session, asked: frozenset[str], on: dt.date) -> dict[str, dt.date]:
    found = dict[str, dt.date]()
    for person, last in session.execute(_AWAY, {"people": sorted(asked), "on": on}) if asked else ():
        found[person] = max(last, found.get(person, last))
    return found


def deputies(session: Session, person: str, role: str | None, agency: str | None, on: dt.date) -> list[str]:
    """Who acts for a person who is away, in one role (or in any): active, and not away themselves."""
    rows = session.scalars(
        select(Cover)
        .join(Person, Person.id == Cover.covered_by)
        .where(Person.active.is_(True), Cover.person == person, Cover.state != "refused")
        .where(Cover.from_on <= on, Cover.to_on >= on)
        .order_by(Cover.covered_by)
    ).all()
    wanted = (role or "", agency if role in AGENCY_ROLES else None)
    by_role = wanted in roles_of(session, person, on)  # else it is theirs by name: any of their deputies
    meant = [row for row in rows if not by_role or covers_role(row, *wanted)]
    acting = [row.covered_by for row in meant if _gives(session, row, wanted if by_role else None, on)]
    absent = away(session, acting, on)
    return [each for each in dict.fromkeys(acting) if each not in absent]


def is_away(person: InstrumentedAttribute[str], on: ColumnElement[dt.date]) -> ColumnElement[bool]:
    """The condition that somebody is away on a day."""
    return or_(
        *(
            exists().where(table.person == person, table.from_on <= on, table.to_on >= on)
            for table in (Absence, Cover)
        )
    )


def present(
    session: Session,
    people: Iterable[str],
    role: str | None,
    agency: str | None,
    on: dt.date,
    *,
    there: Mapping[str, bool] | None = None,
) -> list[str]:
    """Those of some people who are there, and the deputies of those who are not. `there` says which they are,
    where that is known."""
    asked = list(dict.fromkeys(people))
    absent = away(session, asked, on) if there is None else {each for each in asked if not there[each]}
    found: list[str] = []
    for person in asked:
        found += deputies(session, person, role, agency, on) if person in absent else [person]
    return sorted(set(found))


def _gives(session: Session, cover: Cover, wanted: Held | None, on: dt.date) -> bool:
    """Whether a cover is in force for a role; without one, for any."""
    if cover.state == "approved":
        return True
    theirs = {each for each in roles_of(session, cover.person, on) if covers_role(cover, *each)}
    shared = _shared(theirs, roles_of(session, cover.covered_by, on))
    return wanted in shared if wanted else bool(shared)


def _shared(wanted: set[Held], own: frozenset[Held]) -> set[Held]:
    return {each for each in wanted if each in own and each[0] not in ALWAYS_APPROVED}


def _held(session: Session, people: Iterable[str], on: dt.date) -> dict[str, frozenset[Held]]:
    rows = session.execute(_HELD_BY, {"people": sorted(set(people)), "on": on})
    found: dict[str, set[Held]] = {}
    for person, role, agency in rows:
        found.setdefault(person, set()).add((role, agency))
    return {person: frozenset(held) for person, held in found.items()}
