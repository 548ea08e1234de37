"""Every shipped process, moved to a copy of itself after all that happens in the demonstration,
goes on as if nothing had been; and its cases are moved as a process owner has them moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import engine
from engine import Actor, Database, VirtualClock, create_schema
from engine.execution import Execution
from engine.invariants import broken_invariants
from engine.models import Deadline, MessageWait, ProcessInstance, ProcessVersion, Timer, UserTask
from engine.workflow import Alignment, translate
from reviews.demonstration import load_demonstration
from reviews.demonstration.loading import read_tree
from reviews.domain import LEARNING_REVIEWS
from reviews.permissions import viewer_for
from reviews.queries import my_reviews

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
KEY = b"only for tests"
pytestmark = pytest.mark.slow


class Shown:
    """The demonstration's database, played with a move to a copy after each change of a run."""

    def __init__(self, url: str) -> None:
        self.moves = 0
        self.database = Database(url, clock=VirtualClock(NOW), domain=LEARNING_REVIEWS, secret_key=KEY)
        create_schema(self.database.engine)
        real = Execution.sealed_state

        def sealed_state(execution: Execution) -> bytes:
            self._move(execution)
            return real(execution)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Execution, "sealed_state", sealed_state)
            load_demonstration(url, secret_key=KEY, now=NOW)

    def _move(self, execution: Execution) -> None:
        run = execution.live
        if run.ended:
            return
        diagram = execution.bundle.diagram
        moved = translate(run, execution.bundle.runnable, execution, Alignment(diagram, diagram))
        for what in ("open_tasks", "timers", "messages"):
            before, after = getattr(run, what)(), getattr(moved, what)()
            assert sorted(before, key=str) == sorted(after, key=str), (diagram.process, what)
        assert (set(moved.done()), moved.scope) == (set(run.done()), run.scope)
        execution.run = moved
        self.moves += 1


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    path: Path = tmp_path_factory.mktemp("moved") / "demo.sqlite"
    played = Shown(f"sqlite:///{path}")
    yield played
    played.database.dispose()


def test_after_a_move_at_every_step_all_eighteen_reviews_stand_where_they_should(shown: Shown) -> None:
    assert shown.moves > 400
    wanted = {case["ref"]: case["state"] for case in read_tree(NOW.date())["cases"]}
    seen: dict[str, str] = {}
    with shown.database.read() as session:
        for person in ("u_morgan", "u_dale"):
            seen |= {
                row.ref: row.standing for row in my_reviews(session, viewer_for(session, person, NOW.date()))
            }
        assert seen == wanted
        assert session.scalars(select(ProcessInstance).where(ProcessInstance.status == "stuck")).all() == []
    with shown.database.write() as session:
        assert broken_invariants(session) == []


def test_every_running_case_is_moved_to_a_copy_and_nothing_of_it_changes(shown: Shown) -> None:
    before = _rows(shown.database)
    with shown.database.write() as session:
        copies = [_copy(session, version) for version in engine.deployed(session)]
    batches = []
    for process, number in copies:
        with shown.database.write() as session:
            version = engine.version_of(session, process, number)
            cases = [case for case in engine.cases_to_move(session, version) if case.status == "running"]
            for case in cases:
                assert engine.preview(session, case, version, {}).unchanged, process
            if cases:
                only = [case.id for case in cases]
                by = Actor("u_devon")
                batches.append(engine.start_migration(session, version, {}, by=by, reason="copy", only=only))
    for batch in batches:
        last = list(engine.do_all(shown.database, batch.id))[-1]
        assert (last.refused, last.waiting) == (0, 0), batch.process
    assert len(batches) >= 6
    assert _rows(shown.database) == before
    with shown.database.write() as session:
        assert broken_invariants(session) == []


def _copy(session: Any, version: ProcessVersion) -> tuple[str, int]:
    """A version with the same files under the next number."""
    facts = {"process": version.process, "files": version.files, "note": "copy", "deployed_by": "u_devon"}
    number = version.number + 1
    session.add(ProcessVersion(**facts, number=number, checksum="copy", deployed_at=NOW))
    session.flush()
    return version.process, number


NOT_COMPARED = {"version", "version_id", "state", "revision"}


def _rows(database: Database) -> dict[str, list[Any]]:
    """What is stored of cases, but for the number of their version."""
    with database.read() as session:
        found = {}
        for kind in (ProcessInstance, UserTask, Timer, Deadline, MessageWait):
            table = kind.__table__
            kept = [column for column in table.columns if column.name not in NOT_COMPARED]
            kept = [c for c in kept if not (kind is MessageWait and c.name == "id")]
            rows = session.execute(select(*kept)).all()
            found[kind.__tablename__] = sorted([_told(value) for value in row] for row in rows)
    return found


def _told(value: Any) -> str:
    """A value as text; what was done in no order, which nobody reads."""
    done = sorted(value["done"]) if isinstance(value, dict) and "done" in value else []
    return repr({**value, "done": done} if done else value)
