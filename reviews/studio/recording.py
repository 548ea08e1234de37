"""A played case as a scenario: who (by role) did what when, with the answers that decide, and what is open.

Nothing personal goes into it: no names, no references, no texts, no days of the calendar. Of the answers only
those stay that the process reads (the form declares them variables) and that are a choice, a number, or a
date, which becomes so many working days from the day it was given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import (
    NotFound,
    TaskRow,
    form_text,
    house,
    instances,
    local_date,
    submission,
    tasks,
    working_calendar,
)
from engine.audit_models import Event
from forms import Question, load_form
from reviews.case_rows import case_of
from reviews.demonstration.loading import invented_agencies
from reviews.options import PEOPLE_LISTS
from reviews.roles import role_name

_HAPPENINGS = {
    "withdraw": "withdraw",
    "statutory_threshold": "statutory threshold",
    "cancel_action": "cancel the action",
    "meeting_cancelled": "cancel the meeting",
}
_ENDED = ("completed", "cancelled")
Move = tuple[dt.datetime, dict[str, Any]]


def record_case(session: Session, ref: str) -> str:
    """The text of a scenario that plays a case again as far as it has come. Raises NotFound."""
    keys = case_of(session, ref).keys
    found = [row for key in keys for row in instances(session, key)]
    if not found:
        raise NotFound("There is no case with this reference.")
    first = min(found, key=lambda row: row.started_at)
    moves = _moves(session, keys)
    if first.status not in _ENDED:  # and then nobody did anything until today
        moves.append((house(session).clock.now(), {}))
    told = {
        "title": f"A case of {first.process.replace('_', ' ')}, as it was played",
        "when": [*_with_time(session, moves, local_date(first.started_at))],
        "then": [*_then(session, keys, first.status, first.outcome)],
    }
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=100)


def _moves(session: Session, keys: Iterable[str]) -> list[Move]:
    """Everything people did, in the order of the log. A pause stops all processes of a review: told once."""
    steps = _steps(session, keys)
    moves: list[Move] = []
    query = select(Event).where(Event.business_key.in_(list(keys))).order_by(Event.seq)
    for event in session.scalars(query):
        line = steps.get(event.task_id) if event.kind == "task.completed" and event.task_id else None
        what = _HAPPENINGS.get(event.subject or "") if event.kind == "message.received" else None
        what = {"instance.paused": "pause", "instance.resumed": "resume"}.get(event.kind, what)
        if what is not None:
            line = {"happens": what}
        if line is not None and (what is None or (event.at, line) not in moves):
            moves.append((event.at, line))
    return moves


def _steps(session: Session, keys: Iterable[str]) -> dict[UUID, dict[str, Any]]:
    """Every step that was done, with the answers that decide."""
    known = invented_agencies()
    rows = tasks(session, business_keys=list(keys), status="completed")
    shared = {(row.instance_id, row.step) for row in rows if row.item}
    found = {}
    for row in rows:
        line: dict[str, Any] = {"does": row.step}
        if (row.instance_id, row.step) in shared and row.agency in known:
            line["agency"] = row.agency
        answers = _deciding(session, row, known)
        if answers:
            line["answers"] = answers
        found[row.id] = line
    return found


def _deciding(session: Session, row: TaskRow, known: frozenset[str]) -> dict[str, Any]:
    text, answers = form_text(session, row.process, row.version, row.step), submission(session, row.id)
    if text is None or answers is None:
        return {}
    assert row.completed_at is not None
    questions = load_form(text, f"{row.process}/{row.step}.form").questions
    day = local_date(row.completed_at)
    found = {each.key: _impersonal(session, each, answers.get(each.key), day, known) for each in questions}
    return {key: value for key, value in found.items() if value not in (None, "", [])}


def _impersonal(session: Session, question: Question, value: Any, day: dt.date, known: frozenset[str]) -> Any:
    """An answer as it may stand in a scenario; None for one that must not or need not."""
    if not question.variable or question.identity or value is None:
        return None
    if question.kind == "date":
        return _days_from(session, day, dt.date.fromisoformat(value))
    if question.options == "agencies":
        chosen = value if isinstance(value, list) else [value]
        return [each for each in chosen if each in known] if isinstance(value, list) else value
    if question.options in PEOPLE_LISTS or question.kind not in ("radio", "select", "checklist", "number"):
        return None
    return value


def _days_from(session: Session, day: dt.date, to: dt.date) -> str:
    if to == day:
        return "today"
    if to < day:
        return f"{(day - to).days} days ago"
    return f"in {_working_days(session, day, to)} working days"


def _working_days(session: Session, day: dt.date, to: dt.date) -> int:
    return working_calendar(session).between(day, to)


def _with_time(session: Session, moves: Iterable[Move], day: dt.date) -> Iterable[dict[str, Any]]:
    for at, line in moves:
        passed = _working_days(session, day, local_date(at))
        if passed:
            yield {"pass": f"{passed} working days"}
            day = local_date(at)
        if line:
            yield line


def _then(
    session: Session, keys: Iterable[str], status: str, outcome: str | None
) -> Iterable[Mapping[str, Any]]:
    if status in _ENDED and outcome:
        yield {"ended": outcome}
        return
    rows = tasks(session, business_keys=list(keys))
    for step, role in dict.fromkeys((row.step, row.role) for row in rows):
        yield {"open": step, "role": role_name(role)}
    if not rows:
        yield {"open": "nothing"}
