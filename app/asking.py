"""The form of a step as one person meets it: what is asked, and what they have typed so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.requests import Visit
from engine import DraftRow, TaskRow, draft
from forms import Form, Page
from reviews.completing import Asked, ask
from reviews.permissions import doing_for
from reviews.writing.texts import Text, signature, standing
from reviews.writing.writers import parts_open


@dataclass(frozen=True)
class Asking:
    """One task's form. `answers` are raw: the draft laid over what is known. Of a step that is written
    together, what stands in its parts is the draft; `open_parts` are those that this person writes."""

    asked: Asked
    answers: dict[str, Any] = field(default_factory=dict)
    draft: DraftRow | None = None
    texts: Mapping[str, Text] = field(default_factory=dict)
    open_parts: Sequence[str] = ()
    sends: bool = True  # whether this person may complete the step

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
    def together(self) -> bool:
        """Whether several people write it, part by part."""
        return self.form.together

    @property
    def read(self) -> str:
        """A digest of what stands in the parts: who sends the step sends what they have read."""
        return signature(self.texts)

    @property
    def pages(self) -> list[Page]:
        """The screens that these answers lead to, as far as this person writes them."""
        found = self.form.pages_for(self.answers)
        return [page for page in found if not self.together or page.slug in self.open_parts]

    @property
    def revision(self) -> int:
        """The revision of the draft, 0 without one. Of a step that is written together it grows with each
        part that is saved, whoever saves it."""
        if self.together:
            return sum(text.revision for text in self.texts.values())
        return self.draft.revision if self.draft else 0

    @property
    def kept(self) -> dict[str, Any]:
        """The answers that are kept so far."""
        if self.together:
            return {key: value for text in self.texts.values() for key, value in text.answers.items()}
        return dict(self.draft.answers) if self.draft else {}

    @property
    def kept_at(self) -> dt.datetime | None:
        """When they were last saved; UTC."""
        if self.together:
            return max((text.at for text in self.texts.values()), default=None)
        return self.draft.saved_at if self.draft else None


def to_send(at: Visit) -> Asked:
    """The form of the visit's task with what its answers are checked with, and nothing else."""
    return ask(at.session, at.task.id, at.viewer, today=at.today, done=at.doing, to_send=True)


def asking(at: Visit) -> Asking:
    """The form of the visit's task, begun with what is known and with this person's own draft."""
    asked = ask(at.session, at.task.id, at.viewer, today=at.today, done=at.doing)
    kept = draft(at.session, at.task.id, by=at.actor)
    answers = asked.form.start(asked.known)
    if kept:
        answers = asked.form.merge({**answers, **kept.answers}, {})
    if not asked.form.together:
        return Asking(asked, answers, kept)
    texts = standing(at.session, at.task.id)
    for text in sorted(texts.values(), key=lambda each: each.at):
        answers = asked.form.merge(answers, text.answers)
    every = [page.slug for page in asked.form.pages]
    open_parts = parts_open(at.session, at.viewer, at.task, every)
    sends = doing_for(at.session, at.viewer, at.task) is not None
    return Asking(asked, answers, kept, texts, open_parts, sends)
