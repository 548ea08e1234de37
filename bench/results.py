"""The results of a run of `make bench`: as a table, as JSON, and beside an earlier run.

Machines differ and are shared. Each run also measures a small piece of plain work, `yardstick`; times are
compared in that measure, so that a slower machine is not taken for slower code.
"""

from __future__ import annotations

import json
import os
import platform
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.figures import Figure

SLOWER = 1.3  # times: what shows as slower. Below it, it may be noise.
TIMES = ("ms", "s")


@dataclass
class Results:
    """The figures of one run; `yardstick` is in milliseconds of processor time."""

    machine: str
    yardstick: float
    figures: list[Figure] = field(default_factory=list)

    @classmethod
    def here(cls) -> Results:
        """An empty result of this machine."""
        machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        return cls(machine, yardstick())

    @classmethod
    def read(cls, file: Path) -> Results:
        """What was written to a file."""
        told = json.loads(file.read_text(encoding="utf-8"))
        return cls(told["machine"], told["yardstick"], [Figure(**each) for each in told["figures"]])

    def write(self, file: Path) -> None:
        """Write it as JSON, a figure a line."""
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = ",\n  ".join(json.dumps(_rounded(figure)) for figure in self.figures)
        head = f'"machine": {json.dumps(self.machine)}, "yardstick": {self.yardstick:.3f}'
        file.write_text(f'{{{head}, "figures": [\n  {lines}\n]}}\n', encoding="utf-8")

    def table(self) -> str:
        """A line for each figure, with what is promised."""
        heads = ("promise", "what", "database", "median", "p95", "unit", "promised", "")
        rows = [heads, *(_row(figure) for figure in self.figures)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )


def _rounded(figure: Figure) -> dict[str, object]:
    told = asdict(figure)
    return {key: float(f"{each:.4g}") if isinstance(each, float) else each for key, each in told.items()}


def _row(figure: Figure) -> tuple[str, ...]:
    promised = [
        f"<= {figure.at_most:g}" if figure.at_most is not None else "",
        f">= {figure.at_least:g}" if figure.at_least is not None else "",
        f"p95 <= {figure.p95_at_most:g}" if figure.p95_at_most is not None else "",
    ]
    return (
        figure.promise,
        figure.what,
        figure.database,
        f"{figure.value:.4g}",
        f"{figure.p95:.4g}" if figure.p95 is not None else "",
        figure.unit,
        ", ".join(filter(None, promised)),
        "" if figure.kept else "BROKEN",
    )


def compared(before: Results, now: Results) -> str:
    """What has become slower (or larger) than in an earlier run, by name; or that nothing has."""
    machine = now.yardstick / before.yardstick
    known = {(each.what, each.database): each for each in before.figures}
    found = []
    for figure in now.figures:
        earlier = known.get((figure.what, figure.database))
        if earlier and earlier.value and figure.value and _worse(earlier, figure, machine) > SLOWER:
            change = f"{earlier.value:.4g} -> {figure.value:.4g} {figure.unit}"
            found.append(f"  {figure.what} ({figure.database}): {change}")
    head = f"Beside the last kept run ({before.machine}; this machine takes {machine:.2f} times as long): "
    return head + ("nothing is slower." if not found else "slower:\n" + "\n".join(found))


def _worse(earlier: Figure, now: Figure, machine: float) -> float:
    """How many times worse a figure has become on a machine that takes `machine` times as long."""
    if now.unit == "per s":
        return earlier.value / now.value / machine
    return now.value / earlier.value / (machine if now.unit in TIMES else 1)


def yardstick() -> float:
    """Milliseconds of processor time that a piece of plain work takes: the shortest of seven."""
    return min(_plain_work() for _ in range(7))


def _plain_work() -> float:
    began = time.process_time()
    words = {str(number): [number, {"at": number * 3}] for number in range(20_000)}
    json.loads(json.dumps(words))
    sorted(words, key=lambda word: hash(word) % 97)
    return 1000 * (time.process_time() - began)
