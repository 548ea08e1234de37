"""Whose work a step is: taking it on, handing it over, giving it back to the team.

A step goes only to somebody who could do it, and so may see what it is about. Both names go into the audit
log, with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, TaskRow, assign, claim, release, task
from reviews.acting import mail, today_of
from reviews.covers import away, deputies
from reviews.holders import holders
from reviews.models import Review
from reviews.permissions import Viewer, doing_for, may, may_do, viewer_for
from reviews.roles import AGENCY_ROLES

SHORTEST_REASON = 5
OF_AN_AGENCY = frozenset({"case_suggestion"})  # read by that agency alone, not by the office


def take_on(session: Session, viewer: Viewer, row: TaskRow) -> None:
    """Take on a step that nobody holds, or that is held by somebody whom the viewer covers. Raises NotFound,
    Refused."""
    place = doing_for(session, viewer, row)
    if place is None:
        raise NotFound("This task does not exist.")
    if row.assignee in (None, viewer.person):
        claim(session, row.id, by=Actor(viewer.person))
    else:
        assign(session, row.id, viewer.person, by=Actor(viewer.person, place), reason="Covers them")


def give_back(session: Session, viewer: Viewer, row: TaskRow) -> None:
    """Give a step back to its team. Raises Refused for one that somebody else holds."""
    release(session, row.id, by=Actor(viewer.person))


def may_hand_over(session: Session, viewer: Viewer, row: TaskRow) -> bool:
    """Whether a viewer may give a step to another: their own or their team's, or as the office."""
    if may_do(session, viewer, row):
        return True
    review = session.scalars(select(Review).where(Review.ref == row.business_key)).one_or_none()
    if review is None:
        return row.process not in OF_AN_AGENCY and may(session, viewer, "hand_over_other_task")
    return may(session, viewer, "hand_over_task", review)


def receivers(session: Session, row: TaskRow, on: dt.date) -> list[str]:
    """Who could do a step: holders of its role and their deputies, as far as it is open to them."""
    return [person for person in _of_its_role(session, row, on) if could_do(session, person, row, on)]


def is_anybodys(session: Session, row: TaskRow, on: dt.date) -> bool:
    """Whether somebody could do a step. It asks until one is found: a role may have many holders."""
    return any(could_do(session, person, row, on) for person in _of_its_role(session, row, on))


def _of_its_role(session: Session, row: TaskRow, on: dt.date) -> list[str]:
    agency = row.agency if row.role in AGENCY_ROLES else None
    held = holders(session, row.role, on, agency=agency)
    acting = {
        each for person in away(session, held, on) for each in deputies(session, person, row.role, agency, on)
    }
    return sorted({*held, *acting})


def could_do(session: Session, person: str, row: TaskRow, on: dt.date) -> bool:
    """Whether somebody could do a step if it were nobody's: by role and agency, closed to them by nothing."""
    return may_do(session, viewer_for(session, person, on), replace(row, assignee=None))


def hand_over_task(session: Session, viewer: Viewer, task_id: UUID, *, to: str, reason: str) -> None:
    """Hand an open step to somebody who could do it, with a reason. Raises NotFound, Refused."""
    row = task(session, task_id)
    if not may_hand_over(session, viewer, row):
        raise NotFound("This task does not exist.")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused("Enter a reason in a few words.", about="reason")
    if not could_do(session, to, row, today_of(session)):
        raise Refused(
            "This person cannot do this step: it takes a role or an agency they do not have, or the review "
            "is closed to them.",
            about="to",
        )
    place = doing_for(session, viewer, row)
    assign(session, task_id, to, by=Actor(viewer.person, _for(viewer, place)), reason=reason.strip())
    mail(session, [to], "task_handed_over", row.business_key)


def common_receivers(session: Session, viewer: Viewer, rows: Iterable[TaskRow], on: dt.date) -> set[str]:
    """Who could do every one of several steps, and holds none of them now."""
    able = [{*receivers(session, row, on)} - {row.assignee or viewer.person} for row in rows]
    return set.intersection(*able) if able else set()


def _for(viewer: Viewer, place: str | None) -> str | None:
    return place if place != viewer.person else None
