"""Actions: the board, an update at any time, evidence, more time, and verifying what was done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.api.calls import Calls, Known
from app.api.cursors import cursor_at, place_after
from app.api.problems import Problem
from app.api.shapes import actions as shapes
from app.api.shapes import tasks as task_shapes
from app.api.task_changes import completed_told, send_answers
from app.api.tasks import named
from app.errors import NotAllowed
from app.page_forms import questions
from app.requests import Visit
from engine import task, tasks
from reviews.action_board import ActionCard, action_board
from reviews.action_commands import action_named, update_action
from reviews.models import Review
from reviews.permissions import may_do

actions = Calls("actions", "Actions: what agencies have agreed to change")


@actions.reads("/actions", query=shapes.ActionQuery(), answer=shapes.ActionPage(), example=shapes.BOARD)
def index(at: Visit, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The action board

    The earliest due first; open ones, unless all are asked for."""
    cards = action_board(
        at.session,
        at.viewer,
        today=at.today,
        review=asked["review"] or None,
        agency=asked["agency"] or None,
        open_only=not asked["all"],
        colour=asked["brag"] or None,
    )
    after, most = tuple(place_after(at, asked)), asked["limit"]
    found = [card for card in cards if (card.mine or not asked["mine"]) and _place(card) > after]
    found.sort(key=_place)
    rows = found[:most]
    at.names.need(card.owner for card in rows)
    return {
        "items": [action_told(at, card) for card in rows],
        "next": cursor_at(at, asked, _place(rows[-1])) if len(found) > most else None,
    }


def _as_it_stands(at: Visit, about: Known, *, ref: str) -> dict[str, Any]:
    """The action, as its owner sees it now."""
    action = action_named(at.session, at.viewer, ref)
    review = at.session.scalars(select(Review.ref).where(Review.id == action.review)).one()
    cards = action_board(at.session, at.viewer, today=at.today, review=review, open_only=False)
    return action_told(at, next(card for card in cards if card.ref == ref))


@actions.acts(
    "/actions/<ref>/updates",
    body=shapes.Update(),
    sends=shapes.UPDATE,
    answer=shapes.ActionLine(),
    example=shapes.ACTION,
    shows=_as_it_stands,
)
def update(at: Visit, sent: Mapping[str, Any], ref: str) -> Known:
    """Say how an action is going

    At any time, by its owner. Where the process asks just now, this answers it."""
    told = _checked(at, {**sent, "forecast": _day(sent.get("forecast"))})
    update_action(
        at.session,
        at.viewer,
        ref,
        answer=told["answer"],
        text=told["note"],
        forecast=sent.get("forecast") if told.get("forecast") else None,
        worse=told.get("worse") or "",
    )
    return {"about": ref}


@actions.acts(
    "/actions/<ref>/extension",
    body=shapes.MoreTime(),
    sends=shapes.LONGER,
    answer=shapes.ActionLine(),
    example=shapes.ACTION,
    shows=_as_it_stands,
)
def extension(at: Visit, sent: Mapping[str, Any], ref: str) -> Known:
    """Ask for more time

    By the action's owner. The Monitoring chair decides; until then the due date stays."""
    told = _checked(
        at,
        {"answer": "need_longer", "note": sent["reason"], "forecast": _day(sent["until"])},
        {"forecast": "until", "note": "reason"},
    )
    update_action(
        at.session,
        at.viewer,
        ref,
        answer="need_longer",
        text=told["note"],
        forecast=sent["until"],
    )
    return {"about": ref}


def _completed(at: Visit, about: Known, *, ref: str) -> dict[str, Any]:
    at.found(task=task(at.session, UUID(about["task"])))
    return completed_told(at)


@actions.acts(
    "/actions/<ref>/evidence",
    body=shapes.ActionAnswers(),
    sends=shapes.EVIDENCE,
    answer=task_shapes.Completed(),
    example=task_shapes.NEXT,
    shows=_completed,
)
def evidence(at: Visit, sent: Mapping[str, Any], ref: str) -> Known:
    """Send the evidence of an action

    Completes the open step “action_evidence” of the action, by who may do it."""
    return _answer_step(at, ref, "action_evidence", sent["answers"])


@actions.acts(
    "/actions/<ref>/verification",
    body=shapes.ActionAnswers(),
    sends=shapes.VERDICT,
    answer=task_shapes.Completed(),
    example=task_shapes.NEXT,
    shows=_completed,
)
def verification(at: Visit, sent: Mapping[str, Any], ref: str) -> Known:
    """Verify an action

    Completes the open step “action_verification” of the action; never by its owner."""
    return _answer_step(at, ref, "action_verification", sent["answers"])


def action_told(at: Visit, card: ActionCard) -> dict[str, Any]:
    """An action as the board shows it."""
    return {
        "ref": card.ref,
        "review": card.review,
        "child": card.pseudonym,
        "text": card.text,
        "measure": card.measure,
        "agency": {"id": card.agency, "name": at.names.agency(card.agency)},
        "owner": named(at, card.owner),
        "status": card.status,
        "due_on": card.due,
        "first_due_on": card.original_due,
        "forecast_on": card.forecast,
        "brag": card.brag,
        "brag_words": card.brag_words,
        "late": card.late_words,
        "working_days_late": card.working_days_late,
        "last_update_on": card.last_update,
        "waits_for_decision": card.waits_for_decision,
        "mine": card.mine,
    }


def _place(card: ActionCard) -> tuple[str, str]:
    return card.due.isoformat(), card.ref


def _answer_step(at: Visit, ref: str, step: str, answers: Mapping[str, Any]) -> Known:
    action = action_named(at.session, at.viewer, ref)
    found = [row for row in tasks(at.session, instance_id=action.process_instance) if row.step == step]
    if action.process_instance is None or not found:
        raise Problem(409, "This is not asked now", "The action does not wait for this step.", {})
    if not may_do(at.session, at.viewer, found[0]):
        raise NotAllowed("This step of the action is for somebody else.")
    return send_answers(at, found[0].id, answers)


def _checked(at: Visit, raw: Mapping[str, Any], names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What was sent, checked by the same form as the page's."""
    asked = questions("action_change", at)
    checked = asked.form.clean(raw, options=asked.options, today=at.today)
    if checked.errors:
        errors = {(names or {}).get(name, name): words for name, words in checked.errors.items()}
        raise Problem(422, "Answers to put right", "Nothing has been kept.", {"errors": errors})
    return dict(checked.values)


def _day(told: Any) -> str | None:
    return told.isoformat() if told else None
