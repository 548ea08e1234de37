"""Restricting a review, lifting that again, naming people and taking them off; and which steps then wait for
nobody.

Being named gives no right that a role does not give. Somebody on the list can always name others: the last
one who can is not taken off it.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine import Actor, Refused, TaskRow, tasks
from engine.models import UserTask
from engine.outbox import queue_mail
from reviews.access import closed_to, in_conflict, lift_restriction, name_person, named_on, restrict, take_off
from reviews.acting import asked_on, now_of, today_of
from reviews.by_reference import review_by_reference
from reviews.handing_over import receivers
from reviews.models import Review
from reviews.permissions import Viewer, may, viewer_for
from reviews.posts import those_told

TEXT = "restricted_step_waits"


def restrict_access(
    session: Session, viewer: Viewer, ref: str, *, reason: str, names: list[str] | None = None
) -> None:
    """Close a review to all but the people named; who does so, and its chair, are always among them."""
    review = asked_on(session, viewer, "restrict_access", ref, reason)
    named = [viewer.person, *(names or []), *([review.chair] if review.chair else [])]
    restrict(session, review, reason=reason, names=named, by=Actor(viewer.person), now=now_of(session))
    if waiting_for_nobody(session, review):
        _tell(session, review)


def open_access(session: Session, viewer: Viewer, ref: str) -> None:
    """Lift a restriction."""
    review = asked_on(session, viewer, "restrict_access", ref)
    lift_restriction(session, review, by=Actor(viewer.person))


def give_access(session: Session, viewer: Viewer, ref: str, *, person: str, reason: str) -> None:
    """Put a person on the list of a restricted review. Raises NotFound, Refused."""
    review = asked_on(session, viewer, "name_access", ref, reason)
    name_person(session, review, person, reason=reason, by=Actor(viewer.person), now=now_of(session))


def end_access(session: Session, viewer: Viewer, ref: str, *, person: str) -> None:
    """Take a person off the list of a restricted review. Raises NotFound, Refused."""
    review = asked_on(session, viewer, "name_access", ref)
    if person == review.chair:
        raise Refused("The chair stays on the list. Change the chair first.")
    able = [row.person for row in named_on(session, review) if _can_name(session, row.person, review)]
    if able == [person]:
        raise Refused("Nobody else on the list could name people. Name somebody else of the office first.")
    take_off(session, review, person, by=Actor(viewer.person))


def waiting_for_nobody(session: Session, review: Review) -> list[TaskRow]:
    """The open steps of a restricted review that nobody may do: nobody of the role is on its list, nor is the
    one whom the step names."""
    if not review.restricted:
        return []
    on = today_of(session)
    return [
        row
        for row in tasks(session, business_keys=[review.ref])
        if (closed_to(session, review, row.assignee) if row.assignee else not receivers(session, row, on))
    ]


def left_without(session: Session, review: Review, names: set[str]) -> list[TaskRow]:
    """The open steps that nobody could do if only these people could open the review."""
    on = today_of(session)
    found = tasks(session, business_keys=[review.ref])
    return [row for row in found if not names & {row.assignee, *receivers(session, row, on)}]


def steps_opened(session: Session, opened: list[UserTask]) -> None:
    """Tell the office when steps of a restricted review open that nobody may do."""
    new = {task.id for task in opened}
    for ref in sorted({task.business_key for task in opened}):
        review = review_by_reference(session, ref)
        if review is None or not review.restricted:
            continue
        if any(row.id in new for row in waiting_for_nobody(session, review)):
            _tell(session, review)


def _can_name(session: Session, person: str, review: Review) -> bool:
    return may(session, viewer_for(session, person, today_of(session)), "name_access", review)


def _tell(session: Session, review: Review) -> None:
    """The business manager, and those on the list who can name somebody: a reference, and no step's name."""
    hear = {row.person for row in named_on(session, review) if _can_name(session, row.person, review)}
    hear |= {*those_told(session, "business_manager", None, today_of(session))}
    for person in sorted(hear):
        if not in_conflict(session, review, person):
            queue_mail(session, to=person, text=TEXT, about=review.ref, facts={})
