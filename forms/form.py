"""A form, ready to ask: what it holds, which screens it has, and what its answers come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marshmallow import Schema

from forms.conditions import asked
from forms.fields import Options
from forms.questions import Group, Item, Page, Question, questions
from forms.rows import Post, Posted, join_identity, read_post, split_identity
from forms.validation import Answers, clean_answers, schema_for


@dataclass(frozen=True)
class Form:
    """The questions of one step. Raw answers are nested, as typed; clean ones are as kept."""

    process: str
    step: str
    title: str
    intro: str
    items: tuple[Item, ...]
    pages: tuple[Page, ...]
    file: str = ""
    together: bool = False  # several people write it, screen by screen

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question in order; those of rows are in their list's `questions`."""
        return tuple(questions(self.items))

    @cached_property
    def option_names(self) -> frozenset[str]:
        """The option lists the host has to supply."""
        return frozenset(question.options for question in _all_questions(self.questions) if question.options)

    @cached_property
    def prefill_names(self) -> frozenset[str]:
        """The facts and texts the host may supply."""
        named = {question.prefill for question in _all_questions(self.questions)}
        return frozenset((named | set(_words_prefills(self.items))) - {""})

    @cached_property
    def readonly_names(self) -> frozenset[str]:
        """Those of them that an answer is made of, whatever is sent: all that a check of answers needs."""
        return frozenset(question.prefill for question in self.questions if question.readonly) - {""}

    def page(self, slug: str) -> Page | None:
        """The screen with that name in its address, or None."""
        return next((page for page in self.pages if page.slug == slug), None)

    def pages_for(self, raw: Mapping[str, Any]) -> tuple[Page, ...]:
        """The screens these answers lead to: one where every question is hidden is left out."""
        shown = {question.key for question in asked(self.questions, raw).questions}
        return tuple(p for p in self.pages if not p.questions or any(q.key in shown for q in p.questions))

    def next_page(self, slug: str, raw: Mapping[str, Any]) -> Page | None:
        """The screen after `slug`, or None when check answers comes next."""
        leads = self.pages_for(raw)
        place = next((n for n, page in enumerate(leads) if page.slug == slug), len(leads))
        return leads[place + 1] if place + 1 < len(leads) else None

    def shown(self, raw: Mapping[str, Any]) -> frozenset[str]:
        """Keys of the questions that are asked, given these answers."""
        return frozenset(question.key for question in asked(self.questions, raw).questions)

    def context(self, raw: Mapping[str, Any], prefill: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The answers as conditions see them: typed, None where there is none or its question is hidden."""
        return asked(self.questions, dict(raw) | self._readonly(prefill or {})).context

    def start(self, prefill: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Raw answers to begin with: what the host knows (`prefill`), and the form's own defaults."""
        known = prefill or {}
        first: dict[str, Any] = {}
        for question in self.questions:
            if question.prefill and known.get(question.prefill) not in (None, ""):
                first[question.key] = known[question.prefill]
            elif question.default is not None:
                first[question.key] = question.default
        return first

    def read(self, post: Post, page: Page | None = None) -> Posted:
        """Nested raw answers out of a form post of `page` (of the whole form without it)."""
        return read_post((page.questions if page else self.questions), post)

    def merge(
        self, saved: Mapping[str, Any], posted: Mapping[str, Any], page: Page | None = None
    ) -> dict[str, Any]:
        """`saved` with what was just posted for `page` in its place; nothing else changes."""
        keys = {question.key for question in (page.questions if page else self.questions)}
        known = {question.key for question in self.questions}
        kept = {key: value for key, value in saved.items() if key in known}
        return kept | {key: value for key, value in posted.items() if key in keys}

    def clean(
        self,
        raw: Mapping[str, Any],
        *,
        options: Options,
        today: dt.date,
        prefill: Mapping[str, Any] | None = None,
        page: Page | None = None,
    ) -> Answers:
        """Clean answers, identity apart, and errors by question path. With `page`, of that screen only.

        `today` is the date in Europe/London. Read-only answers come from `prefill`, whatever was sent.
        Never raises on what people send; raises KeyError when an option list is missing.
        """
        known = self._readonly(prefill or {})
        sent = dict(raw) | known
        only = frozenset(question.key for question in page.questions) if page else None
        values, errors = clean_answers(self.questions, sent, options=options, today=today, only=only)
        shown = self.shown(sent) if known else frozenset()
        for key, value in known.items():
            if value is not None and key in shown and (only is None or key in only):
                values[key] = value
        plain, identity = split_identity(self.questions, values)
        return Answers(plain, identity, errors)

    def schema(self, answers: Mapping[str, Any], options: Options, *, today: dt.date) -> Schema:
        """The marshmallow schema of the questions that `answers` lead to."""
        return schema_for(self.questions, answers, options=options, today=today)

    def variables(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What becomes process variables: every answer declared `variable`, None where it was not given."""
        return {question.key: values.get(question.key) for question in self.questions if question.variable}

    def split(self, answers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """(plain, identity) of raw or clean answers, for storing a draft in two places."""
        return split_identity(self.questions, answers)

    def join(self, plain: Mapping[str, Any], identity: Mapping[str, Any]) -> dict[str, Any]:
        """One set of answers out of the two parts."""
        return join_identity(plain, identity)

    def _readonly(self, prefill: Mapping[str, Any]) -> dict[str, Any]:
        """Read-only answers, whatever was sent: the host's, or nothing."""
        return {q.key: prefill.get(q.prefill) for q in self.questions if q.readonly}


def _all_questions(asked_for: tuple[Question, ...]) -> tuple[Question, ...]:
    inner = tuple(deep for question in asked_for for deep in question.questions)
    return asked_for + inner


def _words_prefills(items: tuple[Item, ...]) -> list[str]:
    found = []
    for item in items:
        if isinstance(item, Group | Question):
            found += _words_prefills(item.items)
        else:
            found.append(item.prefill)
    return found
