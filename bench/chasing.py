"""How fast four workers do what is due on PostgreSQL, and what a tick costs with nothing due (promise P3).

Many reminders of the next working day are due at once, in its quiet hours, then time limits of that day. Four
processes tick, as workers do, until nothing is due any more; then everything is counted. A chase is one
person told of one step. Rates are of wall time, as people wait for it: on a machine that is shared they are
lower than they would be, so those of processor time (of the workers) stand beside them.

One worker at a time reminds. Letters that are marked urgent leave meanwhile, and their time is part of both
rates. The load has 31 holders of each role, more than any partnership has: so a step that is due is 32
chases, and a time limit that opens a step reads as many people.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select, update

from app.worker import JITTER_SECONDS, TICK_SECONDS
from bench.figures import Asked, Figure
from bench.load import NOW, standing
from bench.processor import statements
from engine import Database, VirtualClock, tick
from engine.due import due_reminders, due_timers
from engine.models import Chase, Deadline, Timer
from reviews.demonstration.loading import NoPost

WORKERS = 4
CHASES, TIMERS, LATE = 1500.0, 250.0, 5.0
REMINDERS_AT = NOW + dt.timedelta(days=1, hours=-2, minutes=5)  # the day after, before notices leave
TIMERS_AT = NOW + dt.timedelta(days=1)
PATIENCE = 120  # seconds
IDLE = 0.02
MOST = {Deadline.next_chase_at: 100, Timer.next_at: 500}  # are left due: a rate needs no more
LARGE = 50_000  # open tasks, from which on a planner does not scan a table for being small
Due = Callable[[dt.datetime], Select[UUID]]


@dataclass(frozen=True)
class Done:
    """What one moment's work was, and what it took."""

    number: int
    wall: float
    processor: float


def measures(told: Asked) -> Iterator[Figure]:
    """A tick with nothing due on each database; then the rates, on PostgreSQL."""
    longest = TICK_SECONDS + 2 * JITTER_SECONDS
    yield Figure("P3", "longest between two ticks", "-", longest, "s", at_most=LATE)
    for kind in told.databases:
        database = standing(kind, told.tasks)
        yield from _idle(kind, database, told)
        if kind == "postgresql":
            yield from _rates(kind, database)


def _idle(kind: str, database: Database, told: Asked) -> Iterator[Figure]:
    _let_go(database, database.clock.now())
    with statements(database) as asked:
        assert tick(database, NoPost()).idle
    what = "statements of a tick with nothing due"
    yield Figure("P3", what, kind, len(asked), "statements", at_most=1)
    scanned = [] if told.tasks < LARGE else _scanned(database, *asked[0])
    assert not scanned, f"an index answers each part of the question: {scanned}"
    began = time.process_time()
    for _ in range(20):
        tick(database, NoPost())
    yield Figure("P3", "a tick with nothing due", kind, 50 * (time.process_time() - began), "ms")


def _let_go(database: Database, moment: dt.datetime) -> None:
    """Do what is due at a moment, so that nothing is."""
    database.clock = VirtualClock(moment)
    while not tick(database, NoPost()).idle:
        pass


def _scanned(database: Database, statement: str, values: object) -> list[str]:
    """Where a statement looks through a large table from one end to the other, in the planner's words."""
    large = "timer|deadline|outbox|process_instance|user_task"
    explain = "explain " if database.engine.dialect.name == "postgresql" else "explain query plan "
    with database.engine.connect() as connection:
        lines = [str(row[-1]) for row in connection.exec_driver_sql(explain + statement, values)]
    return [line for line in lines if re.search(rf"(Seq Scan on|SCAN) ({large})\b(?!.* USING)", line)]


def _rates(kind: str, database: Database) -> Iterator[Figure]:
    database.clock = VirtualClock(REMINDERS_AT)
    database.domain.beginnings(database)
    _leave_some(database)
    chased = _done(database, REMINDERS_AT, Chase, due_reminders)
    fired = _done(database, TIMERS_AT, Timer, due_timers)
    for what, done, least in (("chases", chased, CHASES), ("time limits", fired, TIMERS)):
        name = f"due {what}, {WORKERS} workers"
        yield Figure("P3", name, kind, done.number / done.wall, "per s", at_least=least)
        rate = done.number / done.processor
        yield Figure("P3", f"due {what}, by the workers' processor time", kind, rate, "per s")


def _leave_some(database: Database) -> None:
    """Put off what is due, but for some of each kind; the time limits come after the reminders."""
    with database.write() as session:
        for column, most in MOST.items():
            table = column.class_
            first = select(table.id).where(column <= TIMERS_AT).order_by(column, table.id).limit(most)
            others = update(table).where(column <= TIMERS_AT, table.id.not_in(first))
            session.execute(others.values({column: TIMERS_AT + dt.timedelta(days=30)}))
        waiting = update(Timer).where(Timer.next_at <= TIMERS_AT)
        session.execute(waiting.values(next_at=TIMERS_AT))  # none among the reminders


def _done(database: Database, moment: dt.datetime, table: type[Chase | Timer], due: Due) -> Done:
    """What four workers do of one kind of work until none is due: each once."""
    database.clock = VirtualClock(moment)
    before, waiting = _count(database, table), _due(database, due)
    database.dispose()
    began, spent = time.perf_counter(), os.times()
    for child in [_fork(database) for _ in range(WORKERS)]:
        os.waitpid(child, 0)
    wall, after = time.perf_counter() - began, os.times()
    processor = after.children_user + after.children_system - spent.children_user - spent.children_system
    assert not _due(database, due), "all of it"
    number = _count(database, table) - before
    assert number >= waiting > 0
    return Done(number, wall, processor)


def _fork(database: Database) -> int:
    """A worker in a process of its own, which ticks until nothing is due; its id."""
    child = os.fork()
    if child:
        return child
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if tick(database, NoPost()).idle:
                if not (_due(database, due_reminders) or _due(database, due_timers)):
                    os._exit(0)
                time.sleep(IDLE)
    finally:
        os._exit(1)


def _due(database: Database, due: Due) -> int:
    """How much of a kind of work is due."""
    found = due(database.clock.now()).order_by(None).subquery()
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(found)) or 0


def _count(database: Database, table: type[Chase | Timer]) -> int:
    """The chases that were sent, or the time limits that have fired."""
    query = select(func.count()).select_from(table)
    with database.read() as session:
        return session.scalar(query.where(Timer.status == "fired") if table is Timer else query) or 0
