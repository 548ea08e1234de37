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
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import audit
from engine.bundles import Bundle, bundle_of, newest_version_id
from engine.calendars import Calendar
from engine.clock import start_of_day
from engine.db import house, remember, remembered
from engine.deadlines import FIRING_TIME
from engine.decisions import DecisionModel
from engine.feel import to_json
from engine.letters import Letters
from engine.models import Chase, UserTask
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


@dataclass(frozen=True)
class Reached:
    """A rung that a task has reached, the name it is kept under, and one person whom it is for."""

    task: UserTask
    rung: Rung
    name: str
    person: str


_KEEP = insert(Chase)  # as plain rows: there may be thousands, and nobody looks at them again here


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
    _fire(session, reached, Letters(session), by)
    return len(reached)


def chase_together(session: Session, tasks: Sequence[UserTask], by: Actor) -> int:
    """The same for many tasks of one transaction that remembers: what they have in common is read once, and
    each letter is changed once."""
    fired: dict[UUID, set[str]] = {task.id: set() for task in tasks}
    for task_id, name in session.execute(select(Chase.task_id, Chase.rung).where(Chase.task_id.in_(fired))):
        fired[task_id].add(name)
    for task_id, names in fired.items():
        remember(session, ("fired", task_id), names)
    house(session).domain.about_to_remind(session, tasks)
    reached = [each for task in tasks for each in _reached(session, task)]
    letters = Letters(session)
    letters.take(sorted({each.person for each in reached if each.rung.how != "urgent"}))
    _fire(session, reached, letters, by)
    return len(reached)


def _reached(session: Session, task: UserTask) -> Iterator[Reached]:
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
                yield Reached(task, rung, name, person)


def _fired(session: Session, task: UserTask) -> set[str]:
    """The rungs of a task that have been reached, for any of its due dates."""
    return set(session.scalars(select(Chase.rung).where(Chase.task_id == task.id)))


def _row(row: dict[str, Any]) -> dict[str, str]:
    return {name: str(row.get(name) or "") for name in ("who", "how", "tone", "text")}


def moments(session: Session, task: UserTask) -> Sequence[tuple[Rung, datetime]]:
    """Every rung of a task with the moment at which it is reached, by its due date; the earliest first."""
    bundle = reminders_in_use(session) if task.due_on is not None else None
    if bundle is None or task.due_on is None:
        return ()
    found = _worked_out(bundle.decision(TABLE), task.process, task.step)
    return _counted(found, task.due_on, working_calendar(session))


@lru_cache(maxsize=10_000)
def _counted(found: tuple[Rung, ...], due_on: date, calendar: Calendar) -> tuple[tuple[Rung, datetime], ...]:
    """The moments of some rungs. Very many steps are due on the same days, and each is counted twice: for
    what is reached, and for what comes next."""
    wake = timedelta(hours=FIRING_TIME.hour, minutes=FIRING_TIME.minute)
    return tuple((rung, start_of_day(calendar.add(due_on, rung.late).date) + wake) for rung in found)


def name_of(task: UserTask, rung: Rung) -> str:
    """What a rung is kept under: once it has fired for a due date, it is not asked again whom it is for."""
    return f"{task.due_on}|{rung.late}|{rung.who}|{rung.text}"


def _fire(session: Session, reached: Sequence[Reached], letters: Letters, by: Actor) -> None:
    """Keep what was reached, each once; and tell everybody."""
    if not reached:
        return
    now = house(session).clock.now()
    session.connection().execute(
        _KEEP,
        [
            {"id": uuid4(), "task_id": each.task.id, "rung": each.name, "recipient": each.person, "at": now}
            for each in reached
        ],
    )
    for each in reached:
        _tell(letters, each)
        _record(session, each, by)
    letters.close()


def _tell(letters: Letters, reached: Reached) -> None:
    """One message per person per day; notices marked urgent go alone."""
    task, rung = reached.task, reached.rung
    line = {
        "task": str(task.id),
        "step": task.step,
        "name": task.name,
        "about": task.business_key,
        "late": rung.late,
        "due_on": task.due_on.isoformat() if task.due_on else None,
    }
    queue = letters.urgent if rung.how == "urgent" else letters.join
    queue(reached.person, task.business_key, line, rung.text)


def _record(session: Session, reached: Reached, by: Actor) -> None:
    task, rung = reached.task, reached.rung
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
            "to": reached.person,
            "working_days_late": rung.late,
            "tone": rung.tone,
            "text": rung.text,
        },
    )
