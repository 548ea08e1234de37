"""The ways on from a choice: one more, or one less."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, questions
from app.pages.studio.drafts import form_page, opened, sent
from app.requests import REFUSED, Visit
from engine import NotFound, Refused, StaleFile, drawing
from reviews.studio import steps as making
from reviews.studio.drafting import Draft

studio_ways = Blueprint(
    "studio_ways", __name__, url_prefix="/studio/changes/<uuid:change_id>/steps/<element>/ways"
)


@studio_ways.get("/new")
def ask_new(at: Visit, change_id: UUID, element: str) -> ResponseReturnValue:
    """A way more."""
    draft = opened(at, change_id)
    return _page(at, draft, element, _asked(at, draft, element))


@studio_ways.post("/new")
def add(at: Visit, change_id: UUID, element: str) -> ResponseReturnValue:
    """Add it."""
    draft = opened(at, change_id)
    asked = _asked(at, draft, element)

    def act(told: dict[str, Any]) -> None:
        making.readable(told["condition"], "condition")
        way = drawing.NewWay(told["name"], told["condition"], told["target"])
        edit = drawing.add_way(draft.content(draft.drawing), element, way)
        making.save_drawing(at.session, at.viewer, draft, edit)

    done = sent(at, asked, draft, draft.drawing, act)
    if done is not True:
        return _page(at, draft, element, asked, other=done or None), 409 if done else 422
    flash("The way is added.")
    return redirect(_choice(draft, element), 303)


@studio_ways.post("/<flow>/remove")
def remove(at: Visit, change_id: UUID, element: str, flow: str) -> ResponseReturnValue:
    """Take a way out, with what only it leads to."""
    draft = opened(at, change_id)
    if flow not in {each.id for each in draft.diagram.outgoing(element)}:
        raise NotFound
    try:
        draft.agreed(draft.drawing, request.form.get("revision", -1, type=int))
        edit = drawing.remove_way(draft.content(draft.drawing), flow)
        making.save_without(at.session, at.viewer, draft, edit)
        for words in (*edit.said, "The way is taken out."):
            flash(words)
    except StaleFile as other:
        at.names.need([other.saved_by])
        flash(f"{at.names.person(other.saved_by)} saved the diagram meanwhile. Look at it again.", REFUSED)
    except Refused as no:
        flash(str(no), REFUSED)
    return redirect(_choice(draft, element), 303)


def _asked(at: Visit, draft: Draft, element: str) -> Questions:
    here = draft.diagram.elements.get(element)
    if here is None or here.kind not in ("exclusiveGateway", "inclusiveGateway"):
        raise NotFound
    lists = {"targets": making.targets(draft.diagram, scope=here.scope, without=element)}
    return questions("way_new", at, lists=lists)


def _page(at: Visit, draft: Draft, element: str, asked: Questions, *, other: StaleFile | None = None) -> str:
    about = f"On from “{drawing.called(draft.diagram.elements[element])}”"
    return form_page(
        at, asked, draft, draft.drawing, heading="Add a way", back=_choice(draft, element), other=other,
        back_text="The choice", about=about, button="Add it",
    )  # fmt: skip


def _choice(draft: Draft, element: str) -> str:
    return url_for("studio_facts.show", change_id=draft.row.id, element=element)
