"""Leading an arrow from one shape to another: level and upright lines only, around every shape, with few
corners, and off the lines of other arrows. The cheapest way over a grid (A*)."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from engine.drawing.geometry import Box, Point, Segment, around, tidy

GAP = 8  # how far from a shape, with its margin, an arrow runs
BEND, CROSSING, SAME_LINE = 45, 25, 4
WIDE = 260
_SIDES: dict[str, Point] = {"right": (1, 0), "left": (-1, 0), "bottom": (0, 1), "top": (0, -1)}


@dataclass(frozen=True)
class Port:
    """A place on a shape's border where an arrow may begin or end, the way it points, and what it costs."""

    point: Point
    way: Point
    cost: int = 0


def ports(box: Box, costs: dict[str, int], only: Collection[str] = tuple(_SIDES)) -> list[Port]:
    """The middles of a shape's sides."""
    x, y = box.centre
    places = {"right": (box.right, y), "left": (box.x, y), "bottom": (x, box.bottom), "top": (x, box.y)}
    return [Port(places[side], _SIDES[side], costs.get(side, 0)) for side in _SIDES if side in only]


@dataclass
class Field:
    """What an arrow has to mind: shapes that it may not cross, and the lines of other arrows."""

    solids: Sequence[Box]
    lines: Sequence[Segment]
    xs: list[int] = field(default_factory=list)
    ys: list[int] = field(default_factory=list)

    def within(self, window: Box, ends: Iterable[Port]) -> Field:
        """The part of it around two shapes, with the grid that ways are looked for on."""
        solids = [box for box in self.solids if box.meets(window)]
        lines = [line for line in self.lines if window.crossed(line)]
        xs = {window.x + 5, window.right - 5}
        ys = {window.y + 5, window.bottom - 5}
        for box in solids:
            xs |= {box.x - GAP, box.right + GAP}
            ys |= {box.y - GAP, box.bottom + GAP}
        for port in ends:
            (x, y), (dx, dy) = port.point, port.way
            xs |= {x, x + 2 * GAP * dx}
            ys |= {y, y + 2 * GAP * dy}
        for (ax, ay), (bx, by) in lines:
            if ax == bx:
                xs |= {ax - 10, ax + 10}
            if ay == by:
                ys |= {ay - 10, ay + 10}
        inside_x = sorted(x for x in xs if window.x <= x <= window.right)
        inside_y = sorted(y for y in ys if window.y <= y <= window.bottom)
        return Field(solids, lines, inside_x, inside_y)

    def cost(self, a: Point, b: Point) -> int | None:
        """What a straight piece costs, None where a shape is in the way."""
        piece = (a, b)
        if any(box.crossed(piece) for box in self.solids):
            return None
        cost = abs(a[0] - b[0]) + abs(a[1] - b[1])
        length = cost
        for line in self.lines:
            if _along(piece, line):
                cost += SAME_LINE * length
            elif _across(piece, line):
                cost += CROSSING
        return cost


def route(space: Field, starts: Sequence[Port], ends: Sequence[Port]) -> list[Point] | None:
    """The waypoints of the cheapest way, None where there is none."""
    every = [*starts, *ends]
    core = around(Box(*port.point, 1, 1) for port in every)
    for margin in (WIDE, 4 * WIDE):
        near = space.within(core.grown(margin), every)
        found = _search(near, starts, ends)
        if found is not None:
            return tidy(found)
    return None


def _search(space: Field, starts: Sequence[Port], ends: Sequence[Port]) -> list[Point] | None:
    xs, ys = space.xs, space.ys
    goals = {port.point: port for port in ends}
    known: dict[tuple[Point, Point], int] = {}
    came: dict[tuple[Point, Point], tuple[Point, Point] | None] = {}
    pieces: dict[tuple[Point, Point], int | None] = {}
    queue: list[tuple[int, int, Point, Point]] = []
    for port in starts:
        state = (port.point, port.way)
        known[state], came[state] = port.cost, None
        heapq.heappush(queue, (port.cost, port.cost, *state))
    while queue:
        _, cost, here, way = heapq.heappop(queue)
        if cost > known[here, way]:
            continue
        goal = goals.get(here)
        if goal is not None and came[here, way] is not None and way == (-goal.way[0], -goal.way[1]):
            return _back(came, (here, way))
        first = came[here, way] is None
        for step in _SIDES.values():
            if step == (-way[0], -way[1]) or (first and step != way):
                continue
            there = _next(xs, ys, here, step)
            if there is None:
                continue
            if (here, there) not in pieces:
                pieces[here, there] = space.cost(here, there)
            piece = pieces[here, there]
            if piece is None:
                continue
            total = cost + piece + (BEND if step != way else 0)
            if there in goals:
                total += goals[there].cost
            state = (there, step)
            if total < known.get(state, total + 1):
                known[state], came[state] = total, (here, way)
                heapq.heappush(queue, (total + _left(there, ends), total, *state))
    return None


def _left(here: Point, ends: Sequence[Port]) -> int:
    return min(abs(here[0] - port.point[0]) + abs(here[1] - port.point[1]) for port in ends)


def _next(xs: list[int], ys: list[int], here: Point, step: Point) -> Point | None:
    """The next crossing of the grid in a direction. `here` lies on the grid."""
    values, value, delta = (xs, here[0], step[0]) if step[0] else (ys, here[1], step[1])
    index = bisect_left(values, value) + delta
    if not 0 <= index < len(values):
        return None
    return (values[index], here[1]) if step[0] else (here[0], values[index])


def _back(
    came: dict[tuple[Point, Point], tuple[Point, Point] | None], state: tuple[Point, Point]
) -> list[Point]:
    points = []
    here: tuple[Point, Point] | None = state
    while here is not None:
        points.append(here[0])
        here = came[here]
    return points[::-1]


def _along(a: Segment, b: Segment) -> bool:
    """Whether two lines run on each other, or nearly."""
    for axis in (0, 1):
        other = 1 - axis
        upright = a[0][axis] == a[1][axis] and b[0][axis] == b[1][axis]
        if upright and abs(a[0][axis] - b[0][axis]) < 6:
            low = max(min(a[0][other], a[1][other]), min(b[0][other], b[1][other]))
            high = min(max(a[0][other], a[1][other]), max(b[0][other], b[1][other]))
            return low < high
    return False


def _across(a: Segment, b: Segment) -> bool:
    (ax, ay), (bx, by) = a
    (cx, cy), (dx, dy) = b
    if ay == by and cx == dx:
        return min(ax, bx) < cx <= max(ax, bx) and min(cy, dy) <= ay <= max(cy, dy)
    if ax == bx and cy == dy:
        return min(cx, dx) <= ax <= max(cx, dx) and min(ay, by) < cy <= max(ay, by)
    return False
