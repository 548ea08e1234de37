"""You are here: where a review stands, who it waits for, and what comes next, in the diagram's own words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.outcome import wait_words
from app.requests import Visit
from app.words import Due, due
from engine import (
    NextStep,
    StepStatus,
    TaskRow,
    diagram_of,
    instances,
    position,
    steps,
    tasks,
    working_calendar,
)
from reviews.models import Review

NEXT_SHOWN = 6


@dataclass(frozen=True)
class Now:
    """One thing the review waits for: what, who, and when it is due, with the sum behind the date."""

    what: str
    who: tuple[str, ...]
    due: Due
    sum: str
    on: dt.date | None = None


@dataclass(frozen=True)
class Next:
    """One step that may come next, and on which answer."""

    what: str
    who: str
    when: str


@dataclass(frozen=True)
class Here:
    """Where a review stands."""

    now: list[Now] = field(default_factory=list)
    waits: list[dict[str, str]] = field(default_factory=list)
    next: list[Next] = field(default_factory=list)
    beside: list[Now] = field(default_factory=list)
    hidden: int = 0
    ended: str = ""


def you_are_here(at: Visit, review: Review, opened: set[str]) -> Here:
    """Where a review stands for this person: what other agencies owe is counted, not named, for an agency."""
    if review.process_instance is None:
        return Here()
    stands = position(at.session, review.process_instance)
    at.names.need(task.assignee for task in stands.tasks)
    shown = [task for task in stands.tasks if _may_be_named(at, task, opened)]
    names = {step.step for step in steps(at.session, review.process_instance)}
    people = [step for step in stands.next if step.step in names]
    coming = people or [replace(step, role="") for step in stands.next]
    return Here(
        now=_now(at, review, shown),
        waits=[wait_words(wait) for wait in stands.waits],
        next=[_next(at, review, step) for step in coming][:NEXT_SHOWN],
        beside=_beside(at, review, opened),
        hidden=len(stands.tasks) - len(shown),
        ended=stands.instance.outcome or "" if stands.instance.status in ("completed", "cancelled") else "",
    )


def diagram_state(at: Visit, review: Review, listed: Sequence[StepStatus]) -> dict[str, dict[str, Any]]:
    """Marks for the drawn diagram: done, now (with its due date in words), and what this review did not
    take."""
    found = {task.step: task for task in tasks(at.session, instance_id=review.process_instance)}
    marks: dict[str, dict[str, Any]] = {}
    for step in listed:
        if step.status == "done":
            marks[step.step] = {"state": "done"}
        elif step.status == "now":
            words = _due(at, review, found[step.step])
            marks[step.step] = {"state": "now", "words": f"Now: {words.words}", "late": words.state == "late"}
        elif step.status == "not taken":
            marks[step.step] = {"state": "skipped"}
    return marks


def step_list(at: Visit, review: Review) -> list[StepStatus]:
    """Every step in order. What no way leads to any more, from where the review stands, was not taken."""
    if review.process_instance is None:
        return []
    listed = steps(at.session, review.process_instance)
    ahead = _ahead(at, review)
    return [
        replace(step, status="not taken") if step.status == "not yet" and step.step not in ahead else step
        for step in listed
    ]


def _ahead(at: Visit, review: Review) -> set[str]:
    """Every element that some way through the diagram still leads to."""
    assert review.process_instance is not None
    _, diagram = diagram_of(at.session, review.process_instance)
    stands = position(at.session, review.process_instance)
    waiting = [task.step for task in stands.tasks] + [wait.element for wait in stands.waits]
    ahead: set[str] = set()
    while waiting:
        here = waiting.pop()
        if here not in ahead:
            ahead.add(here)
            waiting.extend(flow.target for flow in diagram.outgoing(here))
            waiting.extend(name for name, drawn in diagram.elements.items() if drawn.attached_to == here)
    return ahead


def _now(at: Visit, review: Review, found: Sequence[TaskRow]) -> list[Now]:
    """One entry for each step and due date: agencies that are asked the same stand together."""
    together: dict[tuple[str, dt.date | None], list[TaskRow]] = {}
    for task in found:
        together.setdefault((task.name, task.due_on), []).append(task)
    return [
        Now(
            name,
            tuple(_who(at, review, task) for task in rows),
            _due(at, review, rows[0]),
            rows[0].due_sum,
            on,
        )
        for (name, on), rows in together.items()
    ]


def _who(at: Visit, review: Review, task: TaskRow) -> str:
    if task.assignee:
        return "You" if task.assignee == at.viewer.person else at.names.person(task.assignee)
    if task.agency:
        return at.names.agency(task.agency)
    return _holder(at, review, task.role)


def _holder(at: Visit, review: Review, role: str) -> str:
    """The chair of this review by name; another role by what it is called."""
    chair = at.names.person(review.chair) if role == "chair" else ""
    return f"{chair}, review chair" if chair else at.names.role(role)


def _due(at: Visit, review: Review, task: TaskRow) -> Due:
    return due(task.due_on, at.today, working_calendar(at.session), paused=review.held_since is not None)


def _next(at: Visit, review: Review, step: NextStep) -> Next:
    return Next(step.name, _holder(at, review, step.role), step.condition)


def _beside(at: Visit, review: Review, opened: set[str]) -> list[Now]:
    """Work beside the spine: actions, passing the learning on."""
    others = {row.id for row in instances(at.session, review.ref)} - {review.process_instance}
    found = [task for task in tasks(at.session, business_keys=[review.ref]) if task.instance_id in others]
    together: dict[str, list[TaskRow]] = {}
    for task in found:
        if _may_be_named(at, task, opened):
            together.setdefault(task.name, []).append(task)
    return [_several(at, review, name, rows) for name, rows in together.items()]


def _several(at: Visit, review: Review, name: str, rows: Sequence[TaskRow]) -> Now:
    """Like work of several people as one entry, with the earliest date."""
    who = tuple(dict.fromkeys(_who(at, review, task) for task in rows))
    what = name if len(rows) == 1 else f"{name} ({len(rows)})"
    return Now(
        what, who, _due(at, review, rows[0]), rows[0].due_sum if len(rows) == 1 else "", rows[0].due_on
    )


def _may_be_named(at: Visit, task: TaskRow, opened: set[str]) -> bool:
    return (
        task.agency is None
        or "agencies" in opened
        or task.agency in at.viewer.agencies
        or task.assignee in at.viewer.acting
    )
