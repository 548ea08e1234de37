"""What one evaluation may use: steps, time and memory, each counted before it is spent."""

from __future__ import annotations

import time
from collections.abc import Sized
from dataclasses import dataclass

from engine.feel.errors import FeelLimit


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one expression; a whole decision model multiplies `steps`, `seconds` and `cells`."""

    text: int = 4_000  # characters of source
    nodes: int = 1_500  # parts of the parsed tree
    nesting: int = 40  # brackets, and levels of the parsed tree
    steps: int = 20_000
    seconds: float = 0.25
    cells: int = 200_000  # list items and characters built, in all
    string: int = 50_000  # characters of one text value
    items: int = 5_000  # items of one list
    levels: int = 150  # evaluation levels, through functions too


LIMITS = Limits()
_CLOCK_EVERY = 64


class Budget:
    """Counts what an evaluation uses and stops it with FeelLimit when a bound is reached."""

    __slots__ = ("cells", "deadline", "depth", "limits", "steps")

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self.steps = 0
        self.cells = 0
        self.depth = 0
        self.deadline = (
            0.0  # in the thread's own time, a busy machine is nobody's fault; from the first look on
        )

    def step(self, count: int = 1) -> None:
        """Count steps of work; look at the clock every 64 of them."""
        before = self.steps
        self.steps += count
        if self.steps > self.limits.steps:
            raise FeelLimit(
                f"This expression needs more than {self.limits.steps:,} steps",
                suggestion="Make its lists shorter, or split it into several decisions.",
            )
        if self.steps // _CLOCK_EVERY != before // _CLOCK_EVERY:
            self._look()

    def _look(self) -> None:
        """Look at the clock: most expressions are done before the first time, and never ask for it."""
        now = time.thread_time()
        self.deadline = self.deadline or now + self.limits.seconds
        if now > self.deadline:
            raise FeelLimit(
                f"This expression takes longer than {self.limits.seconds} seconds",
                suggestion="Make its lists shorter, or split it into several decisions.",
            )

    def text(self, length: int) -> None:
        """Charge a text of this many characters before it is built."""
        if length > self.limits.string:
            raise FeelLimit(
                f"A text of {length:,} characters is too long (at most {self.limits.string:,})",
                suggestion="Join fewer or shorter texts.",
            )
        self._charge(length)

    def items(self, count: int) -> None:
        """Charge a list or context of this many entries before it is built."""
        if count > self.limits.items:
            raise FeelLimit(
                f"A list of {count:,} items is too long (at most {self.limits.items:,})",
                suggestion="Filter the list first, or use a narrower range.",
            )
        self._charge(count)

    def walk(self, *collections: Sized) -> None:
        """Count the steps of a walk over collections (or texts, at 32 characters a step)."""
        for collection in collections:
            size = len(collection)
            self.step(1 + (size // 32 if isinstance(collection, str) else size))

    def _charge(self, cells: int) -> None:
        self.cells += cells
        if self.cells > self.limits.cells:
            raise FeelLimit(
                f"This expression builds more than {self.limits.cells:,} values",
                suggestion="Filter lists before joining them.",
            )
