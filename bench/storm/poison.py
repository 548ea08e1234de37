"""The third storm (R5): one case among many cannot go on. The others do; it is shown, and tells nothing of
the child.

Its state is replaced by one that opens and cannot be restored, so that the error itself names the child.
"""

from __future__ import annotations

import json
import random
import time
import zlib
from datetime import timedelta
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

import engine
from bench.storm.counting import Tally
from bench.storm.pack import Pack
from bench.storm.processes import log_to
from bench.storm.reminders import jobs, left
from bench.storm.servers import Place
from bench.storm.sizes import Size
from bench.storm.witness import LetterBox
from bench.storm.world import FIRST_DAY, PERSONAL, PLAIN, World, new_world
from engine import VirtualClock
from engine.models import Base, ProcessInstance, UserTask
from engine.secrecy import open_sealed, seal

KILLS_BETWEEN_LOOKS = 5
LATER = 24  # hours, one look each: longer than it takes to give a row up
SHOWN = "late_1: StateUnreadable"


def storm(place: Place, size: Size, rng: random.Random) -> Tally:
    """Poison one of many cases whose time limit is due and let workers at them, with one in ten of the
    kills; what was counted."""
    kills, due = -(-size.kills // 10), max(200, size.due // 10)
    tally = Tally("poison", place.kind)
    began = time.monotonic()
    with place.database("poison") as url:
        world = new_world(
            url, place.folder / "poison", 1 + due, diagram=PLAIN
        )  # the first is lived through before
        poisoned = world.cases[1 + due // 2]
        with world.database.write() as session:
            _poison(session, poisoned)
        world.database.dispose()
        _storm(world, place, tally, rng, kills)
        others = [case for case in world.cases[1:] if case != poisoned]
        with world.database.read() as session:
            tally.once(
                "time limits of the others, before the clock moved", others, _escalated(session, world)
            )
        tally.due += 1
        _give_up(world)
        with world.database.read() as session:
            row = session.get(ProcessInstance, poisoned)
            if row is None or (row.status, row.fault) != ("stuck", SHOWN):
                tally.problems.append(f"the poisoned case is {row and (row.status, row.fault)}")
            stuck = session.scalars(select(ProcessInstance.id).where(ProcessInstance.status == "stuck")).all()
            tally.none("other cases that are stuck", len(set(stuck) - {poisoned}))
            tally.none("places that name the child", len(_told(session, world)))
            tally.notes.append(f"{len(others)} went on, {len(stuck)} shown as “{row and row.fault}”")
        world.database.dispose()
    tally.seconds = time.monotonic() - began
    return tally


def _poison(session: Session, case: UUID) -> None:
    """Seal a state that names the child where the name of an element should stand."""
    row = session.get(ProcessInstance, case)
    assert row is not None
    key, place = engine.house(session).state_key, f"process_instance|state|{row.id}|{row.revision}"
    state = json.loads(zlib.decompress(open_sealed(row.state, key, place)))
    state["tasks"][0][2] = PERSONAL
    row.state = seal(zlib.compress(json.dumps(state).encode()), key, place)


def _storm(world: World, place: Place, tally: Tally, rng: random.Random, kills: int) -> None:
    """Kill until nothing is due; the poisoned rows wait for their next attempt by then."""
    pack = Pack(jobs(world, place, FIRST_DAY), rng)
    try:
        while left(world, FIRST_DAY):
            for _ in range(KILLS_BETWEEN_LOOKS):
                if pack.kills < kills:
                    pack.kill_one()
            time.sleep(0.2)
    finally:
        pack.end()
    tally.times += pack.kills
    tally.none("processes that ended by themselves", pack.fell)


def _give_up(world: World) -> None:
    """Let time pass until the poisoned rows have had all their attempts."""
    log_to(world.log)
    post = LetterBox(world.letters)
    for hour in range(LATER):
        world.database.clock = VirtualClock(FIRST_DAY + timedelta(hours=hour))
        engine.tick(world.database, post)


def _escalated(session: Session, world: World) -> list[object]:
    query = select(UserTask.instance_id).where(UserTask.step == "escalation_1")
    return [case for case in session.scalars(query) if case != world.cases[0]]


def _told(session: Session, world: World) -> list[str]:
    """Where the child's name stands: in the rows of the database as they are stored, or in the log."""
    texts = {"the log": world.log.read_text() if world.log.exists() else ""}
    for table in Base.metadata.sorted_tables:
        if inspect(session.get_bind()).has_table(table.name):
            texts[table.name] = "\n".join(str(tuple(row)) for row in session.execute(select(table)))
    return [where for where, text in texts.items() if PERSONAL in text]
