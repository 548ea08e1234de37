"""Files of a step: what is added to the evidence of an action before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.pages.files import Errors, typed_words
from app.requests import Visit, house
from app.uploads import uploaded
from engine import NotFound, Refused
from reviews.files.commands import (
    EVIDENCE_STEP,
    VERIFYING_STEP,
    action_of_instance,
    action_of_step,
    attach_evidence,
    remove,
)
from reviews.files.reading import FileRow, evidence_sent, evidence_to_send

step_files = Blueprint("step_files", __name__, url_prefix="/tasks/<uuid:task_id>/files")


@step_files.get("/")
def show(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """The files added so far, and one more."""
    return _page(at, [])


@step_files.post("/")
def add(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """Add one."""
    came = uploaded()
    errors = [{"text": came.problem, "href": "#file"}] if came.problem else []
    if came.examined is not None:
        try:
            to_scan = bool(house().config.clamd)
            words = typed_words()
            attach_evidence(at.session, at.viewer, at.task, came.examined, words=words, to_scan=to_scan)
        except Refused as no:
            errors = [{"text": str(no), "href": "#file"}]
    if errors:
        return _page(at, errors), came.status
    flash("The file is added. It goes with the evidence when you send this step.")
    return redirect(url_for(".show", task_id=task_id), 303)


@step_files.post("/<uuid:file_id>/remove")
def take_back(at: Visit, task_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Take one back that is not sent yet."""
    action = action_of_step(at.session, at.task)
    if file_id not in [row.file.id for row in evidence_to_send(at.session, action.id)]:
        raise NotFound
    remove(at.session, at.viewer, file_id, reason="Taken back before it was sent")
    flash("The file is taken back. It will not be sent.")
    return redirect(url_for(".show", task_id=task_id), 303)


@dataclass(frozen=True)
class StepFiles:
    """The files of a step: those that go with it, to which more may be added; or those to be read."""

    rows: list[FileRow]
    adds: bool


def files_of_step(at: Visit) -> StepFiles | None:
    """The files that belong to the visit's task; None where a step has nothing to do with files."""
    if at.task.step == EVIDENCE_STEP:
        return StepFiles(evidence_to_send(at.session, action_of_step(at.session, at.task).id), True)
    if at.task.step == VERIFYING_STEP:
        action = action_of_instance(at.session, at.task.instance_id)
        return StepFiles(evidence_sent(at.session, action.id), False)
    return None


def _page(at: Visit, errors: Errors) -> str:
    action = action_of_step(at.session, at.task)
    if at.task.status != "open":
        raise NotFound
    rows = evidence_to_send(at.session, action.id)
    step = url_for("steps.show", task_id=at.task.id, step=at.task.step.replace("_", "-"))
    return render_template(
        "pages/step_files.html",
        at=at,
        task=at.task,
        action=action,
        rows=rows,
        step=step,
        asked=request.form,
        errors=errors,
    )
