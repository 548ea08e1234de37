"""What is done with a task: taken on, given back, handed over, saved as a draft, completed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.exceptions import PreconditionRequired

from app.api.calls import Calls, Known, NotReadable
from app.api.problems import Problem
from app.api.shapes import tasks as shapes
from app.api.tasks import draft_told, whole
from app.asking import Asking, asking
from app.keeping import keep_answers
from app.outcome import next_told, what_next
from app.requests import Visit
from engine import Refused, StaleRevision, TaskNotOpen
from engine import task as task_by_id
from reviews.completing import Asked, Outcome, send_in
from reviews.handing_over import common_receivers, give_back, hand_over_task, take_on
from reviews.writing.texts import signature, standing

task_changes = Calls("task_changes", "Taking work on, handing it over, and doing it")
_REVISION = re.compile(r'"([0-9]{1,9})"')


def _as_it_stands(at: Visit, _about: Known, *, task_id: UUID) -> dict[str, Any]:
    return whole(at)


@task_changes.acts(
    "/tasks/<uuid:task_id>/claim", answer=shapes.TaskWhole(), example=shapes.WHOLE, shows=_as_it_stands
)
def claim(at: Visit, task_id: UUID) -> Known:
    """Take a task on

    Then it is one's own, and the rest of the team sees who has it."""
    take_on(at.session, at.viewer, at.task)
    return {"task": str(task_id)}


@task_changes.acts(
    "/tasks/<uuid:task_id>/release", answer=shapes.TaskWhole(), example=shapes.WHOLE, shows=_as_it_stands
)
def release(at: Visit, task_id: UUID) -> Known:
    """Give a task back

    Then anybody of the team may take it on."""
    give_back(at.session, at.viewer, at.task)
    return {"task": str(task_id)}


def _handed_over(at: Visit, about: Known, *, task_id: UUID) -> dict[str, Any]:
    found = task_by_id(at.session, task_id)
    return {
        "id": found.id,
        "name": found.name,
        "to": {"id": about["to"], "name": at.names.person(about["to"])},
    }


@task_changes.acts(
    "/tasks/<uuid:task_id>/hand-over",
    body=shapes.HandOver(),
    sends=shapes.HANDED,
    answer=shapes.HandedOver(),
    example=shapes.HANDED_OVER,
    shows=_handed_over,
)
def hand_over(at: Visit, sent: Mapping[str, Any], task_id: UUID) -> Known:
    """Hand a task over

    To somebody who could do it, with a reason. Both names go into the audit log, and they are told."""
    if sent["to"] not in common_receivers(at.session, at.viewer, [at.task], at.today):
        raise NotReadable({"to": ["Nobody of this id could do this step, or they hold it already."]})
    hand_over_task(at.session, at.viewer, task_id, to=sent["to"], reason=sent["reason"])
    return {"task": str(task_id), "to": sent["to"]}


def _draft_kept(at: Visit, _about: Known, *, task_id: UUID) -> tuple[dict[str, Any], dict[str, str]]:
    kept = draft_told(asking(at))
    return kept, {"ETag": f'"{kept["revision"]}"'}


@task_changes.acts(
    "/tasks/<uuid:task_id>/draft",
    method="PUT",
    body=shapes.DraftSent(),
    sends=shapes.ANSWERS,
    answer=shapes.Draft(),
    example=shapes.WHOLE["draft"],
    shows=_draft_kept,
    statuses=(409, 412, 428),
)
def keep_draft(at: Visit, sent: Mapping[str, Any], task_id: UUID) -> Known:
    """Save answers so far

    Nobody else reads them; but a step that several people write has one draft, which all of them do.
    `If-Match` names the revision they were written over; where another one was saved meanwhile, both versions
    come back with a 412 and nothing is lost. An unknown question is left out."""
    if at.task.status != "open":
        raise TaskNotOpen(at.task.status, at.task.completed_by, at.task.completed_at)
    asked, revision = asking(at), _revision()
    answers = asked.form.merge({}, sent["answers"])
    try:
        if revision != asked.revision:  # also where there is no draft any more
            raise StaleRevision(asked.revision, asked.kept)
        keep_answers(at, asked, answers)
    except StaleRevision as newer:
        raise _written_since(newer, revision, answers) from None
    return {"task": str(task_id)}


def _written_since(newer: StaleRevision, revision: int, answers: Mapping[str, Any]) -> Problem:
    return Problem(
        412,
        "A newer version is kept",
        "This draft was saved elsewhere since you read it. Nothing of it has changed.",
        {
            "current": {"revision": newer.current, "answers": newer.answers},
            "yours": {"revision": revision, "answers": dict(answers)},
        },
    )


def _completed(at: Visit, _about: Known, *, task_id: UUID) -> dict[str, Any]:
    at.found(task=task_by_id(at.session, task_id))
    return completed_told(at)


def completed_told(at: Visit) -> dict[str, Any]:
    """What happens next, now that the visit's task is completed."""
    row = at.task
    return {
        "task": row.id,
        "step": row.step,
        "review": row.business_key,
        "completed_at": row.completed_at,
        "next": [next_told(each) for each in what_next(at)],
    }


@task_changes.acts(
    "/tasks/<uuid:task_id>/complete",
    body=shapes.Completing(),
    sends=shapes.ANSWERS,
    answer=shapes.Completed(),
    example=shapes.NEXT,
    shows=_completed,
    statuses=(409, 412, 428),
)
def complete(at: Visit, sent: Mapping[str, Any], task_id: UUID) -> Known:
    """Complete a task

    Checks the answers as the pages do and lets the process go on. 422 with a sentence for each question that
    is to be put right; 409 where somebody else was first (with who and when), or where a rule says no. Of a
    step that several people have begun to write, `If-Match` names the revision that was read: what anybody
    saved since is not lost (412)."""
    asked = asking(at) if at.task.status == "open" else None
    if asked and asked.together and asked.revision:
        return _send_together(at, asked, sent["answers"])
    return send_answers(at, task_id, sent["answers"], asked.asked if asked else None)


def _send_together(at: Visit, asked: Asking, answers: Mapping[str, Any]) -> Known:
    """Complete a step of several writers, unless one of them wrote since it was read."""
    revision = _revision()
    if revision != asked.revision:
        raise _written_since(StaleRevision(asked.revision, asked.kept), revision, answers)
    done = send_answers(at, asked.task.id, answers, asked.asked)
    if signature(standing(at.session, asked.task.id)) != asked.read:  # in the same moment: nothing is sent
        newer = asking(at)
        raise _written_since(StaleRevision(newer.revision, newer.kept), revision, answers)
    return done


def send_answers(at: Visit, task_id: UUID, answers: Mapping[str, Any], asked: Asked | None = None) -> Known:
    """Complete a step with these answers, or say what is wrong with them."""
    outcome = send_in(at.session, task_id, at.viewer, answers, asked=asked)
    if outcome.completion is None:
        raise _not_completed(outcome)
    return {"task": str(task_id)}


def _not_completed(outcome: Outcome) -> Problem:
    if outcome.errors:
        words = "Some answers need to be put right. Nothing has been sent."
        return Problem(422, "Answers to put right", words, {"errors": outcome.errors})
    no = outcome.refusal
    assert isinstance(no, Refused)
    return Problem(
        409, "This cannot be done now", str(no), {"errors": {no.about: str(no)} if no.about else {}}
    )


def _revision() -> int:
    given = request.headers.get("If-Match", "")
    if not given:
        raise PreconditionRequired
    found = _REVISION.fullmatch(given.removeprefix("W/"))
    if found is None:
        raise NotReadable({"If-Match": ['Send the revision that you read in quotation marks, as "3".']})
    return int(found[1])
