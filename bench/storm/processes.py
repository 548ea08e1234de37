"""What is killed: workers that tick, and web processes that send answers. Each runs in a fork until its end.

They leave lines with the witnesses, so that what was promised can be compared with what is there.
"""

from __future__ import annotations

import logging
import os
import random
import time
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

import engine
from bench.storm.witness import LetterBox, Witness
from bench.storm.world import World
from engine import Actor, Refused, TaskNotOpen, VirtualClock
from engine.models import UserTask

log = logging.getLogger("bench.storm")
IDLE = 0.01  # seconds to wait when nothing is due
AFTER_A_FAULT = 0.2  # seconds to wait when the database does not answer
CHOICE = 40  # open steps among which a web process chooses, so that two sometimes choose the same


def log_to(path: Path) -> None:
    """Let this process log into a file, everything from warnings on and all that the product says."""
    handler = logging.StreamHandler(path.open("a"))
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("roundtable").setLevel(logging.INFO)


def work(world: World, moment: datetime) -> None:
    """A worker whose clock stands at `moment`: it ticks as the product's does, and outlives a failed tick."""
    log_to(world.log)
    world.database.clock = VirtualClock(moment)
    parent, post = os.getppid(), LetterBox(world.letters)
    while os.getppid() == parent:  # who is left behind ends
        try:
            idle = engine.tick(world.database, post).idle
        except SQLAlchemyError as fault:  # as APScheduler does: the next tick comes
            log.warning("tick: %s", type(fault).__name__)
            time.sleep(AFTER_A_FAULT)
            continue
        if idle:
            time.sleep(IDLE)


def answer(world: World, moment: datetime, person: str) -> None:
    """A web process in which one person sends answers, some of them twice, and asks again when it is not
    told whether they arrived."""
    log_to(world.log)
    world.database.clock = VirtualClock(moment)
    parent, acknowledged = os.getppid(), Witness(world.acknowledged)
    while os.getppid() == parent:
        try:
            task = _choose(world)
        except SQLAlchemyError:
            time.sleep(AFTER_A_FAULT)
            continue
        if task is None:
            time.sleep(IDLE)
            continue
        for _ in range(random.choice((1, 1, 2))):  # a double click
            if _sent(world, task, person):
                acknowledged.write(_key(task, person), str(task), person)


def _choose(world: World) -> UUID | None:
    query = select(UserTask.id).where(UserTask.step == "reply", UserTask.status == "open").limit(CHOICE)
    with world.database.read() as session:
        found = session.scalars(query).all()
    return random.choice(found) if found else None


def _sent(world: World, task: UUID, person: str) -> bool:
    """Whether the answer is in; asks under the same key until somebody says so."""

    def complete(session: Session) -> None:
        answers = {"by": person}
        engine.complete_task(session, task, answers, answers, by=Actor(person), key=_key(task, person))

    while True:
        try:
            world.database.retrying(complete)
            return True
        except (TaskNotOpen, Refused):  # somebody else was first
            return False
        except SQLAlchemyError as fault:  # the outcome is not known: only the key tells
            log.warning("answer: %s", type(fault).__name__)
            time.sleep(AFTER_A_FAULT)


def _key(task: UUID, person: str) -> str:
    return f"{task}-{person}"
