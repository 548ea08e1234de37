"""How long it takes to look at what a move of 1,000 running cases would do, and to move them (promise P4).

    python -m bench.migration [--cases 1000] [--database sqlite|postgresql]

The cases are copies of the demonstration's learning review with the most open steps. The new version adds
a step after each of those, a reminder on them, and gives them another deadline.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import engine
from bench.storm.servers import place
from engine import Actor, Database, VirtualClock, create_schema
from engine.db import house
from engine.deployment import store_version
from engine.execution import place_of_state
from engine.models import Deadline, MessageWait, ProcessInstance, Timer, UserTask
from engine.secrecy import open_sealed, seal
from reviews.demonstration import load_demonstration
from reviews.domain import LEARNING_REVIEWS

SECRET = b"only for benches: not a secret at all"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OWNER = Actor("u_devon")
PROCESS = "learning_review"
MOST = {"preview": 30.0, "migrate": 60.0}  # seconds for 1,000 cases
CASE_TABLES = (UserTask, Timer, MessageWait, Deadline)


def main(arguments: list[str] | None = None) -> int:
    """Fill a database, look ahead, move, bring back; the exit code is 1 when a promise is not kept."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=1000)
    asked.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    told = asked.parse_args(arguments)
    with place(told.database) as where, where.database("migration") as url:
        took = _measure(url, told.cases)
    kept = True
    for what, seconds in took.items():
        most = MOST.get(what)
        bound = f" (promised: {most * told.cases / 1000:.0f} s)" if most else ""
        kept &= most is None or seconds <= most * told.cases / 1000
        print(f"{what:10} {seconds:7.1f} s{bound}, {1000 * seconds / told.cases:.1f} ms a case")
    return 0 if kept else 1


def _measure(url: str, cases: int) -> dict[str, float]:
    database = Database(url, clock=VirtualClock(NOW), domain=LEARNING_REVIEWS, secret_key=SECRET)
    create_schema(database.engine)
    load_demonstration(url, secret_key=SECRET, now=NOW)
    with database.write() as session:
        _multiply(session, cases)
        number = _changed_version(session)
    took: dict[str, float] = {}
    begun = time.perf_counter()
    with database.read() as session:
        version = engine.version_of(session, PROCESS, number)
        found = [
            engine.preview(session, each, version, {}) for each in engine.cases_to_move(session, version)
        ]
    took["preview"] = time.perf_counter() - begun
    can = [outcome.instance_id for outcome in found if outcome.can]
    print(f"{len(can)} of {len(found)} cases can be moved; {len(found[0].deadlines)} dates move in the first")
    begun = time.perf_counter()
    with database.write() as session:
        version = engine.version_of(session, PROCESS, number)
        batch = engine.start_migration(session, version, {}, by=OWNER, reason="bench", only=can)
    *_, moved = engine.do_all(database, batch.id)
    took["migrate"] = time.perf_counter() - begun
    begun = time.perf_counter()
    with database.write() as session:
        engine.undo_migration(session, session.merge(batch, load=False), by=OWNER)
    *_, back = engine.do_all(database, batch.id)
    took["undo"] = time.perf_counter() - begun
    print(f"{moved.moved} moved, {moved.refused} refused, {back.undone} brought back")
    database.dispose()
    return took


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
    text = newest.files["learning_review.bpmn"]
    changed = text.replace("15 working days, at latest 5", "12 working days, at latest 4", 1)
    changed = changed.replace(
        'targetRef="end_prepared" />',
        'targetRef="preparation_check" /><bpmn:sequenceFlow id="flow_check" '
        'sourceRef="preparation_check" targetRef="end_prepared" />',
    )
    arrives = "<bpmn:incoming>{}</bpmn:incoming>"
    before = "flow_agency_preparation_to_end_prepared"
    changed = changed.replace(arrives.format(before), arrives.format("flow_check"))
    step = (
        '<bpmn:userTask id="preparation_check" name="Look through the pages" roundtable:role="chair" '
        'roundtable:due="2 working days" roundtable:clause="P4"><bpmn:documentation>Why.</bpmn:documentation>'
        f"{arrives.format(before)}<bpmn:outgoing>flow_check</bpmn:outgoing></bpmn:userTask>"
        '<bpmn:boundaryEvent id="soon" attachedToRef="agency_preparation" cancelActivity="false">'
        "<bpmn:outgoing>flow_soon</bpmn:outgoing>"
        "<bpmn:timerEventDefinition><bpmn:timeDuration>90 working days</bpmn:timeDuration>"
        "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        f'<bpmn:endEvent id="end_soon">{arrives.format("flow_soon")}</bpmn:endEvent>'
        '<bpmn:sequenceFlow id="flow_soon" sourceRef="soon" targetRef="end_soon" />'
    )
    changed = re.sub(r"(?=<bpmn:userTask id=.agency_preparation)", step, changed, count=1)
    assert changed.count("preparation_check") == 3
    files = {**newest.files, "learning_review.bpmn": changed, "preparation_check.form": "{}"}
    return store_version(session, PROCESS, files, note="bench", by=OWNER, approved_by=None).number


if __name__ == "__main__":
    sys.exit(main())
