"""`python -m bench.storm`: runs the storms, prints a table, ends with 1 when anything was lost, doubled or
half done."""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

from bench.storm.counting import Tally
from bench.storm.mutants import MUTANTS, break_a_rule
from bench.storm.processes import log_to
from bench.storm.proving import prove
from bench.storm.servers import Place, place
from bench.storm.sizes import Size, size

KINDS = ("sqlite", "postgresql")
COLUMNS = (
    "promise",
    "storm",
    "database",
    "harm",
    "looked at",
    "lost",
    "doubled",
    "half done",
    "seconds",
    "CPU",
)


@dataclass(frozen=True)
class Storm:
    """One storm: the promise that it tests, what it is called, and the databases that it means something
    on."""

    promise: str
    name: str
    module: str
    kinds: Sequence[str] = KINDS

    def run(self, place: Place, size: Size, rng: random.Random) -> Tally:
        """Let it happen; what was counted. Its module is read only now: some bring the whole product."""
        storm = import_module(f"bench.storm.{self.module}").storm
        before = _processor()
        tally: Tally = storm(place, size, rng)
        tally.promise, tally.processor = self.promise, _processor() - before
        return tally


# Each module says what it does. To add one: a module with a function `storm` as above, and its row here.
STORMS = (
    Storm("R1", "half-done", "half_done"),
    Storm("R2", "reminders", "reminders"),
    Storm("R2", "recurring", "recurring"),
    Storm("R3", "races", "races"),
    Storm("R5", "poison", "poison"),
    Storm("R6", "lifecycle", "lifecycle"),
    Storm("R8", "backups", "backups"),
    Storm("R10", "mail", "mail"),
    Storm("R10", "restarts", "restarts", ("postgresql",)),
    Storm("R10", "lost-commits", "commits", ("postgresql",)),
    Storm("R10", "hosts", "hosts", ("postgresql",)),
    Storm("R10", "disk-full", "full", ("sqlite",)),
    Storm("R10", "power", "power", ("sqlite",)),
)


def main() -> int:
    """Run what was asked for; 0 when every storm has passed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # so that what was started is ended, too
    asked = _asked()
    if asked.mutants:
        return int(bool(prove(asked.seed)))
    if asked.mutant:
        print(f"On purpose: {break_a_rule(asked.mutant)}.")
    print(f"Seed {asked.seed}, {_machine()}.", flush=True)
    tallies: list[Tally] = []
    for kind in KINDS if asked.database == "both" else [asked.database]:
        with place(kind) as where:
            log_to(where.folder / "log")
            for tally in _tallies(asked, where):
                tallies.append(tally)
                print(f"{kind}, {tally.storm}: {'; '.join(tally.notes) or 'done'}", flush=True)
    print(_table(tallies))
    if asked.json:
        asked.json.write_text(json.dumps(_facts(asked, tallies), indent=1) + "\n", encoding="utf-8")
    return _verdict(tallies)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.storm", description=__doc__)
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--short", action="store_const", const="short", dest="form", help="in seconds")
    forms.add_argument("--full", action="store_const", const="full", dest="form", help="for an hour")
    names = [storm.name for storm in STORMS]
    parser.add_argument("--storm", choices=names, action="append", help="only this; may be said again")
    parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--kills", type=int, help="kills per database (200; short: 50; full: 1000)")
    parser.add_argument("--due", type=int, help="how much is due (2000; short: 200; full: 10000)")
    parser.add_argument("--seed", type=int, default=1, help="of every choice by chance")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="break a rule on purpose")
    parser.add_argument("--mutants", action="store_true", help="break every rule in turn; see each found")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table there, too")
    asked = parser.parse_args()
    asked.form = asked.form or "usual"
    return asked


def _tallies(asked: argparse.Namespace, where: Place) -> Iterator[Tally]:
    """One storm after the other; each begins with the same seed, whichever others were asked for."""
    for storm in STORMS:
        if where.kind in storm.kinds and storm.name in (asked.storm or [storm.name]):
            yield storm.run(where, size(asked.form, asked.kills, asked.due), random.Random(asked.seed))


def _processor() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _facts(asked: argparse.Namespace, tallies: list[Tally]) -> dict[str, object]:
    named = {"machine": _machine(), "seed": asked.seed, "form": asked.form, "mutant": asked.mutant}
    return {**named, "storms": [asdict(each) for each in tallies]}


def _table(tallies: list[Tally]) -> str:
    rows: list[tuple[str, ...]] = [COLUMNS]
    for each in tallies:
        numbers = (each.due, each.lost, each.doubled, each.half_done)
        words = (each.promise, each.storm, each.database, f"{each.times} {each.harm}")
        rows.append((*words, *map(str, numbers), f"{each.seconds:.0f}", f"{each.processor:.0f}"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _verdict(tallies: list[Tally]) -> int:
    problems = [f"{each.database}, {each.storm}: {said}" for each in tallies for said in each.problems]
    print("\n".join(problems) or "Nothing lost, nothing doubled, nothing half done.")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
