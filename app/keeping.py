"""Keeping what is typed into a step: as one person's draft, or as the text of a part where several write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from app.asking import Asking
from app.requests import Visit
from engine import NotFound, save_draft
from forms import Page
from reviews.writing.texts import Text, keep


def keep_answers(at: Visit, asked: Asking, answers: Mapping[str, Any]) -> None:
    """Keep the answers of a whole step. Raises StaleRevision where somebody has written since."""
    if not asked.together:
        save_draft(at.session, at.task.id, dict(answers), by=at.actor, revision=asked.revision)
        return
    for page in asked.pages:
        told = answers_of(page, answers)
        if told != answers_of(page, asked.answers):
            keep(at.session, at.task, page.slug, told, by=at.actor, revision=revision_of(asked, page))


def keep_typed(at: Visit, asked: Asking, page: Page, revision: int, how: str = "written") -> Text:
    """Keep what was posted for a part, typed over `revision`. Raises NotFound for a part that this person
    does not write, StaleRevision, TaskNotOpen, Refused."""
    return keep(at.session, at.task, page.slug, typed(asked, page), by=at.actor, revision=revision, how=how)


def typed(asked: Asking, page: Page) -> dict[str, Any]:
    """What was posted for a part, with the row that a button added or took away."""
    if page.slug not in asked.open_parts:
        raise NotFound
    return answers_of(page, asked.form.read(request.form, page).answers)


def answers_of(page: Page, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of one screen; what is only shown there is none."""
    asked = {question.key for question in page.questions if not question.readonly}
    return {key: value for key, value in answers.items() if key in asked}


def revision_of(asked: Asking, page: Page) -> int:
    """The revision that stands in a part, 0 before anybody has saved it."""
    return asked.texts[page.slug].revision if page.slug in asked.texts else 0


def number(text: str | None) -> int:
    """A revision as a form or a header sends it; 0 for what is none."""
    cleaned = (text or "").strip('"')
    return int(cleaned) if cleaned.isascii() and cleaned.isdigit() and len(cleaned) < 10 else 0
