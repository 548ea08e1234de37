"""Plain valid answers for a form: what a scenario or a rehearsal fills in where nobody said anything.

The form's own validation is asked what is missing; each thing it names is answered as plainly as possible.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from forms.fields import Options
from forms.form import Form
from forms.questions import Question, choices_of

MOST_TRIES = 12
WORDS = "Written by the rehearsal."
UNKNOWN = "Unknown"  # of who somebody is: no word that other answers have
_IN_A_ROW = re.compile(r"(?P<key>[a-z][a-z0-9_]*)-(?P<number>[1-9][0-9]*)-(?P<inner>.+)")


def plain_answers(
    form: Form,
    given: Mapping[str, Any],
    *,
    options: Options,
    today: dt.date,
    known: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Raw answers that the form takes: `given` as they are, then what is known, then plain ones.

    The errors that are left come with them: they are about what was given, which is never changed.
    """
    raw = {**form.start(known), **given}
    tries: dict[str, int] = {}
    for _ in range(MOST_TRIES):
        errors = form.clean(raw, options=options, today=today, prefill=known).errors
        ours = [path for path in errors if path.split("-")[0] not in given]
        if not ours:
            return raw, errors
        for path in ours:
            tries[path] = tries.get(path, -1) + 1
            _answer(form.questions, raw, path, options, today, tries[path])
    return raw, form.clean(raw, options=options, today=today, prefill=known).errors


def filled_rows(
    question: Question, rows: Sequence[Any], *, options: Options, today: dt.date
) -> list[dict[str, Any]]:
    """Rows as they were given, with a plain answer to each required question that a row says nothing of."""
    filled = []
    for row in rows:
        whole = dict(row) if isinstance(row, Mapping) else {}
        for inner in question.questions:
            if inner.required and inner.key not in whole and not inner.hides:
                whole[inner.key] = _plain(inner, options, today, 0)
        filled.append(whole)
    return filled


def _answer(
    questions: Sequence[Question],
    raw: dict[str, Any],
    path: str,
    options: Options,
    today: dt.date,
    attempt: int,
) -> None:
    """Put an answer where an error points."""
    row = _IN_A_ROW.fullmatch(path)
    if row is None:
        question = next((each for each in questions if each.key == path), None)
        if question is not None:
            raw[path] = _plain(question, options, today, attempt)
        return
    question = next(each for each in questions if each.key == row["key"])
    rows = [dict(each) for each in raw.get(row["key"]) or []]
    place = int(row["number"]) - 1
    if place < len(rows):
        _answer(question.questions, rows[place], row["inner"], options, today, attempt)
    raw[row["key"]] = rows


def _plain(question: Question, options: Options, today: dt.date, attempt: int) -> Any:
    """The plainest answer to a question; a later attempt says something else."""
    if question.kind == "dynamiclist":
        return filled_rows(question, [{}] * max(1, question.min_rows), options=options, today=today)
    if question.kind in ("radio", "select", "checklist"):
        return _choice(question, options, attempt)
    if question.kind == "checkbox":
        return True
    if question.kind == "date":
        return (today + dt.timedelta(days=(0, 30, -30, 200, -200, 1, -1)[attempt % 7])).isoformat()
    if question.kind == "time":
        return "9:30am"
    if question.kind == "number":
        return str(question.minimum if question.minimum is not None else 1)
    return _words(question)


def _choice(question: Question, options: Options, attempt: int) -> Any:
    values = [choice.value for choice in choices_of(question, options)]
    if not values:
        return None
    if question.boolean:
        return ("false", "true")[attempt % 2]
    found = values[attempt % len(values)]
    return [found] if question.kind == "checklist" else found


def _words(question: Question) -> str:
    if question.input_format == "email":
        return "somebody@example.org"
    if question.input_format == "phone":
        return "01632 960001"
    words = UNKNOWN if question.identity else WORDS
    while len(words) < (question.min_length or 0):
        words = f"{words} {words}"
    return words[: question.max_length] if question.max_length else words
