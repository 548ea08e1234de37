"""The texts of a step that is written together: both versions to read, what stood before, both texts where
two people wrote the same part, and what is recorded and not yet taken over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.asking import Asking, asking
from app.form_answers import text_of
from app.keeping import answers_of, number, revision_of
from app.pages.writing import not_taken_over, part_named, sources_of, step_address
from app.requests import Visit, note_reading
from engine import NotFound, StaleRevision
from forms import Page, Question
from reviews.writing.recorded import missing_rows, taken_over
from reviews.writing.texts import Text, bring_back, history, keep, text_named

writing = Blueprint("writing", __name__, url_prefix="/tasks/<uuid:task_id>/writing")
HOW_WORDS = {
    "written": "Written",
    "recorded": "Taken over from what is recorded",
    "joined": "Chosen from two texts",
    "brought_back": "Brought back",
    "aside": "Set aside: somebody else had written meanwhile",
}
CHOICES = ("theirs", "mine", "both")


@writing.get("/read")
def read(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """All that this person writes or sends, both versions side by side."""
    asked = _asking(at)
    parts = [
        {"name": page.name, "href": step_address(at, page=page.slug), **_sides(asked, page)}
        for page in asked.pages
    ]
    return render_template("pages/writing_read.html", at=at, task=at.task, parts=parts, step=step_address(at))


@writing.get("/earlier")
def earlier(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """Every text of one part, newest first."""
    asked = _asking(at)
    page = part_named(asked, request.args.get("part", ""))
    texts = history(at.session, at.task.id, page.slug)
    at.names.need(text.by for text in texts)
    stands = asked.texts.get(page.slug)
    rows = [
        (text, _lines(asked, page, text.answers), stands is not None and text.id == stands.id)
        for text in texts
    ]
    return render_template(
        "pages/writing_earlier.html",
        at=at,
        task=at.task,
        page=page,
        rows=rows,
        how=HOW_WORDS,
        revision=revision_of(asked, page),
        step=step_address(at, page=page.slug),
    )


@writing.post("/earlier", endpoint="bring_back")
def stand_again(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """Let an earlier text stand once more."""
    asked = _asking(at)
    text = text_named(at.session, at.task.id, request.form.get("text", ""))
    page = part_named(asked, text.part)
    try:
        bring_back(at.session, at.task, text, by=at.actor, revision=number(request.form.get("revision")))
    except StaleRevision:
        flash("Nothing was brought back: somebody has written since. Read their text first.")
        return redirect(url_for(".earlier", task_id=task_id, part=page.slug), 303)
    flash("The earlier text stands again. What stood until now is kept below it.")
    return redirect(step_address(at, page=page.slug), 303)


@writing.get("/both")
def both(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """Two texts of one part, side by side: the one that stands, and the one that was set aside."""
    asked = _asking(at)
    page, mine = _set_aside(at, asked, request.args.get("mine", ""))
    return _both_page(at, asked, page, mine, {})


@writing.post("/both")
def join(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """Let stand what was chosen, question by question."""
    asked = _asking(at)
    page, mine = _set_aside(at, asked, request.form.get("mine", ""))
    chosen = {question.key: request.form.get(question.key, "") for question in _differing(asked, page, mine)}
    if not all(choice in CHOICES for choice in chosen.values()):
        return _both_page(at, asked, page, mine, chosen), 422
    told = answers_of(page, asked.answers)
    for question in page.questions:
        if chosen.get(question.key) == "mine":
            told[question.key] = mine.answers.get(question.key)
        elif chosen.get(question.key) == "both":
            told[question.key] = _joined(question, told.get(question.key), mine.answers.get(question.key))
    try:
        revision = number(request.form.get("revision"))
        keep(at.session, at.task, page.slug, told, by=at.actor, revision=revision, how="joined")
    except StaleRevision:
        flash("Somebody has written again meanwhile. Here are both texts once more.")
        return redirect(url_for(".both", task_id=task_id, mine=mine.id), 303)
    flash("Saved. Both texts are kept among the earlier texts of this part.")
    return redirect(step_address(at, page=page.slug), 303)


@writing.get("/recorded")
def recorded(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """What is recorded for a part and does not stand in it."""
    asked = _asking(at)
    return _recorded_page(at, asked, part_named(asked, request.args.get("part", "")), "")


@writing.post("/recorded")
def take_over(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """Add what was ticked to what stands."""
    asked = _asking(at)
    page = part_named(asked, request.form.get("part", ""))
    missing = [
        question for question in not_taken_over(asked, page) if question.key in request.form.getlist("take")
    ]
    if not missing:
        return _recorded_page(at, asked, page, "Select what to take over"), 422
    told = answers_of(page, asked.answers)
    for question in missing:
        told[question.key] = taken_over(question, asked.prefill[question.prefill], told.get(question.key))
    try:
        revision = number(request.form.get("revision"))
        keep(at.session, at.task, page.slug, told, by=at.actor, revision=revision, how="recorded")
    except StaleRevision:
        flash("Nothing was taken over: somebody has written since. Read their text first.")
    else:
        flash("Taken over. What stood before is kept among the earlier texts of this part.")
    return redirect(step_address(at, page=page.slug), 303)


def _asking(at: Visit) -> Asking:
    """The step, while it is written. Raises NotFound for one that is over, or that one person writes."""
    if at.task.status != "open":
        raise NotFound
    asked = asking(at)
    if not asked.together:
        raise NotFound
    if not asked.sends and request.method == "GET":
        note_reading(at, at.task.business_key, part="writing")
    return asked


def _lines(asked: Asking, page: Page, answers: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """The answers of a part as people read them."""
    return [
        (question.name, _words(asked, question, answers.get(question.key)))
        for question in page.questions
        if not question.readonly
    ]


def _words(asked: Asking, question: Question, answer: Any) -> list[str]:
    if not question.items:
        return text_of(question, answer, asked.options)
    rows = [row for row in answer or [] if isinstance(row, Mapping)]
    return [line for place, row in enumerate(rows, start=1) for line in _row(asked, question, place, row)]


def _row(asked: Asking, question: Question, place: int, row: Mapping[str, Any]) -> list[str]:
    """A row as lines: its number, then each answer with its name."""
    told = [(inner.name, text_of(inner, row.get(inner.key), asked.options)) for inner in question.questions]
    lines = [f"{name}: {', '.join(words)}" for name, words in told if words]
    return [f"{question.row_title} {place}", *lines] if lines else []


def _sides(asked: Asking, page: Page) -> dict[str, Any]:
    """The two versions of a part: the version to share beside the answers in full."""
    shared = {question.key: question for question in page.questions if question.shareable_of}
    told: dict[str, Any] = {"full": [], "shareable": []}
    for question in page.questions:
        answer = asked.answers.get(question.key)
        if question.readonly:
            answer = asked.prefill.get(question.prefill)
        side = "shareable" if question.key in shared else "full"
        told[side].append((question.name, _words(asked, question, answer)))
    return told


def _set_aside(at: Visit, asked: Asking, text: str) -> tuple[Page, Text]:
    """Somebody's own text that was set aside. Raises NotFound."""
    mine = text_named(at.session, at.task.id, text)
    if mine.by != at.viewer.person or mine.how != "aside":
        raise NotFound
    return part_named(asked, mine.part), mine


def _differing(asked: Asking, page: Page, mine: Text) -> list[Question]:
    return [
        question
        for question in page.questions
        if not question.readonly
        and _words(asked, question, asked.answers.get(question.key))
        != _words(asked, question, mine.answers.get(question.key))
    ]


def _joined(question: Question, theirs: Any, mine: Any) -> Any:
    """Both answers, one after the other: rows and choices each once; a date or one choice stays theirs."""
    if question.items:
        return [*(theirs or []), *missing_rows(question, mine, theirs)]
    if question.kind == "checklist":
        return list(dict.fromkeys([*(theirs or []), *(mine or [])]))
    if question.kind == "textarea":
        return "\n\n".join(filter(None, (str(theirs or ""), str(mine or ""))))
    return theirs


def _both_page(at: Visit, asked: Asking, page: Page, mine: Text, chosen: Mapping[str, str]) -> str:
    stands = asked.texts.get(page.slug)
    at.names.need([stands.by] if stands else [])
    rows = [
        {
            "key": question.key,
            "name": question.name,
            "theirs": _words(asked, question, asked.answers.get(question.key)),
            "mine": _words(asked, question, mine.answers.get(question.key)),
            "joins": question.kind in ("textarea", "checklist", "dynamiclist"),
            "chosen": chosen.get(question.key, ""),
        }
        for question in _differing(asked, page, mine)
    ]
    errors = [
        {"text": f"Select which text of “{row['name']}” stands", "href": f"#{row['key']}"}
        for row in rows
        if chosen and row["chosen"] not in CHOICES
    ]
    facts = {"page": page, "mine": mine, "rows": rows, "stands": stands, "errors": errors}
    facts |= {"revision": revision_of(asked, page), "step": step_address(at, page=page.slug)}
    return render_template("pages/writing_both.html", at=at, task=at.task, **facts)


def _recorded_page(at: Visit, asked: Asking, page: Page, wrong: str) -> str:
    rows = []
    for question in not_taken_over(asked, page):
        new, stands = asked.prefill[question.prefill], asked.answers.get(question.key)
        shown = missing_rows(question, new, stands) if question.items else new
        rows.append({"key": question.key, "name": question.name, "lines": _words(asked, question, shown)})
    errors = (
        [{"text": wrong, "href": f"#take-{rows[0]['key']}" if rows else "#main-content"}] if wrong else []
    )
    facts = {"page": page, "rows": rows, "errors": errors, "sources": dict(sources_of(at, page, asked))}
    facts |= {"revision": revision_of(asked, page), "step": step_address(at, page=page.slug)}
    return render_template("pages/writing_recorded.html", at=at, task=at.task, **facts)
