"""The clock ledger: when each task is due, by which rule, what moved it, and what a pause left of it.

The diagram owns the rule; entering a task pins its due date here, with the sum that explains it. Overdue is
derived, never stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit
from engine.chasing import next_chase_at
from engine.clock import end_of_day, local_date
from engine.db import house
from engine.deadlines import Due, parse_cycle, parse_deadline
from engine.diagram import Element
from engine.models import Deadline, Extension, ProcessInstance, Timer, UserTask
from engine.services import Actor


def open_deadline(session: Session, task: UserTask, drawn: Element, variables: Mapping[str, Any]) -> None:
    """Pin the due date of a task that has just opened. A task without a rule gets no row."""
    rule = drawn.attributes.get("due", "")
    if not rule:
        return
    row = Deadline(
        task_id=task.id,
        instance_id=task.instance_id,
        rule=rule,
        statutory_rule=drawn.attributes.get("statutoryLimit"),
        started_at=task.opened_at,
    )
    session.add(row)
    found = _moment(session, rule, row.started_at, variables)
    row.original_due_on = row.rule_due_on = found.on if found else None
    row.sum = found.sum if found else ""
    statutory = (
        _moment(session, row.statutory_rule, row.started_at, variables) if row.statutory_rule else None
    )
    row.statutory_on = task.statutory_on = statutory.on if statutory else None
    _set_due(session, row, task, found.on if found else None)


def follow_variables(
    session: Session, instance: ProcessInstance, variables: Mapping[str, Any], actor: Actor
) -> None:
    """Move the due dates of open tasks whose rule counts from a fact that has changed. Agreed extensions
    stay as agreed."""
    rows = session.execute(
        select(Deadline, UserTask)
        .join(UserTask, UserTask.id == Deadline.task_id)
        .where(Deadline.instance_id == instance.id, UserTask.status == "open", Deadline.extended == 0)
    )
    for row, task in rows.all():
        if not parse_deadline(row.rule).bases():
            continue
        found = _moment(session, row.rule, row.started_at, variables)
        if found is None or found.on == row.rule_due_on:
            continue  # the same date by rule: what a pause added stays
        old, row.rule_due_on = row.due_on, found.on
        if row.original_due_on is None:
            row.original_due_on = found.on
        row.sum = found.sum
        _set_due(session, row, task, found.on)
        if old is not None:
            _note_move(session, instance, task, actor, "deadline.moved", old, found.on)


def extend_deadline(
    session: Session,
    instance: ProcessInstance,
    task: UserTask,
    *,
    until: date,
    reason: str,
    approved_by: str,
    by: Actor,
) -> None:
    """Give a task more time. The old date, the reason and who agreed are kept."""
    row = session.scalars(select(Deadline).where(Deadline.task_id == task.id)).one_or_none()
    now = house(session).clock.now()
    if row is None:
        row = Deadline(
            task_id=task.id, instance_id=instance.id, rule="on agreed date", started_at=task.opened_at
        )
        session.add(row)
        session.flush()
    old = row.due_on
    session.add(
        Extension(
            deadline_id=row.id,
            old_due_on=old,
            new_due_on=until,
            reason=reason,
            approved_by=approved_by,
            by=by.id,
            at=now,
        )
    )
    row.extended = (row.extended or 0) + 1
    _set_due(session, row, task, until)
    _note_move(session, instance, task, by, "deadline.extended", old, until)


def timer_moment(
    session: Session, timer: Timer, drawn: Element, variables: Mapping[str, Any], due: date | None
) -> datetime | None:
    """When a timer fires, or None while its base is not known."""
    calendar = house(session).calendar
    if drawn.timer_kind == "timeCycle":
        return parse_cycle(drawn.timer).next(timer.started_at, calendar)
    return parse_deadline(drawn.timer).fires(timer.started_at, variables, calendar, due)


def stop_clocks(session: Session, instance_id: UUID) -> None:
    """A pause: keep how many working days each deadline had left, and let no timer fire."""
    calendar, today = house(session).calendar, local_date(house(session).clock.now())
    for row, task in _open_rows(session, instance_id):
        row.left_at_pause = calendar.between(today, row.due_on) if row.due_on else None
        task.due_on = task.due_at = row.next_chase_at = None
    for timer in _waiting_timers(session, instance_id):
        timer.next_at = None


def restart_clocks(session: Session, instance_id: UUID, paused_at: datetime) -> None:
    """The end of a pause: each deadline gets the working days it had left, each timer the working days it
    still had to wait."""
    calendar, now = house(session).calendar, house(session).clock.now()
    today, paused_on = local_date(now), local_date(paused_at)
    for row, task in _open_rows(session, instance_id):
        if row.due_on is None or row.left_at_pause is None:
            continue
        moved = calendar.add(today, row.left_at_pause)
        row.sum = f"{row.sum}; the clock stood still from {paused_on:%-d %B %Y} to {today:%-d %B %Y}"
        row.left_at_pause = None
        _set_due(session, row, task, moved.date)
    for timer in _waiting_timers(session, instance_id):
        if timer.due_at is None:
            continue
        left = calendar.between(paused_on, local_date(timer.due_at))
        timer.due_at += calendar.add(today, left).date - local_date(timer.due_at)
        timer.next_at = timer.due_at


def _moment(session: Session, rule: str | None, start: datetime, variables: Mapping[str, Any]) -> Due | None:
    return parse_deadline(rule).moment(start, variables, house(session).calendar) if rule else None


def _set_due(session: Session, row: Deadline, task: UserTask, due_on: date | None) -> None:
    row.due_on = task.due_on = due_on
    task.due_at = end_of_day(due_on) if due_on else None
    row.next_chase_at = next_chase_at(session, task)


def _open_rows(session: Session, instance_id: UUID) -> list[tuple[Deadline, UserTask]]:
    query = (
        select(Deadline, UserTask)
        .join(UserTask, UserTask.id == Deadline.task_id)
        .where(Deadline.instance_id == instance_id, UserTask.status == "open")
    )
    return [(row, task) for row, task in session.execute(query)]


def _waiting_timers(session: Session, instance_id: UUID) -> list[Timer]:
    return list(
        session.scalars(select(Timer).where(Timer.instance_id == instance_id, Timer.status == "waiting"))
    )


def _note_move(
    session: Session,
    instance: ProcessInstance,
    task: UserTask,
    by: Actor,
    kind: str,
    old: date | None,
    new: date | None,
) -> None:
    audit.record(
        session,
        kind=kind,
        business_key=instance.business_key,
        actor=by,
        subject=task.step,
        instance_id=instance.id,
        task_id=task.id,
        details={
            "name": task.name,
            "from": old.isoformat() if old else None,
            "to": new.isoformat() if new else None,
        },
    )
