"""What must hold of the stored facts after every transaction: the one checker that tests, storms and the
doctor use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.audit_models import Event
from engine.errors import EngineError
from engine.execution import Execution
from engine.models import Deadline, MessageWait, ProcessInstance, Submission, Timer, UserTask
from engine.services import Actor

CHECKER = Actor.system("invariants")
ENDED = ("completed", "cancelled")


def broken_invariants(session: Session) -> list[str]:
    """Every invariant that does not hold, each a sentence with ids. Changes nothing; takes the instances'
    locks."""
    instances = session.scalars(select(ProcessInstance.id)).all()
    return [
        sentence
        for instance_id in instances
        for sentence in (
            *_state_and_rows_agree(session, instance_id),
            *_ended_means_ended(session, instance_id),
        )
    ] + list(_submissions_and_tasks_agree(session))


def _state_and_rows_agree(session: Session, instance_id: UUID) -> Iterator[str]:
    """The tokens of the state are the open tasks, waiting timers and awaited messages, no more and no
    less."""
    try:
        run = Execution.open(session, instance_id, CHECKER).live
    except EngineError as fault:
        yield f"{instance_id}: its state cannot be read ({type(fault).__name__})"
        return
    for what, tokens, table in (
        ("open tasks", {task.token for task in run.open_tasks()}, UserTask),
        ("waiting timers", {timer.token for timer in run.timers()}, Timer),
        ("awaited messages", {wait.token for wait in run.messages()}, MessageWait),
    ):
        query = select(table.token).where(table.instance_id == instance_id)
        if table is UserTask:
            query = query.where(UserTask.status == "open")
        if table is Timer:
            query = query.where(Timer.status == "waiting")
        rows = session.scalars(query).all()
        if sorted(rows) != sorted(tokens):
            yield f"{instance_id}: {what} are {len(rows)} rows and {len(tokens)} tokens"


def _ended_means_ended(session: Session, instance_id: UUID) -> Iterator[str]:
    """An instance that has ended holds no open task, and says when it ended."""
    instance = session.get(ProcessInstance, instance_id)
    assert instance is not None
    query = select(func.count()).where(UserTask.instance_id == instance_id, UserTask.status == "open")
    open_tasks = session.scalar(query) or 0
    if instance.status in ENDED and (open_tasks or instance.ended_at is None):
        yield f"{instance_id}: has ended with {open_tasks} open tasks"


def _submissions_and_tasks_agree(session: Session) -> Iterator[str]:
    """A completed task has one submission and one event; an open or cancelled one has none. Open tasks have
    their ledger row."""
    query = (
        select(UserTask.id, UserTask.status, Submission.id, Deadline.id, UserTask.due_on)
        .join(Submission, Submission.task_id == UserTask.id, isouter=True)
        .join(Deadline, Deadline.task_id == UserTask.id, isouter=True)
    )
    completed = (
        select(Event.task_id, func.count()).where(Event.kind == "task.completed").group_by(Event.task_id)
    )
    events = {row[0]: row[1] for row in session.execute(completed)}
    rows: list[tuple[Any, ...]] = [tuple(row) for row in session.execute(query)]
    for task, status, submission, deadline, due_on in rows:
        done = status == "completed"
        if done != (submission is not None):
            yield f"task {task}: is {status} and has {'a' if submission else 'no'} submission"
        if events.get(task, 0) != int(done):
            yield f"task {task}: is {status} and was completed {events.get(task, 0)} times in the log"
        if due_on is not None and deadline is None:
            yield f"task {task}: has a due date and no row in the ledger"
