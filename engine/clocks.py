"""The clock ledger: when each task is due, by which rule, what moved it, and what a pause left of it.

The diagram owns the rule; entering a task pins its due date here, with the sum that explains it. Overdue is
derived, never stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit
from engine.calendars import long_date
from engine.chasing import next_chase_at
from engine.clock import at_local, end_of_day, local_date
from engine.db import house
from engine.deadlines import NO_STOPS, Due, Stops, parse_cycle, parse_deadline
from engine.diagram import Element
from engine.ledger import Ledger, since
from engine.models import Deadline, Extension, ProcessInstance, Timer, UserTask
from engine.services import Actor
from engine.together import tell_changed
from engine.working_calendar import working_calendar

AGREED = "on agreed date"  # the rule of a clock that began with an agreed date


def open_deadline(
    session: Session, task: UserTask, drawn: Element, variables: Mapping[str, Any]
) -> Deadline | None:
    """Pin the due date of a task that is about to open. A task without a rule gets no row.

    Neither is in the session yet: the caller adds the task, and then the row, whose task it is.
    """
    rule = drawn.attributes.get("due", "")
    if not rule:
        return None
    row = Deadline(
        task_id=task.id,
        instance_id=task.instance_id,
        rule=rule,
        statutory_rule=drawn.attributes.get("statutoryLimit"),
        started_at=task.opened_at,
        counted_at=task.opened_at,
    )
    found = _by_rule(session, row.rule, row, variables)
    row.original_due_on = row.rule_due_on = found.on if found else None
    row.sum = found.sum if found else ""
    statutory = _by_rule(session, row.statutory_rule, row, variables)  # no pause stops a legal limit
    row.statutory_on = task.statutory_on = statutory.on if statutory else None
    _set_due(session, row, task, found.on if found else None)
    return row


def follow(
    session: Session,
    instance: ProcessInstance,
    variables: Mapping[str, Any],
    actor: Actor,
    ledger: Ledger,
    *,
    new_calendar: bool = False,
) -> None:
    """Count the due dates of an instance's open tasks again and move those that come out differently.

    A date that a rule counts from may have changed, a pause may have ended, or (`new_calendar`) the working
    days are other ones. Agreed extensions stay as agreed, but for what a later pause adds. While the
    instance is paused its tasks show no due date.
    """
    stops, paused = ledger.stops, instance.status == "paused"
    for task, row in ledger.rows:
        if row is None:
            continue
        old = row.due_on
        if row.extended:
            row.due_on, row.sum = _extended(session, row, stops)
        elif new_calendar or stops.spans or parse_deadline(row.rule).bases():
            _count(session, row, variables, stops, new_calendar=new_calendar)
        if task.due_on != (None if paused else row.due_on) or new_calendar:
            _set_due(session, row, task, row.due_on, paused=paused)
        if old is not None and row.due_on != old:
            _note_move(session, instance, task, actor, "deadline.moved", old, row.due_on)


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
            task_id=task.id,
            instance_id=instance.id,
            rule=AGREED,
            started_at=task.opened_at,
            counted_at=now,
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
    row.extended, row.counted_at = (row.extended or 0) + 1, now
    row.sum = f"agreed until {long_date(until)}"
    _set_due(session, row, task, until)
    _note_move(session, instance, task, by, "deadline.extended", old, until)


def counted_anew(
    session: Session,
    task: UserTask,
    row: Deadline | None,
    drawn: Element,
    variables: Mapping[str, Any],
    stops: Stops,
) -> tuple[Deadline | None, Due | None]:
    """What the ledger would say of an open task (`row` now) if its step were drawn like this; nothing is
    written.

    It counts from the same start, with the pauses since its base is what it is; an agreed date stays. The row
    is a new one that belongs to no session (None for a step without a deadline), with what its rule gives.
    """
    rule = drawn.attributes.get("due", "")
    if not rule and (row is None or not row.extended):
        return None, None
    new = Deadline(
        id=row.id if row else None,
        rule=rule or AGREED,
        statutory_rule=drawn.attributes.get("statutoryLimit"),
        started_at=row.started_at if row else task.opened_at,
        counted_at=row.counted_at if row else task.opened_at,
        extended=row.extended if row else 0,
    )
    found = _by_rule(session, rule, new, variables)
    new.rule_due_on = found.on if found else None
    held = _by_rule(session, rule, new, variables, since(stops, new.counted_at))
    new.due_on, new.sum = (held.on, held.sum) if held else (None, "")
    if new.extended:
        new.due_on, new.sum = _extended(session, new, stops)
    statutory = _by_rule(session, new.statutory_rule, new, variables)
    new.statutory_on = statutory.on if statutory else None
    return new, held


def follow_drawing(
    session: Session,
    instance: ProcessInstance,
    task: UserTask,
    drawn: Element,
    variables: Mapping[str, Any],
    actor: Actor,
    ledger: Ledger,
) -> None:
    """Give an open task the deadline of a step that is drawn differently now. The old date is in the log."""
    row = ledger.row_of(task)
    new, held = counted_anew(session, task, row, drawn, variables, ledger.stops)
    old = row.due_on if row else None
    if new is None:
        if row is not None:
            session.delete(row)
        task.due_on = task.due_at = task.statutory_on = None
    else:
        if row is None:
            row = Deadline(task_id=task.id, instance_id=task.instance_id, original_due_on=new.due_on)
            session.add(row)
        for name in ("rule", "statutory_rule", "started_at", "counted_at", "rule_due_on", "sum"):
            setattr(row, name, getattr(new, name))
        row.statutory_on = task.statutory_on = new.statutory_on
        row.original_due_on = row.original_due_on or (held.on if held else None)
        _set_due(session, row, task, new.due_on)
    if old != task.due_on:
        _note_move(session, instance, task, actor, "deadline.moved", old, task.due_on)


def set_timer(
    session: Session,
    instance: ProcessInstance,
    timer: Timer,
    drawn: Element,
    variables: Mapping[str, Any],
    ledger: Ledger,
    *,
    new_calendar: bool = False,
) -> None:
    """Say when a waiting timer fires: never while its base is unknown or its instance is paused.

    The deadline of the step that it is attached to has moved with every pause.
    """
    due = ledger.due_of(drawn.attached_to) if drawn.attached_to else None
    by_rule = _firing(session, timer, drawn, variables, due, NO_STOPS)
    if timer.rule_due_at not in (None, by_rule) and not new_calendar:
        timer.counted_at = house(session).clock.now()
    timer.rule_due_at = by_rule
    stops = since(ledger.stops, timer.counted_at)
    due_at = _firing(session, timer, drawn, variables, due, stops)
    if instance.status == "paused":
        timer.due_at, timer.next_at = due_at, None
    elif due_at != timer.due_at or (timer.next_at is None and instance.status == "running"):
        timer.due_at = timer.next_at = due_at


def fires_at(
    session: Session,
    timer: Timer,
    drawn: Element,
    variables: Mapping[str, Any],
    due: date | None,
    stops: Stops,
) -> datetime | None:
    """When a timer would fire that is drawn like this, with the pauses it has had; nothing is written."""
    return _firing(session, timer, drawn, variables, due, since(stops, timer.counted_at))


def _firing(
    session: Session,
    timer: Timer,
    drawn: Element,
    variables: Mapping[str, Any],
    due: date | None,
    stops: Stops,
) -> datetime | None:
    days = working_calendar(session)
    if drawn.timer_kind == "timeCycle":
        return parse_cycle(drawn.timer).next(timer.started_at, days, stops=stops)
    return parse_deadline(drawn.timer).fires(timer.started_at, variables, days, due, stops)


def _count(
    session: Session, row: Deadline, variables: Mapping[str, Any], stops: Stops, *, new_calendar: bool
) -> None:
    """Count a due date by its rule. A base that has moved begins a new count, free of earlier pauses."""
    found = _by_rule(session, row.rule, row, variables)
    by_rule = found.on if found else None
    if by_rule != row.rule_due_on:
        if not new_calendar:
            row.counted_at = house(session).clock.now()
        row.rule_due_on = by_rule
        row.original_due_on = row.original_due_on or by_rule
    held = _by_rule(session, row.rule, row, variables, since(stops, row.counted_at))
    row.due_on, row.sum = (held.on, held.sum) if held else (None, "")


def _extended(session: Session, row: Deadline, stops: Stops) -> tuple[date | None, str]:
    """An agreed date, and what pauses since the agreement have added."""
    agreed = session.scalars(
        select(Extension)
        .where(Extension.deadline_id == row.id)
        .order_by(Extension.at.desc(), Extension.new_due_on.desc())  # of two in one moment the longer
        .limit(1)
    ).one()
    agreed_on, later = local_date(agreed.at), since(stops, agreed.at)
    due = later.day(agreed.new_due_on, agreed_on, working_calendar(session))
    return due, f"agreed until {long_date(agreed.new_due_on)}{later.words(agreed_on)}"


def _by_rule(
    session: Session, rule: str | None, row: Deadline, variables: Mapping[str, Any], stops: Stops = NO_STOPS
) -> Due | None:
    if not rule:
        return None
    return parse_deadline(rule).moment(row.started_at, variables, working_calendar(session), stops=stops)


def _set_due(
    session: Session, row: Deadline, task: UserTask, due_on: date | None, *, paused: bool = False
) -> None:
    row.due_on = due_on
    task.due_on = None if paused else due_on
    task.due_at = _until(task.due_on, row.rule) if task.due_on else None
    row.next_chase_at = next_chase_at(session, task)


def _until(due_on: date, rule: str) -> datetime:
    """The first moment that is late: the end of the day, or the time of day that the rule names."""
    by = parse_deadline(rule).by if rule != AGREED else None
    return at_local(due_on, by) if by else end_of_day(due_on)


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
    tell_changed(session, task, by)
