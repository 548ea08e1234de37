"""What the engine's checks are told of forms: which answers become variables, and what they can hold."""

from __future__ import annotations

from collections.abc import Mapping

from engine.world import Fact
from forms import Question, variables_of

_KINDS = {"date": "date", "number": "number", "checkbox": "boolean", "textfield": "text", "time": "text"}


def answers_of(name: str, text: str) -> Mapping[str, Fact] | None:
    """The answers of a form that become variables, by key; None for a form that cannot be read."""
    found = variables_of(text, name)
    return None if found is None else {key: _fact(question) for key, question in found.items()}


def _fact(question: Question) -> Fact:
    if question.boolean or question.kind == "checkbox":
        return Fact("boolean", frozenset({True, False}))
    if question.choices:
        return Fact("text", frozenset(choice.value for choice in question.choices))
    return Fact(_KINDS.get(question.kind, "text" if question.options else ""))
