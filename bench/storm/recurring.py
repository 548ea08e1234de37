"""The second storm (R2): what the calendar begins, while everything is killed and clocks jump.

A furnished partnership lives through some weeks. The same weeks, lived calmly by one worker on a database of
its own, say which cases must begin; in the storm each of them begins exactly once.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable
from functools import partial
from importlib.resources import files

import yaml
from sqlalchemy import select

import engine
import reviews.models  # noqa: F401  (so that its tables are made, too)
from bench.storm.counting import Tally
from bench.storm.pack import Job, Pack
from bench.storm.processes import work
from bench.storm.servers import Place
from bench.storm.sizes import Size
from bench.storm.witness import LetterBox
from bench.storm.world import BACK, SECRET, World
from engine import Actor, Database, VirtualClock, local_date
from engine.models import ProcessInstance
from reviews.demonstration.reference import load_reference
from reviews.domain import LEARNING_REVIEWS
from reviews.models import PolicyDocument, Schedule
from reviews.recurring import DAILY, POLICY_LEAD, begin_once
from reviews.shipped import deploy_shipped

FIRST = dt.datetime(2026, 4, 12, 23, 30, tzinfo=dt.UTC)  # half past midnight: an hour back is the day before
DOWN_EVERY = 4  # after so many days nothing runs for a day
KILLS_A_BURST = 5
A_DAY = 4  # policies due on a day, about
BEGUN = ("learning_event", "board_report", "policy_review")


def storm(place: Place, size: Size, rng: random.Random) -> Tally:
    """Live through some days with at least one in ten of the kills, and policies due on each day."""
    kills, days, a_day = -(-size.kills // 10), size.of(8, 16, 40), A_DAY
    tally = Tally("recurring", place.kind)
    began = time.monotonic()
    moments = [FIRST + dt.timedelta(days=day) for day in range(days) if day % DOWN_EVERY != DOWN_EVERY - 1]
    with place.database("calm") as calm_url, place.database("recurring") as url:
        calm = _furnish(place, calm_url, days, a_day)
        for moment in moments:
            calm.database.clock = VirtualClock(moment)
            begin_once(calm.database)
        expected = _begun(calm)
        world = _furnish(place, url, days, a_day)
        for number, moment in enumerate(moments):
            wanted = round(kills * (number + 1) / len(moments)) - tally.times
            _day(world, place, tally, moment, rng, kills=wanted)
        tally.once("cases that the calendar begins", expected, _begun(world))
        world.database.dispose()
    tally.seconds = time.monotonic() - began
    return tally


def _furnish(place: Place, url: str, days: int, a_day: int) -> World:
    """Everybody of the demonstration's partnership, every process, and policies to review each day."""
    database = Database(
        url,
        clock=VirtualClock(FIRST - dt.timedelta(days=1)),
        domain=LEARNING_REVIEWS,
        secret_key=SECRET,
    )
    engine.create_schema(database.engine)
    tree = yaml.safe_load(files("reviews.demonstration").joinpath("demo.yaml").read_text(encoding="utf-8"))
    with database.write() as session:
        load_reference(session, tree)
        deploy_shipped(session, by=Actor("u_devon"), note="first", approved_by="u_jude")
        for number in range(days * a_day):
            due = local_date(FIRST) + POLICY_LEAD + dt.timedelta(days=number // a_day)
            session.add(PolicyDocument(id=f"policy-{number}", title="A policy", version="1", review_due=due))
    world = World(database, place.folder, [])
    engine.tick(database, LetterBox(world.letters))
    database.dispose()
    return world


def _day(
    world: World, place: Place, tally: Tally, moment: dt.datetime, rng: random.Random, *, kills: int
) -> None:
    def worker(rng: random.Random) -> Job:
        return partial(work, world, moment - BACK if rng.random() < 0.25 else moment)

    jobs: list[Callable[[random.Random], Job]] = [worker] * place.workers
    pack = Pack(jobs, rng)
    try:
        while pack.kills < kills or not _looked(world, moment):
            for _ in range(KILLS_A_BURST):
                pack.kill_one()
            time.sleep(0.2)  # what the calendar begins in a day is one transaction: let some get through
    finally:
        pack.end()
    tally.times += pack.kills
    tally.none("processes that ended by themselves", pack.fell)


def _looked(world: World, moment: dt.datetime) -> bool:
    """Whether somebody has looked at the calendar on this day, and has finished."""
    with world.database.read() as session:
        row = session.get(Schedule, DAILY)
        done = row is not None and row.next_at > moment
    world.database.dispose()
    return done


def _begun(world: World) -> list[tuple[str, str]]:
    query = select(ProcessInstance.process, ProcessInstance.business_key)
    with world.database.read() as session:
        found = [tuple(row) for row in session.execute(query.where(ProcessInstance.process.in_(BEGUN)))]
    world.database.dispose()
    return [(str(process), str(key)) for process, key in found]
