"""What a measure says: one figure, where it was measured, and what it may be (promises P1 to P5 and R7).

A module of `bench/__main__.py: MEASURES` has `measures(told)`: it yields figures as they are known, in
processor time wherever time is meant, as machines are shared. A ratio is a figure of its own, in "times".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Protocol

DATABASES = ("sqlite", "postgresql")
UNITS = ("ms", "s", "times", "per s", "MB", "kB", "rows", "statements", "commits")


@dataclass(frozen=True)
class Asked:
    """What a run measures: on which databases, and with how large a load.

    `tasks` are the open tasks of P2's load, `cases` the running cases that P4 moves; fewer in a short form.
    """

    databases: tuple[str, ...] = DATABASES
    tasks: int = 100_000
    cases: int = 1_000


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    `value` is the median of `samples` where there are several, `p95` what 95 of 100 stay within; `at_most`,
    `p95_at_most` and `at_least` are the promise, None where nothing is promised. `database` is "-" where none
    takes part. `what` names the figure in a few words, the same in each run: results are compared by it.
    """

    promise: str
    what: str
    database: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    p95: float | None = None
    p95_at_most: float | None = None
    samples: int = 1

    @property
    def kept(self) -> bool:
        """Whether the promise is kept; true where none is made."""
        return (
            (self.at_most is None or self.value <= self.at_most)
            and (self.at_least is None or self.value >= self.at_least)
            and (self.p95_at_most is None or self.p95 is None or self.p95 <= self.p95_at_most)
        )


class Measure(Protocol):
    """A module of measures."""

    def measures(self, told: Asked) -> Iterator[Figure]:
        """Measure, and say each figure as soon as it is known."""


def spread(samples: Sequence[float]) -> tuple[float, float]:
    """The median, and what 95 of 100 samples stay within."""
    if len(samples) < 2:
        return samples[0], samples[0]
    return median(samples), quantiles(samples, n=20, method="inclusive")[-1]


def milliseconds(work: Callable[[], object]) -> float:
    """Milliseconds of processor time that a piece of work took in this process."""
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)
