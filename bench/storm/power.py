"""R10, power cuts under SQLite: nothing that was acknowledged is lost.

People answer steps and a worker ticks, through the product's own engine, library and settings, on a disk that
writes down what is done to its files (`bench.storm.disk`). Then the power is cut a thousand times at moments
by chance: what was synced is there, the rest by chance, torn and in any order. Each time the product opens
the file; every answer that was acknowledged before the cut must be in it, and the file must be sound.

Not simulated: a disk that says that it has synced and has not, damage to what was synced, and a write that
damages what lies beside it.
"""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

from sqlalchemy import select, text

import engine
from bench.storm.counting import Tally, what_does_not_agree
from bench.storm.disk import Disk, after_a_cut, disk
from bench.storm.servers import Place
from bench.storm.sizes import Size
from bench.storm.witness import LetterBox
from bench.storm.world import FIRST_DAY, SECRET, STORM, World, new_world
from engine import Database, VirtualClock
from engine.models import Idempotency

LOOK_CLOSER_EVERY = 25  # cuts, after which every case is opened and the whole log verified
NAME = "power.sqlite"


def storm(place: Place, size: Size, rng: random.Random) -> Tally:
    """Record some work, and cut the power as often as its size says; what was counted."""
    tally = Tally("power", place.kind, harm="power cuts")
    began = time.monotonic()
    folder = place.folder / "power"
    folder.mkdir()
    with disk() as recorder:
        first, acknowledged = _work(folder, recorder, size.of(6, 40, 40))
    cut = folder / "cut"
    cut.mkdir()
    begins = next(iter(acknowledged.values()))
    for number in range(size.of(60, 1000, 1000)):
        moment = rng.randrange(begins, len(recorder.ops) + 1)
        for file in cut.iterdir():
            file.unlink()
        after_a_cut(recorder.ops[:moment], rng, cut, first)
        told = {key for key, when in acknowledged.items() if when <= moment}
        _judge(cut / NAME, told, tally, closer=number % LOOK_CLOSER_EVERY == 0)
        tally.times += 1
    tally.notes.append(
        f"{len(recorder.ops)} writes and syncs recorded, {len(acknowledged)} acknowledged answers"
    )
    shutil.rmtree(folder)
    tally.seconds = time.monotonic() - began
    return tally


def _work(folder: Path, recorder: Disk, cases: int) -> tuple[dict[str, bytes], dict[str, int]]:
    """The files before, and when each answer was acknowledged, as a number of things done to the files."""
    world = new_world(f"sqlite:///{folder / NAME}", folder, cases)
    first = {file.name: file.read_bytes() for file in folder.iterdir() if file.name.startswith(NAME)}
    recorder.recording = True
    world.database.clock = VirtualClock(FIRST_DAY)
    acknowledged: dict[str, int] = {}
    post = LetterBox(world.letters)
    for number, case in enumerate(world.cases):
        if number % 5 == 0:
            engine.tick(world.database, post)
        _answer(world, case, acknowledged, recorder)
    recorder.recording = False
    world.database.dispose()
    return first, acknowledged


def _answer(world: World, case: object, acknowledged: dict[str, int], recorder: Disk) -> None:
    with world.database.read() as session:
        found = [task for task in engine.tasks(session) if task.instance_id == case]
    for task in found:
        with world.database.write() as session:
            engine.complete_task(session, task.id, {"x": "y"}, {"x": "y"}, by=STORM, key=str(task.id))
        acknowledged[str(task.id)] = len(recorder.ops)


def _judge(path: Path, told: set[str], tally: Tally, *, closer: bool) -> None:
    database = Database(f"sqlite:///{path}", clock=VirtualClock(FIRST_DAY), secret_key=SECRET)
    tally.due += len(told)
    try:
        with database.read() as session:
            sound = session.scalar(text("PRAGMA integrity_check"))
            there = set(session.scalars(select(Idempotency.key)))
        if sound != "ok":
            tally.half("the file", ["it is not sound"])
        lost = len(told - there)
        tally.lost += lost
        tally.none("acknowledged answers that a cut has lost", lost)
        if closer:
            with database.write() as session:
                tally.half("after a cut", what_does_not_agree(session))
    except Exception as fault:  # noqa: BLE001  (whatever it is, the file cannot be used)
        tally.half("the file", [f"it cannot be opened ({type(fault).__name__})"])
    finally:
        database.dispose()
