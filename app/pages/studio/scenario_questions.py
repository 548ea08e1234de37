"""Writing a scenario by answering questions, without knowing how its file is written."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, questions
from app.pages.studio.drafts import form_page, opened, sent
from app.requests import Visit
from engine import StaleFile
from reviews.studio import scenario_writing as writing
from reviews.studio.choices import roles
from reviews.studio.drafting import Draft

scenario_questions = Blueprint(
    "scenario_questions", __name__, url_prefix="/studio/changes/<uuid:change_id>/write-a-scenario"
)
WORDS = (
    "It is played with invented people. Every answer that you do not give is the usual one. "
    "More can be said in the file itself."
)


@scenario_questions.get("/")
def ask(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """What happens, and what is to be seen then."""
    draft = opened(at, change_id)
    return _page(at, draft, _asked(at, draft))


@scenario_questions.post("/")
def add(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """Keep it as a file of the change."""
    draft = opened(at, change_id)
    asked = _asked(at, draft)

    def act(told: dict[str, Any]) -> None:
        writing.write(at.session, at.viewer, draft, told)

    done = sent(at, asked, draft, "", act)
    if done is not True:
        return _page(at, draft, asked, other=done or None), 409 if done else 422
    flash(f"The scenario “{asked.raw['title']}” is kept. Play it to see whether it holds.")
    return redirect(_back(draft), 303)


def _asked(at: Visit, draft: Draft) -> Questions:
    lists = {
        "steps": writing.steps_to_do(draft.diagram),
        "ends": writing.ends(draft.diagram),
        "all_roles": roles(),
    }
    return questions("scenario_questions", at, lists=lists)


def _page(at: Visit, draft: Draft, asked: Questions, *, other: StaleFile | None = None) -> str:
    return form_page(
        at, asked, draft, "", heading="Write a scenario", back=_back(draft), back_text="The scenarios",
        other=other, about=WORDS, button="Keep it",
    )  # fmt: skip


def _back(draft: Draft) -> str:
    return url_for("studio_scenarios.show", change_id=draft.row.id)
