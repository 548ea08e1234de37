"""The first storm (R2): time limits, reminders, messages and letters while everything is killed.

A first day; then 38 hours in which nothing runs; then a second day, on which some clocks stand an hour
back, before midnight. Then a calm, in which one worker finishes; and everything is counted.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select

import engine
from bench.storm.counting import Tally, count_effects
from bench.storm.pack import Job, Pack
from bench.storm.processes import answer, log_to, work
from bench.storm.servers import Place
from bench.storm.sizes import Size
from bench.storm.witness import LetterBox
from bench.storm.world import BACK, FIRST_DAY, SECOND_DAY, World, new_world
from engine import VirtualClock
from engine.models import Deadline, Outbox, Timer

DUE_PER_CASE = 8  # 2 time limits, 3 reminders, 1 message, 2 letters; letters that are shared come on top
WEB = 2  # web processes beside the workers
LOOK_EVERY = 5  # kills between two looks at what is left
BREATH = 0.1  # seconds without a kill, when the work is behind
AT_A_CRASH = 2  # letters that one worker may have let go and not marked, and so let go again
CALM_DAYS = 4
AWAY = {"OperationalError", "InterfaceError"}  # how the database says that it is not there, or is locked


def storm(place: Place, size: Size, rng: random.Random) -> Tally:
    """Run the storm with eight in ten of the kills, and a crash of the database for every hundred; what was
    counted."""
    kills, due, crashes = size.kills - 2 * -(-size.kills // 10), size.due, -(-size.kills // 100)
    tally = Tally("reminders", place.kind)
    began = time.monotonic()
    with place.database("reminders") as url:
        world = new_world(url, place.folder / "reminders", -(-due // DUE_PER_CASE))
        crashed = _day(
            world, place, tally, FIRST_DAY, rng, kills=kills - kills // 3, crashes=crashes - crashes // 3
        )
        crashed += _day(world, place, tally, SECOND_DAY, rng, kills=kills // 3, crashes=crashes // 3)
        calm(world)
        with world.database.write() as session:
            bound = tally.times + crashed * AT_A_CRASH * place.workers
            count_effects(tally, session, world, bound=bound)
        world.database.dispose()
        _faults(world, tally)
    crashes_in_words = f"{crashed} crashes of it" if place.crashes_here else f"no crashes: {place.why_not}"
    tally.notes.append(crashes_in_words)
    tally.seconds = time.monotonic() - began
    return tally


def jobs(world: World, place: Place, moment: datetime) -> Sequence[Callable[[random.Random], Job]]:
    """Workers, some of whose clocks stand back, and people who answer."""

    def worker(rng: random.Random) -> Job:
        back = rng.random() < 0.25 and moment > FIRST_DAY
        return partial(work, world, moment - BACK if back else moment)

    def person(rng: random.Random, number: int) -> Job:
        return partial(answer, world, moment, f"web-{number}")

    return [*[worker] * place.workers, *(partial(person, number=number) for number in range(WEB))]


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


def _faults(world: World, tally: Tally) -> None:
    """What the processes logged: a row may only have failed because the database was away."""
    logged = world.log.read_text().splitlines()
    named = Counter(
        line.split("tried again: ")[1].split(" ")[0] for line in logged if "tried again: " in line
    )
    named.update(line.split(": ")[1] for line in logged if "bench.storm" in line)
    tally.notes.append("tried again: " + (", ".join(f"{name} {n}" for name, n in named.items()) or "nothing"))
    strange = {name: number for name, number in named.items() if name not in AWAY}
    tally.none(f"rows that failed for another reason than the database: {strange}", sum(strange.values()))


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
    tally.times += pack.kills
    tally.none("processes that ended by themselves", pack.fell)
    return crashed


def calm(world: World) -> None:
    """One worker, and time: what waits to be tried again, and letters of the next days, are done."""
    log_to(world.log)
    post = LetterBox(world.letters)
    for day in range(CALM_DAYS):
        world.database.clock = VirtualClock(SECOND_DAY + timedelta(days=day, hours=9 if day else 0))
        while not engine.tick(world.database, post).idle:
            pass
