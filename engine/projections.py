"""What lists read: user tasks, timers and message waits, brought in step with a run in the same transaction
as its state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from engine import audit, clocks
from engine.db import house
from engine.diagram import Element
from engine.execution import Execution
from engine.models import MessageWait, Timer, UserTask
from engine.workflow import OpenTask, WaitingTimer


def save(execution: Execution) -> list[UserTask]:
    """Store the run and bring every projection in step with it; the tasks that this opened.

    Also moves deadlines and timers that count from a fact which has changed, and ends the instance when no
    token is left.
    """
    session, instance = execution.session, execution.instance
    instance.revision += 1
    session.flush()
    opened = _save_tasks(execution)
    clocks.follow(session, instance, execution.variables, execution.actor)
    _save_timers(execution)
    save_messages(execution)
    instance.progress = {"done": execution.live.done(), "scope": execution.live.scope}
    if execution.live.ended and instance.status == "running":
        instance.status = "completed"
        instance.ended_at = house(session).clock.now()
        instance.outcome = execution.live.outcome
        _event(execution, "instance.ended", instance.process, {"outcome": instance.outcome})
    instance.state = execution.sealed_state()
    session.flush()
    if opened:
        house(session).domain.tasks_opened(session, opened)
    return opened


def count_again(execution: Execution) -> None:
    """Count the deadlines and timers of an instance again: the working days are other ones now."""
    clocks.follow(
        execution.session, execution.instance, execution.variables, execution.actor, new_calendar=True
    )
    _save_timers(execution, new_calendar=True)
    execution.session.flush()


def _save_tasks(execution: Execution) -> list[UserTask]:
    session, now = execution.session, house(execution.session).clock.now()
    query = select(UserTask).where(UserTask.instance_id == execution.instance.id, UserTask.status == "open")
    known = {task.token: task for task in session.scalars(query)}
    open_now = {task.token: task for task in execution.live.open_tasks()}
    for token, task in known.items():
        if token not in open_now:
            task.status, task.completed_at = "cancelled", now
            _event(execution, "task.cancelled", task.step, {"name": task.name}, task)
            house(session).domain.task_changed(session, task, execution.actor)
    return [_open_task(execution, found) for token, found in open_now.items() if token not in known]


def _open_task(execution: Execution, found: OpenTask) -> UserTask:
    session, instance = execution.session, execution.instance
    drawn = execution.element(found.element)
    item = {drawn.item_name: found.item} if drawn.item_name else {}
    role, agency, assignee = holder_of(execution, drawn, item)
    task = UserTask(
        instance_id=instance.id,
        token=found.token,
        process=instance.process,
        version=execution.version_number,
        step=drawn.id,
        name=drawn.name or drawn.id,
        why=drawn.documentation,
        clause=drawn.clause,
        role=role,
        agency=agency,
        assignee=assignee,
        item=item,
        status="open",
        opened_at=house(session).clock.now(),
        business_key=instance.business_key,
    )
    session.add(task)
    session.flush()
    clocks.open_deadline(session, task, drawn, execution.variables)
    _event(
        execution,
        "task.opened",
        task.step,
        {"name": task.name, "role": task.role, "agency": task.agency},
        task,
    )
    return task


def holder_of(
    execution: Execution, drawn: Element, item: dict[str, Any]
) -> tuple[str, str | None, str | None]:
    """Whose work a step is, as it is drawn: the role, its agency, and a person where it names one or one
    stands in."""
    agency = _text(execution, drawn.attributes.get("agency"), drawn.id, item)
    role, agency, stands_in = house(execution.session).domain.post_for(execution.session, drawn.role, agency)
    return role, agency, _text(execution, drawn.attributes.get("assignee"), drawn.id, item) or stands_in


def _save_timers(execution: Execution, *, new_calendar: bool = False) -> None:
    session, instance = execution.session, execution.instance
    rows = session.scalars(select(Timer).where(Timer.instance_id == instance.id, Timer.status == "waiting"))
    known = {timer.token: timer for timer in rows}
    waiting = {timer.token: timer for timer in execution.live.timers()}
    for token, timer in known.items():
        if token not in waiting:
            timer.status, timer.next_at = "cancelled", None
    for token, found in waiting.items():
        timer = known.get(token) or add_timer(execution, found, house(session).clock.now())
        drawn = execution.element(timer.element)
        due = clocks.due_of(session, instance.id, drawn.attached_to) if drawn.attached_to else None
        clocks.set_timer(session, instance, timer, drawn, execution.variables, due, new_calendar=new_calendar)


def add_timer(execution: Execution, found: WaitingTimer, start: datetime) -> Timer:
    """The row of a timer that has begun to wait, and counts from `start`."""
    session, instance = execution.session, execution.instance
    drawn = execution.element(found.element)
    before = session.scalar(
        select(func.max(Timer.occurrence)).where(Timer.instance_id == instance.id, Timer.token == found.token)
    )
    attached = select(UserTask.id).where(
        UserTask.instance_id == instance.id, UserTask.step == drawn.attached_to, UserTask.status == "open"
    )
    timer = Timer(
        instance_id=instance.id,
        token=found.token,
        element=drawn.id,
        sentence=drawn.timer,
        occurrence=(before or 0) + 1,
        attached_task=session.scalars(attached.limit(1)).one_or_none() if drawn.attached_to else None,
        started_at=start,
        counted_at=start,
        status="waiting",
    )
    session.add(timer)
    return timer


def save_messages(execution: Execution) -> None:
    """The messages that a run waits for, instead of those that were stored."""
    session, instance = execution.session, execution.instance
    session.execute(delete(MessageWait).where(MessageWait.instance_id == instance.id))
    for wait in execution.live.messages():
        session.add(
            MessageWait(instance_id=instance.id, token=wait.token, element=wait.element, message=wait.message)
        )


def _text(execution: Execution, expression: str | None, element: str, item: dict[str, Any]) -> str | None:
    value = execution.evaluate(expression, element, item) if expression else None
    return str(value) if value is not None else None


def _event(
    execution: Execution, kind: str, subject: str, details: dict[str, Any], task: UserTask | None = None
) -> None:
    audit.record(
        execution.session,
        kind=kind,
        business_key=execution.instance.business_key,
        actor=execution.actor,
        subject=subject,
        instance_id=execution.instance.id,
        task_id=task.id if task else None,
        details=details,
    )
