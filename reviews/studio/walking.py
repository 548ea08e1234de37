"""The road of a case: every step done in turn with its usual answers, until a step is reached.

One walk serves every scenario that begins on the same road: how things stood when a step first opened is
kept, as a copy of the database in memory.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from engine import Refused, TaskRow, tick
from engine.clock import at_local
from engine.rehearsal import MemoryDatabase
from engine.scenarios import Given
from engine.sweep import next_due
from reviews.studio.beginning import begin_case
from reviews.studio.furnishing import MORNING
from reviews.studio.playing import CannotBeDone, Letters, do_step, open_tasks
from reviews.studio.wording import Unknown

MOST_STEPS = 300
LONGEST = dt.timedelta(days=800)
AllAnswers = Mapping[str, Mapping[str, Any]]


class Road:
    """One beginning, walked as far as anybody has asked."""

    def __init__(self, made: MemoryDatabase, process: str, given: Given, usual: AllAnswers) -> None:
        self._walker = made
        self._answers = {step: {**usual.get(step, {}), **told} for step, told in given.answers.items()}
        self._usual = usual
        self._places: dict[str, MemoryDatabase] = {}
        self._fault = ""
        try:
            with made.write() as session:
                begin_case(session, process, given.facts)
        except (CannotBeDone, Refused, Unknown) as fault:
            self._fault = str(fault)
            return
        tick(made, Letters())
        self.begun = made.copied()
        self._keep(self._open())

    def at(self, step: str) -> MemoryDatabase:
        """A database that stands where a step has just opened ("" for the beginning). Raises CannotBeDone."""
        while step and step not in self._places and not self._fault:
            self._go_on()
        if self._fault and step not in self._places:
            raise CannotBeDone(f"{step or 'The beginning'} is not reached: {self._fault}")
        return (self._places[step] if step else self.begun).copied()

    def close(self) -> None:
        """Let go of every copy."""
        for made in (self._walker, *self._places.values()):
            made.dispose()

    def _open(self) -> list[TaskRow]:
        with self._walker.read() as session:
            return open_tasks(session)

    def _keep(self, rows: list[TaskRow]) -> None:
        new = {row.step for row in rows} - set(self._places)
        if new:
            here = self._walker.copied()
            self._places.update(dict.fromkeys(new, here))

    def _go_on(self) -> None:
        """Do the step that has waited longest; let time pass where none is open."""
        try:
            walk_on(self._walker, {**self._usual, **self._answers}, Letters())
        except (CannotBeDone, Refused, Unknown) as fault:
            self._fault = str(fault)
        self._keep(self._open())


def walk_on(made: MemoryDatabase, answers: AllAnswers, letters: Letters) -> None:
    """Do one step with the answers for it, else let time pass to the next moment. Raises CannotBeDone."""
    with made.read() as session:
        rows = open_tasks(session)
    if rows:
        with made.write() as session:
            do_step(session, rows[0], answers.get(rows[0].step, {}))
    else:
        with made.read() as session:
            moment = next_due(session)
        if moment is None:
            raise CannotBeDone("nothing is open, and time alone brings nothing more")
        made.virtual.advance_to(moment)
    tick(made, letters)


def walk_to(made: MemoryDatabase, step: str, answers: AllAnswers, letters: Letters) -> None:
    """Do every step with the answers for it until one is open. Raises CannotBeDone."""
    last = made.virtual.now() + LONGEST
    for _ in range(MOST_STEPS):
        with made.read() as session:
            if any(row.step == step for row in open_tasks(session)):
                return
        if made.virtual.now() > last:
            break
        walk_on(made, answers, letters)
    raise CannotBeDone(f"{step} is not reached in {LONGEST.days} days and {MOST_STEPS} steps")


class Roads:
    """Every road that a set of scenarios begins on."""

    def __init__(self, made: MemoryDatabase, process: str, usual: AllAnswers) -> None:
        self._made, self._process, self._usual = made, process, usual
        self._known: dict[str, Road] = {}

    def to(self, given: Given) -> MemoryDatabase:
        """A database of one's own that stands as `given` says. Raises CannotBeDone."""
        name = json.dumps([str(given.begins), given.facts, given.answers], default=str, sort_keys=True)
        if name not in self._known:
            made = self._made.copied()
            if given.begins is not None:
                first = at_local(given.begins, MORNING)
                if first < made.virtual.now():
                    raise CannotBeDone(f"It cannot begin before {made.virtual.now():%Y-%m-%d}.")
                made.virtual.advance_to(first)
            self._known[name] = Road(made, self._process, given, self._usual)
        return self._known[name].at(given.reached)

    def close(self) -> None:
        """Let go of every copy."""
        for road in self._known.values():
            road.close()
