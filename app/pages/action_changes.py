"""Actions outside their steps: an update at any time, one more for an adopted plan, one that is cancelled."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import date_in, questions
from app.requests import Visit
from engine import NotFound
from reviews.action_commands import action_named, add_action, cancel_action, update_action
from reviews.models import Action, Review
from reviews.models.actions import AT_WORK
from reviews.permissions import may

action_changes = Blueprint("action_changes", __name__)


@action_changes.get("/actions/<ref>/update")
def ask_update(at: Visit, ref: str) -> ResponseReturnValue:
    """How it is going."""
    return questions("action_change", at).page("action_update", at, action=_at_work(at, ref))


@action_changes.post("/actions/<ref>/update")
def update(at: Visit, ref: str) -> ResponseReturnValue:
    """Keep the update."""
    asked, action = questions("action_change", at), _at_work(at, ref)

    def act(told: dict[str, Any]) -> None:
        answer, forecast = told["answer"], date_in(told, "forecast")
        update_action(
            at.session,
            at.viewer,
            ref,
            answer=answer,
            text=told["note"],
            forecast=forecast,
            worse=told.get("worse") or "",
        )

    if not asked.sent(at, act):
        return asked.page("action_update", at, action=action), 422
    flash("Your update is kept.")
    return redirect(_after(at), 303)


@action_changes.get("/actions/<ref>/cancel")
def ask_cancel(at: Visit, ref: str) -> ResponseReturnValue:
    """Why it is no longer needed."""
    return questions("reason", at).page("action_cancel", at, action=_at_work(at, ref))


@action_changes.post("/actions/<ref>/cancel")
def cancel(at: Visit, ref: str) -> ResponseReturnValue:
    """Cancel it; its owner is told."""
    asked, action = questions("reason", at), _at_work(at, ref)
    if not asked.sent(at, lambda told: cancel_action(at.session, at.viewer, ref, reason=told["reason"])):
        return asked.page("action_cancel", at, action=action), 422
    flash(f"Action {ref} is cancelled. Its owner is told.")
    review = at.session.get_one(Review, action.review)
    return redirect(url_for("reviews.part", ref=review.ref, section="actions"), 303)


@action_changes.get("/reviews/<ref>/actions/add")
def ask_add(at: Visit, ref: str) -> ResponseReturnValue:
    """One more action of an adopted plan."""
    if at.review.plan_adopted_on is None or at.review.ended:
        raise NotFound
    return questions("action_new", at, review=at.review).page("action_new", at, review=at.review)


@action_changes.post("/reviews/<ref>/actions/add")
def add(at: Visit, ref: str) -> ResponseReturnValue:
    """Add it; it is at work at once, and its owner is told."""
    asked = questions("action_new", at, review=at.review)
    if not asked.sent(at, lambda told: _add(at, ref, told)):
        return asked.page("action_new", at, review=at.review), 422
    flash("The action is added. Its owner is told.")
    return redirect(url_for("reviews.part", ref=ref, section="actions"), 303)


def _add(at: Visit, ref: str, told: dict[str, Any]) -> None:
    add_action(at.session, at.viewer, ref, told)


def _after(at: Visit) -> str:
    """The board for who has it; an owner without a role there has My work."""
    return url_for("actions.board" if may(at.session, at.viewer, "see_action_board") else "work.inbox")


def _at_work(at: Visit, ref: str) -> Action:
    action = action_named(at.session, at.viewer, ref)
    if action.status not in AT_WORK:
        raise NotFound
    return action
