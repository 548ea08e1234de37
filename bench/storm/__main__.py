"""`python -m bench.storm`: runs the storms, prints a table, ends with 1 when anything was lost or doubled."""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
from collections.abc import Iterator

from bench.storm import poison, recurring, reminders
from bench.storm.counting import Tally
from bench.storm.mutants import MUTANTS, break_a_rule
from bench.storm.servers import Place, place

KINDS = ("sqlite", "postgresql")
COLUMNS = ("database", "storm", "kills", "crashes", "due", "lost", "doubled", "duplicate mails", "seconds")


def main() -> int:
    """Run what was asked for; 0 when every storm has passed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # so that what was started is ended, too
    asked = _asked()
    if asked.mutant:
        print(f"On purpose: {break_a_rule(asked.mutant)}.")
    print(f"Seed {asked.seed}, {os.cpu_count()} cores.", flush=True)
    tallies: list[Tally] = []
    for kind in KINDS if asked.database == "both" else [asked.database]:
        with place(kind) as where:
            for storm in _storms(asked, where):
                tallies.append(storm)
                print(f"{kind}, {storm.storm}: {'; '.join(storm.notes) or 'done'}", flush=True)
    print(_table(tallies))
    return _verdict(tallies)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.storm", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a small storm, in seconds")
    parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--storm", choices=["reminders", "recurring", "poison", "all"], default="all")
    parser.add_argument("--kills", type=int, help="kills per database (1000; short: 50)")
    parser.add_argument("--due", type=int, help="how much is due (10000; short: 200)")
    parser.add_argument("--seed", type=int, default=1, help="of the killer's choices")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="break a rule on purpose")
    asked = parser.parse_args()
    asked.kills = asked.kills or (50 if asked.short else 1000)
    asked.due = asked.due or (200 if asked.short else 10000)
    return asked


def _storms(asked: argparse.Namespace, where: Place) -> Iterator[Tally]:
    """Eight kills in ten fall among the reminders, one on what recurs, one on the poisoned case's company."""
    rng = random.Random(asked.seed)
    some = -(-asked.kills // 10)
    crashes = -(-asked.kills // 100)
    days = 8 if asked.short else 40
    if asked.storm in ("reminders", "all"):
        most = asked.kills - 2 * some
        yield reminders.storm(where, kills=most, due=asked.due, crashes=crashes, rng=rng)
    if asked.storm in ("recurring", "all"):
        yield recurring.storm(where, kills=some, days=days, a_day=4, rng=rng)
    if asked.storm in ("poison", "all"):
        number = 200 if asked.short else asked.due // 10
        yield poison.storm(where, kills=some, due=number, rng=rng)


def _table(tallies: list[Tally]) -> str:
    rows: list[tuple[str, ...]] = [COLUMNS]
    for each in tallies:
        numbers = (each.kills, each.crashes, each.due, each.lost, each.doubled, each.duplicate_mails)
        rows.append((each.database, each.storm, *map(str, numbers), f"{each.seconds:.0f}"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _verdict(tallies: list[Tally]) -> int:
    problems = [f"{each.database}, {each.storm}: {said}" for each in tallies for said in each.problems]
    print("\n".join(problems) or "Nothing lost, nothing doubled.")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
