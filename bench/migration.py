"""How long it takes to look at what a move of 1,000 running cases would do, and to move them (promise P4).

The cases are copies of the demonstration's learning review with the most open steps. The new version adds
a step after each of those, a reminder on them, and gives them another deadline. Processor time of the process
that moves them; the server of PostgreSQL works beside it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import engine
from bench.figures import Asked, Figure
from bench.storm.servers import place
from engine import Actor, Database, VirtualClock, create_schema
from engine.db import house
from engine.deployment import store_version
from engine.execution import place_of_state
from engine.models import Deadline, MessageWait, ProcessInstance, Timer, UserTask
from engine.secrecy import open_sealed, seal
from reviews.demonstration import load_demonstration
from reviews.domain import LEARNING_REVIEWS
from tests.reviews.lifecycle.changing import changed

SECRET = b"only for benches: not a secret at all"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OWNER = Actor("u_devon")
PROCESS = "learning_review"
MOST_PREVIEW, MOST_MIGRATE = 30.0, 60.0  # seconds for 1,000 cases
CASE_TABLES = (UserTask, Timer, MessageWait, Deadline)


def measures(told: Asked) -> Iterator[Figure]:
    """Preview, move and bring back, on each database."""
    for kind in told.databases:
        with place(kind) as where, where.database("migration") as url:
            yield from _measure(kind, url, told.cases)


def _measure(kind: str, url: str, cases: int) -> Iterator[Figure]:
    database = Database(url, clock=VirtualClock(NOW), domain=LEARNING_REVIEWS, secret_key=SECRET)
    create_schema(database.engine)
    load_demonstration(url, secret_key=SECRET, now=NOW)
    with database.write() as session:
        _multiply(session, cases)
        number = _changed_version(session)
    begun = time.process_time()
    with database.read() as session:
        version = engine.version_of(session, PROCESS, number)
        found = [
            engine.preview(session, each, version, {}) for each in engine.cases_to_move(session, version)
        ]
    yield _figure(kind, "preview", len(found), begun, MOST_PREVIEW)
    can = [outcome.instance_id for outcome in found if outcome.can]
    assert len(can) >= cases, f"{len(can)} of {len(found)} cases can be moved"
    begun = time.process_time()
    with database.write() as session:
        version = engine.version_of(session, PROCESS, number)
        batch = engine.start_migration(session, version, {}, by=OWNER, reason="bench", only=can)
    *_, moved = engine.do_all(database, batch.id)
    assert moved.moved == len(can)
    yield _figure(kind, "migrate", len(can), begun, MOST_MIGRATE)
    begun = time.process_time()
    with database.write() as session:
        engine.undo_migration(session, session.merge(batch, load=False), by=OWNER)
    *_, back = engine.do_all(database, batch.id)
    assert back.undone == len(can)
    yield _figure(kind, "bring back", len(can), begun, None)
    database.dispose()


def _figure(kind: str, what: str, cases: int, begun: float, most: float | None) -> Figure:
    """What it took, as seconds for 1,000 cases."""
    seconds = 1000 * (time.process_time() - begun) / cases
    return Figure("P4", f"{what} 1,000 running cases", kind, seconds, "s", at_most=most, samples=cases)


def _multiply(session: Session, cases: int) -> None:
    """Copies of the review with the most open steps, until there are as many as were asked for."""
    counted = (
        select(UserTask.instance_id)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(ProcessInstance.process == PROCESS, ProcessInstance.status == "running")
        .where(UserTask.status == "open", UserTask.step == "agency_preparation")
        .group_by(UserTask.instance_id)
        .order_by(func.count().desc())
    )
    first = session.get_one(ProcessInstance, session.scalars(counted.limit(1)).one())
    state = open_sealed(first.state, house(session).state_key, place_of_state(first))
    rows = {kind: list(session.scalars(_rows_of(kind, first.id))) for kind in CASE_TABLES}
    for _ in range(cases - 1):
        new = ProcessInstance(**{**_values(first), "id": uuid4()})
        new.state = seal(state, house(session).state_key, place_of_state(new))
        session.add(new)
        session.flush()
        named: dict[Any, UUID] = {}
        for kind, found in rows.items():
            for row in found:
                values = {**_values(row), "id": uuid4(), "instance_id": new.id}
                for column in ("task_id", "attached_task"):
                    if values.get(column):
                        values[column] = named[values[column]]
                named[row.id] = values["id"]
                session.add(kind(**values))
            session.flush()


def _rows_of(kind: Any, instance: UUID) -> Any:
    query = select(kind).where(kind.instance_id == instance)
    return query.order_by(kind.started_at) if kind is Timer else query


def _values(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def _changed_version(session: Session) -> int:
    """A version with another deadline, a step more and a reminder more; its number."""
    newest = engine.newest_version(session, PROCESS)
    assert newest is not None
    files = changed(PROCESS, newest.files, newest.number)
    return store_version(session, PROCESS, files, note="bench", by=OWNER, approved_by=None).number
