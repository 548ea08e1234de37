"""What pages that edit a draft share: the page that says somebody else saved meanwhile, with both to compare,
and one save that says what is wrong at its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request, url_for

from app.form_answers import answer_sections
from app.page_forms import Questions
from app.requests import Visit
from engine import StaleFile
from reviews.studio.drafting import Draft, draft_of

Act = Callable[[dict[str, Any]], None]
Page = tuple[str, int]


def opened(at: Visit, change_id: UUID) -> Draft:
    """The change of an address. Raises NotFound."""
    return draft_of(at.session, at.viewer, change_id)


def sent(at: Visit, asked: Questions, draft: Draft, file: str, act: Act) -> StaleFile | bool:
    """Do what was posted: True when it is done, False where something is to be put right, and whoever saved
    the file since the page was made. What was typed is kept in each case."""
    revision = request.form.get("revision", -1, type=int)

    def agreed(told: dict[str, Any]) -> None:
        draft.agreed(file, revision)
        act(told)

    try:
        return asked.sent(at, agreed)
    except StaleFile as other:
        return other


def form_page(
    at: Visit,
    asked: Questions,
    draft: Draft,
    file: str,
    *,
    heading: str,
    back: str,
    template: str = "studio/step_form",
    other: StaleFile | None = None,
    now: dict[str, Any] | None = None,
    **facts: Any,
) -> str:
    """A page of questions about a draft. With `other`, it says who saved meanwhile, and what stands there now
    (`now`, raw answers of the same questions)."""
    if other is not None:
        at.names.need([other.saved_by])
    theirs = answer_sections(asked.form, now, options=asked.options) if other is not None and now else []
    return asked.page(
        template,
        at,
        change=draft.row,
        heading=heading,
        revision=draft.revision(file),
        other=other,
        theirs=theirs,
        file=file,
        back={"href": back, "text": facts.pop("back_text", "The steps")},
        here=request.path,
        **facts,
    )


def steps_address(change_id: UUID, element: str = "") -> str:
    """Where the Steps table of a change is, or the row of an element in it."""
    return url_for("studio_steps.table", change_id=change_id, _anchor=element or None)


def step_address(change_id: UUID, element: str) -> str:
    """Where one element of a change is looked at and changed."""
    return url_for("studio_facts.show", change_id=change_id, element=element)
