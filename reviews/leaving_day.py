"""The day after somebody's last: what they held goes where it was arranged to, and they are no longer active.

Done once: the leaving is marked as done in the same transaction. Nothing is lost: what nobody was named for
(or cannot be taken by who was named) goes to the team of its role, or where that is empty to the next level.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine import Actor, EngineError, TaskRow, assign, discard_drafts, tasks
from reviews.absences import ABOUT as COVER
from reviews.absences import ask_cover, end_cover
from reviews.access import closed_to
from reviews.acting import mail
from reviews.action_commands import give_action
from reviews.commands import put_chair
from reviews.handing_over import could_do
from reviews.holders import holders
from reviews.holds import holds_on
from reviews.leaving_work import chaired, covers_given, other_tasks, owned
from reviews.models import Absence, Agency, Body, Cover, Leaving, Person, PersonRole, Review
from reviews.people import ABOUT, note
from reviews.permissions import PRIVATE_STEPS
from reviews.posts import LED_BY_DEPUTY, those_told
from reviews.roles import AGENCY_ROLES, ROLES

WHY = "Has left"


def leave_due(session: Session, today: dt.date) -> int:
    """Carry out every leaving whose last day is past; how many.

    One that fails is noted, does not hold up the others, and is tried again the next day.
    """
    due = select(Leaving).where(Leaving.state == "confirmed", Leaving.last_day < today)
    done = 0
    for row in session.scalars(due.order_by(Leaving.last_day, Leaving.id)).all():
        try:
            with session.begin_nested():
                leave_now(session, row, today)
            done += 1
        except EngineError:
            note(session, row.person, "leaving_failed", Actor.system("calendar"), {})
    return done


def leave_now(session: Session, row: Leaving, today: dt.date) -> None:
    """Hand everything over, end what was theirs, switch them off; the office is told."""
    person, by = session.get_one(Person, row.person), Actor(row.arranged_by)
    person.active, row.state, row.done_on = False, "done", today
    session.flush()
    left = _chairs(session, row, by, today) + _actions(session, row, by, today)
    left += sum(_task(session, row, task, by, today) for task in other_tasks(session, row.person))
    _covers(session, row, by, today)
    _posts(session, row)
    drafts = discard_drafts(session, row.person, keep=lambda key: bool(holds_on(session, [key])))
    note(session, row.person, "left", by, {"without_successor": left, "drafts": drafts})
    mail(session, those_told(session, "business_manager", None, today), "leaver_done", ABOUT)


def _chairs(session: Session, row: Leaving, by: Actor, today: dt.date) -> int:
    left = 0
    for review in chaired(session, row.person):
        to = row.plan.get("reviews", {}).get(review.ref)
        if to in holders(session, "chair", today) and _put_chair(session, review, to, by):
            continue
        left += 1
        heads = [
            each for each in those_told(session, "hosl", None, today) if not closed_to(session, review, each)
        ]
        for task in tasks(session, business_keys=[review.ref], assignee=row.person):
            if task.role == "chair":
                assign(session, task.id, heads[0] if heads else None, by=by, reason=WHY)
        mail(session, heads, "chair_left", review.ref)
    return left


def _put_chair(session: Session, review: Review, to: str, by: Actor) -> bool:
    """Whether somebody could be put in the chair: not with a conflict, and the review is at work."""
    if closed_to(session, review, to) and not review.restricted:
        return False
    try:
        with session.begin_nested():
            put_chair(session, review, to, reason=WHY, by=by)
    except EngineError:
        return False
    return True


def _actions(session: Session, row: Leaving, by: Actor, today: dt.date) -> int:
    left = 0
    for action, review in owned(session, row.person):
        named = row.plan.get("actions", {}).get(action.ref) or _successor(
            session, row, "safeguarding_lead", action.agency
        )
        to = named if _takes_action(session, review, named) else None
        if to is None:
            left += 1
            leads = those_told(session, "safeguarding_lead", action.agency, today)
            to = next((each for each in leads if _takes_action(session, review, each)), None)
        if to is not None:
            give_action(session, action, to, reason=WHY, by=by)
    return left


def _takes_action(session: Session, review: Review, person: str | None) -> bool:
    if person is None or not session.scalar(select(Person.active).where(Person.id == person)):
        return False
    return not closed_to(session, review, person)


def _task(session: Session, row: Leaving, task: TaskRow, by: Actor, today: dt.date) -> int:
    """Hand one task over; 1 when nobody was named who can take it."""
    agency = task.agency if task.role in AGENCY_ROLES else None
    named = row.plan.get("tasks", {}).get(str(task.id)) or _successor(session, row, task.role, agency)
    if named and could_do(session, named, task, today):
        assign(session, task.id, named, by=by, reason=WHY)
        mail(session, [named], "task_handed_over", task.business_key)
        return 0
    assign(session, task.id, _team(session, task, agency, today), by=by, reason=WHY)
    return 1


def _team(session: Session, task: TaskRow, agency: str | None, today: dt.date) -> str | None:
    """None for the team of the role. A person where there is no team, or where it would not see the task."""
    alone = task.role == "chair" or task.step in PRIVATE_STEPS
    if not alone and any(
        could_do(session, each, task, today) for each in holders(session, task.role, today, agency=agency)
    ):
        return None
    review = session.scalars(select(Review).where(Review.ref == task.business_key)).one_or_none()
    people = those_told(session, "hosl" if task.role == "chair" else task.role, agency, today)
    open_to = [each for each in people if review is None or not closed_to(session, review, each)]
    return open_to[0] if open_to else None


def _successor(session: Session, row: Leaving, role: str, agency: str | None) -> str | None:
    """Who takes over the leaver's role, of those the office named."""
    for key, person in row.plan.get("roles", {}).items():
        held = session.scalars(select(PersonRole).where(PersonRole.person == row.person)).all()
        if any(str(each.id) == key and (each.role, each.agency) == (role, agency) for each in held):
            return str(person)
    return None


def _covers(session: Session, row: Leaving, by: Actor, today: dt.date) -> None:
    """Covers they give go to another deputy, or end; absences and covers of their own are over."""
    for cover in covers_given(session, row.person, row.last_day):
        to = row.plan.get("covers", {}).get(str(cover.id))
        absence = session.get(Absence, cover.absence) if cover.absence else None
        if to and absence is not None:
            held = (cover.role or "", cover.agency)
            ask_cover(session, absence, held, to, max(cover.from_on, today), cover.to_on, by)
        else:
            mail(session, [cover.person], "deputy_left", COVER, {"date": cover.from_on.isoformat()})
        end_cover(session, cover, row.last_day)
    own = select(Cover).where(Cover.person == row.person, Cover.to_on > row.last_day)
    for cover in session.scalars(own).all():
        end_cover(session, cover, row.last_day)
    session.flush()
    session.execute(delete(Absence).where(Absence.person == row.person, Absence.from_on > row.last_day))


def _posts(session: Session, row: Leaving) -> None:
    """Where they are registered by name: the successor in the role that goes with it, or nobody."""
    for agency in session.scalars(select(Agency).where(Agency.lead == row.person)).all():
        agency.lead = _successor(session, row, "safeguarding_lead", agency.id)
    for body in session.scalars(select(Body).where((Body.chair == row.person) | (Body.deputy == row.person))):
        if body.chair == row.person:
            led_as = [role for role in LED_BY_DEPUTY if ROLES[role].body == body.id]
            body.chair = _successor(session, row, led_as[0], None) if led_as else None
        if body.deputy == row.person:
            body.deputy = None
    session.execute(update(Person).where(Person.line_lead == row.person).values(line_lead=None))
