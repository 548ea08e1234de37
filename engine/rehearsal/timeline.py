"""The record of a rehearsal: what happened when, read from the log that the rehearsal itself wrote."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.audit_models import Event
from engine.bundles import bundle_of
from engine.calendars import short_date
from engine.db import house
from engine.models import ProcessInstance, UserTask

KINDS: dict[str, str] = {
    "started": "Begins",
    "opened": "Step opens",
    "escalation": "Step that a time limit opens",
    "completed": "Step done",
    "dropped": "Step no longer needed",
    "late": "Step is late",
    "notice": "Notice",
    "timer": "Time reached",
    "decision": "Decided by a table",
    "message": "Something happens at any time",
    "moved": "Due date moves",
    "paused": "Paused",
    "resumed": "Goes on",
    "ended": "Ends",
    "stuck": "Cannot go on",
}
_OF_EVENTS = {
    "instance.started": "started",
    "task.opened": "opened",
    "task.completed": "completed",
    "task.cancelled": "dropped",
    "timer.fired": "timer",
    "decision.made": "decision",
    "message.received": "message",
    "deadline.moved": "moved",
    "deadline.extended": "moved",
    "instance.paused": "paused",
    "instance.resumed": "resumed",
    "instance.ended": "ended",
    "instance.cancelled": "ended",
    "instance.stuck": "stuck",
}
_BEGINS_SOMETHING = {"timer.fired", "message.received", "task.completed", "instance.resumed"}
_FROM_A_DUE_DATE = re.compile(r"after (\w+\.)?due\b")
Named = Callable[[Session, str], tuple[str, str]]


@dataclass(frozen=True)
class Letter:
    """A notice that would have left: when, to whom, about which step, and its words."""

    at: datetime
    to: str
    text: str
    about: str
    element: str
    subject: str
    body: str
    process: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of a timeline. `words` say it in one line; `element` is the id on the diagram ("" for none).

    `role` and `agency` are whose step it is, or in which role somebody gets a notice; `person` is who did it
    or who gets it, with `name` as people know them.
    """

    at: datetime
    kind: str
    process: str
    element: str
    words: str
    about: str = ""
    role: str = ""
    agency: str | None = None
    person: str = ""
    name: str = ""
    due_on: date | None = None
    text_id: str = ""
    subject: str = ""
    text: str = ""


@dataclass(frozen=True)
class Rehearsal:
    """What would happen: a plain record, in order. `still_open` are the steps that wait at its end."""

    process: str
    started_at: datetime
    until: datetime
    entries: tuple[Entry, ...]
    still_open: tuple[Entry, ...] = ()
    moments: int = 0
    faults: tuple[str, ...] = field(default=())  # what the answers given could not do, as sentences


def told(session: Session, *, since: int, letters: Sequence[Letter], named: Named) -> list[Entry]:
    """The timeline of everything after the event number `since`, and of the letters. In order of time."""
    instances = {row.id: row for row in session.scalars(select(ProcessInstance))}
    tasks = {row.id: row for row in session.scalars(select(UserTask))}
    events = session.scalars(select(Event).where(Event.seq > since).order_by(Event.seq)).all()
    lines = [*_of_log(session, events, instances, tasks, named)]
    begins = events[0].at if events else None
    lines += [_late(task) for task in tasks.values() if _was_late(task, session, begins)]
    lines += [_notice(session, letter, named) for letter in letters]
    return sorted(lines, key=lambda line: line.at)  # what is simultaneous stays in its order


def open_now(session: Session) -> list[Entry]:
    """The steps that are open, earliest due first."""
    rows = session.scalars(
        select(UserTask)
        .where(UserTask.status == "open")
        .order_by(UserTask.due_at.is_(None), UserTask.due_at, UserTask.opened_at)
        .order_by(UserTask.name, UserTask.agency, UserTask.assignee)
    )
    return [_of_task("opened", row.opened_at, row) for row in rows]


def _of_log(
    session: Session,
    events: Sequence[Event],
    instances: dict[UUID, ProcessInstance],
    tasks: dict[UUID, UserTask],
    named: Named,
) -> list[Entry]:
    lines: list[Entry] = []
    by_time_limit = False
    for event in events:
        if event.kind in _BEGINS_SOMETHING:
            by_time_limit = event.kind == "timer.fired" and _is_a_limit(session, event, instances)
        kind = _OF_EVENTS.get(event.kind)
        if kind is None:
            continue
        task = tasks.get(event.task_id) if event.task_id else None
        if task is not None:
            if kind == "opened" and by_time_limit:
                kind = "escalation"
            line = _of_task(kind, event.at, task)
            if kind == "completed":
                line = replace(line, person=event.actor, name=named(session, event.actor)[1])
            lines.append(line)
        elif event.instance_id in instances:
            lines.append(_of_instance(kind, event, instances[event.instance_id]))
    return lines


def _is_a_limit(session: Session, event: Event, instances: dict[UUID, ProcessInstance]) -> bool:
    """Whether a timer is attached to a step or counts from a due date: what it opens was not done in time."""
    found = instances.get(event.instance_id) if event.instance_id else None
    if found is None:
        return False
    drawn = bundle_of(session, found.version_id).diagram.elements.get(event.subject or "")
    return drawn is not None and bool(drawn.attached_to or _FROM_A_DUE_DATE.search(drawn.timer))


def _of_task(kind: str, at: datetime, task: UserTask) -> Entry:
    due = f", due {short_date(task.due_on)}" if task.due_on and kind in ("opened", "escalation") else ""
    words = {
        "completed": f"{task.name}: done",
        "dropped": f"{task.name}: no longer needed",
        "moved": f"{task.name}: now due {short_date(task.due_on) if task.due_on else 'on no date'}",
    }.get(kind, f"{task.name}{due}")
    return Entry(
        at,
        kind,
        task.process,
        task.step,
        words,
        about=task.business_key,
        role=task.role,
        agency=task.agency,
        due_on=task.due_on,
    )


def _of_instance(kind: str, event: Event, instance: ProcessInstance) -> Entry:
    details: dict[str, Any] = event.details or {}
    name = str(details.get("name") or event.subject or "").replace("_", " ")
    words = {
        "started": f"{instance.process.replace('_', ' ')} begins",
        "ended": f"Ends: {details.get('outcome') or details.get('reason') or 'without a word'}",
        "stuck": f"Cannot go on at {event.subject}: {details.get('fault', '')}",
        "message": f"Happens at any time: {name}",
    }.get(kind, name)
    element = event.subject if kind in ("timer", "decision", "stuck") else ""
    return Entry(event.at, kind, instance.process, element or "", words, about=event.business_key)


def _was_late(task: UserTask, session: Session, begins: datetime | None) -> bool:
    """Whether a step's last moment has passed, within the rehearsal, while it was open."""
    if task.due_at is None or begins is None or not begins < task.due_at <= house(session).clock.now():
        return False
    return task.completed_at is None or task.completed_at > task.due_at


def _late(task: UserTask) -> Entry:
    assert task.due_at is not None
    line = _of_task("late", task.due_at, task)
    on = f" (it was due {short_date(task.due_on)})" if task.due_on else ""
    return replace(line, words=f"{task.name} is late{on}")


def _notice(session: Session, letter: Letter, named: Named) -> Entry:
    role, name = named(session, letter.to)
    return Entry(
        letter.at,
        "notice",
        letter.process,
        letter.element,
        f"To {name}: {letter.subject}",
        about=letter.about,
        role=role,
        person=letter.to,
        name=name,
        text_id=letter.text,
        subject=letter.subject,
        text=letter.body,
    )
