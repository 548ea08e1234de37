"""One element of a diagram: its page and its changes; the ways of a choice."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, questions
from app.pages.studio.drafts import form_page, opened, sent, steps_address
from app.requests import Visit
from engine import NotFound, Refused, StaleFile, drawing
from reviews.studio import changes as verbs
from reviews.studio import renaming
from reviews.studio import steps as making
from reviews.studio.drafting import Draft

studio_facts = Blueprint("studio_facts", __name__, url_prefix="/studio/changes/<uuid:change_id>")

FORMS = {"userTask": "step_people", "serviceTask": "step_system", "businessRuleTask": "step_table"}
PEOPLE = {
    "due": "due", "statutoryLimit": "statutory_limit", "clause": "clause", "agency": "agency",
    "assignee": "assignee", "record": "record", "result": "result",
}  # fmt: skip
FIELDS = {"statutoryLimit": "statutory_limit"}


@studio_facts.get("/steps/<element>")
def show(at: Visit, change_id: UUID, element: str) -> ResponseReturnValue:
    """What the diagram says of an element, to change it."""
    draft = opened(at, change_id)
    here = _element(draft, element)
    if _is_choice(draft, here):
        return _ways_page(at, draft, here)
    return _page(at, draft, here, _asked(at, draft, here, typed=False))


@studio_facts.post("/steps/<element>")
def save(at: Visit, change_id: UUID, element: str) -> ResponseReturnValue:
    """Keep it."""
    draft = opened(at, change_id)
    here = _element(draft, element)
    if _is_choice(draft, here):
        return _save_ways(at, draft, here)
    asked = _asked(at, draft, here, typed=True)

    def act(told: dict[str, Any]) -> None:
        edit = _changed(draft, here, told)
        making.save_drawing(at.session, at.viewer, draft, edit)

    done = sent(at, asked, draft, draft.drawing, act)
    if done is not True:
        return _page(at, draft, here, asked, other=done or None), 409 if done else 422
    flash(f"“{asked.raw.get('name') or drawing.called(here)}” is saved.")
    return redirect(url_for(".show", change_id=change_id, element=element), 303)


@studio_facts.post("/steps/<element>/rename")
def rename(at: Visit, change_id: UUID, element: str) -> ResponseReturnValue:
    """Give a step another short name, everywhere."""
    draft = opened(at, change_id)
    here, asked = _element(draft, element), _renaming(at, element)

    def act(told: dict[str, Any]) -> None:
        try:
            making.rename(at.session, at.viewer, draft, element, told["short_name"])
        except Refused as no:
            raise Refused(str(no), about="short_name") from no
        if told.get("reminders"):
            renaming.change_reminders(at.session, at.viewer, element, told["short_name"])
            flash("A change of the reminders is begun, with the new name. Ask for approval of it, too.")

    done = sent(at, asked, draft, draft.drawing, act)
    if done is not True:
        return _rename_page(at, draft, here, asked, other=done or None), 409 if done else 422
    flash(f"The step’s short name is {asked.raw['short_name']} now, wherever it is used in this process.")
    return redirect(url_for(".show", change_id=change_id, element=asked.raw["short_name"]), 303)


@studio_facts.get("/steps/<element>/rename")
def ask_rename(at: Visit, change_id: UUID, element: str) -> ResponseReturnValue:
    """The step's short name."""
    draft = opened(at, change_id)
    asked = _renaming(at, element)
    asked.raw = {"short_name": element, "reminders": True}
    return _rename_page(at, draft, _element(draft, element), asked)


def _is_choice(draft: Draft, here: drawing.Element) -> bool:
    return here.kind in ("exclusiveGateway", "inclusiveGateway") and len(draft.diagram.outgoing(here.id)) > 1


def _form_name(here: drawing.Element) -> str:
    return "step_timer" if here.event == "timer" else FORMS.get(here.kind, "step_plain")


def _asked(at: Visit, draft: Draft, here: drawing.Element, *, typed: bool) -> Questions:
    lists = {
        "who": making.who_lists(draft),
        "services": making.services(),
        "decisions": making.decisions(draft),
    }
    asked = questions(_form_name(here), at, lists=lists)
    if not typed:
        asked.raw = _now(draft, here)
    return asked


def _now(draft: Draft, here: drawing.Element) -> dict[str, Any]:
    """What the diagram says, as raw answers of the element's form."""
    found: dict[str, Any] = {"name": here.name, "documentation": here.documentation}
    found |= {field: here.attributes.get(name, "") for name, field in PEOPLE.items()}
    found |= {key: here.attributes.get(key, "") for key in ("service", "decision")}
    found |= {"who": making.who_of(draft, here), "guard": here.is_guard}
    found |= {"collection": here.collection, "each_called": here.item_name}
    found["inputs"] = [{"called": name, "value": value} for name, value in here.inputs.items()]
    found |= {"timer": here.timer, "repeats": "again" if here.timer_kind == "timeCycle" else "once"}
    return found


def _changed(draft: Draft, here: drawing.Element, told: dict[str, Any]) -> drawing.Edit:
    text, name = draft.content(draft.drawing), here.id
    told = defaultdict(str, {key: value for key, value in told.items() if value is not None})
    text = drawing.set_name(text, name, told["name"]).text
    text = drawing.set_words(text, name, told["documentation"]).text
    if here.event == "timer":
        if told["timer"] != here.timer or told["repeats"] != _now(draft, here)["repeats"]:
            words, kind = making.timer(told["timer"], told["repeats"] == "again")
            kind = here.timer_kind if kind == "timeDuration" and here.timer_kind == "timeDate" else kind
            text = drawing.set_timer(text, name, timer=words, kind=kind).text
    elif here.kind == "userTask":
        text = _people(draft, here, told, text)
    elif here.kind == "serviceTask":
        for each in told["inputs"] or []:
            making.readable(each["value"], "inputs")
        facts = {key: told[key] for key in ("service", "result", "clause")}
        text = drawing.set_facts(text, name, facts).text
        inputs = {each["called"]: each["value"] for each in told["inputs"] or []}
        if inputs != here.inputs:
            text = drawing.set_inputs(text, name, inputs).text
    elif here.kind == "businessRuleTask":
        facts = {key: told[key] for key in ("decision", "result", "clause")}
        text = drawing.set_facts(text, name, facts).text
    return drawing.Edit(text, name)


def _people(draft: Draft, here: drawing.Element, told: dict[str, Any], text: str) -> str:
    facts = {name: told[field] for name, field in PEOPLE.items()}
    making.refuse_unreadable(facts, FIELDS)
    facts["guard"] = "true" if told["guard"] else ""
    text = drawing.set_facts(text, here.id, facts).text
    if told["collection"]:
        making.readable(told["collection"], "collection")
    try:
        if (told["collection"], told["each_called"]) != (here.collection, here.item_name):
            text = drawing.set_items(
                text, here.id, collection=told["collection"], item=told["each_called"]
            ).text
    except Refused as no:
        raise Refused(str(no), about="each_called" if no.about == "item" else no.about) from no
    if told["who"] != making.who_of(draft, here):
        role, lane = making.split_who(draft, told["who"])
        text = drawing.set_role(text, here.id, role=role, lane=lane).text
    return text


def _page(
    at: Visit, draft: Draft, here: drawing.Element, asked: Questions, *, other: StaleFile | None = None
) -> str:
    read = {
        label: sum_
        for label, text in (
            ("By when", here.attributes.get("due", "")),
            ("Limit in law", here.attributes.get("statutoryLimit", "")),
        )
        if text and (sum_ := making.how_read(at.session, text, at.now))
    }
    found = [
        finding
        for finding in verbs.findings_now(at.session, draft.row.id)
        if finding.element == here.id or finding.file == f"{here.id}.form"
    ]
    return form_page(
        at, asked, draft, draft.drawing, template="studio/step", heading=drawing.called(here),
        back=steps_address(draft.row.id, here.id), other=other, now=_now(draft, here), here_element=here,
        read=read, findings=found, edits=draft.editable, has_form=f"{here.id}.form" in draft.files,
        can_move=here.kind.endswith("Task"), follows=bool(draft.diagram.outgoing(here.id)),
    )  # fmt: skip


def _rename_page(
    at: Visit, draft: Draft, here: drawing.Element, asked: Questions, *, other: StaleFile | None = None
) -> str:
    address = url_for(".show", change_id=draft.row.id, element=here.id)
    return form_page(
        at, asked, draft, draft.drawing, heading="Change the short name", back=address, back_text="The step",
        other=other, about=f"“{drawing.called(here)}”", button="Change it everywhere",
        template="studio/step_rename", elsewhere=renaming.elsewhere(at.session, here.id),
    )  # fmt: skip


def _renaming(at: Visit, element: str) -> Questions:
    reminded = renaming.rules_naming(at.session, element)
    return questions("step_rename_reminded" if reminded else "step_rename", at)


def _save_ways(at: Visit, draft: Draft, here: drawing.Element) -> ResponseReturnValue:
    form, errors = request.form, []
    typed = [
        drawing.Way(
            flow.id,
            form.get(f"name-{flow.id}", ""),
            form.get(f"condition-{flow.id}", ""),
            form.get(f"target-{flow.id}", flow.target),
        )
        for flow in draft.diagram.outgoing(here.id)
    ]
    default = form.get("default", "")
    for way in typed:
        if way.condition.strip() and way.flow != default:
            try:
                making.readable(way.condition, f"condition-{way.flow}")
            except Refused as no:
                errors.append({"text": str(no), "href": f"#{no.about}"})
    other = None
    if not errors:
        try:
            draft.agreed(draft.drawing, form.get("revision", -1, type=int))
            text = draft.content(draft.drawing)
            text = drawing.set_name(text, here.id, form.get("name", "")).text
            text = drawing.set_words(text, here.id, form.get("documentation", "")).text
            edit = drawing.set_ways(text, here.id, typed, default)
            with at.session.begin_nested():
                making.save_drawing(at.session, at.viewer, draft, edit)
        except StaleFile as stale:
            other = stale
        except Refused as no:
            errors = [{"text": str(no), "href": f"#{no.about or 'name'}"}]
    if errors or other is not None:
        return _ways_page(at, draft, here, typed, errors, other), 409 if other else 422
    flash(f"“{drawing.called(here)}” is saved.")
    return redirect(url_for(".show", change_id=draft.row.id, element=here.id), 303)


def _ways_page(
    at: Visit,
    draft: Draft,
    here: drawing.Element,
    typed: list[drawing.Way] | None = None,
    errors: list[dict[str, str]] | None = None,
    other: StaleFile | None = None,
) -> str:
    if other is not None:
        at.names.need([other.saved_by])
    flows = draft.diagram.outgoing(here.id)
    now = [drawing.Way(flow.id, flow.name, flow.condition or "", flow.target) for flow in flows]
    form = request.form if typed is not None else {}
    found = [
        each
        for each in verbs.findings_now(at.session, draft.row.id)
        if each.element in {here.id, *(flow.id for flow in flows)}
    ]
    return render_template(
        "studio/choice.html",
        at=at,
        change=draft.row,
        here=here,
        name=form.get("name", here.name),
        documentation=form.get("documentation", here.documentation),
        ways=typed if typed is not None else now,
        now=now if other is not None else [],
        default=form.get("default", here.default_flow),
        targets=making.targets(draft.diagram, scope=here.scope, without=here.id),
        revision=draft.revision(draft.drawing),
        edits=draft.editable,
        findings=found,
        errors=errors or [],
        other=other,
        back={"href": steps_address(draft.row.id, here.id), "text": "The steps"},
    )


def _element(draft: Draft, name: str) -> drawing.Element:
    if name not in draft.diagram.elements:
        raise NotFound
    return draft.diagram.elements[name]
