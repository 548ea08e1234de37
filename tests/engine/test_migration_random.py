"""Random edits of random diagrams, at random moments: a case is moved and comes to its end, or is refused in words
and stays. And a partnership whose cases live through anything, moves and ways back among it."""

from __future__ import annotations

import copy
import random
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import engine
from engine import Actor, Database, Domain, VirtualClock
from engine.bundles import bundle_of
from engine.diagram import read_diagram
from engine.errors import CannotMove, Refused
from engine.invariants import broken_invariants
from engine.models import ProcessInstance
from engine.workflow import SKIP, Alignment, Model, Run, compile_diagram, dump, load, translate
from tests.conftest import SECRET_KEY
from tests.engine.case import ALEX
from tests.engine.drawing import boundary, bundle, draw, end, parallel, user, xor
from tests.versions import put_into_use

LONGEST = 200


@dataclass
class Block:
    """A step, or a split with its branches; a step may have events on it: name -> interrupting."""

    id: str
    kind: str = "user"
    branches: list[list[Block]] = field(default_factory=list)
    events: dict[str, bool] = field(default_factory=dict)

    def draw(self, elements: list[str], flows: list[str]) -> tuple[str, str]:
        """Draw it; the ids by which one comes in and goes out."""
        if self.kind in ("user", "each"):
            elements.append(user(self.id, items="agencies as agency" if self.kind == "each" else ""))
            for name, interrupts in self.events.items():
                elements += [boundary(name, self.id, timer="2 working days", interrupts=interrupts)]
                elements += [user(f"{name}_step"), *([] if interrupts else [end(f"{name}_end")])]
                flows += [
                    f"{name}>{name}_step",
                    f"{name}_step>{f'{self.id}_m' if interrupts else f'{name}_end'}",
                ]
            if any(self.events.values()):  # else the branch would be waited for that was interrupted
                elements.append(xor(f"{self.id}_m"))
                flows.append(f"{self.id}>{self.id}_m")
                return self.id, f"{self.id}_m"
            return self.id, self.id
        split, join = f"{self.id}_s", f"{self.id}_j"
        gate = parallel if self.kind == "parallel" else xor
        inside = [draw_all(branch, elements, flows) for branch in self.branches]
        elements += [gate(split, default=inside[0][0]) if gate is xor else gate(split), gate(join)]
        for number, (first, last) in enumerate(inside):
            condition = f"[way = {number}]" if gate is xor and number else ""
            flows += [f"{split}>{first}{condition}", f"{last}>{join}"]
        return split, join


def draw_all(blocks: list[Block], elements: list[str], flows: list[str]) -> tuple[str, str]:
    """Draw blocks one after the other; the first way in and the last way out."""
    ends = [block.draw(elements, flows) for block in blocks]
    flows += [f"{before[1]}>{after[0]}" for before, after in pairwise(ends)]
    return ends[0][0], ends[-1][1]


def drawn(blocks: list[Block]) -> str:
    """The diagram as text."""
    elements: list[str] = []
    flows: list[str] = []
    first, last = draw_all(blocks, elements, flows)
    return draw("p", *elements, flows=" ".join([f"begin>{first}", *flows, f"{last}>done"]))


class Dice:
    """Makes and edits diagrams by chance."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0

    def name(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"

    def block(self, depth: int = 0) -> Block:
        """A block, with blocks in it while it is not deep."""
        kinds = ["user", "user", "each"] + (["parallel", "parallel", "xor"] if depth < 2 else [])
        kind = self.random.choice(kinds)
        block = Block(self.name(kind[0]), kind)
        if kind in ("parallel", "xor"):
            block.branches = [self.blocks(depth + 1, 2) for _ in range(self.random.choice([2, 2, 3]))]
        elif self.random.random() < 0.3:
            block.events[self.name("t")] = self.random.random() < 0.5
        return block

    def blocks(self, depth: int = 0, most: int = 4) -> list[Block]:
        return [self.block(depth) for _ in range(self.random.randint(1, most))]

    def edit(self, blocks: list[Block]) -> None:
        """One change somewhere in the diagram."""
        where = self.random.choice(sequences(blocks))
        at = self.random.randrange(len(where))
        block, act = (
            where[at],
            self.random.choice(["add", "remove", "event", "branch", "unwrap", "wrap", "kind"]),
        )
        if act == "add":
            where.insert(self.random.randint(0, len(where)), self.block(1))
        elif act == "remove" and len(where) > 1:
            del where[at]
        elif act == "event" and block.kind in ("user", "each"):
            if block.events and self.random.random() < 0.6:
                name = next(iter(block.events))
                if self.random.random() < 0.5:
                    block.events[name] = not block.events[name]
                else:
                    del block.events[name]
            else:
                block.events[self.name("t")] = self.random.random() < 0.5
        elif act == "branch" and block.branches:
            if len(block.branches) > 2 and self.random.random() < 0.5:
                del block.branches[self.random.randrange(len(block.branches))]
            else:
                block.branches.append(self.blocks(2, 2))
        elif act == "unwrap" and block.branches:
            where[at : at + 1] = self.random.choice(block.branches)
        elif act == "wrap":
            where[at] = Block(self.name("w"), "parallel", [[block], self.blocks(2, 1)])
        elif act == "kind" and block.kind in ("user", "each"):
            block.kind = "each" if block.kind == "user" else "user"


def sequences(blocks: list[Block]) -> list[list[Block]]:
    """The lists of blocks in a diagram, all of them."""
    return [blocks, *(found for block in blocks for branch in block.branches for found in sequences(branch))]


class Host:
    """Two agencies, and a way that is chosen once."""

    def __init__(self, way: int) -> None:
        self.way = way

    def evaluate(self, expression: str, element: str) -> Any:
        return [1, 2] if expression == "agencies" else expression == f"way = {self.way}"

    def perform(self, element: str) -> None:
        raise AssertionError(element)


def model_of(blocks: list[Block]) -> Model:
    return compile_diagram(read_diagram(drawn(blocks).encode(), "p.bpmn"))


def play(run: Run, dice: Dice, moves: int) -> int:
    """Do things by chance: complete, or let a moment come; how many were left to do."""
    while moves and not run.ended:
        tasks, timers = run.open_tasks(), run.timers()
        assert tasks, "nothing is open and the case has not ended"
        if timers and dice.random.random() < 0.25:
            run.fire(dice.random.choice(timers).token)
        else:
            run.complete(dice.random.choice(tasks).token)
        moves -= 1
    return moves


@given(seed=st.integers(0, 2**40))
@settings(max_examples=30)
def test_a_case_that_is_moved_comes_to_its_end(seed: int) -> None:
    dice = Dice(seed)
    blocks = dice.blocks()
    host = Host(dice.random.randint(0, 2))
    run = Run.start(model_of(blocks), host)
    for _ in range(3):
        play(run, dice, dice.random.randint(0, 6))
        if run.ended:
            return
        for _ in range(dice.random.randint(1, 3)):
            dice.edit(blocks)
        run = moved(run, model_of(copy.deepcopy(blocks)), host)
    assert play(run, dice, LONGEST) > 0, "the case does not come to its end"
    assert run.ended


def moved(run: Run, model: Model, host: Host) -> Run:
    """The run in another model, stored and read; the same run where it is refused."""
    old, new = run.model.diagram, model.diagram
    plain = Alignment(old, new)
    gone = {task.element: SKIP for task in run.open_tasks() if plain.target(task.element) is None}
    alignment = Alignment(old, new, gone)
    before = dump(run, {})
    try:
        found = translate(run, model, host, alignment)
    except CannotMove as refusal:
        assert str(refusal) and refusal.what_to_do
        assert dump(run, {}) == before, "a refusal leaves the case as it was"
        return run
    assert dump(run, {}) == before, "the case that is moved is another one"
    stay = {task.token for task in run.open_tasks() if alignment.target(task.element)}
    assert stay <= {task.token for task in found.open_tasks()}, "an open step that stays keeps its token"
    waiting = {timer.token for timer in run.timers() if alignment.target(timer.element)}
    assert waiting <= {timer.token for timer in found.timers()}
    open_now = [task.element for task in found.open_tasks()]
    for step in found.open_tasks():
        for event in new.boundary_events(step.element):
            fired = event.id in found.done() or event.id in {f"past:{event.id}"}
            assert fired or event.id in {timer.element for timer in found.timers()}, (
                "an event waits on each step"
            )
    found.settle()
    assert set(open_now) <= {task.element for task in found.open_tasks()}
    again, _ = load(dump(found, {}), model, host)
    assert sorted(again.open_tasks(), key=str) == sorted(found.open_tasks(), key=str)
    return again


class Lifecycle(RuleBasedStateMachine):
    """Cases of three versions of one process, with everything that can happen to them."""

    folder: Path

    @initialize(seed=st.integers(0, 2**30))
    def begin(self, seed: int) -> None:
        self.dice = Dice(seed)
        path = self.folder / f"{UUID(int=self.dice.random.getrandbits(128))}.sqlite"
        path.write_bytes((self.folder / "roundtable.sqlite").read_bytes())
        from datetime import UTC, datetime

        self.clock = VirtualClock(datetime(2026, 5, 5, 9, 0, tzinfo=UTC))
        self.database = Database(
            f"sqlite:///{path}", clock=self.clock, domain=Domain(), secret_key=SECRET_KEY
        )
        self.blocks = self.dice.blocks()
        self.cases: list[UUID] = []
        self.batches: list[engine.Migration] = []
        self.deploy()

    @rule()
    def deploy(self) -> None:
        for _ in range(2):
            self.dice.edit(self.blocks)
        with self.database.write() as session:
            files = bundle(drawn(self.blocks))
            self.newest = put_into_use(session, files).number

    @rule(way=st.integers(0, 2))
    def start(self, way: int) -> None:
        with self.database.write() as session:
            facts = {"agencies": [1, 2], "way": way}
            key = f"CASE-{len(self.cases)}"
            self.cases.append(engine.start(session, "p", business_key=key, variables=facts, by=ALEX))

    @rule(pick=st.integers(0, 1000))
    def complete(self, pick: int) -> None:
        with self.database.write() as session:
            tasks = engine.tasks(session)
            if tasks:
                task = tasks[pick % len(tasks)]
                try:
                    engine.complete_task(session, task.id, {}, {}, by=ALEX)
                except Refused:
                    assert session.get_one(ProcessInstance, task.instance_id).status == "paused"

    @rule(days=st.integers(1, 5))
    def time_passes(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))
        assert engine.tick(self.database, post=None).failed == []  # type: ignore[arg-type]

    @precondition(lambda self: self.cases)
    @rule(pick=st.integers(0, 1000))
    def pause_or_resume(self, pick: int) -> None:
        case = self.cases[pick % len(self.cases)]
        with self.database.write() as session:
            status = engine.instance(session, case).status
            if status == "running":
                engine.pause(session, case, reason="waiting", by=ALEX)
            elif status == "paused":
                engine.resume(session, case, by=ALEX)

    @precondition(lambda self: self.cases)
    @rule(skip=st.booleans())
    def migrate(self, skip: bool) -> None:
        with self.database.write() as session:
            version = engine.version_of(session, "p", self.newest)
            gone = {task.step: "skip" for task in engine.tasks(session)} if skip else {}
            here = bundle_of(session, version.id).diagram.elements
            mapping = {step: said for step, said in gone.items() if step not in here}
            foreseen = {
                c.id: engine.preview(session, c, version, mapping)
                for c in engine.cases_to_move(session, version)
            }
            if not foreseen:
                return
            batch = engine.start_migration(session, version, mapping, by=Actor("olive"), reason="better")
        *_, last = engine.do_all(self.database, batch.id)
        assert last.waiting == 0
        with self.database.read() as session:
            for row, _ in engine.cases_of(session, batch.id):
                assert (row.status == "moved") == foreseen[row.instance_id].can, (row.sentence, foreseen)
        self.batches.append(batch)

    @precondition(lambda self: self.batches)
    @rule()
    def undo(self) -> None:
        batch = self.batches.pop()
        with self.database.write() as session:
            try:
                engine.undo_migration(session, session.merge(batch, load=False), by=Actor("olive"))
            except Refused:
                return
        list(engine.do_all(self.database, batch.id))

    @invariant()
    def everything_holds(self) -> None:
        with self.database.write() as session:
            assert broken_invariants(session) == []
            stuck = engine.stuck_instances(session)
        assert stuck == []

    def teardown(self) -> None:
        for _ in range(LONGEST):
            with self.database.write() as session:
                for case in self.cases:
                    if engine.instance(session, case).status == "paused":
                        engine.resume(session, case, by=ALEX)
                tasks = engine.tasks(session)
                if not tasks:
                    break
                engine.complete_task(session, tasks[0].id, {}, {}, by=ALEX)
        with self.database.read() as session:
            for case in self.cases:
                assert engine.instance(session, case).status == "completed"
        self.database.dispose()


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_whatever_happens_to_cases_and_in_whatever_order(database_url: str) -> None:
    class Here(Lifecycle):
        folder = Path(database_url.removeprefix("sqlite:///")).parent

    run_state_machine_as_test(Here, settings=settings(max_examples=5, stateful_step_count=12, deadline=None))
