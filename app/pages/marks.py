"""The text with its marks: its author checks it for identifiers, its second reader says what may stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.asking import Asking, asking
from app.keeping import keep_answers
from app.requests import Visit
from engine import Refused
from reviews.disclosure_check.judging import Check, Judged
from reviews.disclosure_check.marks import KINDS, STRENGTHS
from reviews.disclosure_check.steps import CHECKED_STEPS, look, replaced, say
from reviews.disclosure_check.texts import label_of_field
from reviews.models import AUTHOR

marks = Blueprint("marks", __name__, url_prefix="/tasks/<uuid:task_id>/marks")
Piece = tuple[str, Judged | None]


@marks.get("/")
def show(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """The text, field by field, with each mark, why it is made and what to say instead."""
    return _page(at, asking(at))


@marks.post("/")
def answer(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """Put the suggestion in place, or keep what is said of a mark."""
    asked, key = asking(at), request.form.get("mark", "")[:24]
    try:
        with at.session.begin_nested():
            done = _do(at, asked, key)
    except Refused as no:
        return _page(at, asked, wrong={key: str(no)}), 422
    flash(done)
    return redirect(url_for(".show", task_id=task_id, _anchor=request.form.get("then", "")[:40] or None), 303)


def step_offers_check(at: Visit, keys: set[str]) -> dict[str, Any] | None:
    """The way to the marks from a step's screen: for its second reader, and where its author writes texts
    that are checked."""
    found = CHECKED_STEPS.get(at.task.step)
    if found is None:
        return None
    document, part = found
    written = any(label_of_field(document, key) != key for key in keys - {"title"})
    if part == AUTHOR and not written:
        return None
    return {"href": url_for("marks.show", task_id=at.task.id), "author": part == AUTHOR}


def _do(at: Visit, asked: Asking, key: str) -> str:
    if request.form.get("do") == "replace":
        answers = replaced(at.session, at.viewer, at.task, asked.answers, key=key)
        keep_answers(at, asked, answers)
        return "The words are replaced in your draft. Read the sentence again."
    say(at.session, at.viewer, at.task, asked.answers, key=key, why=request.form.get("why", ""))
    return "Your word is kept with the mark."


def _page(at: Visit, asked: Asking, wrong: Mapping[str, str] | None = None) -> Response:
    sent = request.method == "POST"  # the read audit is for what is asked for with GET
    check = look(at.session, at.task, asked.answers, by=at.actor if sent else None)
    document, part = CHECKED_STEPS[at.task.step]
    at.names.need(word.by for row in check.rows for word in (row.authors, row.readers) if word)
    errors = [{"text": words, "href": f"#{_place(check, key)}"} for key, words in (wrong or {}).items()]
    page = render_template(
        "pages/marks.html",
        at=at,
        task=at.task,
        check=check,
        fields=[
            (label_of_field(document, name), list(_pieces(text, check.of(name))), check.of(name))
            for name, text in check.texts.items()
        ],
        author=part == AUTHOR,
        kinds=KINDS,
        strengths=STRENGTHS,
        wrong=wrong or {},
        typed=request.form.get("why", ""),
        errors=errors,
        step=url_for("steps.show", task_id=at.task.id, step=at.task.step.replace("_", "-")),
    )
    return make_response(page)


def _place(check: Check, key: str) -> str:
    row = next((each for each in check.rows if each.mark.key == key), None)
    if row is None:
        return "main-content"
    return f"mark-{row.number}" if row.mark.must_go else f"why-{row.number}"


def _pieces(text: str, rows: list[Judged]) -> Iterator[Piece]:
    """A text cut at its marks. A mark of several facts together stands in the list alone: it lies over
    others."""
    reached = 0
    for row in rows:
        if row.mark.kind == "combination":
            continue
        yield text[reached : row.mark.start], None
        yield text[row.mark.start : row.mark.end], row
        reached = row.mark.end
    yield text[reached:], None
