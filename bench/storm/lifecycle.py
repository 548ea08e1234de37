"""A storm of people: whatever they do with cases, in whatever order, the lifecycle holds (promise R6).

    python -m bench.storm.lifecycle [--database sqlite] [--examples 200] [--steps 40] [--seed 1]
                                    [--break NAME] [--shrink]

The machine of tests/reviews/lifecycle with more examples. `--break` switches a rule of the product off in
this process: the storm must then end with 1, or it is worth nothing. `--shrink` looks for the shortest way.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import make_url

from bench.storm.counting import Tally
from bench.storm.mutants import Change
from bench.storm.servers import Place, ServerPlace, place
from bench.storm.sizes import Size
from tests.conftest import make_tables
from tests.reviews.lifecycle.machine import Lifecycle
from tests.reviews.lifecycle.world import World, databases_world, files_world, furnish

KINDS = ("sqlite", "postgresql")
BREAKS: dict[str, tuple[str, Change]] = {
    "done-twice": (
        "a step that is done can be sent in again",
        Change("engine.commands", "_refuse_unless_open", 'task.status != "open"', "False"),
    ),
    "older-draft": (
        "an older window writes over a draft",
        Change("engine.drafts", "save_draft", "row.revision != revision", "False"),
    ),
    "untold": (
        "who took on a step is not in the log",
        Change("engine.assignments", "_move", "kind=kind", 'kind="record.changed"'),
    ),
    "open-for-good": (
        "a step that is no longer needed stays open",
        Change("engine.projections", "_save_tasks", "if task.token not in open_now:", "if False:"),
    ),
    "timer-stays": (
        "a timer outlives its step",
        Change("engine.projections", "_save_timers", "if timer.token not in waiting:", "if False:"),
    ),
    "endless-pause": (
        "a pause that is over is not written down",
        Change("engine.commands", "_end_pause", "span.resumed_at, span.resumed_by =", "_ ="),
    ),
    "lost-clocks": (
        "a case that is brought back keeps the clocks of the version it leaves",
        Change("engine.migration.returning", "_clocks_back", "put_back(session, Deadline, facts)", "pass"),
    ),
    "half-moved": (
        "a moved step keeps the deadline of the version it left",
        Change("engine.migration.moving", "_redraw", "if deadline_changed(old, new):", "if False:"),
    ),
}


@contextmanager
def world(where: Place) -> Iterator[World]:
    """A world at a place, furnished."""
    with where.database("lifecycle") as url:
        make_tables(url)
        furnished = furnish(url)
        if isinstance(where, ServerPlace):
            yield databases_world(where.server, str(make_url(url).database), furnished)
        else:
            yield files_world(Path(url.removeprefix("sqlite:///")), furnished)


class Counted(Lifecycle):
    """The same, counting what was looked at."""

    moments = 0

    def looked(self):  # type: ignore[no-untyped-def]
        type(self).moments += 1
        return super().looked()


def storm(place: Place, size: Size, rng: random.Random) -> Tally:
    """As a storm among others."""
    tally, began = Tally("lifecycle", place.kind, harm="lives"), time.monotonic()
    tally.times = size.of(3, 12, 200)
    tally.due, fault = lived(place, examples=tally.times, steps=30, number=rng.randrange(1_000_000))
    tally.half("after a step of somebody's", [fault] if fault else [])
    tally.seconds = time.monotonic() - began
    return tally


def lived(where: Place, *, examples: int, steps: int, number: int, shrink: bool = False) -> tuple[int, str]:
    """Run many examples; after how many moments everything held, and what did not hold ("" when all did)."""
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    bounds = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    with world(where) as here:
        machine = seed(number)(type("Storm", (Counted,), {"world": here, "moments": 0}))
        try:
            run_state_machine_as_test(machine, settings=bounds)
        except Exception as fault:  # noqa: BLE001  (whatever the product raised is what was looked for)
            return machine.moments, "\n".join([repr(fault), *getattr(fault, "__notes__", [])])
        return machine.moments, ""


def main(arguments: list[str] | None = None) -> int:
    """Run it on what was asked for; 1 when something did not hold."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--database", choices=[*KINDS, "both"], default="both")
    asked.add_argument("--examples", type=int, default=200)
    asked.add_argument("--steps", type=int, default=40)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--break", dest="broken", choices=sorted(BREAKS), help="break a rule on purpose")
    asked.add_argument("--shrink", action="store_true", help="look for the shortest way")
    told = asked.parse_args(arguments)
    if told.broken:
        words, change = BREAKS[told.broken]
        print(f"On purpose: {words}.")
        change.make()
    found = 0
    for kind in KINDS if told.database == "both" else [told.database]:
        began = time.process_time()
        with place(kind) as where:
            moments, fault = lived(
                where, examples=told.examples, steps=told.steps, number=told.seed, shrink=told.shrink
            )
        took = time.process_time() - began
        print(
            f"{kind}: seed {told.seed}, {told.examples} examples, {moments} moments, {took:.0f} s", flush=True
        )
        print(fault or "Everything held.", flush=True)
        found += bool(fault)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
