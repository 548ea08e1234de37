"""Answers that a form accepts, made from its questions: the least that somebody could type."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from forms import Form, Question, choices_of

Options = Mapping[str, list[tuple[str, str]]]


def least_answers(
    form: Form, options: Options, today: dt.date, known: Mapping[str, Any] | None = None, **chosen: Any
) -> dict[str, Any]:
    """Raw answers: what the form starts with, then `chosen`, then one plain answer to every question still
    asked."""
    raw: dict[str, Any] = {**form.start(known or {}), **chosen}
    for _ in range(4):  # an answer may bring up another question
        checked = form.clean(raw, options=options, today=today, prefill=known)
        missing = {path.split("-")[0] for path in checked.errors}
        if not missing:
            return raw
        for question in form.questions:
            if question.key in missing and question.key not in chosen:
                raw[question.key] = _plain(question, options, today)
    raise AssertionError(f"{form.process}/{form.step}: {checked.errors}")


def as_posted(raw: dict[str, Any]) -> dict[str, Any]:
    """Raw answers as a browser posts them."""
    sent: dict[str, Any] = {}
    for key, value in raw.items():
        if isinstance(value, bool):
            sent |= {key: "true"} if value else {}
        elif isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            sent |= dict(zip((f"{key}-year", f"{key}-month", f"{key}-day"), value.split("-"), strict=True))
        else:
            sent[key] = value
    return sent


def _plain(question: Question, options: Options, today: dt.date) -> Any:
    if question.items:
        rows = max(question.min_rows, 1)
        return [
            {
                inner.key: _plain(inner, options, today) if not _picks(inner) else _nth(inner, options, n)
                for inner in question.questions
            }
            for n in range(rows)
        ]
    if question.kind in ("radio", "select"):
        return _nth(question, options, 0)
    if question.kind == "checklist":
        return [_nth(question, options, 0)]
    if question.kind == "checkbox":
        return True
    if question.kind == "date":
        early = question.not_after == "today" or not question.not_before
        return (today - dt.timedelta(days=1) if early else today + dt.timedelta(days=28)).isoformat()
    if question.kind == "time":
        return "10:00"
    if question.kind == "number":
        return str(int(question.minimum or 1))
    if question.input_format == "email":
        return "sam@agency.example"
    if question.input_format == "phone":
        return "01632 960001"
    return ("Words about " + question.key.replace("_", " ") + ". ") * (1 + (question.min_length or 0) // 10)


def _picks(question: Question) -> bool:
    return question.kind in ("radio", "select")


def _nth(question: Question, options: Options, number: int) -> str:
    choices = [choice.value for choice in choices_of(question, options)]
    return choices[number % len(choices)]
