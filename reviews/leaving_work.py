"""What somebody who leaves has in hand, as far as the one who arranges it may see: the rest is a number.

Also who could take each of it over.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import TaskRow, tasks
from reviews.absences import deputy_choices
from reviews.access import closed_to
from reviews.handing_over import may_hand_over, receivers
from reviews.holders import holders
from reviews.models import OPEN_STATUSES, Action, Cover, Person, PersonRole, Review
from reviews.permissions import Viewer, may, visible_reviews
from reviews.roles import AGENCY_ROLES


@dataclass
class InHand:
    """What is to be handed over. `unseen` counts tasks, actions and reviews that the viewer may not see."""

    roles: list[PersonRole] = field(default_factory=list)
    tasks: list[TaskRow] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    unseen: int = 0


def in_hand(session: Session, viewer: Viewer, person: str, last_day: dt.date) -> InHand:
    """What a leaver holds now, for the one who arranges the leaving."""
    seen = set(session.scalars(visible_reviews(viewer).with_only_columns(Review.ref)))
    found = InHand(roles=roles_on(session, person, last_day), covers=covers_given(session, person, last_day))
    for review in chaired(session, person):
        if review.ref in seen and may(session, viewer, "change_chair", review):
            found.reviews.append(review)
        else:
            found.unseen += 1
    for action, review in owned(session, person):
        if review.ref in seen and may(session, viewer, "reassign_action", review):
            found.actions.append(action)
        else:
            found.unseen += 1
    for row in other_tasks(session, person):
        if may_hand_over(session, viewer, row):
            found.tasks.append(row)
        else:
            found.unseen += 1
    return found


def roles_on(session: Session, person: str, last_day: dt.date) -> list[PersonRole]:
    """The roles that would go on after a last day."""
    query = select(PersonRole).where(
        PersonRole.person == person, or_(PersonRole.to_on.is_(None), PersonRole.to_on >= last_day)
    )
    return list(session.scalars(query.order_by(PersonRole.role, PersonRole.agency)))


def covers_given(session: Session, person: str, last_day: dt.date) -> list[Cover]:
    """The covers in which a person is the deputy beyond a last day."""
    query = select(Cover).where(
        Cover.covered_by == person, Cover.to_on > last_day, Cover.state != "refused", Cover.role.is_not(None)
    )
    return list(session.scalars(query.order_by(Cover.from_on, Cover.id)))


def chaired(session: Session, person: str) -> list[Review]:
    """The reviews at work that a person chairs."""
    query = select(Review).where(Review.chair == person).order_by(Review.ref)
    return [review for review in session.scalars(query) if not review.ended]


def owned(session: Session, person: str) -> list[tuple[Action, Review]]:
    """The actions that a person owns and that are not done, with their reviews."""
    query = (
        select(Action, Review)
        .join(Review, Review.id == Action.review)
        .where(Action.owner == person, Action.status.in_(("proposed", *OPEN_STATUSES)))
        .order_by(Action.ref)
    )
    return [(action, review) for action, review in session.execute(query)]


def other_tasks(session: Session, person: str) -> list[TaskRow]:
    """The open tasks that name a person, without those that move with a review's chair or an action."""
    with_actions = {action.process_instance for action, _ in owned(session, person)}
    with_chair = {review.ref for review in chaired(session, person)}
    return [
        row
        for row in tasks(session, assignee=person)
        if row.instance_id not in with_actions
        and not (row.role == "chair" and row.business_key in with_chair)
    ]


def role_successors(session: Session, held: PersonRole, on: dt.date) -> list[str]:
    """Who may take a role over: people of its agency, or anybody who is here."""
    if held.role in AGENCY_ROLES:
        return deputy_choices(session, held.person, held.role, held.agency, on)
    return list(session.scalars(select(Person.id).where(Person.active.is_(True), Person.id != held.person)))


def task_receivers(session: Session, row: TaskRow, leaver: str, on: dt.date) -> list[str]:
    """Who could do a task now."""
    return [person for person in receivers(session, row, on) if person != leaver]


def action_receivers(session: Session, action: Action, on: dt.date) -> list[str]:
    """Who may own an action: people of its agency to whom the review is not closed."""
    review = session.get_one(Review, action.review)
    found = {*holders(session, "safeguarding_lead", on, agency=action.agency)}
    found |= {*holders(session, "agency_manager", on, agency=action.agency)}
    found |= {*deputy_choices(session, action.owner, "agency_manager", action.agency, on)}
    return sorted(each for each in found - {action.owner} if not closed_to(session, review, each))


def chair_receivers(session: Session, review: Review, successors: set[str], on: dt.date) -> list[str]:
    """Who may chair a review: who chairs, or takes the role over; nobody to whom it is closed by a
    conflict."""
    found = ({*holders(session, "chair", on)} | successors) - {review.chair or ""}
    return sorted(each for each in found if review.restricted or not closed_to(session, review, each))


def cover_receivers(session: Session, cover: Cover, on: dt.date) -> list[str]:
    """Who else may be the deputy."""
    choices = deputy_choices(session, cover.person, cover.role or "", cover.agency, on)
    return [person for person in choices if person != cover.covered_by]
