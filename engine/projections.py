"""What lists read: user tasks, timers and message waits, brought in step with a run in the same transaction
as its state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from engine import audit, clocks
from engine.db import house
from engine.diagram import Element
from engine.execution import Execution
from engine.ledger import Ledger, ledger_of
from engine.models import Base, Deadline, MessageWait, Timer, UserTask
from engine.together import Stand, stand_of, tell_changed, together
from engine.workflow import OpenTask, WaitingTimer

_WAITING = select(Timer).where(Timer.instance_id == bindparam("instance"), Timer.status == "waiting")


def save(execution: Execution, ledger: Ledger | None = None) -> list[UserTask]:
    """Store the run and bring every projection in step with it; the tasks that this opened. `ledger` is how
    the clocks stood under the lock, where that was read.

    Also moves deadlines and timers that count from a fact which has changed, and ends the instance when no
    token is left.
    """
    session, instance = execution.session, execution.instance
    others = together(session)
    stand = execution.stand or stand_of(session, instance.id)
    if stand is not None:
        ledger = stand.ledger
    ledger, opened = _save_tasks(execution, ledger or ledger_of(session, instance.id))
    clocks.follow(session, instance, execution.variables, execution.actor, ledger)
    _save_timers(execution, ledger, stand)
    if set(execution.live.messages()) != execution.heard:
        save_messages(execution)
    instance.revision += 1
    instance.progress = {"done": execution.live.done(), "scope": execution.live.scope}
    if execution.live.ended and instance.status == "running":
        instance.status = "completed"
        instance.ended_at = house(session).clock.now()
        instance.outcome = execution.live.outcome
        _event(execution, "instance.ended", instance.process, {"outcome": instance.outcome})
    instance.state = execution.sealed_state()
    execution.stand = None
    watch = house(session).watch
    if watch is not None:
        watch(instance, execution.live)
    if others is not None:
        others.saved(instance.id, opened)
        return opened
    session.flush()
    if opened:
        house(session).domain.tasks_opened(session, opened)
    return opened


def count_again(execution: Execution) -> None:
    """Count the deadlines and timers of an instance again: the working days are other ones now."""
    session, instance = execution.session, execution.instance
    ledger = ledger_of(session, instance.id)
    clocks.follow(session, instance, execution.variables, execution.actor, ledger, new_calendar=True)
    _save_timers(execution, ledger, new_calendar=True)
    session.flush()


def _save_tasks(execution: Execution, ledger: Ledger) -> tuple[Ledger, list[UserTask]]:
    """The clocks of the open tasks as they are now; and those tasks that are new."""
    session, now = execution.session, house(execution.session).clock.now()
    ledger.rows = [(task, row) for task, row in ledger.rows if task.status == "open"]
    known = {task.token for task, _ in ledger.rows}
    open_now = {task.token: task for task in execution.live.open_tasks()}
    for task, _ in ledger.rows:
        if task.token not in open_now:
            task.status, task.completed_at = "cancelled", now
            _event(execution, "task.cancelled", task.step, {"name": task.name}, task)
            tell_changed(session, task, execution.actor)
    opened = _open_tasks(execution, [found for token, found in open_now.items() if token not in known])
    ledger.rows = [*((task, row) for task, row in ledger.rows if task.token in open_now), *opened]
    return ledger, [task for task, _ in opened]


def _open_tasks(execution: Execution, new: list[OpenTask]) -> list[tuple[UserTask, Deadline | None]]:
    """The rows of tasks that open together: all the tasks are written at once, then all their clocks."""
    session = execution.session
    with session.no_autoflush:
        tasks = [_task_of(execution, found) for found in new]
        opened = [
            (task, clocks.open_deadline(session, task, execution.element(task.step), execution.variables))
            for task in tasks
        ]
    rows = [row for _, row in opened if row is not None]
    for task in tasks:
        told = {"name": task.name, "role": task.role, "agency": task.agency}
        _event(execution, "task.opened", task.step, told, task)
    others = together(session)
    if others is not None:
        others.write_later(tasks=tasks, others=rows)
    elif tasks:
        session.add_all(tasks)
        session.flush()
        session.add_all(rows)
    return opened


def _task_of(execution: Execution, found: OpenTask) -> UserTask:
    instance, drawn = execution.instance, execution.element(found.element)
    item = {drawn.item_name: found.item} if drawn.item_name else {}
    role, agency, assignee = holder_of(execution, drawn, item)
    return UserTask(
        id=uuid4(),
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
        opened_at=house(execution.session).clock.now(),
        business_key=instance.business_key,
    )


def holder_of(
    execution: Execution, drawn: Element, item: dict[str, Any]
) -> tuple[str, str | None, str | None]:
    """Whose work a step is, as it is drawn: the role, its agency, and a person where it names one or one
    stands in."""
    agency = _text(execution, drawn.attributes.get("agency"), drawn.id, item)
    role, agency, stands_in = house(execution.session).domain.post_for(execution.session, drawn.role, agency)
    return role, agency, _text(execution, drawn.attributes.get("assignee"), drawn.id, item) or stands_in


def _save_timers(
    execution: Execution, ledger: Ledger, stand: Stand | None = None, *, new_calendar: bool = False
) -> None:
    session, instance, now = execution.session, execution.instance, house(execution.session).clock.now()
    waiting = {timer.token: timer for timer in execution.live.timers()}
    if not waiting and not execution.armed:
        return
    with session.no_autoflush:  # what has fired meanwhile is known without being written
        found = stand.timers if stand is not None else session.scalars(_WAITING, {"instance": instance.id})
        timers = [timer for timer in found if timer.status == "waiting"]
    known = {timer.token for timer in timers}
    for timer in timers:
        if timer.token not in waiting:
            timer.status, timer.next_at = "cancelled", None
    armed = [(found, now) for token, found in waiting.items() if token not in known]
    new = add_timers(execution, armed, ledger, stand)
    for timer in [*(each for each in timers if each.token in waiting), *new]:
        drawn = execution.element(timer.element)
        clocks.set_timer(
            session, instance, timer, drawn, execution.variables, ledger, new_calendar=new_calendar
        )


def add_timers(
    execution: Execution,
    armed: Iterable[tuple[WaitingTimer, datetime]],
    ledger: Ledger,
    stand: Stand | None = None,
) -> list[Timer]:
    """The rows of timers that have begun to wait, each with the moment from which it counts."""
    session, instance = execution.session, execution.instance
    starts = {found.token: (execution.element(found.element), start) for found, start in armed}
    if not starts:
        return []
    before = stand.occurrences if stand is not None else _came_before(session, instance.id, list(starts))
    timers = [
        Timer(
            instance_id=instance.id,
            token=token,
            element=drawn.id,
            sentence=drawn.timer,
            occurrence=before.get(token, 0) + 1,
            attached_task=ledger.task_of(drawn.attached_to) if drawn.attached_to else None,
            started_at=start,
            counted_at=start,
            status="waiting",
        )
        for token, (drawn, start) in starts.items()
    ]
    _add(session, timers)
    return timers


def _came_before(session: Session, instance_id: UUID, tokens: Sequence[str]) -> dict[str, int]:
    """How often each timer has come already."""
    query = select(Timer.token, func.max(Timer.occurrence)).where(
        Timer.instance_id == instance_id, Timer.token.in_(tokens)
    )
    with session.no_autoflush:
        found = session.execute(query.group_by(Timer.token)).all()
    return {row[0]: row[1] for row in found}


def save_messages(execution: Execution) -> None:
    """The messages that a run waits for, instead of those that were stored."""
    session, instance = execution.session, execution.instance
    if execution.stand is None:  # else it begins, and nothing is stored
        with session.no_autoflush:
            session.execute(delete(MessageWait).where(MessageWait.instance_id == instance.id))
    waits = execution.live.messages()
    _add(session, [MessageWait(instance_id=instance.id, **asdict(each)) for each in waits])


def _add(session: Session, rows: Sequence[Base]) -> None:
    """New rows of a case that is written; with the others of the transaction, where it is not yet."""
    others = together(session)
    if others is not None:
        others.write_later(others=rows)
    else:
        session.add_all(rows)


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
