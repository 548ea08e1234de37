"""Who does a step that everybody of its role must leave to another: the one Monitoring chair does not check
the evidence of an action of their own (practice 2.7), so it goes one level up, as from an empty post."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import Session

from engine import Actor, TaskRow, assign
from engine.models import UserTask
from engine.queries import task_row
from reviews.acting import mail, today_of
from reviews.guards import LEFT_TO_ANOTHER, broken
from reviews.handing_over import is_anybodys
from reviews.holders import holders
from reviews.models import Person
from reviews.permissions import may_do, viewer_for
from reviews.posts import level_by_level
from reviews.roles import AGENCY_ROLES

# One of some people whom a guard keeps from a step.
_KEPT = (
    select(Person.id)
    .where(
        Person.id.in_(bindparam("people", expanding=True)),
        broken(Person.id, bindparam("step"), bindparam("case"), bindparam("instance", type_=Uuid)),
    )
    .limit(1)
)
BY = Actor("system:posts")
REASON = "Those of the role must leave it to another"


def leave_to_another(session: Session, opened: list[UserTask]) -> None:
    """Give each step that was just opened, and that a guard keeps from everybody of its role, to the first
    level above that may do it; that person is told. Where nobody may, it waits."""
    for each in opened:
        if each.step not in LEFT_TO_ANOTHER or each.assignee is not None:
            continue
        row = task_row(each, None)
        if _guard_keeps(session, row) and not is_anybodys(session, row, today_of(session)):
            person = _first_above(session, row)
            if person is not None:
                assign(session, row.id, person, by=BY, reason=REASON)
                mail(session, [person], "task_handed_over", row.business_key)


def _guard_keeps(session: Session, row: TaskRow) -> bool:
    """Whether it is a guard that keeps somebody of the role from it: an empty post goes up as it opens."""
    agency = row.agency if row.role in AGENCY_ROLES else None
    people = holders(session, row.role, today_of(session), agency=agency)
    asked = {"step": row.step, "case": row.business_key, "instance": row.instance_id, "people": people}
    return bool(people) and session.scalar(_KEPT, asked) is not None


def _first_above(session: Session, row: TaskRow) -> str | None:
    on = today_of(session)
    for person in level_by_level(session, row.role, row.agency, on):
        if may_do(session, viewer_for(session, person, on), replace(row, assignee=person)):
            return person
    return None
