"""The form of a step as one person meets it: what is asked, and what they have typed so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.requests import Visit
from engine import DraftRow, TaskRow, draft
from forms import Form
from reviews.completing import Asked, ask


@dataclass(frozen=True)
class Asking:
    """One task's form. `answers` are raw: the draft laid over what is known."""

    asked: Asked
    answers: dict[str, Any] = field(default_factory=dict)
    draft: DraftRow | None = None

    @property
    def task(self) -> TaskRow:
        """The task."""
        return self.asked.task

    @property
    def form(self) -> Form:
        """Its form, in the version that its review began with."""
        return self.asked.form

    @property
    def options(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """What may be chosen."""
        return self.asked.options

    @property
    def prefill(self) -> Mapping[str, Any]:
        """What is known already."""
        return self.asked.known

    @property
    def several_pages(self) -> bool:
        """Whether the questions are asked on several screens, with a task list and check answers."""
        return len(self.form.pages) > 1

    @property
    def revision(self) -> int:
        """The revision of the draft, 0 without one."""
        return self.draft.revision if self.draft else 0


def asking(at: Visit) -> Asking:
    """The form of the visit's task, begun with what is known and with this person's own draft."""
    asked = ask(at.session, at.task.id, at.viewer, today=at.today)
    kept = draft(at.session, at.task.id, by=at.actor)
    answers = asked.form.start(asked.known)
    if kept:
        answers = asked.form.merge({**answers, **kept.answers}, {})
    return Asking(asked, answers, kept)
