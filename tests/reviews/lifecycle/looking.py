"""What is stored of every case at one moment, and what must hold between it and the moment after.

A second opinion: it reads the tables with plain queries and knows none of the engine's own checks.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.audit_models import Event
from engine.models import Deadline, Draft, Outbox, Pause, ProcessInstance, Submission, Timer, UserTask

ENDED = ("completed", "cancelled")
Trace = tuple[str, UUID | None]  # an event's kind, and the task or the instance that it is about


class Case(NamedTuple):
    """One instance."""

    status: str
    version: int
    revision: int
    ended_at: dt.datetime | None


class Step(NamedTuple):
    """One task."""

    instance: UUID
    step: str
    status: str
    due_on: dt.date | None
    completed_by: str | None
    completed_at: dt.datetime | None


class Clock(NamedTuple):
    """One row of the ledger."""

    original: dt.date | None
    statutory: dt.date | None
    extended: int
    rule: str


@dataclass(frozen=True)
class Seen:
    """Everything that is looked at, by id."""

    cases: dict[UUID, Case]
    steps: dict[UUID, Step]
    clocks: dict[UUID, Clock]
    answers: dict[UUID, str]
    drafts: dict[tuple[UUID, str], int]
    timers: Counter[tuple[UUID, str]]
    pauses: set[UUID]  # the instances with a pause that is not over
    notices: dict[str, str]
    events: dict[int, Trace]

    @property
    def open(self) -> set[UUID]:
        """The tasks that are open."""
        return {each for each, step in self.steps.items() if step.status == "open"}

    def of(self, case: UUID) -> tuple[object, ...]:
        """What a case is at: its version, its open steps with their clocks, how many timers wait."""
        steps = {
            task: step for task, step in self.steps.items() if step.instance == case and step.status == "open"
        }
        clocks = {task: self.clocks.get(task) for task in steps}
        return (
            self.cases[case].status,
            self.cases[case].version,
            steps,
            clocks,
            self.timers[(case, "waiting")],
        )

    @property
    def run(self) -> tuple[object, ...]:
        """What a change that is none of the run's leaves exactly as it is."""
        return self.cases, self.steps, self.clocks, self.answers, self.timers


def look(session: Session) -> Seen:
    """What is stored now."""
    cases, steps = ProcessInstance, UserTask
    case_rows = session.execute(
        select(cases.id, cases.status, cases.version_id, cases.revision, cases.ended_at)
    )
    step_rows = session.execute(
        select(
            steps.id,
            steps.instance_id,
            steps.step,
            steps.status,
            steps.due_on,
            steps.completed_by,
            steps.completed_at,
        )
    )
    clock_rows = session.execute(
        select(
            Deadline.task_id,
            Deadline.original_due_on,
            Deadline.statutory_on,
            Deadline.extended,
            Deadline.rule,
        )
    )
    event_rows = session.execute(select(Event.seq, Event.kind, Event.task_id, Event.instance_id))
    draft_rows = session.execute(select(Draft.task_id, Draft.person, Draft.revision))
    timer_rows = session.execute(select(Timer.instance_id, Timer.status).where(Timer.status == "waiting"))
    return Seen(
        {row[0]: Case(*row[1:]) for row in case_rows},
        {row[0]: Step(*row[1:]) for row in step_rows},
        {row[0]: Clock(*row[1:]) for row in clock_rows},
        _pairs(session.execute(select(Submission.task_id, Submission.by))),
        {(row[0], row[1]): row[2] for row in draft_rows},
        Counter((row[0], row[1]) for row in timer_rows),
        set(session.scalars(select(Pause.instance_id).where(Pause.resumed_at.is_(None)))),
        _pairs(session.execute(select(Outbox.key, Outbox.status))),
        {row[0]: (row[1], row[2] or row[3]) for row in event_rows},
    )


def _pairs(rows: Iterable[Any]) -> dict[Any, Any]:
    return {row[0]: row[1] for row in rows}


@dataclass
class Change:
    """What the machine did between two moments: what was acknowledged, and which freedoms that gives.

    `traces` are what the log must tell of it; `done` the tasks whose completion was acknowledged, by whom.
    `leaves_the_run` where nothing of the run may have changed; `moved` where cases went to another version.
    """

    traces: list[Trace] = field(default_factory=list)
    done: dict[UUID, str] = field(default_factory=dict)
    leaves_the_run: bool = False
    moved: bool = False


def broken(before: Seen, after: Seen, change: Change) -> Iterator[str]:
    """Every rule that does not hold between the two, in a sentence."""
    yield from _log(before, after, change)
    yield from _tasks(before, after, change)
    yield from _endings(before, after)
    yield from _clocks(before, after, change)
    if change.leaves_the_run and before.run != after.run:
        yield "a change that is none of the run's has changed the run"
    if not set(before.notices) <= set(after.notices):
        yield "a notice has vanished from the outbox"
    for key, status in before.notices.items():
        if status == "sent" and after.notices.get(key) != "sent":
            yield f"notice {key} was sent and is {after.notices.get(key)}"


def _log(before: Seen, after: Seen, change: Change) -> Iterator[str]:
    """The log only grows, and tells of every change that was acknowledged, as often as it was."""
    if before.events.items() - after.events.items():
        yield "the log has lost an entry, or one was changed"
    new = Counter(trace for seq, trace in after.events.items() if seq not in before.events)
    for trace, times in Counter(change.traces).items():
        if new[trace] != times:
            yield f"{trace[0]} was acknowledged {times} times and is in the log {new[trace]} times"
    completed = Counter(
        about for (kind, about), times in new.items() if kind == "task.completed" for _ in range(times)
    )
    if completed != Counter(list(change.done)):
        yield f"the log tells of {len(completed)} completions, {len(change.done)} were acknowledged"


def _tasks(before: Seen, after: Seen, change: Change) -> Iterator[str]:
    """A task is open, then done or no longer needed, and stays so; what opens and closes is in the log."""
    if gone := set(before.steps) - set(after.steps):
        yield f"{len(gone)} tasks have vanished"
    for task, step in after.steps.items():
        was = before.steps.get(task)
        if was is not None and was.status != "open" and step != was and not change.moved:
            yield f"{step.step} was {was.status} and is {step.status}"
        if was is not None and was.status == "completed" and step != was:
            yield f"{step.step} was completed by {was.completed_by} and is {step}"
        if task in change.done and (step.status, step.completed_by) != ("completed", change.done[task]):
            yield f"{step.step} was completed and is {step}"
    finished = {task for task, step in after.steps.items() if step.status == "completed"}
    if finished != set(after.answers):
        yield "completed tasks and answers that were given are not the same"
    lost = {task for task, by in before.answers.items() if after.answers.get(task) != by}
    if lost:
        yield f"the answers of {len(lost)} tasks have vanished"
    new = {trace for seq, trace in after.events.items() if seq not in before.events}
    for task in after.open - before.open:
        if ("task.opened", task) not in new:
            yield f"{after.steps[task].step} is open and the log does not tell of it"
    for task in before.open - after.open:
        if not {("task.completed", task), ("task.cancelled", task)} & new:
            yield f"{before.steps[task].step} is no longer open and the log does not tell of it"


def _endings(before: Seen, after: Seen) -> Iterator[str]:
    """What has ended stays as it ended: no step opens there, no timer waits there."""
    waiting = {instance for instance, _ in after.timers}
    for case, was in before.cases.items():
        now = after.cases.get(case)
        if was.status in ENDED and (now is None or now._replace(revision=was.revision) != was):
            yield f"a case that was {was.status} is {now}"  # its revision grows: it may still be told facts
    for case, facts in after.cases.items():
        if facts.status in ENDED and case in waiting:
            yield f"a case that is {facts.status} has a waiting timer"
    for task in after.open:
        if after.cases[after.steps[task].instance].status in ENDED:
            yield f"{after.steps[task].step} is open in a case that has ended"


def _clocks(before: Seen, after: Seen, change: Change) -> Iterator[str]:
    """A deadline that was given stays: its row, its first date, its legal date; a pause only hides it."""
    for task, was in before.clocks.items():
        clock = after.clocks.get(task)
        if clock is None:
            if not (change.moved and after.steps[task].status != "open"):
                yield f"the clock of {after.steps[task].step} has vanished"
        elif not change.moved and (clock[:2] != was[:2] or clock.extended < was.extended):
            yield f"the clock of {after.steps[task].step} was {was} and is {clock}"
    paused_now = {case for case, facts in after.cases.items() if facts.status == "paused"}
    if paused_now != {case for case in after.pauses if after.cases[case].status not in ENDED}:
        yield "the cases that are paused are not those whose pause is not over"
    for task in after.open & set(after.clocks):
        step, paused = after.steps[task], after.cases[after.steps[task].instance].status == "paused"
        if step.due_on is None and after.clocks[task].original is not None and not paused:
            yield f"{step.step} has a clock and no due date"
        if step.due_on is not None and paused:
            yield f"{step.step} is due although its case is paused"
