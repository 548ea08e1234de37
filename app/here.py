"""You are here: where a review stands, who it waits for, and what comes next, in the diagram's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.outcome import wait_words
from app.requests import Visit, house
from app.words import Due, due
from engine import NextStep, StepStatus, TaskRow, instances, position, tasks
from reviews.models import Review

NEXT_SHOWN = 6


@dataclass(frozen=True)
class Now:
    """One thing the review waits for: what, who, and when it is due, with the sum behind the date."""

    what: str
    who: str
    due: Due
    sum: str
    why: str


@dataclass(frozen=True)
class Next:
    """One step that may come next, and on which answer."""

    what: str
    who: str
    why: str
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
    paused = review.held_since is not None
    return Here(
        now=[_now(at, task, paused) for task in shown],
        waits=[wait_words(wait) for wait in stands.waits],
        next=[_next(at, step) for step in stands.next][:NEXT_SHOWN],
        beside=_beside(at, review, opened, paused),
        hidden=len(stands.tasks) - len(shown),
        ended=stands.instance.outcome or "" if stands.instance.status in ("completed", "cancelled") else "",
    )


def diagram_state(at: Visit, review: Review, listed: Sequence[StepStatus]) -> dict[str, dict[str, Any]]:
    """Marks for the drawn diagram: done, now (with its due date in words), and what an ended review never took."""
    found = {task.step: task for task in tasks(at.session, instance_id=review.process_instance)}
    marks: dict[str, dict[str, Any]] = {}
    for step in listed:
        if step.status == "done":
            marks[step.step] = {"state": "done"}
        elif step.status == "now":
            words = _due(at, found[step.step], review.held_since is not None)
            marks[step.step] = {"state": "now", "words": f"Now: {words.words}", "late": words.state == "late"}
        elif review.ended:
            marks[step.step] = {"state": "skipped"}
    return marks


def _now(at: Visit, task: TaskRow, paused: bool) -> Now:
    if task.assignee == at.viewer.person:
        who = "You"
    else:
        who = at.names.person(task.assignee) or at.names.role(task.role, task.agency)
    return Now(task.name, who, _due(at, task, paused), task.due_sum, task.why)


def _due(at: Visit, task: TaskRow, paused: bool) -> Due:
    return due(task.due_on, at.today, house().database.calendar, paused=paused)


def _next(at: Visit, step: NextStep) -> Next:
    return Next(step.name, at.names.role(step.role), step.why, step.condition)


def _beside(at: Visit, review: Review, opened: set[str], paused: bool) -> list[Now]:
    """Work beside the spine: actions, passing the learning on."""
    others = {row.id for row in instances(at.session, review.ref)} - {review.process_instance}
    found = [task for task in tasks(at.session, business_keys=[review.ref]) if task.instance_id in others]
    return [_now(at, task, paused) for task in found if _may_be_named(at, task, opened)]


def _may_be_named(at: Visit, task: TaskRow, opened: set[str]) -> bool:
    return (
        task.agency is None
        or "agencies" in opened
        or task.agency in at.viewer.agencies
        or task.assignee in at.viewer.acting
    )
