"""Late steps: the process that runs beside one, begun by the clock, and told what becomes of the step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import Actor, TaskRow, assign, instance, pause, set_variables, tasks
from engine.models import Deadline, UserTask
from engine.outbox import queue_message
from reviews.acting import today_of
from reviews.models import LateStep, LateStepAnswer, Review

PROCESS = "late_step"
_AT_WORK = select(LateStep).where(LateStep.task == bindparam("task"), LateStep.ended_on.is_(None))
SMALLER = "smaller"  # the decision whose words say what the step is now


def watch(session: Session, review: Review, steps: Sequence[TaskRow], *, start: Callable[..., UUID]) -> None:
    """Begin the ladder of each open step; it asks nobody before the step is 5 working days late.

    A step without a date, and one that has a ladder, gets none. `start` is the engine's verb.
    """
    ids = [task.id for task in steps]
    watched = select(LateStep.task).where(LateStep.task.in_(ids), LateStep.ended_on.is_(None))
    dates = select(Deadline.task_id, Deadline.due_on).where(
        Deadline.task_id.in_(ids), Deadline.due_on.is_not(None), Deadline.task_id.not_in(watched)
    )
    due = {task_id: day for task_id, day in session.execute(dates) if day is not None}
    rows = [_ladder(session, review, task, due[task.id], start) for task in steps if task.id in due]
    session.add_all(rows)
    if review.held_since is not None:
        for row in rows:
            assert row.process_instance is not None
            pause(session, row.process_instance, reason=review.hold_reason, by=Actor.system("late steps"))


def _ladder(
    session: Session, review: Review, task: TaskRow, due: dt.date, start: Callable[..., UUID]
) -> LateStep:
    row = LateStep(
        id=uuid4(), review=review.id, task=task.id, person=task.assignee, due=due, begun_on=today_of(session)
    )
    told = {"late": facts(row, task), "review": {"ref": review.ref}}
    row.process_instance = start(PROCESS, business_key=review.ref, variables=told)
    return row


def watch_newcomer(session: Session, review: Review, task: TaskRow, *, start: Callable[..., UUID]) -> None:
    """Begin the ladder of a step that one more agency got, where the clock has begun those of the others."""
    assert review.process_instance is not None
    others = tasks(session, instance_id=review.process_instance)
    if any(_at_work(session, row.id) for row in others if row.step == task.step):
        watch(session, review, [task], start=start)


def facts(row: LateStep, task: TaskRow | UserTask) -> dict[str, Any]:
    """What the diagram counts with: which step, of which agency, who has it, and the date it counts from."""
    return {
        "id": str(row.id),
        "task": str(task.id),
        "step": task.step,
        "name": task.name,
        "agency": task.agency,
        "person": task.assignee,
        "due": row.due.isoformat(),
    }


def step_changed(session: Session, task: UserTask, by: Actor) -> None:
    """Tell the ladder of a step that the step has ended, changed hands, or is due on another day."""
    row = _at_work(session, task.id)
    if row is None or row.process_instance is None:
        return
    if task.status != "open":
        _end(session, row, task, "step_done")
        return
    if task.assignee != row.person:
        _pass_on(session, row, task, by)
    due = _due(session, task.id)
    if due is not None and due != row.due:
        _move(session, row, task, due, by)


def agreed_scope(session: Session, task_id: UUID) -> str:
    """What a step is now, where a smaller one was agreed; else nothing."""
    query = (
        select(LateStepAnswer.text)
        .join(LateStep, LateStep.id == LateStepAnswer.late_step)
        .where(LateStep.task == task_id, LateStepAnswer.decision == SMALLER)
        .order_by(LateStepAnswer.given_on.desc(), LateStep.begun_on.desc())
    )
    return session.scalars(query.limit(1)).first() or ""


def _due(session: Session, task_id: UUID) -> dt.date | None:
    """By the ledger, also while a pause hides it."""
    return session.scalar(select(Deadline.due_on).where(Deadline.task_id == task_id))


def _at_work(session: Session, task_id: UUID) -> LateStep | None:
    return session.scalars(_AT_WORK, {"task": task_id}).one_or_none()


def _end(session: Session, row: LateStep, task: UserTask, message: str) -> None:
    """Once: a ladder that has ended hears of nothing more."""
    assert row.process_instance is not None
    row.ended_on = today_of(session)
    queue_message(session, message, to=row.process_instance, about=task.business_key, payload={})


def _pass_on(session: Session, row: LateStep, task: UserTask, by: Actor) -> None:
    """Whoever has the step now has the question how it catches up."""
    before, row.person = row.person, task.assignee
    for asked in tasks(session, instance_id=row.process_instance):
        if asked.step == "catch_up_plan" and asked.assignee == before and task.assignee:
            assign(session, asked.id, task.assignee, by=by, reason="The step is theirs now")


def _move(session: Session, row: LateStep, task: UserTask, due: dt.date, by: Actor) -> None:
    """More time ends what was asked about the old date. A ladder that has asked nobody yet counts on from
    the new one, and so does one whose step stays late all the same.
    """
    assert row.process_instance is not None
    asked = tasks(session, instance_id=row.process_instance, status=None)
    paused = instance(session, row.process_instance).status == "paused"
    if asked and not paused and due >= today_of(session):
        _end(session, row, task, "new_date")
    else:
        row.due = due
        set_variables(session, row.process_instance, {"late": facts(row, task)}, by=by)
