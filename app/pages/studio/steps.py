"""The Steps table: every step of a process with who does it, by when and what comes next; and its changes,
one by one, without a canvas."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, questions
from app.pages.studio.drafts import form_page, opened, sent, step_address, steps_address
from app.requests import Visit
from engine import BundleRefused, Finding, NotFound, Refused, StaleFile, drawing
from reviews.studio import changes as verbs
from reviews.studio import renaming
from reviews.studio import steps as making
from reviews.studio.drafting import Draft, drawing_of
from reviews.studio.titles import file_titles, title_of
from reviews.studio.versions import version_of

studio_steps = Blueprint("studio_steps", __name__, url_prefix="/studio")

KINDS = {
    "userTask": "People, with a form",
    "serviceTask": "The system",
    "businessRuleTask": "Decision table",
    "exclusiveGateway": "Choice",
    "inclusiveGateway": "Choice of several",
    "parallelGateway": "Side by side",
    "startEvent": "Beginning",
    "endEvent": "End",
    "boundaryEvent": "While it is open",
    "intermediateCatchEvent": "Waits",
}
NEW = {"people": "userTask", "system": "serviceTask", "table": "businessRuleTask"}


@studio_steps.get("/changes/<uuid:change_id>/steps")
def table(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """The table of a change, with what the checks find beside each step; `?open=` leads to one of them."""
    draft = opened(at, change_id)
    if wanted := request.args.get("open"):
        return redirect(step_address(change_id, _element(draft.diagram, wanted).id), 303)
    found = verbs.findings_now(at.session, change_id)
    facts = {"change": draft.row, "edits": draft.editable, "address": f"{request.path}/"}
    back = {"href": url_for("studio_changes.show", change_id=change_id), "text": "The change"}
    return _table(at, draft.row.process, draft.files, found, back=back, **facts)


@studio_steps.get("/<process>/versions/<int:version>/steps")
def of_version(at: Visit, process: str, version: int) -> ResponseReturnValue:
    """The table of a version: the diagram in words, for everybody who may see processes."""
    files = version_of(at.session, at.viewer, process, version).files
    address = url_for("studio.show_version", process=process, version=version)
    back = {"href": address, "text": f"Version {version}"}
    return _table(at, process, files, [], back=back, change=None, edits=False, number=version)


@studio_steps.get("/changes/<uuid:change_id>/steps/<element>/add-after")
def ask_add(at: Visit, change_id: UUID, element: str) -> ResponseReturnValue:
    """What comes after a step: on which way, where there are several, and what it is."""
    draft = opened(at, change_id)
    here = _element(draft.diagram, element)
    ways = draft.diagram.outgoing(element)
    if not ways:
        raise NotFound
    if len(ways) > 1 and not request.args.get("flow"):
        return _choose_way(at, draft, here)
    return _add_page(at, draft, here, _adding(at, draft, here))


@studio_steps.post("/changes/<uuid:change_id>/steps/<element>/add-after")
def add(at: Visit, change_id: UUID, element: str) -> ResponseReturnValue:
    """Add it."""
    draft = opened(at, change_id)
    here = _element(draft.diagram, element)
    asked, made = _adding(at, draft, here), []

    def act(told: dict[str, Any]) -> None:
        edit = _added(draft, here, told)
        forms = {edit.element: told["name"]} if told["what"] == "people" else {}
        making.save_drawing(at.session, at.viewer, draft, edit, **forms)
        made.append(edit)

    done = sent(at, asked, draft, draft.drawing, act)
    if done is not True:
        return _add_page(at, draft, here, asked, other=done or None), 409 if done else 422
    for words in made[0].said:
        flash(words)
    flash(f"“{asked.raw['name']}” is added after “{drawing.called(here)}”.")
    return redirect(step_address(change_id, made[0].element), 303)


@studio_steps.get("/changes/<uuid:change_id>/steps/<element>/reminder")
def ask_reminder(at: Visit, change_id: UUID, element: str) -> ResponseReturnValue:
    """What happens when a step takes long."""
    draft = opened(at, change_id)
    return _reminder_page(at, draft, _task(draft.diagram, element), _reminding(at, draft))


@studio_steps.post("/changes/<uuid:change_id>/steps/<element>/reminder")
def add_reminder(at: Visit, change_id: UUID, element: str) -> ResponseReturnValue:
    """Add it, with the step that it opens."""
    draft = opened(at, change_id)
    here, asked = _task(draft.diagram, element), _reminding(at, draft)

    def act(told: dict[str, Any]) -> None:
        making.refuse_unreadable({"due": told["due"]})
        words, kind = making.timer(told["timer"], told["repeats"] == "again")
        if told["ends"] == "true" and kind == "timeCycle":
            raise Refused("What repeats cannot end the step. Let it stay open.", about="ends")
        role, lane = making.split_who(draft, told["who"])
        facts = {"due": told["due"], "clause": told["clause"]}
        step = drawing.NewStep(
            "userTask", told["step_name"], documentation=told["why"], role=role, lane=lane, facts=facts
        )
        edit = drawing.add_reminder(
            draft.content(draft.drawing), element, name=told["name"], timer=words, kind=kind,
            interrupting=told["ends"] == "true", step=step,
        )  # fmt: skip
        after = drawing_of({**draft.files, draft.drawing: edit.text})
        new = [each.id for each in after.user_tasks() if each.id not in draft.diagram.elements]
        making.save_drawing(at.session, at.viewer, draft, edit, **dict.fromkeys(new, told["step_name"]))

    done = sent(at, asked, draft, draft.drawing, act)
    if done is not True:
        return _reminder_page(at, draft, here, asked, other=done or None), 409 if done else 422
    flash(f"“{drawing.called(here)}” now has “{asked.raw['name']}”.")
    return redirect(step_address(change_id, element), 303)


@studio_steps.get("/changes/<uuid:change_id>/steps/<element>/move")
def ask_move(at: Visit, change_id: UUID, element: str) -> ResponseReturnValue:
    """After what a step comes."""
    draft = opened(at, change_id)
    return _move_page(at, draft, _element(draft.diagram, element), _moving(at, draft, element))


@studio_steps.post("/changes/<uuid:change_id>/steps/<element>/move")
def move(at: Visit, change_id: UUID, element: str) -> ResponseReturnValue:
    """Move it."""
    draft = opened(at, change_id)
    here, asked = _element(draft.diagram, element), _moving(at, draft, element)

    def act(told: dict[str, Any]) -> None:
        flow = draft.diagram.flows[told["place"]]
        try:
            edit = drawing.move(draft.content(draft.drawing), element, after=flow.source, flow=flow.id)
        except Refused as no:
            raise Refused(str(no), about="place") from no
        making.save_drawing(at.session, at.viewer, draft, edit)

    done = sent(at, asked, draft, draft.drawing, act)
    if done is not True:
        return _move_page(at, draft, here, asked, other=done or None), 409 if done else 422
    flash(f"“{drawing.called(here)}” is moved.")
    return redirect(step_address(change_id, element), 303)


@studio_steps.get("/changes/<uuid:change_id>/steps/<element>/remove")
def ask_remove(at: Visit, change_id: UUID, element: str) -> ResponseReturnValue:
    """What goes, and what stays, when a step is removed."""
    draft = opened(at, change_id)
    return _remove_page(at, draft, _element(draft.diagram, element))


@studio_steps.post("/changes/<uuid:change_id>/steps/<element>/remove")
def remove(at: Visit, change_id: UUID, element: str) -> ResponseReturnValue:
    """Remove it."""
    draft = opened(at, change_id)
    here = _element(draft.diagram, element)
    try:
        draft.agreed(draft.drawing, request.form.get("revision", -1, type=int))
        keep = request.form.get("keep", "")
        with at.session.begin_nested():
            said = making.remove_step(at.session, at.viewer, draft, element, keep)
    except StaleFile as other:
        return _remove_page(at, draft, here, other=other), 409
    except Refused as no:
        return _remove_page(at, draft, here, refused=str(no)), 422
    for words in said:
        flash(words)
    flash(f"“{drawing.called(here)}” is removed.")
    return redirect(steps_address(change_id), 303)


def _table(
    at: Visit, process: str, files: dict[str, str], found: list[Finding], **facts: Any
) -> ResponseReturnValue:
    title = title_of(process, files)
    try:
        diagram = drawing_of(files)
    except BundleRefused as no:
        return render_template(
            "studio/steps_unreadable.html", at=at, title=title, findings=no.findings, **facts
        )
    beside: dict[str, list[Finding]] = {}
    for finding in found:
        name = finding.element if finding.file.endswith(".bpmn") else finding.file.removesuffix(".form")
        if finding.file.endswith(".bpmn") and name in diagram.flows:
            name = diagram.flows[name].source
        known = name in diagram.elements
        beside.setdefault(name if known else "", []).append(finding)
    return render_template(
        "studio/steps.html",
        at=at,
        title=title,
        diagram=diagram,
        parts=drawing.table_of(diagram),
        kinds=KINDS,
        called=drawing.called,
        beside=beside,
        files=files,
        tables=sorted(name for name in files if name.endswith(".dmn")),
        titles=file_titles(files),
        **facts,
    )


def _adding(at: Visit, draft: Draft, here: drawing.Element) -> Questions:
    lists = {
        "who": making.who_lists(draft),
        "services": making.services(),
        "decisions": making.decisions(draft),
        "targets": making.targets(draft.diagram, scope=here.scope),
    }
    asked = questions("step_new", at, lists=lists)
    asked.raw = {"what": "people", "who": making.who_of(draft, here)}
    return asked


def _added(draft: Draft, here: drawing.Element, told: dict[str, Any]) -> drawing.Edit:
    text, flow = draft.content(draft.drawing), request.values.get("flow", "")
    if told["what"] == "end":
        return drawing.add_end(text, name=told["name"], after=here.id, flow=flow)
    if told["what"] == "choice":
        making.readable(told["condition"], "condition")
        way = drawing.NewWay(told["way"], told["condition"], told["target"])
        return drawing.add_choice(text, name=told["name"], after=here.id, flow=flow, ways=[way])
    facts = {key: told.get(key) or "" for key in ("due", "clause", "service", "decision", "result")}
    making.refuse_unreadable(facts)
    role, lane = making.split_who(draft, told.get("who") or "")
    step = drawing.NewStep(
        NEW[told["what"]],
        told["name"],
        documentation=told.get("why") or "",
        role=role,
        lane=lane,
        facts=facts,
    )
    return drawing.add_step(text, step, after=here.id, flow=flow)


def _add_page(
    at: Visit, draft: Draft, here: drawing.Element, asked: Questions, *, other: StaleFile | None = None
) -> str:
    flow = draft.diagram.flows.get(request.values.get("flow", ""))
    way = f", on the way “{flow.name}”" if flow is not None and flow.name else ""
    return form_page(
        at, asked, draft, draft.drawing, heading="Add a step", back=steps_address(draft.row.id), other=other,
        about=f"Comes after “{drawing.called(here)}”{way}", button="Add it", flow=flow.id if flow else "",
    )  # fmt: skip


def _choose_way(at: Visit, draft: Draft, here: drawing.Element) -> str:
    row = next(
        row for part in drawing.table_of(draft.diagram) for row in part.rows if row.element.id == here.id
    )
    back = {"href": steps_address(draft.row.id), "text": "The steps"}
    facts = {"here": here, "ways": row.ways, "diagram": draft.diagram, "called": drawing.called}
    return render_template("studio/step_ways.html", at=at, change=draft.row, back=back, **facts)


def _reminding(at: Visit, draft: Draft) -> Questions:
    asked = questions("step_reminder", at, lists={"who": making.who_lists(draft)})
    asked.raw = {"repeats": "once", "ends": "false"}
    return asked


def _reminder_page(
    at: Visit, draft: Draft, here: drawing.Element, asked: Questions, *, other: StaleFile | None = None
) -> str:
    return form_page(
        at, asked, draft, draft.drawing, heading="Add a reminder or an escalation", other=other,
        back=steps_address(draft.row.id), about=f"On “{drawing.called(here)}”", button="Add it",
    )  # fmt: skip


def _moving(at: Visit, draft: Draft, element: str) -> Questions:
    here = _element(draft.diagram, element)
    lists = {"places": making.places(draft.diagram, scope=here.scope, without=element)}
    return questions("step_move", at, lists=lists)


def _move_page(
    at: Visit, draft: Draft, here: drawing.Element, asked: Questions, *, other: StaleFile | None = None
) -> str:
    return form_page(
        at, asked, draft, draft.drawing, heading=f"Move “{drawing.called(here)}”", other=other,
        back=steps_address(draft.row.id), about="Its form, deadline and reminders go with it.",
        button="Move it",
    )  # fmt: skip


def _remove_page(
    at: Visit, draft: Draft, here: drawing.Element, *, other: StaleFile | None = None, refused: str = ""
) -> str:
    if other is not None:
        at.names.need([other.saved_by])
    errors = [{"text": refused, "href": "#remove"}] if refused else []
    row = [row for part in drawing.table_of(draft.diagram) for row in part.rows if row.element.id == here.id]
    return render_template(
        "studio/step_remove.html",
        at=at,
        change=draft.row,
        here=here,
        ways=row[0].ways if row else (),
        diagram=draft.diagram,
        called=drawing.called,
        events=draft.diagram.boundary_events(here.id),
        named=making.still_named(draft.files, here.id),
        elsewhere=renaming.elsewhere(at.session, here.id),
        revision=draft.revision(draft.drawing),
        other=other,
        errors=errors,
        back={"href": steps_address(draft.row.id), "text": "The steps"},
    )


def _element(diagram: drawing.Diagram, name: str) -> drawing.Element:
    if name not in diagram.elements:
        raise NotFound
    return diagram.elements[name]


def _task(diagram: drawing.Diagram, name: str) -> drawing.Element:
    found = _element(diagram, name)
    if found.kind != "userTask":
        raise NotFound
    return found
