"""Answers in, clean answers or error sentences out, by a marshmallow schema of what is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError

from forms.conditions import asked, is_empty, row_is_empty
from forms.fields import AnswerField, Options, Setting, field_for, required_sentence
from forms.questions import Question

_WHOLE_LIST = (
    "_list"  # an error about a repeating list itself; keys of questions never begin with an underscore
)


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of a form: clean values, identity apart, and errors by question path, in the form's order.

    A path is the name of the question's input: `reason`, or `actions-2-due` for the second row.
    """

    values: dict[str, Any]
    identity: dict[str, Any]
    errors: dict[str, str]

    @property
    def ok(self) -> bool:
        """True when there is nothing to put right."""
        return not self.errors


def clean_answers(
    questions: Sequence[Question],
    raw: Mapping[str, Any],
    *,
    options: Options,
    today: dt.date,
    only: frozenset[str] | None = None,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Clean values and errors. `only`: the keys to look at, when one screen was sent. Never raises on input.

    Raises KeyError when an option list the form names is missing from `options`.
    """
    schema = schema_for(questions, raw, options=options, today=today, only=only)
    try:
        values = schema.load(without_blanks(questions, raw))
        return _in_order(questions, values), {}
    except ValidationError as refused:
        values = refused.valid_data if isinstance(refused.valid_data, dict) else {}
        return _in_order(questions, values), flat_errors(questions, refused.messages_dict)


def schema_for(
    questions: Sequence[Question],
    raw: Mapping[str, Any],
    *,
    options: Options,
    today: dt.date,
    only: frozenset[str] | None = None,
) -> Schema:
    """The schema of the questions these answers lead to. Neither hidden ones nor unknown keys are in it."""
    shown, context = asked(questions, raw)
    wanted = [q for q in shown if not q.readonly and (only is None or q.key in only)]
    names = {question.key: question.name for question in questions}
    return _schema_of(wanted, Setting(options, today, names, context))


def _schema_of(shown: Iterable[Question], setting: Setting) -> Schema:
    made = {q.key: RowsField(q, setting) if q.items else field_for(q, setting) for q in shown}
    return Schema.from_dict(dict(made), name="Answers")(unknown=EXCLUDE)


def without_blanks(questions: Sequence[Question], raw: Mapping[str, Any]) -> dict[str, Any]:
    """`raw` with only what was asked and answered: a blank answer is no answer."""
    return {q.key: raw[q.key] for q in questions if q.key in raw and not is_empty(q, raw[q.key])}


def flat_errors(
    questions: Sequence[Question], messages: Mapping[str, Any], prefix: str = ""
) -> dict[str, str]:
    """marshmallow's nested messages as {path: first sentence}, in the order of the questions."""
    flat: dict[str, str] = {}
    for question in questions:
        found = messages.get(question.key)
        if not found:
            continue
        path = prefix + question.key
        if not isinstance(found, Mapping):
            flat[path] = str(found[0])
            continue
        if _WHOLE_LIST in found:
            flat[path] = str(found[_WHOLE_LIST][0])
        for number in sorted(key for key in found if isinstance(key, int)):
            flat.update(flat_errors(question.questions, found[number], f"{path}-{number}-"))
    return flat


class RowsField(AnswerField):
    """A repeating list. Each row has its own schema, as each row may ask different questions."""

    def __init__(self, question: Question, setting: Setting) -> None:
        super().__init__(replace(question, required=question.required or question.min_rows > 0))
        self.setting = setting

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list) or not all(isinstance(row, dict | None) for row in value):
            raise ValidationError({_WHOLE_LIST: [required_sentence(self.question)]})
        rows, problems = self._load(value[: self.question.max_rows])
        problems = self._size_problems(value, rows) | self._repeats(value) | problems
        if problems:
            raise ValidationError(problems)
        return rows

    def _load(self, sent: list[Any]) -> tuple[list[dict[str, Any]], dict[Any, Any]]:
        inner, rows, problems = self.question.questions, [], dict[Any, Any]()
        schema_of = self._row_schemas()
        for number, row in enumerate(sent, start=1):
            if row_is_empty(self.question, row):
                continue
            shown, context = asked(inner, row, self.setting.context)
            try:
                rows.append(_in_order(inner, schema_of(shown, context).load(without_blanks(inner, row))))
            except ValidationError as refused:
                problems[number] = refused.messages_dict
                rows.append({})
        return rows, problems

    def _row_schemas(self) -> Callable[[tuple[Question, ...], dict[str, Any]], Schema]:
        """Makes the schema of a row: once for all that ask the same, unless dates look at one another."""
        made: dict[tuple[str, ...], Schema] = {}
        names = {**self.setting.names, **{inner.key: inner.name for inner in self.question.questions}}
        bounds = (bound for q in self.question.questions for bound in (q.not_before, q.not_after))
        alike = all(bound in ("", "today") or bound[:1].isdigit() for bound in bounds)

        def schema_of(shown: tuple[Question, ...], context: dict[str, Any]) -> Schema:
            keys = tuple(question.key for question in shown)
            if not alike or keys not in made:
                made[keys] = _schema_of(shown, replace(self.setting, names=names, context=context))
            return made[keys]

        return schema_of

    def _size_problems(self, sent: list[Any], rows: list[dict[str, Any]]) -> dict[Any, Any]:
        least, most = self.question.min_rows, self.question.max_rows
        what = self.question.name
        if len(sent) > most:
            return {_WHOLE_LIST: [f"{what} can have {most} entries or fewer"]}
        if len(rows) < least:
            say = (
                required_sentence(self.question) if not rows else f"{what} must have {least} entries or more"
            )
            return {_WHOLE_LIST: [say]}
        return {}

    def _repeats(self, sent: list[Any]) -> dict[Any, Any]:
        key, seen, problems = self.question.unique, set[str](), dict[Any, Any]()
        for number, row in enumerate(sent[: self.question.max_rows], start=1):
            value = row.get(key) if key and isinstance(row, dict) else None
            if not isinstance(value, str) or not value:
                continue
            if value in seen:
                name = next(q.name for q in self.question.questions if q.key == key)
                problems[number] = {
                    key: [f"{name} is already in the list. Choose another, or remove this entry"]
                }
            seen.add(value)
        return problems


def _in_order(questions: Sequence[Question], values: Mapping[str, Any]) -> dict[str, Any]:
    return {question.key: values[question.key] for question in questions if question.key in values}
