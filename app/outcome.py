"""What happens next after a step was sent: in words, with who does it and by when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import select

from app.requests import Visit
from app.words import day
from engine import TaskRow, Wait, local_date, position, tasks
from reviews.models import Review
from reviews.permissions import may_do, sections

OPENED_BY_IT = timedelta(seconds=30)


def next_told(told: dict[str, str]) -> dict[str, Any]:
    """Something that happens next, for programs: with a date, and null for nothing."""
    on = date.fromisoformat(told["due_on"]) if told["due_on"] else None
    return {**told, "task": told["task"] or None, "due_on": on}


def what_next(at: Visit) -> list[dict[str, str]]:
    """The tasks that a completion opened; where it opened none, what the process still waits for."""
    sent = at.task.completed_at
    assert sent is not None
    opened = [
        task
        for task in tasks(at.session, business_keys=[at.task.business_key])
        if sent <= task.opened_at <= sent + OPENED_BY_IT and _may_be_named(at, task)
    ]
    if opened:
        return [_task(at, task) for task in opened]
    stands = position(at.session, at.task.instance_id)
    others = [_task(at, task) for task in stands.tasks if _may_be_named(at, task)]
    return others + [wait_words(wait) for wait in stands.waits]


def wait_words(wait: Wait) -> dict[str, str]:
    """Something waited for that is nobody's task."""
    when = f"on {day(wait.due_at)}" if wait.due_at else ""
    on = local_date(wait.due_at).isoformat() if wait.due_at else ""
    return {
        "what": wait.name or "Waiting",
        "who": wait.why,
        "when": when,
        "href": "",
        "task": "",
        "due_on": on,
    }


def _task(at: Visit, task: TaskRow) -> dict[str, str]:
    mine = may_do(at.session, at.viewer, task)
    who = at.names.person(task.assignee) or at.names.agency(task.agency) or at.names.role(task.role)
    when = f"by {day(task.due_on)}" if task.due_on else ""
    href = url_for("steps.show", task_id=task.id, step=task.step.replace("_", "-")) if mine else ""
    return {
        "what": task.name,
        "who": "you" if mine else who,
        "when": when,
        "href": href,
        "task": str(task.id) if mine else "",
        "due_on": task.due_on.isoformat() if task.due_on else "",
    }


def _may_be_named(at: Visit, task: TaskRow) -> bool:
    """Which agencies take part, and what each owes, is for those who may see the agencies of this review."""
    if task.agency is None or task.agency in at.viewer.agencies or task.assignee == at.viewer.person:
        return True
    review = at.session.scalar(select(Review).where(Review.ref == task.business_key))
    return review is not None and "agencies" in sections(at.session, at.viewer, review)
