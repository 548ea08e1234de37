"""Chasing: who is reminded of a task, when and in which tone. A reminder needs no decision; it is a row of
the chasing table.

The table (processes/chasing.dmn, the decision `chasing`) is asked once for each working day from 30 before
to 60 after a due date;
what it answers are the rungs of a step. Each rung fires at most once for a due date; what was missed while
nothing ran fires in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, outbox
from engine.bundles import Bundle, bundle_of, newest_version_id
from engine.clock import local_date, start_of_day
from engine.db import house, remember, remembered
from engine.deadlines import FIRING_TIME
from engine.decisions import DecisionModel
from engine.feel import to_json
from engine.models import Chase, Outbox, UserTask
from engine.services import Actor
from engine.working_calendar import working_calendar

TABLE = "chasing"
EARLIEST, LATEST = -30, 60


@dataclass(frozen=True)
class Rung:
    """One row that applies: `late` working days after the due date (negative: before)."""

    late: int
    who: str
    how: str
    tone: str
    text: str


def rungs(session: Session, process: str, step: str) -> list[Rung]:
    """The rungs of a step, earliest first. Empty while no chasing table is deployed."""
    bundle = reminders_in_use(session)
    if bundle is None:
        return []
    return list(_worked_out(bundle.decision(TABLE), process, step))


def reminders_in_use(session: Session) -> Bundle | None:
    """The bundle of the chasing table that is in use, or None."""
    version = remembered(session, TABLE, lambda: newest_version_id(session, TABLE))
    return bundle_of(session, version) if version is not None else None


@lru_cache(maxsize=1000)
def _worked_out(table: DecisionModel, process: str, step: str) -> tuple[Rung, ...]:
    """What a table says of a step, which takes longer to ask than all else of opening a task. A table never
    changes once it is read."""
    found: list[Rung] = []
    for late in range(EARLIEST, LATEST + 1):
        asked = {"process": process, "step": step, "working_days_late": late}
        answer = to_json(table.evaluate(TABLE, asked))
        found.extend(Rung(late, **_row(row)) for row in answer or [])
    return tuple(found)


def next_chase_at(session: Session, task: UserTask) -> datetime | None:
    """When the next rung of a task is reached, or None when none is left."""
    now = house(session).clock.now()
    return min((moment for _, moment in moments(session, task) if moment > now), default=None)


def chase(session: Session, task: UserTask, by: Actor) -> int:
    """Fire every rung that a task has reached and that has not fired for its due date; how many. When the
    next one is reached is for the caller to keep."""
    reached = list(_reached(session, task))
    for rung, person in reached:
        _fire(session, task, rung, person, by)
    return len(reached)


def chase_together(session: Session, tasks: Sequence[UserTask], by: Actor) -> int:
    """The same for many tasks of one transaction that remembers: what they have in common is read once."""
    fired: dict[UUID, set[str]] = {task.id: set() for task in tasks}
    for task_id, name in session.execute(select(Chase.task_id, Chase.rung).where(Chase.task_id.in_(fired))):
        fired[task_id].add(name)
    for task_id, names in fired.items():
        remember(session, ("fired", task_id), names)
    house(session).domain.about_to_remind(session, tasks)
    reached = [(task, rung, person) for task in tasks for rung, person in _reached(session, task)]
    _take_letters(session, sorted({person for _, rung, person in reached if rung.how != "urgent"}))
    for task, rung, person in reached:
        _fire(session, task, rung, person, by)
    return len(reached)


def _reached(session: Session, task: UserTask) -> Iterator[tuple[Rung, str]]:
    """Each rung that is reached and has not fired, with everybody whom it is for."""
    now = house(session).clock.now()
    done = remembered(session, ("fired", task.id), lambda: _fired(session, task))
    before = frozenset(done)
    told: set[tuple[str, str]] = set()
    for rung, moment in moments(session, task):
        name = name_of(task, rung)
        if moment > now or moment < task.opened_at or name in before:
            continue
        for person in house(session).domain.recipients(session, task, rung.who):
            if (name, person) not in told:
                told.add((name, person))
                done.add(name)
                yield rung, person


def _fired(session: Session, task: UserTask) -> set[str]:
    """The rungs of a task that have been reached, for any of its due dates."""
    return set(session.scalars(select(Chase.rung).where(Chase.task_id == task.id)))


def _row(row: dict[str, Any]) -> dict[str, str]:
    return {name: str(row.get(name) or "") for name in ("who", "how", "tone", "text")}


def moments(session: Session, task: UserTask) -> list[tuple[Rung, datetime]]:
    """Every rung of a task with the moment at which it is reached, by its due date; the earliest first."""
    if task.due_on is None:
        return []
    calendar = working_calendar(session)
    wake = timedelta(hours=FIRING_TIME.hour, minutes=FIRING_TIME.minute)
    found = rungs(session, task.process, task.step)
    return [(rung, start_of_day(calendar.add(task.due_on, rung.late).date) + wake) for rung in found]


def name_of(task: UserTask, rung: Rung) -> str:
    """What a rung is kept under: once it has fired for a due date, it is not asked again whom it is for."""
    return f"{task.due_on}|{rung.late}|{rung.who}|{rung.text}"


def _fire(session: Session, task: UserTask, rung: Rung, person: str, by: Actor) -> None:
    session.add(
        Chase(task_id=task.id, rung=name_of(task, rung), recipient=person, at=house(session).clock.now())
    )
    _tell(session, task, rung, person)
    audit.record(
        session,
        kind="chase.sent",
        business_key=task.business_key,
        actor=by,
        subject=task.step,
        instance_id=task.instance_id,
        task_id=task.id,
        details={
            "name": task.name,
            "to": person,
            "working_days_late": rung.late,
            "tone": rung.tone,
            "text": rung.text,
        },
    )


def _tell(session: Session, task: UserTask, rung: Rung, person: str) -> None:
    """One message per person per day: a reminder joins today's, or the next day's when that has left.

    Tomorrow's has left, too, where another worker's clock is past midnight already. Notices marked urgent go
    alone.
    """
    item = {
        "task": str(task.id),
        "step": task.step,
        "name": task.name,
        "about": task.business_key,
        "late": rung.late,
    }
    item["due_on"] = task.due_on.isoformat() if task.due_on else None
    if rung.how == "urgent":
        outbox.queue_mail(
            session, to=person, text=rung.text, about=task.business_key, facts={"items": [item]}, urgent=True
        )
        return
    day = local_date(house(session).clock.now())
    for ahead in count():
        key = _key(person, day + timedelta(days=ahead))
        row = remembered(session, ("letter", key), partial(_letter, session, key))
        if row is None:
            begins = start_of_day(day + timedelta(days=ahead)) + timedelta(hours=FIRING_TIME.hour)
            row = outbox.queue_mail(
                session,
                to=person,
                text=rung.text,
                about=task.business_key,
                facts={"items": [item]},
                key=key,
                not_before=begins if ahead else None,
            )
            remember(session, ("letter", key), row)
            return
        if row.status == "waiting" and row.sent_at is None:  # not even on its way
            row.payload = {
                **row.payload,
                "facts": {**row.payload["facts"], "items": _with(row.payload["facts"]["items"], item)},
                "text": _firmer(row, rung),
            }
            return


def _take_letters(session: Session, people: Sequence[str]) -> None:
    """Lock the letters of today and tomorrow of some people, in one order, and know which there are."""
    today = local_date(house(session).clock.now())
    keys = [_key(person, day) for person in people for day in (today, today + timedelta(days=1))]
    query = select(Outbox).where(Outbox.key.in_(keys)).order_by(Outbox.key).with_for_update()
    there = {row.key: row for row in session.scalars(query)} if keys else {}
    for key in keys:
        remember(session, ("letter", key), there.get(key))


def _key(person: str, day: date) -> str:
    return f"reminder-{person}-{day}"


def _letter(session: Session, key: str) -> Outbox | None:
    return session.scalars(select(Outbox).where(Outbox.key == key).with_for_update()).one_or_none()


def _with(items: list[dict[str, Any]], item: dict[str, Any]) -> list[dict[str, Any]]:
    """The list with one more line; a step that is on it already stands there once, as it is now."""
    return [each for each in items if each["task"] != item["task"]] + [item]


def _firmer(row: Outbox, rung: Rung) -> str:
    """The text of a merged reminder is that of its latest rung: rungs come in order, so it is the firmest."""
    return rung.text or str(row.payload["text"])
