"""`python -m bench`: prints what is measured beside what is promised; ends with 1 when a promise is broken.

    python -m bench [--only checks] [--database sqlite] [--tasks 100000] [--json FILE] [--keep]

What was measured is compared with the last committed result, `bench/results/last.json`; `--keep` writes it
there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import chasing, checks, light, long_cases, migration, my_work, over_http, steps
from bench.figures import DATABASES, Asked, Figure, Measure
from bench.results import Results, compared

MEASURES: tuple[Measure, ...] = (steps, over_http, long_cases, my_work, chasing, checks, migration, light)
LAST = Path(__file__).parent / "results" / "last.json"


def main(arguments: list[str] | None = None) -> int:
    """Print each figure when it is known, then the table and what is slower; 0 when all promises are kept."""
    told = _told(arguments)
    asked = Asked(tuple(told.database or DATABASES), told.tasks, told.cases)
    results = Results.here()
    print(results.machine, flush=True)
    for figure in _figures(asked, told.only):
        results.figures.append(figure)
        print(f"  {figure.what} ({figure.database}): {figure.value:.4g} {figure.unit}", flush=True)
    print(results.table())
    if LAST.exists():
        print(compared(Results.read(LAST), results))
    for file in [told.json, LAST if told.keep else None]:
        if file:
            results.write(Path(file))
    return 0 if all(figure.kept for figure in results.figures) else 1


def _told(arguments: list[str] | None) -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--only", action="append", metavar="MODULE", help="some of the modules, by name")
    asked.add_argument("--database", action="append", choices=DATABASES)
    asked.add_argument("--tasks", type=int, default=Asked.tasks, help="open tasks of the load")
    asked.add_argument("--cases", type=int, default=Asked.cases, help="running cases that are moved")
    asked.add_argument("--json", metavar="FILE", help="write the figures there too")
    asked.add_argument("--keep", action="store_true", help="keep this result for later runs to compare with")
    return asked.parse_args(arguments)


def _figures(asked: Asked, only: list[str] | None) -> Iterator[Figure]:
    for module in MEASURES:
        if not only or module.__name__.rpartition(".")[2] in only:  # type: ignore[attr-defined]
            yield from module.measures(asked)


if __name__ == "__main__":
    sys.exit(main())
