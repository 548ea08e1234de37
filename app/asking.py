"""The form of a step as one person meets it: its questions, what may be chosen, what is known already, what they have typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from app.requests import Visit
from engine import DraftRow, NotFound, TaskRow, draft, form_text
from forms import Form, load_form
from reviews.models import Review
from reviews.options import options_for
from reviews.prefill import prefill


@dataclass(frozen=True)
class Asking:
    """One task's form. `answers` are raw: the draft laid over what is known."""

    task: TaskRow
    form: Form
    options: Mapping[str, Sequence[tuple[str, str]]]
    prefill: Mapping[str, Any]
    answers: dict[str, Any] = field(default_factory=dict)
    draft: DraftRow | None = None

    @property
    def several_pages(self) -> bool:
        """Whether the questions are asked on several screens, with a task list and check answers."""
        return len(self.form.pages) > 1

    @property
    def revision(self) -> int:
        """The revision of the draft, 0 without one."""
        return self.draft.revision if self.draft else 0


@lru_cache(maxsize=200)
def _form(text: str, file: str) -> Form:
    return load_form(text, file)


def form_of(at: Visit, task: TaskRow) -> Form:
    """The form that a task's own process version asks. Raises NotFound when the version has none."""
    text = form_text(at.session, task.process, task.version, task.step)
    if text is None:
        raise NotFound("This step has no form.")
    return _form(text, f"{task.process}/{task.step}.form")


def options_of(at: Visit, form: Form) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen in the form of the visit's task. Nobody with a conflict of interest is offered."""
    review = at.session.scalar(select(Review).where(Review.ref == at.task.business_key))
    return options_for(at.session, form.option_names, on=at.today, review=review)


def asking(at: Visit) -> Asking:
    """The form of the visit's task, begun with what is known and with this person's own draft."""
    form = form_of(at, at.task)
    options = options_of(at, form)
    known = prefill(at.session, at.task, form.prefill_names, person=at.viewer.person, today=at.today)
    kept = draft(at.session, at.task.id, by=at.actor)
    answers = form.start(known)
    if kept:
        answers = form.merge({**answers, **kept.answers}, {})
    return Asking(at.task, form, options, known, answers, kept)
