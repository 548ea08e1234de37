"""A running case moved to a second version of its diagram, as a process owner has it done."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

import engine
from engine import Actor, Database, Outcome
from engine.db import house
from engine.execution import place_of_state
from engine.invariants import broken_invariants
from engine.migration import MigrationCase
from engine.models import Deadline, MessageWait, ProcessInstance, Timer, UserTask
from engine.secrecy import open_sealed
from tests.engine.case import Case
from tests.engine.drawing import bundle
from tests.versions import put_into_use

OWNER = Actor("olive")


class Moved(Exception):
    """A case that was to be moved and was not: why, in the words of its row."""


class Mover:
    """Moves one case to another drawing of its process, and looks at what became of it."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.database: Database = case.database

    def deploy(self, diagram: str, **files: str) -> int:
        """Put a second version into use; its number."""
        with self.database.write() as session:
            return put_into_use(session, bundle(diagram, **files)).number

    def preview(self, number: int, mapping: Mapping[str, str] | None = None) -> Outcome:
        """What would become of the case."""
        with self.database.read() as session:
            found = session.get(ProcessInstance, self.case.id)
            assert found is not None
            return engine.preview(session, found, engine.version_of(session, "p", number), mapping or {})

    def to(self, diagram: str, mapping: Mapping[str, str] | None = None, **files: str) -> Outcome:
        """Deploy, look ahead, move; what was foreseen. Raises Moved with why not. What must hold holds."""
        number = self.deploy(diagram, **files)
        before = rows(self.database)
        foreseen = self.preview(number, mapping)
        assert rows(self.database) == before, "looking ahead wrote something"
        case = self.move(number, mapping)
        if case.status == "refused":
            assert not foreseen.can, (case.sentence, foreseen)
            assert foreseen.why_not == case.sentence
            raise Moved(case.sentence, case.what_to_do)
        assert foreseen.can, foreseen
        if not foreseen.services:
            assert sorted(step.step for step in foreseen.opens) == self.new_steps(before)
        return foreseen

    def move(self, number: int, mapping: Mapping[str, str] | None = None) -> MigrationCase:
        """Have it moved here and now; its row."""
        with self.database.write() as session:
            version = engine.version_of(session, "p", number)
            batch = engine.start_migration(
                session, version, mapping or {}, by=OWNER, reason="a better process", only=[self.case.id]
            )
        self.batch = batch
        for _ in engine.do_all(self.database, batch.id):
            pass
        self.check()
        return self.row()

    def row(self) -> MigrationCase:
        """The case's row of the last migration."""
        with self.database.read() as session:
            return session.scalars(
                select(MigrationCase).where(MigrationCase.migration_id == self.batch.id)
            ).one()

    def undo(self) -> MigrationCase:
        """Have it brought back; its row."""
        with self.database.write() as session:
            engine.undo_migration(session, session.merge(self.batch, load=False), by=OWNER)
        for _ in engine.do_all(self.database, self.batch.id):
            pass
        self.check()
        return self.row()

    def check(self) -> None:
        """Everything that must hold of what is stored."""
        with self.database.write() as session:
            assert broken_invariants(session) == []

    def new_steps(self, before: dict[str, list[Any]]) -> list[str]:
        """The steps that have opened since."""
        known = {row[0] for row in before["user_task"]}
        with self.database.read() as session:
            open_now = select(UserTask).where(UserTask.status == "open", UserTask.instance_id == self.case.id)
            return sorted(task.step for task in session.scalars(open_now) if task.id not in known)

    def state(self) -> bytes:
        """The case's state, opened."""
        with self.database.read() as session:
            found = session.get_one(ProcessInstance, self.case.id)
            return open_sealed(found.state, house(session).state_key, place_of_state(found))

    def facts(self) -> dict[str, Any]:
        """The case's state, read."""
        found = json.loads(zlib.decompress(self.state()))
        assert isinstance(found, dict)
        return found

    def timers(self) -> list[Timer]:
        """The timers that wait."""
        with self.database.read() as session:
            query = select(Timer).where(Timer.instance_id == self.case.id, Timer.status == "waiting")
            return list(session.scalars(query.order_by(Timer.element)))

    def ledger(self, step: str) -> Deadline:
        """The clock of an open step."""
        with self.database.read() as session:
            query = select(Deadline).join(UserTask, UserTask.id == Deadline.task_id)
            mine = query.where(Deadline.instance_id == self.case.id, UserTask.status == "open")
            return session.scalars(mine.where(UserTask.step == step)).one()

    def to_the_end(self, **answers: Any) -> list[str]:
        """Complete whatever is open until nothing is; the steps in order."""
        done: list[str] = []
        while self.case.open():
            done.append(self.case.open()[0])
            self.case.complete(done[-1], **answers)
            self.check()
            assert len(done) < 40, done
        assert self.case.state.status == "completed", self.case.state
        return done


TABLES = (ProcessInstance, UserTask, Timer, Deadline, MessageWait)


def rows(database: Database) -> dict[str, list[Any]]:
    """Every row of what tells of cases."""
    with database.read() as session:
        return {
            kind.__tablename__: sorted(
                (tuple(row) for row in session.execute(select(kind.__table__))), key=repr
            )
            for kind in TABLES
        }
