"""One-click answers: where the link of a reminder leads. Opening it changes nothing; sending it says one
thing about one task.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, date_in, questions
from app.requests import Visit
from app.words import day
from engine import TaskNotOpen, tasks
from reviews import task_answers as saying
from reviews.action_commands import action_asked, update_action
from reviews.permissions import PRIVATE_STEPS
from reviews.time_requests import request_of

answers = Blueprint("answers", __name__, url_prefix="/answer")
ANSWERS = ("done", "need_longer", "not_mine", "blocked")
DONE_WITHOUT_WORDS = "Done, evidence to follow."


@answers.get("/<uuid:task_id>")
def ask(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """The four answers. A link may choose one beforehand; a step that is over shows what became of it."""
    if at.task.status != "open" or at.task.step in PRIVATE_STEPS:
        return redirect(_step(at))
    asked, chosen = questions("answer", at), request.args.get("answer")
    asked.raw = {"answer": chosen} if chosen in ANSWERS else {}
    return _page(at, asked)


@answers.post("/<uuid:task_id>")
def say(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """Keep the answer and tell those concerned; "done" goes on to the step itself."""
    if at.task.status != "open":
        raise TaskNotOpen(at.task.status, at.task.completed_by, at.task.completed_at)
    asked, words = questions("answer", at), list[str]()
    if not asked.sent(at, lambda told: words.append(_say(at, told))):
        return _page(at, asked), 422
    if words[0]:
        flash(words[0])
    done = asked.raw.get("answer") == "done"
    return redirect(_step(at) if done else url_for("work.inbox"), 303)


def _say(at: Visit, told: dict[str, Any]) -> str:
    """Do what the answer asks for; what this person reads then."""
    action = action_asked(at.session, at.task)
    if action is not None:
        return _say_of_action(at, action, told)
    answer, sentence = told["answer"], str(told.get("sentence") or "")
    if answer == "need_longer":
        until = dt.date.fromisoformat(told["until"])
        saying.ask_for_longer(at.session, at.viewer, at.task.id, until=until, reason=sentence)
        return f"More time until {day(until)} is asked for. The date stays until it is decided."
    if answer == "not_mine":
        if saying.not_mine(at.session, at.viewer, at.task.id, reason=sentence):
            return "The task is given back. Somebody else can take it on."
        return "The Board’s business team is told. The task stays with you until they have found somebody."
    if answer == "blocked":
        saying.blocked(at.session, at.viewer, at.task.id, reason=sentence)
        return "Those who can help are told that something is in the way."
    return ""


def _say_of_action(at: Visit, action: str, told: dict[str, Any]) -> str:
    """The same for an action, through its own update."""
    answer, sentence = told["answer"], str(told.get("sentence") or "")
    if answer == "done" and at.task.step == "action_evidence" and not sentence:
        return ""
    update_action(
        at.session,
        at.viewer,
        action,
        answer=answer,
        text=sentence or DONE_WITHOUT_WORDS,
        forecast=date_in(told, "until"),
    )
    return "Thank you. Now show the evidence." if answer == "done" else "Thank you. Your update is kept."


def _step(at: Visit) -> str:
    """The step that completes what the task is about: of an action, its evidence."""
    task = at.task
    if action_asked(at.session, task) is not None:
        open_now = tasks(at.session, instance_id=task.instance_id)
        task = next((each for each in open_now if each.step == "action_evidence"), task)
    return url_for("steps.show", task_id=task.id, step=task.step.replace("_", "-"))


def _page(at: Visit, asked: Questions) -> str:
    return asked.page("answer", at, task=at.task, step=_step(at), time=request_of(at.session, at.task.id))
