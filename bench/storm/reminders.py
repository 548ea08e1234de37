"""The first storm (R2): time limits, reminders, messages and letters while everything is killed.

A first day; then 38 hours in which nothing runs; then a second day, on which some clocks stand an hour
back, before midnight. Then a calm, in which one worker finishes; and everything is counted.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select

import engine
from bench.storm.counting import Tally, count_effects
from bench.storm.pack import Job, Pack
from bench.storm.processes import answer, log_to, work
from bench.storm.servers import Place
from bench.storm.witness import LetterBox
from bench.storm.world import BACK, FIRST_DAY, SECOND_DAY, World, new_world
from engine import VirtualClock
from engine.models import Deadline, Outbox, Timer

DUE_PER_CASE = 8  # 2 time limits, 3 reminders, 1 message, 2 letters; letters that are shared come on top
WEB = 2  # web processes beside the workers
LOOK_EVERY = 5  # kills between two looks at what is left
BREATH = 0.1  # seconds without a kill, when the work is behind
ATTEMPTS = 5  # how often a transaction may be tried, and a letter leave, when the database goes away
CALM_DAYS = 4


def storm(place: Place, *, kills: int, due: int, crashes: int, rng: random.Random) -> Tally:
    """Run the storm with at least `kills` kills and `due` things due; what was counted."""
    tally = Tally("reminders", place.kind)
    began = time.monotonic()
    with place.database("reminders") as url:
        world = new_world(url, place.folder / "reminders", -(-due // DUE_PER_CASE))
        crashed = _day(
            world, place, tally, FIRST_DAY, rng, kills=kills - kills // 3, crashes=crashes - crashes // 3
        )
        crashed += _day(world, place, tally, SECOND_DAY, rng, kills=kills // 3, crashes=crashes // 3)
        _calm(world)
        with world.database.write() as session:
            bound = tally.kills + crashed * ATTEMPTS * (place.workers + 1)
            count_effects(tally, session, world, bound=bound)
        world.database.dispose()
        tally.notes.append(f"tried again: {tried_again(world)}")
    tally.crashes = str(crashed) if place.crashes_here else place.why_not
    tally.seconds = time.monotonic() - began
    return tally


def jobs(world: World, place: Place, moment: datetime) -> list[Callable[[random.Random], Job]]:
    """Workers, some of whose clocks stand back, and people who answer."""

    def worker(rng: random.Random) -> Job:
        back = rng.random() < 0.25 and moment > FIRST_DAY
        return partial(work, world, moment - BACK if back else moment)

    def person(rng: random.Random, number: int) -> Job:
        return partial(answer, world, moment, f"web-{number}")

    return [worker] * place.workers + [partial(person, number=number) for number in range(WEB)]


def left(world: World, moment: datetime) -> int:
    """How much is due at a moment and not done."""
    with world.database.read() as session:
        found = sum(
            session.scalar(select(func.count()).select_from(table).where(*due)) or 0
            for table, due in (
                (Timer, (Timer.status == "waiting", Timer.next_at <= moment)),
                (Deadline, (Deadline.next_chase_at <= moment,)),
                (Outbox, (Outbox.status == "waiting", Outbox.next_at <= moment)),
            )
        )
    world.database.dispose()  # no connection may be open when a process is forked
    return found


def tried_again(world: World) -> str:
    """The faults that the processes logged, by class, as words."""
    text = world.log.read_text() if world.log.exists() else ""
    named = [
        line.split(": ")[-1].split(" ")[0] for line in text.splitlines() if "again" in line or "tick:" in line
    ]
    return ", ".join(f"{name} {number}" for name, number in Counter(named).most_common(4)) or "nothing"


def _day(
    world: World,
    place: Place,
    tally: Tally,
    moment: datetime,
    rng: random.Random,
    *,
    kills: int,
    crashes: int,
) -> int:
    """Kill so many times, spread over the work, until nothing is due any more; how often the database was
    crashed."""
    total = left(world, moment)
    crash_at = set(rng.sample(range(1, max(kills, crashes) + 1), crashes if place.crashes_here else 0))
    crashed = 0
    pack = Pack(jobs(world, place, moment), rng)
    try:
        while (remaining := left(world, moment)) or pack.kills < kills:
            if pack.kills > kills * (1 - remaining / total):
                time.sleep(BREATH)  # the work is behind the kills
                if remaining:
                    continue
            for _ in range(LOOK_EVERY):
                pack.kill_one()
                if pack.kills in crash_at:
                    place.crash()
                    crashed += 1
    finally:
        pack.end()
    tally.kills += pack.kills
    tally.none("processes that ended by themselves", pack.fell)
    return crashed


def _calm(world: World) -> None:
    """One worker, and time: what waits to be tried again, and letters of the next days, are done."""
    log_to(world.log)
    post = LetterBox(world.letters)
    for day in range(CALM_DAYS):
        world.database.clock = VirtualClock(SECOND_DAY + timedelta(days=day, hours=9 if day else 0))
        while not engine.tick(world.database, post).idle:
            pass
