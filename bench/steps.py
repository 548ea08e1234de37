"""What completing a step costs at the heaviest stages of a review: 15 agencies, 20 actions (promise P1).

Each agency sends in its step, in process, as a page or a program does: who they are and what they may is
asked, the form checked, the engine, one commit. Every second is undone and what it wrote is written again as
plain statements in one transaction: the bare one, for the ratio. Who does it and what they answer is worked
out before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bench.figures import Asked, Figure, milliseconds, spread
from bench.heavy_cases import answers_to, doer_of, in_a_file, lived_to, tasks_at, watched
from bench.rehearsal import STEPS
from bench.storm.servers import place
from engine import Database, local_date
from engine.db import house
from reviews.completing import send_in
from reviews.permissions import viewer_for

MOST_MEDIAN, MOST_P95 = 8.0, 16.0  # milliseconds
MOST_STATEMENTS, MOST_TIMES = 20, 4.0
ROUNDS = 3  # how often each stage is put into a database of its own
WARM = 1  # completions in each round that are not counted: what they read is kept by the process


def measures(told: Asked) -> Iterator[Figure]:
    """Each stage on each database: its time, its statements and commits, its ratio to a bare transaction."""
    for kind in told.databases:
        with place(kind) as where:
            for step, words in STEPS.items():
                seen = Stage()
                for number in range(ROUNDS):
                    with where.database(f"{step}{number}") as url:
                        database = in_a_file(lived_to(step), url)
                        seen.take(database, step)
                        database.dispose()
                yield from seen.figures(words, kind)


class Stage:
    """The samples of one stage."""

    def __init__(self) -> None:
        self.whole: list[float] = []
        self.bare: list[float] = []
        self.statements: list[float] = []
        self.commits: list[float] = []

    def take(self, database: Database, step: str) -> None:
        """Complete every open task of a step, every second one as a bare transaction."""
        with database.read() as session:
            tasks = [(task.id, doer_of(session, task)) for task in tasks_at(session, step)]
        with database.read() as session:
            known = {task.id: task for task in tasks_at(session, step)}
            answers = {id_: answers_to(session, known[id_], person) for id_, person in tasks}
        for number, (task, person) in enumerate(tasks):
            sent = (task, person, answers[task])
            if number % 2:
                with watched(database) as seen:
                    _undone(database, *sent)
                self.bare.append(milliseconds(lambda: seen.again(database)))
                continue
            with watched(database) as seen:
                took = milliseconds(lambda: _complete(database, *sent))  # noqa: B023
            if number >= WARM:
                self.whole.append(took)
                self.statements.append(seen.count)
                self.commits.append(seen.commits)

    def figures(self, words: str, kind: str) -> Iterator[Figure]:
        """What the samples come to."""
        middle, most = spread(self.whole)
        yield Figure(
            "P1", f"in process, {words}", kind, middle, "ms", at_most=MOST_MEDIAN, p95=most,
            p95_at_most=MOST_P95, samples=len(self.whole),
        )  # fmt: skip
        yield statements(f"in process, {words}", kind, self.statements)
        yield Figure(
            "P1", f"in process, {words}: commits", kind, max(self.commits), "commits", at_most=1
        )  # fmt: skip
        yield Figure(
            "P1", f"in process, {words}: to a bare transaction", kind, middle / spread(self.bare)[0], "times",
            at_most=MOST_TIMES,
        )  # fmt: skip


def statements(words: str, kind: str, samples: list[float]) -> Figure:
    """The statements of some completions. The last agency of a stage also closes it and opens the next: it is
    in what 95 of 100 stay within."""
    middle, most = spread(samples)
    return Figure(
        "P1", f"{words}: statements", kind, middle, "statements", at_most=MOST_STATEMENTS, p95=most,
        p95_at_most=MOST_STATEMENTS, samples=len(samples),
    )  # fmt: skip


def _complete(database: Database, task: UUID, person: str, answers: dict[str, Any]) -> None:
    with database.write() as session:
        send(session, task, person, answers)


def send(session: Session, task: UUID, person: str, answers: dict[str, Any]) -> None:
    """Send a step in as a page does."""
    viewer = viewer_for(session, person, local_date(house(session).clock.now()))
    outcome = send_in(session, task, viewer, answers, key=f"{person}:{task}", first=True)
    assert outcome.completion is not None, outcome


def _undone(database: Database, task: UUID, person: str, answers: dict[str, Any]) -> None:
    """Complete a step, and take it back just before the commit."""
    with Session(database.engine, info={"house": database}, expire_on_commit=False) as session:
        send(session, task, person, answers)
        database.seal(session)
        session.flush()
        session.rollback()
