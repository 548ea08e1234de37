"""Who writes a step together: asking somebody to write parts of it, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.asking import Asking, asking
from app.pages.writing import step_address
from app.requests import Visit
from engine import NotFound, Refused
from reviews.writing.writers import ask_to_write, candidates, stop_writing, writers_of

writers = Blueprint("writers", __name__, url_prefix="/tasks/<uuid:task_id>/writers")


@writers.get("/")
def index(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """Who writes which part, and one more."""
    return _page(at, _asking(at))


@writers.post("/")
def invite(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """Ask somebody to write parts."""
    asked = _asking(at)
    person, known = request.form.get("person", ""), _named(asked)
    parts = [part for part in request.form.getlist("parts") if part in known]
    try:
        with at.session.begin_nested():
            ask_to_write(at.session, at.viewer, at.task, person, parts)
    except Refused as no:
        return _page(at, asked, person, parts, no), 422
    flash(f"{at.names.person(person)} is asked to write, and told.")
    return redirect(url_for(".index", task_id=task_id), 303)


@writers.post("/end")
def end(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """Take it back; what they wrote stays."""
    _asking(at)
    person = request.form.get("person", "")
    stop_writing(at.session, at.viewer, at.task, person)
    flash(f"{at.names.person(person)} no longer writes here. What they wrote stays.")
    return redirect(url_for(".index", task_id=task_id), 303)


def _asking(at: Visit) -> Asking:
    asked = asking(at)
    if at.task.status != "open" or not asked.together or not asked.sends:
        raise NotFound
    return asked


def _named(asked: Asking) -> dict[str, str]:
    """The parts that others may write; what is only confirmed stays with who sends the step."""
    return {
        page.slug: page.name
        for page in asked.form.pages
        if any(question.kind != "checkbox" and not question.readonly for question in page.questions)
    }


def _page(
    at: Visit, asked: Asking, person: str = "", parts: Sequence[str] = (), no: Refused | None = None
) -> str:
    rows = writers_of(at.session, at.task)
    at.names.need(row.person for row in rows)
    named = _named(asked)
    errors = [{"text": str(no), "href": f"#{no.about}"}] if no else []
    return render_template(
        "pages/writers.html",
        at=at,
        task=at.task,
        rows=[(row.person, [named[part] for part in row.parts if part in named]) for row in rows],
        people=candidates(at.session, at.task, but=frozenset({at.viewer.person})),
        parts=named,
        person=person,
        chosen=parts,
        errors=errors,
        about=no.about if no else "",
        step=step_address(at),
    )
