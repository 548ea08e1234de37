"""Absence: its days, and a deputy for each role; and approving a cover that would show somebody more.

A person plans their own; the office enters it for somebody who is ill. Nobody approves a cover of their own,
or one in which they are the deputy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, record
from reviews.acting import mail, now_of, today_of
from reviews.covers import Held, present, roles_of, waits_for_approval
from reviews.holders import holders
from reviews.models import Absence, Body, Cover, Person, PersonRole
from reviews.permissions import Viewer, may
from reviews.roles import AGENCY_ROLES, ROLES

ABOUT = "cover"  # what a notice about cover is about: no review
LONGEST = dt.timedelta(days=366)
OFFICE = {  # posts that one person holds: who of the office may stand in, once it is approved
    "hosl": ("business_manager",),
    "business_manager": ("hosl", "business_support"),
    "business_support": ("business_manager",),
}
APPROVERS = ("hosl", "business_manager")


def may_plan(session: Session, viewer: Viewer, person: str) -> bool:
    """Whether a viewer plans the absence of a person: their own, or as the office."""
    return viewer.person == person or may(session, viewer, "change_people")


def absence_of(session: Session, viewer: Viewer, absence: UUID) -> Absence:
    """An absence that a viewer may plan. Raises NotFound."""
    row = session.get(Absence, absence)
    if row is None or not may_plan(session, viewer, row.person):
        raise NotFound("There is no such absence.")
    return row


def absences(session: Session, person: str, on: dt.date) -> list[Absence]:
    """The absences of a person that are not over, earliest first."""
    query = select(Absence).where(Absence.person == person, Absence.to_on >= on)
    return list(session.scalars(query.order_by(Absence.from_on)))


def covers_of(session: Session, absence: Absence) -> list[Cover]:
    """The covers of one absence, role by role."""
    query = select(Cover).where(Cover.absence == absence.id).order_by(Cover.role, Cover.agency)
    return list(session.scalars(query))


def covering(session: Session, person: str, on: dt.date) -> list[Cover]:
    """The covers that a person gives to others, today or later."""
    query = select(Cover).where(Cover.covered_by == person, Cover.to_on >= on)
    return list(session.scalars(query.order_by(Cover.from_on, Cover.role)))


def deputy_choices(session: Session, person: str, role: str, agency: str | None, on: dt.date) -> list[str]:
    """Who may stand in for a person in a role: for an agency's role people of that agency; for another those
    who hold it too, the deputy of its body, and in the office who works beside them."""
    if role in AGENCY_ROLES:
        return [each for each in _people_of(session, agency, on) if each != person]
    found = {*holders(session, role, on)}
    for beside in OFFICE.get(role, ()):
        found |= {*holders(session, beside, on)}
    if ROLES[role].body and role.endswith(("_chair", "_approver")):
        found |= {*_deputy_of(session, ROLES[role].body)}
    return sorted(found - {person})


def plan_absence(
    session: Session,
    viewer: Viewer,
    person: str,
    from_on: dt.date,
    to_on: dt.date,
    deputies: Mapping[Held, str],
) -> Absence:
    """Enter an absence with a deputy per role. Raises NotFound, Refused (`about` from, to, or a role)."""
    if not may_plan(session, viewer, person):
        raise NotFound("There is no such person.")
    if from_on < today_of(session):
        raise Refused("The first day must be today or later", about="from")
    _check_days(session, person, from_on, to_on, None)
    row = Absence(
        person=person, from_on=from_on, to_on=to_on, entered_by=viewer.person, entered_at=now_of(session)
    )
    session.add(row)
    session.flush()
    _note(session, viewer, row, "absence_planned")
    _set_deputies(session, viewer, row, deputies)
    return row


def change_absence(
    session: Session,
    viewer: Viewer,
    absence: UUID,
    from_on: dt.date,
    to_on: dt.date,
    deputies: Mapping[Held, str],
) -> None:
    """Other days, other deputies. More days for a deputy are asked for again. Raises NotFound, Refused."""
    row = absence_of(session, viewer, absence)
    today = today_of(session)
    if row.to_on < today:
        raise Refused("This absence is over.")
    if from_on != row.from_on and min(from_on, row.from_on) < today:
        raise Refused("The first day cannot be changed to or from a day that is past", about="from")
    if to_on < today:
        raise Refused("The last day must be today or later", about="to")
    _check_days(session, row.person, from_on, to_on, row.id)
    row.from_on, row.to_on = from_on, to_on
    _note(session, viewer, row, "absence_changed")
    _set_deputies(session, viewer, row, deputies)


def end_absence(session: Session, viewer: Viewer, absence: UUID) -> None:
    """Back today, or not going: the absence and its covers end with yesterday. Raises NotFound, Refused."""
    row = absence_of(session, viewer, absence)
    yesterday = today_of(session) - dt.timedelta(days=1)
    if row.to_on <= yesterday:
        raise Refused("This absence is over.")
    _note(session, viewer, row, "absence_ended")
    covers = covers_of(session, row)
    mail(
        session,
        sorted({cover.covered_by for cover in covers if cover.state != "refused"}),
        "cover_ended",
        ABOUT,
    )
    for cover in covers:
        end_cover(session, cover, yesterday)
    session.flush()
    if row.from_on > yesterday:
        session.delete(row)
    else:
        row.to_on = yesterday


def end_cover(session: Session, cover: Cover, last_day: dt.date) -> None:
    """Let a cover end with a day; one that has not begun by then never was."""
    if cover.from_on > last_day:
        session.delete(cover)
    else:
        cover.to_on = min(cover.to_on, last_day)


def ask_cover(
    session: Session, absence: Absence, held: Held, deputy: str, from_on: dt.date, to_on: dt.date, by: Actor
) -> Cover:
    """Name a deputy for one role; told to them, and to who approves it where it needs that."""
    cover = Cover(
        absence=absence.id,
        person=absence.person,
        covered_by=deputy,
        role=held[0],
        agency=held[1],
        from_on=from_on,
        to_on=to_on,
        state="asked",
    )
    session.add(cover)
    session.flush()
    _record_cover(session, cover, "cover_asked", by)
    _tell(session, cover)
    return cover


def waiting_covers(session: Session, on: dt.date) -> list[Cover]:
    """Covers that wait for somebody to approve them, the nearest first."""
    query = select(Cover).where(Cover.state == "asked", Cover.to_on >= on).order_by(Cover.from_on, Cover.id)
    return [cover for cover in session.scalars(query) if waits_for_approval(session, cover, on)]


def current_covers(session: Session, on: dt.date) -> list[Cover]:
    """Every cover that is not over, the nearest first."""
    query = select(Cover).where(Cover.to_on >= on).order_by(Cover.from_on, Cover.person, Cover.role)
    return list(session.scalars(query))


def may_decide(session: Session, viewer: Viewer, cover: Cover) -> bool:
    """Whether a viewer approves or refuses a cover: never one in which they are a party, nor for a party."""
    return may(session, viewer, "approve_cover") and viewer.person in _approvers(
        session, cover, today_of(session), there=False
    )


def decide_cover(session: Session, viewer: Viewer, cover: UUID, *, approve: bool) -> Cover:
    """Approve a cover or refuse it; both people are told. Raises NotFound, Refused."""
    row = session.get(Cover, cover)
    if row is None or not may(session, viewer, "approve_cover"):
        raise NotFound("There is no such cover.")
    if not may_decide(session, viewer, row):
        raise Refused("Somebody else decides this: nobody approves a cover in which they have a part.")
    if row.state != "asked":
        raise Refused("This cover was decided already.")
    row.state = "approved" if approve else "refused"
    row.decided_by, row.decided_on = viewer.person, today_of(session)
    _record_cover(session, row, f"cover_{row.state}", Actor(viewer.person))
    text = "cover_approved" if approve else "cover_refused"
    mail(session, [row.person, row.covered_by], text, ABOUT, {"date": row.from_on.isoformat()})
    return row


def _check_days(session: Session, person: str, from_on: dt.date, to_on: dt.date, own: UUID | None) -> None:
    if to_on < from_on:
        raise Refused("The last day must be the same as or after the first day", about="to")
    if to_on - from_on > LONGEST:
        raise Refused("An absence can be a year long at most", about="to")
    others = select(Absence).where(
        Absence.person == person, Absence.from_on <= to_on, Absence.to_on >= from_on
    )
    if any(row.id != own for row in session.scalars(others)):
        raise Refused("An absence is planned for some of these days already: change that one", about="from")


def _set_deputies(session: Session, viewer: Viewer, row: Absence, wanted: Mapping[Held, str]) -> None:
    """Bring the covers of an absence in step with who is wanted for each role."""
    by, today = Actor(viewer.person), today_of(session)
    begins = max(row.from_on, today)
    kept: set[Held] = set()
    for cover in covers_of(session, row):
        held = (cover.role or "", cover.agency)
        if wanted.get(held) == cover.covered_by:
            kept.add(held)
            _move(session, cover, row, by)
        else:
            mail(session, [cover.covered_by], "cover_ended", ABOUT)
            _record_cover(session, cover, "cover_ended", by)
            end_cover(session, cover, today - dt.timedelta(days=1))
    session.flush()
    for held, deputy in wanted.items():
        if not deputy or held in kept:
            continue
        if held not in roles_of(session, row.person, begins):
            raise Refused("This role is not held on those days", about=f"deputy.{held[0]}.{held[1] or ''}")
        if deputy not in deputy_choices(session, row.person, *held, begins):
            raise Refused("Select somebody from the list", about=f"deputy.{held[0]}.{held[1] or ''}")
        ask_cover(session, row, held, deputy, begins, row.to_on, by)


def _move(session: Session, cover: Cover, row: Absence, by: Actor) -> None:
    """The days of a cover follow those of its absence; what was approved is so for the days it was asked
    for."""
    begins = cover.from_on if cover.from_on <= today_of(session) else row.from_on
    if (begins, row.to_on) == (cover.from_on, cover.to_on):
        return
    longer = begins < cover.from_on or row.to_on > cover.to_on
    cover.from_on, cover.to_on = begins, row.to_on
    _record_cover(session, cover, "cover_changed", by)
    if longer:
        cover.state, cover.decided_by, cover.decided_on = "asked", None, None
    session.flush()
    _tell(session, cover)


def _tell(session: Session, cover: Cover) -> None:
    facts = {"date": cover.from_on.isoformat()}
    mail(session, [cover.covered_by], "cover_named", ABOUT, facts)
    today = today_of(session)
    if waits_for_approval(session, cover, max(today, cover.from_on)):
        mail(session, _approvers(session, cover, today, there=True), "cover_asked", ABOUT, facts)


def _approvers(session: Session, cover: Cover, on: dt.date, *, there: bool) -> list[str]:
    """Who approves a cover; the Board's chair where the office has nobody without a part in it. `there`
    leaves out who is away."""
    parties = {cover.person, cover.covered_by}
    for roles in (APPROVERS, ("board_chair",)):
        found: set[str] = set()
        for role in roles:
            held = [each for each in holders(session, role, on) if each != cover.person]
            found |= {*present(session, held, role, None, on)} | (set() if there else set(held))
        if found - parties:
            return sorted(found - parties)
    return []


def _people_of(session: Session, agency: str | None, on: dt.date) -> list[str]:
    if agency is None:
        return []
    query = (
        select(Person.id)
        .join(PersonRole, PersonRole.person == Person.id, isouter=True)
        .where(Person.active.is_(True))
        .where(or_(Person.agency == agency, PersonRole.agency == agency))
    )
    return sorted(set(session.scalars(query)))


def _deputy_of(session: Session, body: str | None) -> list[str]:
    query = select(Person.id).join(Body, Body.deputy == Person.id)
    return list(session.scalars(query.where(Body.id == body, Person.active.is_(True))))


def _note(session: Session, viewer: Viewer, row: Absence, subject: str) -> None:
    days = {"from": row.from_on.isoformat(), "to": row.to_on.isoformat()}
    record(
        session,
        kind="person.changed",
        business_key=row.person,
        actor=Actor(viewer.person),
        subject=subject,
        details={"person": row.person, **days},
    )


def _record_cover(session: Session, cover: Cover, subject: str, by: Actor) -> None:
    record(
        session,
        kind="person.changed",
        business_key=cover.person,
        actor=by,
        subject=subject,
        details={
            "person": cover.person,
            "covered_by": cover.covered_by,
            "role": cover.role,
            "agency": cover.agency,
            "from": cover.from_on.isoformat(),
            "to": cover.to_on.isoformat(),
        },
    )
