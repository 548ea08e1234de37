"""Boxes, points and the distances between them: what the layout of a drawing is reckoned with. Whole pixels,
y grows downwards."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

Point = tuple[int, int]
Segment = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The x of its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The y of its lower side."""
        return self.y + self.height

    @property
    def centre(self) -> Point:
        """Its middle."""
        return self.x + self.width // 2, self.y + self.height // 2

    def moved(self, dx: int = 0, dy: int = 0) -> Box:
        """The same box elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def grown(self, by: int) -> Box:
        """With a margin all around."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def meets(self, other: Box) -> bool:
        """Whether the two share an area; touching sides do not count."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Whether the other lies within this one."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def crossed(self, segment: Segment) -> bool:
        """Whether a level or upright line goes through the inside. A slanting one counts by its own box."""
        (ax, ay), (bx, by) = segment
        left, right, top, bottom = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
        return left < self.right and right > self.x and top < self.bottom and bottom > self.y


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around some. Raises ValueError for none."""
    listed = list(boxes)
    left, top = min(box.x for box in listed), min(box.y for box in listed)
    right, bottom = max(box.right for box in listed), max(box.bottom for box in listed)
    return Box(left, top, right - left, bottom - top)


def segments(points: Sequence[Point]) -> list[Segment]:
    """The lines between waypoints that follow each other."""
    return list(itertools.pairwise(points))


def tidy(points: Sequence[Point]) -> list[Point]:
    """Waypoints without repeats and without those in the middle of a straight line."""
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and _straight(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return kept


def _straight(a: Point, b: Point, c: Point) -> bool:
    level, upright = a[1] == b[1] == c[1], a[0] == b[0] == c[0]
    onwards = (b[0] - a[0]) * (c[0] - b[0]) >= 0 and (b[1] - a[1]) * (c[1] - b[1]) >= 0
    return (level or upright) and onwards
