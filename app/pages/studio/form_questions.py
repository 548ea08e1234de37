"""A step's form: its questions added, changed, moved and taken out, with the form as people will see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.form_view import FormView, view_form
from app.page_forms import Questions, questions
from app.pages.studio.drafts import form_page, opened, sent
from app.requests import REFUSED, Visit
from engine import NotFound, Refused, StaleFile
from forms import FormRefused, editing, load_form
from reviews.options import Pairs, options_for
from reviews.studio import changes as verbs
from reviews.studio import choices
from reviews.studio.drafting import Draft, keep

studio_forms = Blueprint("studio_forms", __name__, url_prefix="/studio/changes/<uuid:change_id>/forms")

# Which question of the page a rule of the form profile is about.
FIELDS = (
    ("required", "required_message"), ("short-label", "short_label"), ("condition", "hide"),
    ("reveal", "hide"), ("option", "choices"), ("rows", "row_title"), ("label", "label"), ("words", "label"),
    ("markup", "label"), ("page", "screen"), ("variable", "variable"),
)  # fmt: skip
# What the page says for rules whose own sentences name what stands in the file.
WORDS = {
    "required-message": "Enter what is said when the answer is missing, such as “Select an answer”",
    "options": "Enter what can be chosen, one answer in each line, or select a list, not both",
    "options-values": "Enter answers that differ from each other, one in each line",
    "short-label": "Enter what the answer is called, such as “Date of the discussion”. Error messages say it",
    "rows": "Enter what each row is called, such as “Agency”",
}


@studio_forms.get("/<step>")
def show(at: Visit, change_id: UUID, step: str) -> ResponseReturnValue:
    """The questions as a list, and the form as people will see it."""
    draft = opened(at, change_id)
    text = draft.content(f"{step}.form")
    found = [each for each in verbs.findings_now(at.session, change_id) if each.file == f"{step}.form"]
    try:
        parts = editing.parts_of(text)
        title = editing.facts_of(text)["title"]
    except editing.NotAForm:
        parts, title = [], step
    return render_template(
        "studio/form.html", at=at, change=draft.row, step=step, parts=parts, title=title, findings=found,
        screens=_preview(at, draft, step), edits=draft.editable, revision=draft.revision(f"{step}.form"),
        back={"href": url_for("studio_steps.table", change_id=change_id), "text": "The steps"},
    )  # fmt: skip


@studio_forms.get("/<step>/facts")
def ask_facts(at: Visit, change_id: UUID, step: str) -> ResponseReturnValue:
    """Title and words above."""
    draft, asked = opened(at, change_id), questions("form_facts", at)
    asked.raw = dict(_facts(draft, step))
    return _page(at, draft, step, asked, heading="The form")


@studio_forms.post("/<step>/facts")
def save_facts(at: Visit, change_id: UUID, step: str) -> ResponseReturnValue:
    """Keep them."""
    draft, asked = opened(at, change_id), questions("form_facts", at)
    now = _facts(draft, step)

    def made(told: dict[str, Any]) -> str:
        return editing.set_form_facts(draft.content(f"{step}.form"), told["title"], told.get("intro") or "")

    return _save(at, draft, step, asked, made, heading="The form", now=dict(now))


@studio_forms.get("/<step>/new")
def ask_new(at: Visit, change_id: UUID, step: str) -> ResponseReturnValue:
    """A question more."""
    draft = opened(at, change_id)
    asked = _asking(at, draft, step, "")
    draft.content(f"{step}.form")
    asked.raw = {"answer": "textfield", "required": True}
    return _page(at, draft, step, asked, heading="Add a question")


@studio_forms.post("/<step>/new")
def add(at: Visit, change_id: UUID, step: str) -> ResponseReturnValue:
    """Add it at the end."""
    draft = opened(at, change_id)
    asked = _asking(at, draft, step, "")

    def made(told: dict[str, Any]) -> str:
        return editing.put_question(draft.content(f"{step}.form"), "", told)[0]

    return _save(at, draft, step, asked, made, heading="Add a question")


@studio_forms.get("/<step>/<place>")
def ask_question(at: Visit, change_id: UUID, step: str, place: str) -> ResponseReturnValue:
    """One question or group, to change it."""
    draft = opened(at, change_id)
    asked = _asking(at, draft, step, place)
    asked.raw = _part(draft, step, place)
    return _page(at, draft, step, asked, heading=_heading(asked))


@studio_forms.post("/<step>/<place>")
def save_question(at: Visit, change_id: UUID, step: str, place: str) -> ResponseReturnValue:
    """Keep it."""
    draft = opened(at, change_id)
    asked, now = _asking(at, draft, step, place), _part(draft, step, place)

    def made(told: dict[str, Any]) -> str:
        text = draft.content(f"{step}.form")
        if "answer" not in told:
            return editing.put_group(text, place, told)
        return editing.put_question(text, place, told)[0]

    return _save(at, draft, step, asked, made, heading=_heading(asked), now=now)


@studio_forms.post("/<step>/<place>/<move>")
def move_question(at: Visit, change_id: UUID, step: str, place: str, move: str) -> ResponseReturnValue:
    """Move a part up or down, or take it out."""
    draft, file = opened(at, change_id), f"{step}.form"
    text = draft.content(file)
    here = url_for(".show", change_id=change_id, step=step)
    if move not in ("up", "down", "remove"):
        raise NotFound
    try:
        draft.agreed(file, request.form.get("revision", -1, type=int))
        if move == "remove":
            after = editing.remove_question(text, place)
            flash("It is taken out. The earlier text of the form is kept.")
        else:
            after, place = editing.move_question(text, place, up=move == "up")
            here += f"#part-{place}"  # focus goes with it, to be moved on
        keep(at.session, at.viewer, draft, {file: after})
    except KeyError as gone:
        raise NotFound from gone
    except StaleFile as other:
        at.names.need([other.saved_by])
        flash(f"{at.names.person(other.saved_by)} saved this form meanwhile. Look at it again.", REFUSED)
    except Refused as no:
        flash(str(no), REFUSED)
    return redirect(here, 303)


def _save(
    at: Visit,
    draft: Draft,
    step: str,
    asked: Questions,
    made: Callable[[dict[str, Any]], str],
    *,
    heading: str,
    now: dict[str, Any] | None = None,
) -> ResponseReturnValue:
    file = f"{step}.form"
    text = draft.content(file)

    def act(told: dict[str, Any]) -> None:
        after = made(told)
        for found in editing.new_findings(text, after, f"{draft.row.process}/{file}"):
            said = WORDS.get(found.rule, f"{found.sentence} {found.remedy}")
            raise Refused(said, about=_field(found.rule))
        keep(at.session, at.viewer, draft, {file: after})

    done = sent(at, asked, draft, file, act)
    if done is not True:
        page = _page(at, draft, step, asked, heading=heading, other=done or None, now=now)
        return page, 409 if done else 422
    flash("The form is saved.")
    return redirect(url_for(".show", change_id=draft.row.id, step=step), 303)


def _page(
    at: Visit,
    draft: Draft,
    step: str,
    asked: Questions,
    *,
    heading: str,
    other: StaleFile | None = None,
    now: dict[str, Any] | None = None,
) -> str:
    back = url_for(".show", change_id=draft.row.id, step=step)
    return form_page(
        at, asked, draft, f"{step}.form", heading=heading, back=back, back_text="The form", other=other,
        now=now, about="", button="Save",
    )  # fmt: skip


def _facts(draft: Draft, step: str) -> dict[str, str]:
    try:
        return editing.facts_of(draft.content(f"{step}.form"))
    except editing.NotAForm as no:
        raise NotFound from no


def _part(draft: Draft, step: str, place: str) -> dict[str, Any]:
    """A question or a group, as the answers of its page."""
    text = draft.content(f"{step}.form")
    try:
        return editing.group_at(text, place) or editing.question_at(text, place)
    except (KeyError, editing.NotAForm) as gone:
        raise NotFound from gone


def _asking(at: Visit, draft: Draft, step: str, place: str) -> Questions:
    """The questions about a part of a form: those of a group, or those of a question ("" for a new one)."""
    now = _part(draft, step, place) if place else {}
    if now and "answer" not in now:
        return questions("form_group", at)
    return questions("form_question", at, lists={"lists": choices.list_pairs(now.get("list", ""))})


def _heading(asked: Questions) -> str:
    return "Change a question" if asked.form.step == "form_question" else "Change a group of questions"


def _field(rule: str) -> str:
    return next((field for part, field in FIELDS if part in rule), "label")


def _preview(at: Visit, draft: Draft, step: str) -> list[FormView]:
    """Every screen as people will see it; none while the form cannot be asked."""
    try:
        form = load_form(draft.content(f"{step}.form"), f"{draft.row.process}/{step}.form")
    except FormRefused:
        return []
    options = {name: _list(at, name) for name in form.option_names}
    return [view_form(form, form.start(), options=options, page=page) for page in form.pages]


def _list(at: Visit, name: str) -> Pairs:
    try:
        return options_for(at.session, [name], on=at.today)[name]
    except KeyError:
        return []
