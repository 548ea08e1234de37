"""Form posts: flat names (`actions-2-due-day`) into nested answers; rows added and removed by buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Protocol

from forms.dates import PARTS
from forms.questions import Question

_COMMAND = re.compile(r"(add):([a-z][a-z0-9_]{0,60})|(remove):([a-z][a-z0-9_]{0,60}):([0-9]{1,4})")


class Post(Protocol):
    """What a browser sent: a multi-dict such as Flask's `request.form`."""

    def __iter__(self) -> Iterator[str]:
        """The names."""

    def getlist(self, key: str) -> list[str]:
        """Every value sent under that name."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Nested raw answers, and the list whose rows a button changed ("" when it was an ordinary submit)."""

    answers: dict[str, Any]
    changed_rows: str = ""


def read_post(questions: Sequence[Question], post: Post) -> Posted:
    """Nested raw answers out of a form post; a pressed add or remove button is carried out on them.

    Only names of `questions` count, and of a name sent twice the first value (a checklist takes all).
    """
    names = list(post)
    answers = {q.key: _read(q, q.key, post, names) for q in questions if not q.readonly}
    for name in names:
        command = _COMMAND.fullmatch(name)
        if command:
            key = command[2] or command[4]
            found = next(
                (q for q in questions if q.key == key and q.kind == "dynamiclist" and not q.readonly), None
            )
            if found:
                rows = answers[key]
                answers[key] = add_row(found, rows) if command[1] else remove_row(rows, int(command[5]))
                return Posted(answers, key)
    return Posted(answers)


def add_row(question: Question, rows: Sequence[Any]) -> list[Any]:
    """One empty row more at the end, unless the list is full."""
    return [*rows, {}] if len(rows) < question.max_rows else list(rows)


def remove_row(rows: Sequence[Any], number: int) -> list[Any]:
    """Without row `number` (1 is the first); a number that is not there changes nothing."""
    return [row for place, row in enumerate(rows, start=1) if place != number]


def split_identity(
    questions: Sequence[Question], answers: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(plain, identity): the answers that say who a child or a relative is, taken apart from the rest.

    Rows keep their place: each part has the same number of rows. Works on raw and on clean answers.
    """
    plain, identity = dict[str, Any](), dict[str, Any]()
    for question in questions:
        if question.key not in answers:
            continue
        answer = answers[question.key]
        if question.identity:
            identity[question.key] = answer
        elif isinstance(answer, list) and any(inner.identity for inner in question.questions):
            inner = question.questions
            pairs = [split_identity(inner, row) if isinstance(row, Mapping) else ({}, {}) for row in answer]
            plain[question.key] = [pair[0] for pair in pairs]
            identity[question.key] = [pair[1] for pair in pairs]
        else:
            plain[question.key] = answer
    return plain, identity


def join_identity(plain: Mapping[str, Any], identity: Mapping[str, Any]) -> dict[str, Any]:
    """The opposite of `split_identity`."""
    joined = deepcopy(dict(plain))
    for key, answer in identity.items():
        rows = joined.get(key)
        if isinstance(rows, list) and isinstance(answer, list):
            joined[key] = [{**row, **extra} for row, extra in zip(rows, answer, strict=False)]
        else:
            joined[key] = answer
    return joined


def _read(question: Question, name: str, post: Post, names: Sequence[str]) -> Any:
    if question.kind == "dynamiclist":
        return _read_rows(question, name, post, names)
    if question.kind == "date":
        return {part: _first(post, f"{name}-{part}") for part in PARTS}
    if question.kind == "checklist":
        return [value for value in post.getlist(name) if value]
    if question.kind == "checkbox":
        return _first(post, name) == "true"
    return _first(post, name)


def _read_rows(question: Question, name: str, post: Post, names: Sequence[str]) -> list[dict[str, Any]]:
    pattern = re.compile(re.escape(name) + r"-([1-9][0-9]{0,5})-[a-z]")
    numbers = sorted({int(match[1]) for sent in names if (match := pattern.match(sent))})
    # One more than allowed is enough to say that there are too many.
    return [
        {inner.key: _read(inner, f"{name}-{number}-{inner.key}", post, ()) for inner in question.questions}
        for number in numbers[: question.max_rows + 1]
    ]


def _first(post: Post, name: str) -> str:
    values = post.getlist(name)
    return values[0] if values else ""
