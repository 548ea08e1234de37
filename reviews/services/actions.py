"""Services of one action: told to its owner, followed, shown with evidence, verified, closed (P14, A15)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import Refused, ServiceCall, set_variables
from engine.models import ProcessInstance
from reviews.access import name_if_restricted
from reviews.models import (
    OPEN_STATUSES,
    Action,
    ActionUpdate,
    Evidence,
    File,
    Recommendation,
    Review,
)
from reviews.models.actions import WORSE
from reviews.posts import those_told
from reviews.services.action_time import ask_for_time
from reviews.services.answers import Row, action_of, choice, day, given, number, review_of, words
from reviews.services.registry import registry

STANDARD_DAYS = 91  # three months, where a form leaves the date open


@registry.service("start_actions", gives="closed_on")
def start_actions(call: ServiceCall) -> dict[str, str]:
    """Start one process for each agreed action; say so at once when none is open (P14). Gives the day from
    which the wait for impact counts, until the last of them closes."""
    review = review_of(call)
    waiting = select(Action).where(
        Action.review == review.id, Action.status == "agreed", Action.process_instance.is_(None)
    )
    start_each(call, review, list(call.session.scalars(waiting.order_by(Action.ref))))
    review.state, review.actions_closed_on = "monitoring", None
    tell_if_all_closed(call, review)
    return {"closed_on": call.today.isoformat()}


@registry.service("activate_action")
def activate_action(call: ServiceCall) -> None:
    """Tell the owner that the action is theirs, and until when."""
    action = action_of(call)
    action.process_instance = call.instance_id
    call.mail(
        to=action.owner, text="action_agreed", about=call.business_key, facts={"date": action.due.isoformat()}
    )


@registry.service("record_update")
def record_update(call: ServiceCall) -> None:
    """Add to the series of updates. A wish for more time becomes a request to the Monitoring chair."""
    action, answers = action_of(call), given(call)
    answer, forecast = choice(answers, "answer"), day(answers, "forecast")
    text = " ".join(filter(None, [words(answers, key) for key in ("note", "obstacle", "whose")]))
    call.session.add(
        ActionUpdate(
            action=action.id, at=call.now, by=call.actor.id, answer=answer, text=text, forecast=forecast
        )
    )
    if action.status == "agreed":
        action.status = "in_progress"
    action.forecast = forecast or action.forecast
    action.worse = worse_than_shown(words(answers, "worse"))
    if answer in ("need_longer", "blocked"):
        ask_for_time(call.session, action, reason=text, until=forecast, by=call.actor.id, on=call.today)
    if answer == "not_mine":
        for person in those_told(call.session, "monitoring_chair", None, call.today):
            call.mail(to=person, text="action_not_mine", about=call.business_key)


@registry.service("record_evidence")
def record_evidence(call: ServiceCall) -> None:
    """Keep what shows that the action is done; the Monitoring chair checks it."""
    action, answers = action_of(call), given(call)
    evidence = Evidence(
        action=action.id,
        name=words(answers, "where"),
        shows=words(answers, "shows"),
        dated=day(answers, "evidence_on"),
        given_by=call.actor.id,
        given_on=call.today,
    )
    call.session.add(evidence)
    call.session.flush()
    added = File.action == action.id, File.evidence.is_(None), File.removed_at.is_(None)
    call.session.execute(update(File).where(*added).values(evidence=evidence.id))
    done = " ".join(filter(None, [words(answers, "done"), words(answers, "difference")]))
    call.session.add(ActionUpdate(action=action.id, at=call.now, by=call.actor.id, answer="done", text=done))
    action.status, action.completed_on = "completed", call.today


@registry.service("record_verification")
def record_verification(call: ServiceCall) -> None:
    """Verified, or back to the owner with what is missing. Raises Refused for the owner's own action."""
    action, answers = action_of(call), given(call)
    if call.actor.id == action.owner:
        raise Refused("Somebody other than the owner verifies an action.")
    if words(answers, "outcome") == "verified":
        action.verified_by, action.verified_on = call.actor.id, call.today
        return
    action.status, action.completed_on = "in_progress", None
    latest = select(Evidence).where(Evidence.action == action.id).order_by(Evidence.given_on.desc())
    evidence = call.session.scalars(latest.limit(1)).first()
    if evidence is not None:
        evidence.missing = words(answers, "missing")
    call.mail(to=action.owner, text="evidence_missing", about=call.business_key)


@registry.service("close_action")
def close_action(call: ServiceCall) -> None:
    """The action is verified and closed. The last one of a review tells the review so."""
    action = action_of(call)
    action.status = "verified"
    call.mail(to=action.owner, text="action_closed", about=call.business_key)
    tell_if_all_closed(call, review_of(call))


@registry.service("cancel_action")
def cancel_action(call: ServiceCall) -> None:
    """The action is cancelled, with the reason and who decided."""
    action = action_of(call)
    told: Any = call.variables.get("cancel_action") or {}
    action.status, action.cancelled_on = "cancelled", call.today
    action.cancel_reason = str(told.get("reason") or "")
    action.cancelled_by = str(told.get("by") or call.actor.id)
    call.mail(to=action.owner, text="action_cancelled", about=call.business_key)
    tell_if_all_closed(call, review_of(call))


def propose(
    call: ServiceCall, review: Review, told: list[Row], *, kind: str | None = None, agreed: bool = False
) -> list[Action]:
    """Make actions of a form's rows, numbered on within the review: proposed, or agreed at once."""
    recommendations = {
        row.number: row.id
        for row in call.session.scalars(select(Recommendation).where(Recommendation.review == review.id))
    }
    following = _last_action_number(call.session, review) + 1
    made = []
    for row in told:
        due = day(row, "due") or call.today + dt.timedelta(days=STANDARD_DAYS)
        if due < call.today:
            raise Refused("An action cannot be due in the past.")
        action = Action(
            ref=f"{review.ref}-A{following}",
            review=review.id,
            recommendation=recommendations.get(number(row, "recommendation") or 0),
            kind=kind or choice(row, "kind") or "multi_agency",
            text=words(row, "text"),
            difference=words(row, "outcome"),
            baseline=words(row, "baseline"),
            measure=words(row, "measure"),
            evidence_required=words(row, "evidence_required"),
            agency=words(row, "agency"),
            owner=words(row, "owner"),
            priority=words(row, "priority") or "medium",
            status="agreed" if agreed else "proposed",
            proposed_on=call.today,
            agreed_on=call.today if agreed else None,
            due=due,
            original_due=due,
        )
        following += 1
        call.session.add(action)
        made.append(action)
    call.session.flush()
    return made


def worse_than_shown(said: str) -> str | None:
    """How much worse its owner says that an action goes than is calculated (2.7); None for no worse."""
    return said if said in WORSE else None


def start_each(call: ServiceCall, review: Review, actions: list[Action]) -> None:
    """Start the process of each action."""
    for action in actions:
        name_if_restricted(
            call.session, review, [action.owner], reason="Owns an action", by=call.actor, now=call.now
        )
        action.process_instance = call.start(
            "action",
            business_key=review.ref,
            variables={
                "action": facts_of(action),
                "review": {"ref": review.ref, "instance": str(_spine(call, review))},
            },
        )


def facts_of(action: Action) -> dict[str, str]:
    """The small facts of an action that its process counts with."""
    return {
        "id": str(action.id),
        "ref": action.ref,
        "due": action.due.isoformat(),
        "agency": action.agency,
        "owner": action.owner,
        "kind": action.kind,
    }


def tell_if_all_closed(call: ServiceCall, review: Review) -> None:
    """Send `actions_closed` to the review's process when its plan is adopted and no action is open. Where it
    waits for impact already (an action was added since), the wait counts from today."""
    call.session.flush()
    still_open = call.session.scalar(
        select(func.count())
        .select_from(Action)
        .where(Action.review == review.id, Action.status.in_(OPEN_STATUSES))
    )
    if still_open or review.plan_adopted_on is None:
        return
    review.actions_closed_on = call.today
    if review.state == "monitoring":
        review.state = "dissemination"
    spine = _spine(call, review)
    if spine != call.instance_id:
        facts = {"last_action": {"closed_on": call.today.isoformat()}}
        set_variables(call.session, spine, facts, by=call.actor)
    call.send("actions_closed", to=spine)


def _spine(call: ServiceCall, review: Review) -> uuid.UUID:
    """The instance of the review's own process, from a service of whichever process."""
    if call.process == "learning_review":
        return call.instance_id
    if review.process_instance is not None:
        return review.process_instance
    query = select(ProcessInstance.id).where(
        ProcessInstance.process == "learning_review", ProcessInstance.business_key == review.ref
    )
    return call.session.scalars(query).one()


def next_action_ref(session: Session, review: Review) -> str:
    """The reference of a review's next action."""
    return f"{review.ref}-A{_last_action_number(session, review) + 1}"


def _last_action_number(session: Session, review: Review) -> int:
    refs = session.scalars(select(Action.ref).where(Action.review == review.id))
    return max((int(ref.rsplit("-A", 1)[1]) for ref in refs), default=0)
