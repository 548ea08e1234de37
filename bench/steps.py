"""What completing a step costs at the heaviest stages of a review: 15 agencies, 20 actions (promise P1).

    python -m bench.steps [--database sqlite|postgresql]

A case is lived up to a stage in memory and put into a real database. Then each agency sends in its step, in
process, as a page does: permissions asked, the form checked, the engine, one commit. Every second is undone
and what it wrote is written again as plain statements in one transaction: the bare one, for the ratio.
Processor time, as machines are shared.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from typing import Any

from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from bench.rehearsal import STEPS, heavy_answers
from bench.storm.servers import place
from engine import Database, TaskRow, create_schema
from engine.models import Base
from engine.rehearsal import MemoryDatabase, bundles_of
from engine.scenarios import Given, Words
from reviews.domain import LEARNING_REVIEWS
from reviews.studio.furnishing import invented_partnership
from reviews.studio.playing import do_step, open_tasks
from reviews.studio.scenes import usual_answers
from reviews.studio.walking import Roads

MOST_MEDIAN, MOST_STATEMENTS = 8.0, 20  # milliseconds, statements: of one completion
SECRET = b"only for benches: not a secret at all"


def main(arguments: list[str] | None = None) -> int:
    """Live to each stage, complete its steps, print; the exit code is 1 when a promise is not kept."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    told = asked.parse_args(arguments)
    made = invented_partnership()
    usual = _usual(made)
    roads = Roads(made, "learning_review", usual)
    kept = True
    with place(told.database) as where:
        for step, words in STEPS.items():
            there = roads.to(Given(reached=step, answers=heavy_answers()))
            with where.database(step) as url:
                kept &= _measure(_in_a_file(there, url), step, words, usual.get(step, {}))
    return 0 if kept else 1


def _usual(made: MemoryDatabase) -> dict[str, dict[str, Any]]:
    with made.read() as session:
        bundles = bundles_of(session)
        files = {name: bundle.files for name, bundle in bundles.items()}
        drawn = [bundle.diagram for bundle in bundles.values() if bundle.drawn]
        steps = frozenset(task.id for each in drawn for task in each.user_tasks())
        return usual_answers(files, Words(steps, frozenset()))[0]


def _in_a_file(there: MemoryDatabase, url: str) -> Database:
    """The same rows in a real database, with the same clock."""
    database = Database(url, clock=there.clock, domain=LEARNING_REVIEWS, secret_key=SECRET)
    database.state_key = there.state_key
    create_schema(database.engine)
    with there.read() as source, database.engine.begin() as target:
        for table in Base.metadata.sorted_tables:
            if rows := [dict(row) for row in source.execute(select(table)).mappings()]:
                target.execute(insert(table), rows)
    return database


def _measure(database: Database, step: str, words: str, answers: dict[str, Any]) -> bool:
    """Complete every open task of a step, and print; whether the promise is kept."""
    with database.read() as session:
        tasks = [task for task in open_tasks(session) if task.step == step]
    whole: list[float] = []
    bare: list[float] = []
    statements: list[int] = []
    for number, task in enumerate(tasks):
        written = _Written(database)
        begun = time.process_time()
        if number % 2 == 0:
            with database.write() as session:
                do_step(session, task, answers)
            whole.append(1000 * (time.process_time() - begun))
            statements.append(written.count)
            written.close()
        else:
            _undone(database, task, answers)
            written.close()
            begun = time.process_time()
            written.again()
            bare.append(1000 * (time.process_time() - begun))
    database.dispose()
    median, most = statistics.median(whole[1:]), max(whole[1:])
    ratio = median / statistics.median(bare)
    print(
        f"{words}: {len(whole)} steps, median {median:.1f} ms, longest {most:.1f} ms CPU, "
        f"{statistics.median(statements):.0f} statements, {ratio:.1f} times a bare transaction",
        flush=True,
    )
    return median <= MOST_MEDIAN and statistics.median(statements) <= MOST_STATEMENTS


def _undone(database: Database, task: TaskRow, answers: dict[str, Any]) -> None:
    """Complete a step, and take it back just before the commit."""
    with Session(database.engine, info={"house": database}, expire_on_commit=False) as session:
        do_step(session, task, answers)
        database.seal(session)
        session.flush()
        session.rollback()


class _Written:
    """What a transaction writes, as statements; and how many there were of any kind."""

    def __init__(self, database: Database) -> None:
        self._database, self.count = database, 0
        self._statements: list[tuple[str, Any]] = []
        event.listen(database.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        self.count += 1
        if statement.split(maxsplit=1)[0] in ("INSERT", "UPDATE", "DELETE"):
            self._statements.append((statement, values))

    def close(self) -> None:
        """Listen no more."""
        event.remove(self._database.engine, "before_cursor_execute", self._note)

    def again(self) -> None:
        """Write the same in one transaction."""
        with self._database.engine.begin() as connection:
            for statement, values in self._statements:
                connection.exec_driver_sql(statement, values)


if __name__ == "__main__":
    sys.exit(main())
