"""The lanes of a diagram, who works in each, and the process itself: its name and who keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, questions
from app.pages.studio.drafts import form_page, opened, sent, steps_address
from app.requests import Visit
from engine import NotFound, StaleFile, drawing
from reviews.studio import steps as making
from reviews.studio.drafting import Draft

studio_lanes = Blueprint("studio_lanes", __name__, url_prefix="/studio/changes/<uuid:change_id>")


@studio_lanes.get("/lanes/")
def ask_lane(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """The lanes, and a new one."""
    draft = opened(at, change_id)
    return _lane_page(at, draft, questions("lane", at), None)


@studio_lanes.post("/lanes/")
def add_lane(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """Add a lane."""
    draft = opened(at, change_id)

    def make(told: dict[str, Any]) -> drawing.Edit:
        return drawing.add_lane(draft.content(draft.drawing), **_lane(told))

    return _save_lane(at, draft, questions("lane", at), None, make)


@studio_lanes.get("/lanes/<lane>")
def show_lane(at: Visit, change_id: UUID, lane: str) -> ResponseReturnValue:
    """One lane, to change it."""
    draft = opened(at, change_id)
    found, asked = _lane_named(draft, lane), questions("lane", at)
    asked.raw = {"name": found.name, "role": found.role, "documentation": found.documentation}
    return _lane_page(at, draft, asked, found)


@studio_lanes.post("/lanes/<lane>")
def save_lane(at: Visit, change_id: UUID, lane: str) -> ResponseReturnValue:
    """Keep it."""
    draft = opened(at, change_id)

    def make(told: dict[str, Any]) -> drawing.Edit:
        return drawing.set_lane(draft.content(draft.drawing), lane, **_lane(told))

    return _save_lane(at, draft, questions("lane", at), _lane_named(draft, lane), make)


@studio_lanes.get("/process")
def show_process(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """What the process is called, and who keeps it."""
    draft = opened(at, change_id)
    asked = questions("process_facts", at)
    asked.raw = _process_now(draft)
    return _process_page(at, draft, asked)


@studio_lanes.post("/process")
def save_process(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """Keep it."""
    draft = opened(at, change_id)
    asked = questions("process_facts", at)

    def act(told: dict[str, Any]) -> None:
        edit = drawing.set_process(
            draft.content(draft.drawing), title=told["title"], owner=told["owner"],
            documentation=told.get("documentation") or "",
        )  # fmt: skip
        making.save_drawing(at.session, at.viewer, draft, edit)

    done = sent(at, asked, draft, draft.drawing, act)
    if done is not True:
        return _process_page(at, draft, asked, other=done or None), 409 if done else 422
    flash("The process is saved.")
    return redirect(steps_address(change_id), 303)


def _save_lane(
    at: Visit,
    draft: Draft,
    asked: Questions,
    lane: drawing.Lane | None,
    make: Callable[[dict[str, Any]], drawing.Edit],
) -> ResponseReturnValue:
    def act(told: dict[str, Any]) -> None:
        making.save_drawing(at.session, at.viewer, draft, make(told))

    done = sent(at, asked, draft, draft.drawing, act)
    if done is not True:
        return _lane_page(at, draft, asked, lane, other=done or None), 409 if done else 422
    flash(f"The lane “{asked.raw['name']}” is saved.")
    return redirect(url_for(".ask_lane", change_id=draft.row.id), 303)


def _lane_page(
    at: Visit,
    draft: Draft,
    asked: Questions,
    lane: drawing.Lane | None,
    *,
    other: StaleFile | None = None,
) -> str:
    listed = drawing.lanes_of(draft.content(draft.drawing))
    heading = f"Lane: {lane.name}" if lane is not None else "Lanes"
    back = url_for(".ask_lane", change_id=draft.row.id) if lane is not None else steps_address(draft.row.id)
    return form_page(
        at, asked, draft, draft.drawing, template="studio/lanes", heading=heading, back=back, other=other,
        back_text="The lanes" if lane is not None else "The steps", lane=lane, lanes=listed,
        edits=draft.editable, diagram=draft.diagram,
    )  # fmt: skip


def _process_page(at: Visit, draft: Draft, asked: Questions, *, other: StaleFile | None = None) -> str:
    return form_page(
        at, asked, draft, draft.drawing, heading="The process", back=steps_address(draft.row.id), other=other,
        now=_process_now(draft), about=draft.diagram.title, button="Save",
    )  # fmt: skip


def _process_now(draft: Draft) -> dict[str, Any]:
    diagram = draft.diagram
    return {"title": diagram.title, "owner": draft.owner, "documentation": diagram.documentation}


def _lane(told: dict[str, Any]) -> dict[str, str]:
    return {key: told.get(key) or "" for key in ("name", "role", "documentation")}


def _lane_named(draft: Draft, name: str) -> drawing.Lane:
    for lane in drawing.lanes_of(draft.content(draft.drawing)):
        if lane.id == name:
            return lane
    raise NotFound
