"""Cases to complete steps in: the heaviest stages of a review (15 agencies, 20 actions), lived up to there in
memory and put into a real database; and what one transaction asks and writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import event, insert, inspect, select
from sqlalchemy.orm import Session

import app.auth.models  # noqa: F401  (so that the tables of sign-in are made, too)
from bench.rehearsal import heavy_answers
from engine import Actor, Database, TaskRow, create_schema, local_date, start
from engine.audit_models import Event
from engine.db import house
from engine.models import Base
from engine.rehearsal import MemoryDatabase, bundles_of
from engine.scenarios import Given, Words
from engine.unsealed import gather
from reviews.completing import ask
from reviews.domain import LEARNING_REVIEWS
from reviews.holders import holders
from reviews.permissions import doing_for, viewer_for
from reviews.referrals import begin_referral
from reviews.roles import AGENCY_ROLES
from reviews.studio.furnishing import invented_partnership
from reviews.studio.playing import do_step, open_tasks, written_out
from reviews.studio.scenes import usual_answers
from reviews.studio.walking import Roads

SECRET = b"only for benches: not a secret at all"
PLAIN = "statutory_screen"
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK")  # what opens and closes a transaction asks nothing


@cache
def usual() -> dict[str, dict[str, Any]]:
    """Plain answers to each step."""
    with _partnership().read() as session:
        bundles = bundles_of(session)
        files = {name: bundle.files for name, bundle in bundles.items()}
        drawn = [bundle.diagram for bundle in bundles.values() if bundle.drawn]
        steps = frozenset(task.id for each in drawn for task in each.user_tasks())
        return usual_answers(files, Words(steps, frozenset()))[0]


@cache
def lived_to(step: str, *, heavy: bool = True) -> MemoryDatabase:
    """A review that has come to a step."""
    return _roads().to(Given(reached=step, answers=heavy_answers() if heavy else {}))


def in_a_file(there: MemoryDatabase, url: str) -> Database:
    """The same rows in a real database, with the same clock."""
    database = Database(url, clock=there.clock, domain=LEARNING_REVIEWS, secret_key=SECRET)
    for key in ("state_key", "identity_keys", "draft_key", "file_key", "audit_key"):
        setattr(database, key, getattr(there, key))
    if not inspect(database.engine).has_table(Event.__tablename__):
        create_schema(database.engine)
    with there.read() as source, database.write() as target:
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in source.execute(select(table)).mappings()]
            if table is Event.__table__:  # there they have no seals
                for row in sorted(rows, key=lambda row: row.pop("seq")):
                    gather(target, row)
            elif rows:
                target.connection().execute(insert(table), rows)
    return database


def add_referrals(database: Database, number: int) -> None:
    """Reviews that are referred and wait for their first plain step."""
    with database.read() as session:
        referrer = next(task for task in _all_tasks(session) if task.step == "referral")
        person, agency = str(referrer.completed_by), str(referrer.agency)
    by = Actor(person)
    for _ in range(number):
        with database.write() as session:

            def begin(process: str, *, business_key: str, variables: dict[str, object]) -> Any:
                return start(session, process, business_key=business_key, variables=variables, by=by)

            now = house(session).clock.now()
            begin_referral(session, referrer=person, agency=agency, now=now, start=begin)
        with database.write() as session:
            (task,) = tasks_at(session, "referral")
            do_step(session, task, usual()["referral"], by=person)


def tasks_at(session: Session, step: str) -> list[TaskRow]:
    """The open tasks of a step."""
    return [task for task in open_tasks(session) if task.step == step]


def doer_of(session: Session, task: TaskRow) -> str:
    """Somebody who may do a task."""
    today = local_date(house(session).clock.now())
    agency = task.agency if task.role in AGENCY_ROLES else None
    for person in [task.assignee] if task.assignee else holders(session, task.role, today, agency=agency):
        if doing_for(session, viewer_for(session, person, today), task) is not None:
            return person
    raise LookupError(task.step)


def answers_to(session: Session, task: TaskRow, person: str, **chosen: Any) -> dict[str, Any]:
    """Raw answers to the whole form of a task: those chosen, else plain ones."""
    today = local_date(house(session).clock.now())
    asked = ask(session, task.id, viewer_for(session, person, today), today=today)
    return written_out(session, asked, {**usual().get(task.step, {}), **chosen})


class Transaction:
    """What was asked of a database, and what was written: statements in their order, and commits.

    What opens, names and closes a transaction is left out of the statements; savepoints are in.
    """

    def __init__(self) -> None:
        self.commits = 0
        self.statements: list[tuple[str, Any]] = []

    @property
    def count(self) -> int:
        """How many statements there were."""
        return len(self.statements)

    def again(self, database: Database) -> None:
        """Write the same in one bare transaction."""
        with database.engine.begin() as connection:
            for statement, values in self.statements:
                if statement.split(maxsplit=1)[0] in ("INSERT", "UPDATE", "DELETE"):
                    connection.exec_driver_sql(statement, values)

    def asked(self, *noted: Any) -> None:
        """Told by the engine before each statement."""
        _connection, _cursor, statement, values, *_ = noted
        if not statement.startswith(CONTROL):
            self.statements.append((statement, values))

    def committed(self, _connection: Any) -> None:
        """Told by the engine at each commit."""
        self.commits += 1


@contextmanager
def watched(database: Database) -> Iterator[Transaction]:
    """What happens in a database meanwhile, through whichever connection."""
    seen = Transaction()
    engines = {database.engine, database._reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", seen.asked)
        event.listen(engine, "commit", seen.committed)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", seen.asked)
            event.remove(engine, "commit", seen.committed)


@cache
def _partnership() -> MemoryDatabase:
    return invented_partnership()


@cache
def _roads() -> Roads:
    return Roads(_partnership(), "learning_review", usual())


def _all_tasks(session: Session) -> list[TaskRow]:
    from engine import tasks

    return tasks(session, status=None)
