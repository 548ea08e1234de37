"""Requests for more time: which wait, who may decide, and the decision. The engine keeps the old date.

Two kinds stand in one list. Of a step: the Head and the business manager decide, once; a second time the
chair of the Monitoring Sub-Group. Of an action: its Monitoring chair, or those two where none was agreed
before (P14: once without the sub-group). Nobody decides for themselves. None commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, extend, local_date, record, set_variables, tasks
from engine.models import Deadline, UserTask
from reviews.acting import mail, now_of, today_of
from reviews.models import Action, ActionExtension, Review, TimeRequest
from reviews.models.actions import AT_WORK
from reviews.permission_table import RULES
from reviews.permissions import Viewer, may, viewer_for
from reviews.posts import those_told
from reviews.services.action_time import answer_request, give_time
from reviews.services.actions import facts_of


@dataclass(frozen=True)
class Waiting:
    """One request that waits for a decision. `until` is None where an owner named no date."""

    id: UUID
    kind: str
    name: str
    about: str
    pseudonym: str
    asked_by: str
    asked_on: dt.date
    until: dt.date | None
    due: dt.date | None
    reason: str


def waiting_requests(session: Session, viewer: Viewer) -> list[Waiting]:
    """The requests that this viewer may decide, oldest first."""
    found = [*_of_steps(session, viewer), *_of_actions(session, viewer)]
    return sorted(found, key=lambda row: (row.asked_on, row.about))


def request_named(session: Session, viewer: Viewer, request_id: UUID) -> Waiting:
    """One of them. Raises NotFound for one that is decided, over, or not this viewer's to decide."""
    for row in waiting_requests(session, viewer):
        if row.id == request_id:
            return row
    raise NotFound("There is no such request.")


def waiting_request(session: Session, task_id: UUID) -> TimeRequest | None:
    """The request of a task that nobody has answered, if there is one."""
    query = select(TimeRequest).where(TimeRequest.task == task_id, TimeRequest.agreed.is_(None))
    return session.scalars(query.limit(1)).first()


def request_of(session: Session, task_id: UUID) -> TimeRequest | None:
    """The latest request of a task, answered or not."""
    query = select(TimeRequest).where(TimeRequest.task == task_id).order_by(TimeRequest.asked_at.desc())
    return session.scalars(query.limit(1)).first()


def deciders(session: Session, task_id: UUID, about: str, *, but: Collection[str]) -> list[str]:
    """Who may decide about a step's time, without the people named."""
    review = session.scalars(select(Review).where(Review.ref == about)).one_or_none()
    on, verb = today_of(session), verb_for(session, task_id)
    people = dict.fromkeys(
        person for role in _roles_with(verb) for person in those_told(session, role, None, on)
    )
    return [
        person
        for person in people
        if person not in but and _may_extend(session, viewer_for(session, person, on), verb, review)
    ]


def verb_for(session: Session, task_id: UUID) -> str:
    """What giving a step more time takes: another verb where it has had more time before."""
    extended = session.scalar(select(Deadline.extended).where(Deadline.task_id == task_id))
    return "extend_again" if extended else "extend"


def may_give_time(session: Session, viewer: Viewer, task: UserTask) -> bool:
    """Whether a viewer may give a step more time, now or again."""
    review = session.scalars(select(Review).where(Review.ref == task.business_key)).one_or_none()
    return _may_extend(session, viewer, verb_for(session, task.id), review)


def decide(
    session: Session, viewer: Viewer, request_id: UUID, *, agreed: bool, until: dt.date | None, reason: str
) -> None:
    """Agree to more time until a date, or not, with a reason; who asked and who holds the task are told.

    Raises NotFound, Refused without a reason or with a date that is not later, and what `engine.extend`
    raises.
    """
    asked = request_named(session, viewer, request_id)
    if not reason.strip():
        raise Refused("Give a reason.", about="reason")
    if agreed and (until is None or (asked.due and until <= asked.due)):
        raise Refused("Give a new date that is later than the present one.", about="new_due")
    if asked.kind == "action":
        _decide_action(session, viewer, request_id, agreed=agreed, until=until, reason=reason)
    else:
        _decide_step(session, viewer, request_id, agreed=agreed, until=until, reason=reason)


def _decide_step(
    session: Session, viewer: Viewer, request_id: UUID, *, agreed: bool, until: dt.date | None, reason: str
) -> None:
    query = select(TimeRequest).where(TimeRequest.id == request_id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one()
    if row.agreed is not None:
        raise Refused("Somebody has decided this already.")
    row.agreed, row.new_due, row.answer = agreed, until if agreed else None, reason.strip()
    row.answered_by, row.answered_at = viewer.person, now_of(session)
    held = session.get_one(UserTask, row.task)
    if agreed and until is not None:
        extend(
            session,
            row.task,
            until=until,
            reason=row.reason,
            approved_by=viewer.person,
            by=Actor(viewer.person),
        )
    _note(session, viewer, row.about, "time_decided", held.name)
    told = dict.fromkeys([row.asked_by, *([held.assignee] if held.assignee else [])])
    date = held.due_on.isoformat() if held.due_on else None
    mail(session, list(told), "time_agreed" if agreed else "time_refused", row.about, {"date": date})


def _decide_action(
    session: Session, viewer: Viewer, request_id: UUID, *, agreed: bool, until: dt.date | None, reason: str
) -> None:
    asked = session.get_one(ActionExtension, request_id)
    query = select(Action).where(Action.id == asked.action).with_for_update()
    action = session.scalars(query).one()
    review, today = session.get_one(Review, action.review), today_of(session)
    if review.held_since is not None:
        raise Refused("This review is paused. Its dates stand still until it goes on.")
    if agreed:
        give_time(session, action, until, reason, by=viewer.person, on=today)
        if action.process_instance is not None:
            facts = {"action": facts_of(action)}
            set_variables(session, action.process_instance, facts, by=Actor(viewer.person))
    else:
        answer_request(session, action, False, None, reason, by=viewer.person, on=today)
    _note(session, viewer, review.ref, "time_decided", action.ref)
    text = "extension_agreed" if agreed else "extension_refused"
    told = list(dict.fromkeys([asked.asked_by, action.owner]))
    mail(session, told, text, review.ref, {"date": action.due.isoformat()})


def _of_steps(session: Session, viewer: Viewer) -> list[Waiting]:
    query = (
        select(TimeRequest, UserTask)
        .join(UserTask, UserTask.id == TimeRequest.task)
        .where(TimeRequest.agreed.is_(None), UserTask.status == "open")
    )
    found = [(row, task) for row, task in session.execute(query)]
    named = select(Review).where(Review.ref.in_({row.about for row, _ in found}))
    reviews = {review.ref: review for review in session.scalars(named)}
    return [
        _of_step(row, task, reviews.get(row.about))
        for row, task in found
        if not {row.asked_by, task.assignee} & set(viewer.acting)
        and _may_extend(session, viewer, verb_for(session, row.task), reviews.get(row.about))
    ]


def _of_step(row: TimeRequest, task: UserTask, review: Review | None) -> Waiting:
    return Waiting(
        row.id,
        "step",
        task.name,
        row.about,
        review.pseudonym if review is not None else "",
        row.asked_by,
        local_date(row.asked_at),
        row.asked_until,
        task.due_on,
        row.reason,
    )


def _of_actions(session: Session, viewer: Viewer) -> list[Waiting]:
    """Requests made beside the asked update. One that the process has a step for is decided there."""
    query = (
        select(ActionExtension, Action, Review)
        .join(Action, Action.id == ActionExtension.action)
        .join(Review, Review.id == Action.review)
        .where(ActionExtension.granted.is_(None), Action.status.in_(AT_WORK))
        .order_by(ActionExtension.asked_on.desc())
    )
    latest: dict[UUID, Waiting] = {}
    for row, action, review in session.execute(query):
        mine = {row.asked_by, action.owner} & set(viewer.acting)
        if mine or action.id in latest or not _may_give_time(session, viewer, action, review):
            continue
        if any(
            each.step == "extension_decision" for each in tasks(session, instance_id=action.process_instance)
        ):
            continue
        latest[action.id] = Waiting(
            row.id,
            "action",
            action.text,
            review.ref,
            review.pseudonym,
            row.asked_by,
            row.asked_on,
            row.asked_until,
            action.due,
            row.reason,
        )
    return list(latest.values())


def _may_extend(session: Session, viewer: Viewer, verb: str, review: Review | None) -> bool:
    if review is None:  # an event, a report, a policy: about no review
        return may(session, viewer, "extend_other_step" if verb == "extend" else "extend_other_step_again")
    return may(session, viewer, verb, review)


def _roles_with(verb: str) -> list[str]:
    return list(dict.fromkeys(rule.role for rule in RULES if rule.verb == verb))


def _may_give_time(session: Session, viewer: Viewer, action: Action, review: Review) -> bool:
    if may(session, viewer, "decide_action_time", review):
        return True
    agreed = select(func.count()).where(
        ActionExtension.action == action.id, ActionExtension.granted.is_(True)
    )
    return not session.scalar(agreed) and may(session, viewer, "extend", review)


def _note(session: Session, viewer: Viewer, about: str, subject: str, name: str) -> None:
    record(
        session,
        kind="record.changed",
        business_key=about,
        actor=Actor(viewer.person),
        subject=subject,
        details={"name": name},
    )
