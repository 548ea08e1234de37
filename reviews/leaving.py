"""Leaving, step by step: a last day, who takes over what, a look at it all, and then it is arranged.

What is arranged is done on the day after the last one (`reviews.leaving_day`). Until then it can be undone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused
from reviews.acting import mail, now_of, today_of
from reviews.leaving_day import leave_now
from reviews.leaving_work import (
    InHand,
    action_receivers,
    chair_receivers,
    cover_receivers,
    in_hand,
    role_successors,
    task_receivers,
)
from reviews.models import Leaving, PersonRole
from reviews.people import ABOUT, add_role, note, person_of
from reviews.permissions import Viewer, may

LONGEST_BACK = dt.timedelta(days=31)
Choices = dict[str, dict[str, list[str]]]  # kind -> id of what is handed over -> who may take it
KINDS = ("roles", "reviews", "actions", "tasks", "covers")


def leaving_of(session: Session, person: str) -> Leaving | None:
    """The leaving of a person that is not done yet, or None."""
    query = select(Leaving).where(Leaving.person == person, Leaving.state != "done")
    return session.scalars(query.order_by(Leaving.arranged_at.desc())).first()


def begin_leaving(session: Session, viewer: Viewer, person: str, last_day: dt.date) -> Leaving:
    """Name the last day, or change it while nothing is arranged. Raises NotFound, Refused."""
    _asked(session, viewer, person)
    if last_day < today_of(session) - LONGEST_BACK:
        raise Refused("The last day can be a month ago at most", about="last")
    row = leaving_of(session, person)
    if row is not None and row.state == "confirmed":
        raise Refused("This is arranged already. Undo it first.")
    if row is None:
        row = Leaving(person=person, last_day=last_day, plan={}, arranged_by=viewer.person)
        session.add(row)
    row.last_day, row.arranged_by, row.arranged_at = last_day, viewer.person, now_of(session)
    session.flush()
    return row


def choices(session: Session, held: InHand, plan: Mapping[str, Any], leaver: str, on: dt.date) -> Choices:
    """Who may take over each thing; a successor in a role may also take what comes with it."""
    taken = plan.get("roles", {})
    successors = {row.id: taken.get(str(row.id)) for row in held.roles}
    chairs = {each for row in held.roles if row.role == "chair" and (each := successors[row.id])}
    return {
        "roles": {str(row.id): role_successors(session, row, on) for row in held.roles},
        "reviews": {row.ref: chair_receivers(session, row, chairs, on) for row in held.reviews},
        "actions": {row.ref: action_receivers(session, row, on) for row in held.actions},
        "tasks": {str(row.id): task_receivers(session, row, leaver, on) for row in held.tasks},
        "covers": {str(row.id): cover_receivers(session, row, on) for row in held.covers},
    }


def plan_leaving(
    session: Session,
    viewer: Viewer,
    person: str,
    kinds: tuple[str, ...],
    wanted: Mapping[str, Mapping[str, str]],
) -> None:
    """Keep who takes over what, for some kinds of it. Raises NotFound, Refused for somebody who may not."""
    row = _draft(session, viewer, person)
    held = in_hand(session, viewer, person, row.last_day)
    offered = choices(session, held, row.plan, person, today_of(session))
    plan = dict(row.plan)
    for kind in kinds:
        given = {key: to for key, to in wanted.get(kind, {}).items() if to}
        for key, to in given.items():
            if to not in offered[kind].get(key, []):
                raise Refused("Select somebody from the list", about=f"{kind}.{key}")
        plan[kind] = given
    row.plan = plan


def confirm_leaving(session: Session, viewer: Viewer, person: str) -> Leaving:
    """Arrange it: roles end on the last day, successors begin on the next. A last day that is past is carried
    out at once. Raises NotFound, Refused."""
    row = _draft(session, viewer, person)
    begins = row.last_day + dt.timedelta(days=1)
    ended: dict[str, str | None] = {}
    given: list[str] = []
    taken = row.plan.get("roles", {})
    for held in in_hand(session, viewer, person, row.last_day).roles:
        successor = taken.get(str(held.id))
        if successor and not _holds(session, successor, held, begins):
            new = add_role(session, successor, held.role, held.agency, begins, held.to_on)
            given.append(str(new.id))
            mail(session, [successor], "role_given", ABOUT, {"date": begins.isoformat()})
            note(session, successor, "role_given", Actor(viewer.person), {"role": held.role, "from": person})
        ended[str(held.id)] = held.to_on.isoformat() if held.to_on else None
        held.to_on = max(row.last_day, held.from_on)
    row.plan = {**row.plan, "ended": ended, "given": given}
    row.state, row.arranged_by, row.arranged_at = "confirmed", viewer.person, now_of(session)
    note(session, person, "leaving_arranged", Actor(viewer.person), {"to": row.last_day.isoformat()})
    session.flush()
    if row.last_day < today_of(session):
        leave_now(session, row, today_of(session))
    return row


def undo_leaving(session: Session, viewer: Viewer, person: str) -> None:
    """They stay: roles go on as before, and successors' new roles are taken away. Raises NotFound."""
    _asked(session, viewer, person)
    row = leaving_of(session, person)
    if row is None:
        raise NotFound("Nothing is arranged.")
    for key, to_on in row.plan.get("ended", {}).items():
        held = session.get(PersonRole, UUID(key))
        if held is not None:
            held.to_on = dt.date.fromisoformat(to_on) if to_on else None
    for key in row.plan.get("given", []):
        held = session.get(PersonRole, UUID(key))
        if held is not None:
            session.delete(held)
    note(session, person, "leaving_undone", Actor(viewer.person), {})
    session.delete(row)


def _draft(session: Session, viewer: Viewer, person: str) -> Leaving:
    _asked(session, viewer, person)
    row = leaving_of(session, person)
    if row is None:
        raise NotFound("Say first when the last day is.")
    if row.state != "draft":
        raise Refused("This is arranged already. Undo it first.")
    return row


def _asked(session: Session, viewer: Viewer, person: str) -> None:
    if not may(session, viewer, "change_people"):
        raise NotFound("There is no such person.")
    if not person_of(session, person).active:
        raise Refused("This person has left.")
    if person == viewer.person:
        raise Refused("Ask somebody else in the office: nobody arranges their own leaving.")


def _holds(session: Session, person: str, held: PersonRole, on: dt.date) -> bool:
    query = select(PersonRole.to_on).where(
        PersonRole.person == person,
        PersonRole.role == held.role,
        PersonRole.agency.is_not_distinct_from(held.agency),
        PersonRole.from_on <= on,
    )
    return any(to_on is None or to_on > on for to_on in session.scalars(query))
