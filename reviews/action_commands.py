"""What people do with an action outside its steps: an update at any time, one more action of an adopted plan.

Each asks permission first and leaves a trace in the audit log. None commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import (
    Actor,
    NotFound,
    Refused,
    TaskRow,
    assign,
    complete_task,
    house,
    local_date,
    record,
    send_message,
    set_variables,
    start,
    tasks,
)
from engine.deadlines.span import add_months
from reviews.access import name_if_restricted
from reviews.acting import mail
from reviews.disclosure_check.outgoing import must_go, sentence
from reviews.disclosure_check.texts import PLAN
from reviews.models import OPEN_STATUSES, Action, ActionUpdate, Review
from reviews.models.actions import ANSWERS
from reviews.permissions import Viewer, may, visible_actions, visible_reviews
from reviews.posts import those_told
from reviews.services.action_time import ask_for_time
from reviews.services.actions import facts_of, next_action_ref, worse_than_shown

NOT_YET = 120  # months: longer than any action runs; the day on which it closes takes its place
# Answers after which somebody else has to decide, and the notice that the Monitoring chair gets.
_ASKS_SOMEBODY = {
    "need_longer": "action_time_asked",
    "blocked": "action_time_asked",
    "not_mine": "action_not_mine",
}


def update_action(
    session: Session,
    viewer: Viewer,
    ref: str,
    *,
    answer: str,
    text: str,
    forecast: dt.date | None = None,
    worse: str = "",
) -> None:
    """Say how one's action is going, at any time. Where the process asks just now, this answers it. `worse`
    is amber or red where it goes worse than its dates show.

    Raises NotFound for an action one may not see, Refused for one that is not one's own or not open.
    """
    action = action_named(session, viewer, ref)
    if action.owner not in viewer.acting:
        raise Refused("An action is updated by its owner.")
    if action.status not in OPEN_STATUSES:
        raise Refused("This action is closed.")
    if answer not in ANSWERS or not text.strip():
        raise Refused("Say how it is going, in a sentence.")
    asked = [
        row for row in tasks(session, instance_id=action.process_instance) if row.step == "action_update"
    ]
    answers: dict[str, Any] = {"answer": answer, "note": text, "worse": worse}
    if forecast:
        answers["forecast"] = forecast.isoformat()
    if asked:
        complete_task(session, asked[0].id, answers, {"answer": answer}, by=_owner_or_deputy(viewer, action))
        return
    now = house(session).clock.now()
    session.add(
        ActionUpdate(action=action.id, at=now, by=viewer.person, answer=answer, text=text, forecast=forecast)
    )
    action.forecast, action.worse = forecast or action.forecast, worse_than_shown(worse)
    if action.status == "agreed":
        action.status = "in_progress"
    on = local_date(now)
    told = _ASKS_SOMEBODY.get(answer)
    if told == "action_time_asked":
        ask_for_time(session, action, reason=text, until=forecast, by=viewer.person, on=on)
    if told:
        mail(session, those_told(session, "monitoring_chair", None, on), told, _ref_of(session, action))
    _note(session, viewer, action, "action_update")


def add_action(session: Session, viewer: Viewer, review_ref: str, told: Mapping[str, Any]) -> Action:
    """One more action of an adopted plan, agreed at once (P14). `told` has the keys of the summary's rows and
    may have a reason.

    Raises NotFound, Refused without text, measure, owner, agency or a due date that is not past.
    """
    review = session.scalars(visible_reviews(viewer).where(Review.ref == review_ref)).one_or_none()
    if review is None:
        raise NotFound("There is no review with this reference.")
    if not may(session, viewer, "add_action", review) or review.plan_adopted_on is None:
        raise Refused("Actions are added by the Monitoring chair, once the plan is adopted.")
    missing = [name for name in ("text", "measure", "owner", "agency", "due") if not told.get(name)]
    if missing:
        raise Refused(f"Still needed: {', '.join(missing)}.")
    today = local_date(house(session).clock.now())
    due = dt.date.fromisoformat(str(told["due"]))
    if due < today:
        raise Refused("An action cannot be due in the past.", about="due")
    _refuse_telling(session, viewer, review, told)
    action = Action(
        ref=next_action_ref(session, review),
        review=review.id,
        kind=str(told.get("kind") or "multi_agency"),
        text=str(told["text"]),
        difference=str(told.get("outcome") or ""),
        baseline=str(told.get("baseline") or ""),
        measure=str(told["measure"]),
        evidence_required=str(told.get("evidence_required") or ""),
        agency=str(told["agency"]),
        owner=str(told["owner"]),
        status="agreed",
        proposed_on=today,
        agreed_on=today,
        due=due,
        original_due=due,
    )
    session.add(action)
    session.flush()
    actor, now = Actor(viewer.person), house(session).clock.now()
    name_if_restricted(session, review, [action.owner], reason="Owns an action", by=actor, now=now)
    action.process_instance = start(
        session,
        "action",
        business_key=review.ref,
        variables={
            "action": facts_of(action),
            "review": {"ref": review.ref, "instance": str(review.process_instance)},
        },
        by=Actor(viewer.person),
    )
    _wait_for_it(session, review, today, by=Actor(viewer.person))
    _note(session, viewer, action, "action_added", str(told.get("reason") or ""))
    return action


def _wait_for_it(session: Session, review: Review, today: dt.date, *, by: Actor) -> None:
    """Where all actions had closed, impact is not looked at before this one has, and six months after."""
    if review.actions_closed_on is None or review.process_instance is None:
        return
    review.actions_closed_on = None
    not_yet = add_months(today, NOT_YET).isoformat()
    set_variables(session, review.process_instance, {"last_action": {"closed_on": not_yet}}, by=by)


def _refuse_telling(session: Session, viewer: Viewer, review: Review, told: Mapping[str, Any]) -> None:
    """An action goes to people who do not see its review. Raises Refused for one that tells who it is."""
    texts = {key: str(told.get(key) or "") for key in PLAN["actions"][1]}
    for mark in must_go(session, review, texts, by=Actor(viewer.person)):
        raise Refused(sentence(mark), about=mark.field)


def cancel_action(session: Session, viewer: Viewer, ref: str, *, reason: str) -> None:
    """Cancel an open action, with a reason; its owner is told."""
    action = action_named(session, viewer, ref)
    review = session.get(Review, action.review)
    if review is None or not may(session, viewer, "cancel_action", review):
        raise Refused("An action is cancelled by the Monitoring chair.")
    if action.process_instance is None or action.status not in OPEN_STATUSES:
        raise Refused("This action is not at work.")
    if not reason.strip():
        raise Refused("Give a reason.")
    told = {"reason": reason, "by": viewer.person}
    send_message(
        session, "cancel_action", instance_id=action.process_instance, payload=told, by=Actor(viewer.person)
    )


def give_action(session: Session, action: Action, to: str, *, reason: str, by: Actor) -> None:
    """Another owner for an action, whoever decided it; the steps that named the former one move with it."""
    before, action.owner = action.owner, to
    ref = session.scalars(select(Review.ref).where(Review.id == action.review)).one()
    if action.process_instance is not None and action.status in OPEN_STATUSES:
        set_variables(session, action.process_instance, {"action": facts_of(action)}, by=by)
        for row in tasks(session, instance_id=action.process_instance):
            if row.assignee == before:
                assign(session, row.id, to, by=by, reason=reason)
    record(
        session,
        kind="record.changed",
        business_key=ref,
        actor=by,
        subject="action_reassigned",
        details={"action": action.ref, "from": before, "to": to, "reason": reason},
    )
    mail(session, [to], "action_agreed", ref, {"date": action.due.isoformat()})


def action_named(session: Session, viewer: Viewer, ref: str) -> Action:
    """An action by its reference. Raises NotFound where this viewer may not know of it."""
    action = session.scalars(visible_actions(viewer).where(Action.ref == ref)).one_or_none()
    if action is None:
        raise NotFound("There is no action with this reference.")
    return action


def action_asked(session: Session, row: TaskRow) -> str | None:
    """The reference of the action that a task asks its owner about; None for every other task."""
    if row.process != "action" or row.step not in ("action_update", "action_evidence"):
        return None
    return session.scalar(select(Action.ref).where(Action.process_instance == row.instance_id))


def _ref_of(session: Session, action: Action) -> str:
    return session.scalars(select(Review.ref).where(Review.id == action.review)).one()


def _owner_or_deputy(viewer: Viewer, action: Action) -> Actor:
    return Actor(viewer.person, action.owner if action.owner != viewer.person else None)


def _note(session: Session, viewer: Viewer, action: Action, subject: str, reason: str = "") -> None:
    record(
        session,
        kind="record.changed",
        business_key=_ref_of(session, action),
        actor=_owner_or_deputy(viewer, action) if subject == "action_update" else Actor(viewer.person),
        subject=subject,
        details={"action": action.ref, **({"reason": reason} if reason else {})},
    )
