"""Whether old cases stay fast (promise R7): a review that goes round a loop of its diagram, each step sent in
as a page does. The 400th may cost at most twice the 10th.

The second loop is taken for 200 steps: each round goes along more elements, and at a depth of 900 the engine
stops a case that goes round and round (`engine.workflow.running.MAX_DEPTH`), here after 383 steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.figures import Asked, Figure, milliseconds
from bench.heavy_cases import answers_to, doer_of, in_a_file, lived_to
from bench.steps import send
from bench.storm.servers import place
from engine import Database, TaskRow, tasks
from engine.models import ProcessInstance

EARLY = range(6, 16)  # the steps around the 10th
MOST_TIMES = 2.0


@dataclass(frozen=True)
class Loop:
    """Where a loop begins, how many steps are taken in it, and the answers that lead round."""

    begins: str
    words: str
    steps: int
    answers: Mapping[str, dict[str, Any]]


LOOPS = (
    Loop(
        "chair_nomination", "one chair after the other declines", 400, {"chair_reply": {"answer": "decline"}}
    ),
    Loop(
        "referrer_discussion",
        "more is asked of the referrer",
        200,
        {"triage_decision": {"outcome": "more_info"}},
    ),
)


def measures(told: Asked) -> Iterator[Figure]:
    """Each loop on each database."""
    for kind in told.databases:
        with place(kind) as where:
            for loop in LOOPS:
                with where.database(f"old_{loop.begins}") as old, where.database(f"new_{loop.begins}") as new:
                    early, late, state = _side_by_side(loop, old, new)
                words, last = f"step {loop.steps}, {loop.words}", median(late)
                yield Figure(
                    "R7", f"{words}: to step 10", kind, last / median(early), "times", at_most=MOST_TIMES,
                    samples=len(late),
                )  # fmt: skip
                yield Figure("R7", words, kind, last, "ms", samples=len(late))
                yield Figure("R7", f"{words}: its state", kind, state / 1000, "kB")


def _side_by_side(loop: Loop, old: str, new: str) -> tuple[list[float], list[float], int]:
    """The steps around the 10th of a new case and the last ones of an old case, in turn, so that a machine
    that becomes busy meanwhile is no part of what is compared; and how large the old one's state is."""
    cases = [in_a_file(lived_to(loop.begins, heavy=False), url) for url in (old, new)]
    for case, steps in zip(cases, (loop.steps - len(EARLY), EARLY.start - 1), strict=True):
        for _ in range(steps):
            _next(case, loop.answers)
    took = [[_next(case, loop.answers) for case in cases] for _ in EARLY]
    state = _state(cases[0])
    for case in cases:
        case.dispose()
    return [each[1] for each in took], [each[0] for each in took], state


def _next(database: Database, chosen: Mapping[str, dict[str, Any]]) -> float:
    """Complete the newest open step of the case; milliseconds of processor time."""
    with database.read() as session:
        task = _newest(session)
        person = doer_of(session, task)
        answers = answers_to(session, task, person, **chosen.get(task.step, {}))

    def work() -> None:
        with database.write() as session:
            send(session, task.id, person, answers)

    return milliseconds(work)


def _newest(session: Session) -> TaskRow:
    """The newest open step of the review itself, not of what stands beside it."""
    found = [task for task in tasks(session) if task.process == "learning_review"]
    return max(found, key=lambda task: task.opened_at)


def _state(database: Database) -> int:
    with database.read() as session:
        query = select(ProcessInstance.state).where(ProcessInstance.process == "learning_review")
        return max(len(state) for state in session.scalars(query))
