"""A step: why it is asked, its questions, the draft, check answers, sending, and what happens next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.asking import Asking, asking, to_send
from app.form_answers import answer_sections
from app.form_view import view_form
from app.keeping import number
from app.outcome import what_next
from app.pages.board_reports import numbers_behind
from app.pages.marks import step_offers_check
from app.pages.step_files import files_of_step
from app.pages.writing import part_screen, write_part, write_while_typing
from app.requests import Visit, house
from app.words import clock_time
from engine import NotFound, Refused, draft, save_draft, submission
from forms import Page
from reviews.completing import Asked, Outcome, send_in
from reviews.models import Review
from reviews.permissions import visible_reviews
from reviews.same_child import Doubts, doubts_about
from reviews.writing.texts import left_aside, signature, standing

DECIDING_STEPS = ("statutory_screen", "referrer_discussion", "triage_decision", "capacity_review")
WRITTEN_SINCE = "Somebody has written since you opened this page. Read the answers again, then send them."
steps = Blueprint("steps", __name__, url_prefix="/tasks/<uuid:task_id>")


@steps.get("/<step>")
def show(at: Visit, task_id: UUID, step: str) -> ResponseReturnValue:
    """The step: its questions, or what became of it."""
    if step != _address(at):
        return redirect(_here(at, page=request.args.get("page")), 308)
    if at.task.status != "open":
        return _closed(at)
    asked, slug = asking(at), request.args.get("page", "")
    if asked.together and not (slug == "check" and asked.sends):
        return part_screen(at, asked, slug)
    return _screen(at, asked, slug)


@steps.post("/<step>")
def answer(at: Visit, task_id: UUID, step: str) -> ResponseReturnValue:
    """What was typed, and which button was pressed: add or remove a row, save for later, go on, or send."""
    if request.form.get("do", "send") == "send":
        checked = to_send(at)
        typed = checked.form.read(request.form)
        if len(checked.form.pages) <= 1 and not checked.form.together and not typed.changed_rows:
            return _send_at_once(at, checked, typed.answers)
    asked = asking(at)
    page = asked.form.page(request.form.get("page", "")) if asked.several_pages else None
    pressed = request.form.get("do", "next" if page else "send")
    if asked.together and (page or pressed != "send"):
        return write_part(at, asked, page, pressed)
    posted = asked.form.read(request.form, page)
    sent_from_check = asked.several_pages and page is None
    if sent_from_check and at.task.status == "completed" and at.task.completed_by == at.viewer.person:
        return redirect(url_for(".done", task_id=task_id, step=step), 303)  # a double click: it is done
    answers = asked.answers if sent_from_check else asked.form.merge(asked.answers, posted.answers, page)
    if posted.changed_rows or pressed in ("later", "next", "files", "marks"):
        return _keep_and_go(at, asked, answers, page, posted.changed_rows, pressed)
    return _send(at, asked, answers)


@steps.put("/draft")
def autosave(at: Visit, task_id: UUID) -> ResponseReturnValue:
    """Keep what is being typed, for the script; `If-Match` names the revision that it was typed over."""
    asked = asking(at)
    page = asked.form.page(request.form.get("page", "")) if asked.several_pages else None
    known = number(request.headers.get("If-Match"))
    if asked.together:
        saved = write_while_typing(at, asked, page, known)
    else:
        answers = asked.form.merge(asked.answers, asked.form.read(request.form, page).answers, page)
        saved = save_draft(at.session, task_id, answers, by=at.actor, revision=known)
    status = 200 if at.task.status == "open" else 409  # kept in any case, but it can no longer be sent
    return jsonify(revision=saved, saved_at=clock_time(at.now)), status


@steps.get("/<step>/done")
def done(at: Visit, task_id: UUID, step: str) -> ResponseReturnValue:
    """Sent: what happens next, who does it and by when."""
    if at.task.status != "completed":
        raise NotFound
    return render_template("pages/step_done.html", at=at, task=at.task, next=what_next(at))


def _address(at: Visit) -> str:
    return at.task.step.replace("_", "-")


def _here(at: Visit, **more: Any) -> str:
    return url_for(".show", task_id=at.task.id, step=_address(at), **more)


def _screen(
    at: Visit,
    asked: Asking,
    slug: str,
    answers: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    """The screen that an address names: the questions, the list of pages, or check answers."""
    raw, page = answers if answers is not None else asked.answers, asked.form.page(slug)
    common = {"at": at, "task": at.task, "asked": asked, "here": _here(at)}
    asks = {question.key for question in (page.questions if page else asked.form.questions)}
    common |= {"doubts": _doubts(at), "files": files_of_step(at), "marks": step_offers_check(at, asks)}
    common["beside"] = numbers_behind(at)
    if asked.several_pages and slug == "check":
        return make_response(_check(at, asked, raw, errors or {}, common))
    if asked.several_pages and page is None:
        return make_response(render_template("pages/step_pages.html", pages=_page_list(at, asked), **common))
    view = view_form(
        asked.form,
        raw,
        options=asked.options,
        prefill=asked.prefill,
        errors=errors,
        page=page if asked.several_pages else None,
    )
    key = request.form.get("key") or uuid4().hex
    return make_response(
        render_template("pages/step.html", view=view, errors=view.errors, page=page, key=key, **common)
    )


def _doubts(at: Visit) -> Doubts | None:
    """At the steps that decide on a referral, whether the child seems to have been referred before."""
    if at.task.step not in DECIDING_STEPS:
        return None
    review = at.session.scalar(visible_reviews(at.viewer).where(Review.ref == at.task.business_key))
    return doubts_about(at.session, at.viewer, review) if review is not None else None


def _check(
    at: Visit, asked: Asking, raw: Mapping[str, Any], errors: Mapping[str, str], common: dict[str, Any]
) -> str:
    def change(page: Page, key: str) -> str:
        return _here(at, page=page.slug, then="check", _anchor=key)

    sections = answer_sections(asked.form, raw, options=asked.options, change=change, errors=errors)
    listed = [
        {"text": words, "href": _place(at, asked, path)} if path else {"text": words}
        for path, words in errors.items()
    ]
    return render_template(
        "pages/step_check.html", sections=sections, errors=listed, key=uuid4().hex, **common
    )


def _place(at: Visit, asked: Asking, path: str) -> str:
    key = path.split("-", maxsplit=1)[0]
    page = next((p for p in asked.form.pages if any(q.key == key for q in p.questions)), asked.form.pages[0])
    return _here(at, page=page.slug, then="check", _anchor=path)


def _page_list(at: Visit, asked: Asking) -> list[dict[str, Any]]:
    """Each screen with whether it is complete: what was saved for it, checked."""
    saved = asked.draft.answers if asked.draft else {}
    rows = []
    for page in asked.form.pages_for(asked.answers):
        begun = not page.questions or any(_given(saved.get(question.key)) for question in page.questions)
        checked = asked.form.clean(
            asked.answers, options=asked.options, today=at.today, prefill=asked.prefill, page=page
        )
        state = "Completed" if begun and checked.ok else "Incomplete" if begun else "Not started"
        rows.append({"name": page.name, "href": _here(at, page=page.slug), "state": state})
    return rows


def _given(answer: Any) -> bool:
    if isinstance(answer, Mapping):
        return any(_given(part) for part in answer.values())
    if isinstance(answer, list):
        return any(_given(part) for part in answer)
    return answer not in (None, "", False)


def _keep_and_go(
    at: Visit, asked: Asking, answers: dict[str, Any], page: Page | None, rows: str, pressed: str
) -> ResponseReturnValue:
    """Keep the draft; then stay for another row, leave, or go on to the next screen unless there is
    something to put right."""
    save_draft(at.session, at.task.id, answers, by=at.actor, revision=asked.revision)
    then = request.form.get("then", "")
    if rows:
        return redirect(
            _here(at, page=page.slug if page else None, then=then or None, _anchor=f"list-{rows}"), 303
        )
    if pressed == "marks":
        return redirect(url_for("marks.show", task_id=at.task.id), 303)
    if pressed == "files":
        return redirect(url_for("step_files.show", task_id=at.task.id), 303)
    if pressed == "later" or page is None:
        flash("Saved as a draft. Only you can see it.")
        return redirect(url_for("work.inbox"), 303)
    checked = asked.form.clean(
        answers, options=asked.options, today=at.today, prefill=asked.prefill, page=page
    )
    if not checked.ok:
        return _screen(at, asked, page.slug, answers, checked.errors), 422
    following = None if then == "check" else asked.form.next_page(page.slug, answers)
    return redirect(_here(at, page=following.slug if following else "check"), 303)


def _send_at_once(at: Visit, checked: Asked, typed: dict[str, Any]) -> ResponseReturnValue:
    """Send a form of one page as it was posted; the draft and the rest of what is known are read only where
    the page is shown again."""
    g.keep_text = lambda: _keep_text(at, typed)
    outcome = send_in(at.session, at.task.id, at.viewer, typed, key=_key(at), asked=checked, first=True)
    if outcome.completion is not None:
        return _sent(at)
    asked = asking(at)
    return _not_sent(at, asked, asked.form.merge(asked.answers, typed), outcome)


def _send(at: Visit, asked: Asking, answers: dict[str, Any]) -> ResponseReturnValue:
    """Check all answers and complete the task. What somebody else made impossible is kept as a draft."""
    if asked.together:
        return _send_together(at, asked, answers)
    g.keep_text = lambda: _keep_text(at, answers)
    outcome = send_in(at.session, at.task.id, at.viewer, answers, key=_key(at), asked=asked.asked, first=True)
    return _sent(at) if outcome.completion is not None else _not_sent(at, asked, answers, outcome)


def _sent(at: Visit) -> ResponseReturnValue:
    return redirect(url_for(".done", task_id=at.task.id, step=_address(at)), 303)


def _not_sent(at: Visit, asked: Asking, answers: dict[str, Any], outcome: Outcome) -> tuple[Response, int]:
    errors = outcome.errors or _refusal(asked, outcome)
    save_draft(at.session, at.task.id, answers, by=at.actor, revision=asked.revision)
    return _screen(at, asked, "check", answers, errors), 422 if outcome.errors else 409


def _key(at: Visit) -> str:
    return f"{at.viewer.person}:{at.task.id}:{request.form.get('key', '')[:64]}"


def _send_together(at: Visit, asked: Asking, answers: dict[str, Any]) -> ResponseReturnValue:
    """Complete a step with what stands in its parts, unless somebody wrote since it was read: also in the
    moment between this page and its end."""
    outcome = Outcome(refusal=Refused(WRITTEN_SINCE))
    if request.form.get("read") == asked.read or at.task.status != "open":
        try:
            with at.session.begin_nested():
                outcome = send_in(at.session, at.task.id, at.viewer, answers, key=_key(at), asked=asked.asked)
                if outcome.completion and signature(standing(at.session, at.task.id)) != asked.read:
                    raise Refused(WRITTEN_SINCE)
        except Refused as no:
            outcome, asked = Outcome(refusal=no), asking(at)
    errors = outcome.errors or _refusal(asked, outcome)
    if errors:
        return _screen(at, asked, "check", asked.answers, errors), 422 if outcome.errors else 409
    return _sent(at)


def _refusal(asked: Asking, outcome: Outcome) -> dict[str, str]:
    """What a rule does not allow, at the question that it is about; at none where the form has no such."""
    if outcome.refusal is None:
        return {}
    about = outcome.refusal.about
    known = any(question.key == about for page in asked.form.pages for question in page.questions)
    return {about if known else "": str(outcome.refusal)}


def _keep_text(at: Visit, answers: dict[str, Any]) -> bool:
    """Keep the text of somebody who came second, in a transaction of its own: theirs has been undone."""

    def keep(session: Session) -> None:
        known = draft(session, at.task.id, by=at.actor)
        save_draft(session, at.task.id, answers, by=at.actor, revision=known.revision if known else 0)

    house().database.retrying(keep)
    return True


def _closed(at: Visit) -> str:
    """A step that is over: the answers for who gave them, one's own text where somebody else was first."""
    asked, mine = asking(at), at.task.completed_by == at.viewer.person
    late = left_aside(at.session, at.task, at.viewer.person) if asked.together else None
    kept = late or (asked.draft and asked.draft.answers)
    answers = submission(at.session, at.task.id) if mine else kept
    sections = answer_sections(asked.form, answers, options=asked.options, sent=mine) if answers else []
    return render_template("pages/step_over.html", at=at, task=at.task, mine=mine, sections=sections)
