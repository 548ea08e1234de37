"""The words of answers in scenarios: dates as people say them, choices by their label, hints for a slip."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine import house, local_date, working_calendar
from engine.scenarios import hint, quoted
from forms import Question, choices_of, filled_rows
from reviews.options import Pairs

_DAY = re.compile(
    r"(?:in (?P<ahead>\d{1,3})|(?P<ago>\d{1,3})) (?P<unit>working days?|days?|weeks?|months?)(?P<back> ago)?"
)
DAYS = 'Write a date (2026-04-13), today, "in 10 working days" or "3 days ago".'
_DAYS = {"day": 1, "week": 7, "month": 30}


class Unknown(ValueError):
    """A word that is not known here; the message says which are, or which was probably meant, as
    `what_to_do` does alone."""

    def __init__(self, sentence: str, what_to_do: str = "") -> None:
        super().__init__(f"{sentence} {what_to_do}".strip())
        self.what_to_do = what_to_do


def day_of(session: Session, words: object) -> dt.date:
    """A day: 2026-04-13, today, "in 10 working days", "3 weeks ago". Raises Unknown."""
    if isinstance(words, dt.datetime):
        return words.date()
    if isinstance(words, dt.date):
        return words
    today, found = local_date(house(session).clock.now()), read_day(words)
    if found is None:
        return today
    count = int(found["ahead"] or found["ago"]) * (1 if found["ahead"] else -1)
    unit = found["unit"].removesuffix("s")
    if unit == "working day":
        return working_calendar(session).add(today, count).date
    return today + dt.timedelta(days=count * _DAYS[unit])


def read_day(words: object) -> re.Match[str] | None:
    """A count of days from today, taken apart; None for today itself. Raises Unknown."""
    said = str(words).strip().lower()
    found = _DAY.fullmatch(said)
    if said != "today" and (found is None or bool(found["ahead"]) == bool(found["back"])):
        raise Unknown(f"{quoted(words)} is not a day.", DAYS)
    return found


def answer_of(
    session: Session,
    questions: Mapping[str, Question],
    key: str,
    value: Any,
    options: Mapping[str, Pairs],
    step: str,
) -> Any:
    """One answer as the form takes it. Raises Unknown for a question or a choice that the form has not."""
    if key not in questions:
        raise Unknown(f'The form of {step} asks no "{key}". {hint(key, questions)}')
    question = questions[key]
    if question.kind == "date":
        return day_of(session, value).isoformat()
    if question.kind == "dynamiclist":
        inner = {each.key: each for each in question.questions}
        rows = [
            {name: answer_of(session, inner, name, told, options, step) for name, told in row.items()}
            for row in (value if isinstance(value, list) else [])
            if isinstance(row, dict)
        ]
        today = local_date(house(session).clock.now())
        return filled_rows(question, rows, options=options, today=today)
    if question.kind in ("radio", "select", "checklist"):
        return _choices(question, value, options, step)
    return value if isinstance(value, bool) else str(value)


def _choices(question: Question, value: Any, options: Mapping[str, Pairs], step: str) -> Any:
    if question.boolean and isinstance(value, bool):
        return "true" if value else "false"
    known = {choice.value: choice.value for choice in choices_of(question, options)}
    known = {choice.label.lower(): choice.value for choice in choices_of(question, options)} | known
    found = []
    for each in value if isinstance(value, list) else [value]:
        said = str(each)
        chosen = known.get(said) or known.get(said.lower())
        if chosen is None:
            raise Unknown(
                f'"{said}" is no answer to {question.key} of {step}. {hint(said, set(known.values()))}'
            )
        found.append(chosen)
    return found if question.kind == "checklist" else found[0]


def answer_is(expected: object, seen: object) -> bool:
    """Whether a fact is what somebody wrote: dates and numbers count the same however they are kept."""
    if isinstance(expected, bool) or isinstance(seen, bool) or seen is None:
        return expected == seen
    return str(expected).lower() == str(seen).lower()
