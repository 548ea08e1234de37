"""Charts as SVG: where bars and lines stand, for the template that draws them. Everything is in a table, too.

Only presentation attributes are drawn (the content policy allows no style): what a chart shows is told in its
title and description, and never by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 220
_LEFT, _TOP, _BOTTOM = 8, 28, 44
_SPARK_WIDTH, _SPARK_HEIGHT = 96, 28


@dataclass(frozen=True)
class Bar:
    """One column: where it stands, and the words above and below it. Without a number it has no height."""

    x: float
    y: float
    width: float
    height: float
    label: str
    words: str

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return self.x + self.width / 2


@dataclass(frozen=True)
class Chart:
    """Columns from left to right, and the height of the target's line, if there is one."""

    bars: list[Bar]
    target: float | None
    base: float


def columns(points: Sequence[tuple[str, float | None, str]], target: float | None = None) -> Chart:
    """A chart of (label, value, words) in order; `target` draws a line across."""
    return _drawn(points, target, WIDTH, HEIGHT, (_LEFT, _TOP, _BOTTOM))


def spark(values: Sequence[float | None]) -> Chart:
    """A small chart without words, for a line of a table."""
    return _drawn([("", value, "") for value in values], None, _SPARK_WIDTH, _SPARK_HEIGHT, (0, 2, 2))


def _drawn(
    points: Sequence[tuple[str, float | None, str]],
    target: float | None,
    width: float,
    height: float,
    margins: tuple[float, float, float],
) -> Chart:
    left, top, bottom = margins
    base, room = height - bottom, height - bottom - top
    most = max([value for _, value, _ in points if value is not None] + [target or 0, 1])
    step = (width - 2 * left) / max(1, len(points))
    bars = []
    for place, (label, value, words) in enumerate(points):
        tall = round(room * (value or 0) / most, 1)
        x = round(left + place * step + step * 0.15, 1)
        bars.append(Bar(x, round(base - tall, 1), round(step * 0.7, 1), tall, label, words))
    line = None if target is None else round(base - room * target / most, 1)
    return Chart(bars, line, base)
