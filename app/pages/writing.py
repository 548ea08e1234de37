"""Writing a step together: the list of its parts, and one part with its two versions, as `app.pages.steps`
shows and keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.asking import Asking, asking
from app.form_view import view_form
from app.keeping import answers_of, keep_typed, number, revision_of, typed
from app.pages.marks import step_offers_check
from app.requests import Visit, house, note_reading
from engine import NotFound, StaleRevision
from forms import Page, Question
from reviews.models import Review
from reviews.writing.recorded import is_missing, where_from
from reviews.writing.states import agencies_said
from reviews.writing.texts import Text, is_writing, keep, set_aside
from reviews.writing.writers import writers_of


def part_screen(
    at: Visit,
    asked: Asking,
    slug: str,
    errors: Mapping[str, str] | None = None,
) -> Response:
    """The list of the parts, or one of them with its two versions."""
    if not asked.sends and request.method == "GET":
        note_reading(at, at.task.business_key, part="writing")
    page = part_named(asked, slug) if slug else None
    if page is None:
        return make_response(_list(at, asked))
    text = asked.texts.get(slug)
    view = view_form(
        asked.form, asked.answers, options=asked.options, prefill=asked.prefill, errors=errors, page=page
    )
    at.names.need([text.by] if text else [])
    keys = {question.key for question in page.questions}
    return make_response(
        render_template(
            "pages/writing_part.html",
            at=at,
            task=at.task,
            asked=asked,
            here=step_address(at),
            page=page,
            view=view,
            errors=view.errors,
            text=text,
            revision=revision_of(asked, page),
            minutes=_minutes(at, text),
            sources=sources_of(at, page, asked),
            recorded=bool(not_taken_over(asked, page)),
            marks=step_offers_check(at, keys) if asked.sends else None,
        )
    )


def write_part(at: Visit, asked: Asking, page: Page | None, pressed: str) -> ResponseReturnValue:
    """Keep what was typed into a part. Where somebody else wrote it since, both texts are shown."""
    if page is None:
        flash("What was written is saved.")
        return redirect(url_for("work.inbox"), 303)
    told, revision = typed(asked, page), number(request.form.get("revision"))
    g.keep_text = lambda: _keep_late(at, page, told)
    try:
        keep(at.session, at.task, page.slug, told, by=at.actor, revision=revision)
    except StaleRevision:
        aside = set_aside(at.session, at.task, page.slug, told, by=at.actor)
        return redirect(url_for("writing.both", task_id=at.task.id, mine=aside.id), 303)
    return _go_on(at, asking(at), page, pressed)


def write_while_typing(at: Visit, asked: Asking, page: Page | None, revision: int) -> int:
    """Keep a part while it is typed; its new revision."""
    if page is None:
        raise NotFound
    g.keep_text = lambda: _keep_late(at, page, typed(asked, page))
    return keep_typed(at, asked, page, revision).revision


def _go_on(at: Visit, asked: Asking, page: Page, pressed: str) -> ResponseReturnValue:
    """Where a saved part leads: to another row, to the list, to the marks, or to the next part."""
    rows, then = asked.form.read(request.form, page).changed_rows, request.form.get("then", "")
    if rows:
        return redirect(step_address(at, page=page.slug, then=then or None, _anchor=f"list-{rows}"), 303)
    if pressed == "marks" and asked.sends:
        return redirect(url_for("marks.show", task_id=at.task.id), 303)
    if pressed == "later":
        flash("This part is saved.")
        return redirect(step_address(at), 303)
    checked = asked.form.clean(
        asked.answers, options=asked.options, today=at.today, prefill=asked.prefill, page=page
    )
    if not checked.ok:
        return part_screen(at, asked, page.slug, checked.errors), 422
    if then == "check":
        return redirect(step_address(at, page="check"), 303)
    slugs = [each.slug for each in asked.pages]
    following = slugs[slugs.index(page.slug) + 1 :] if page.slug in slugs else []
    return redirect(
        step_address(at, page=following[0] if following else ("check" if asked.sends else None)), 303
    )


def _keep_late(at: Visit, page: Page, told: Mapping[str, Any]) -> bool:
    """Keep the text of somebody who came after the step was sent, in a transaction of its own."""
    house().database.retrying(lambda session: set_aside(session, at.task, page.slug, told, by=at.actor))
    return True


def part_named(asked: Asking, slug: str) -> Page:
    """A part that this person writes. Raises NotFound."""
    page = asked.form.page(slug)
    if page is None or slug not in asked.open_parts:
        raise NotFound
    return page


def step_address(at: Visit, **more: Any) -> str:
    """The address of the step, or of one of its parts."""
    return url_for("steps.show", task_id=at.task.id, step=at.task.step.replace("_", "-"), **more)


def sources_of(at: Visit, page: Page, asked: Asking) -> list[tuple[str, str]]:
    """Which answers of a part began with something recorded, and where that came from."""
    review = _review(at)
    if review is None:
        return []
    told = [
        (question.name, where_from(at.session, review, question.prefill))
        for question in page.questions
        if not question.readonly and asked.prefill.get(question.prefill) not in (None, "", [])
    ]
    return [(name, source) for name, source in told if source]


def not_taken_over(asked: Asking, page: Page) -> list[Question]:
    """Questions of which something recorded does not stand in the part."""
    return [
        question
        for question in page.questions
        if question.prefill
        and not question.readonly
        and is_missing(question, asked.prefill.get(question.prefill), asked.answers.get(question.key))
    ]


def _list(at: Visit, asked: Asking) -> str:
    people = writers_of(at.session, at.task)
    at.names.need([text.by for text in asked.texts.values()] + [row.person for row in people])
    named = {page.slug: page.name for page in asked.form.pages}
    review = _review(at)
    return render_template(
        "pages/writing.html",
        at=at,
        task=at.task,
        asked=asked,
        here=step_address(at),
        parts=[_row(at, asked, page) for page in asked.pages],
        writers=[(row.person, [named[part] for part in row.parts if part in named]) for row in people],
        said=agencies_said(at.session, review) if review is not None and asked.sends else [],
    )


def _row(at: Visit, asked: Asking, page: Page) -> dict[str, Any]:
    text = asked.texts.get(page.slug)
    before = asked.draft.answers if asked.draft else {}
    begun = not page.questions or text is not None or bool(answers_of(page, before))
    checked = asked.form.clean(
        asked.answers, options=asked.options, today=at.today, prefill=asked.prefill, page=page
    )
    state = "Completed" if begun and checked.ok else "Incomplete" if begun else "Not started"
    return {
        "name": page.name,
        "href": step_address(at, page=page.slug),
        "state": state,
        "text": text,
        "minutes": _minutes(at, text),
    }


def _minutes(at: Visit, text: Text | None) -> int | None:
    """How many minutes ago somebody else wrote there, while they count as writing."""
    if text is None or not is_writing(text, at.viewer.person, at.now):
        return None
    return int((at.now - text.at).total_seconds() // 60)


def _review(at: Visit) -> Review | None:
    return at.session.scalars(select(Review).where(Review.ref == at.task.business_key)).one_or_none()
