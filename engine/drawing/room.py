"""Making room in a drawing: everything right of a line moves right, everything below a line moves down.

What lies across the line and holds others (pools, lanes, groups, the sub-process at work) grows; other shapes
stay whole. Since all that begins behind the line moves by the same length, nothing can come to overlap that
did not before, and level and upright lines stay so.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

from lxml import etree

from engine.diagram import local
from engine.drawing.geometry import Box, Point, tidy
from engine.drawing.sheet import DC, DD, Sheet, label_bounds, read_bounds, waypoints, write_bounds

HOLDERS = {"participant", "lane", "group"}


def make_columns(sheet: Sheet, line: int, by: int, scope: str = "") -> None:
    """Move everything that begins at or right of x=`line` by `by`; the sub-process `scope` grows."""
    _shift(sheet, line, by, scope, lane="", level=True)


def make_rows(sheet: Sheet, line: int, by: int, lane: str = "", scope: str = "") -> None:
    """Move everything that begins at or below y=`line` by `by`; of the lanes only `lane` grows."""
    _shift(sheet, line, by, scope, lane=lane, level=False)


def are_clear(sheet: Sheet, left: int, right: int, without: set[str], scope: str = "") -> bool:
    """Whether nothing stands or bends between two upright lines, but what holds others and the arrows named
    in `without`: then what is right of them can move left by the length between."""
    for name, shape in sheet.shapes():
        node = sheet.node(name) if sheet.has(name) else None
        holds = name == scope or (node is not None and local(node) in HOLDERS)
        box, label = sheet.box(name), label_bounds(shape)
        words = read_bounds(label) if label is not None else None
        for each in (None if holds else box, words):
            if each is not None and each.x < right and left < each.right:
                return False
    for name, edge in sheet.edges():
        if name in without:
            continue
        label = label_bounds(edge)
        words = read_bounds(label) if label is not None else None
        if words is not None and words.x < right and left < words.right:
            return False
        if any(left < x < right for x, _ in waypoints(edge)):
            return False
    return True


def _shift(sheet: Sheet, line: int, by: int, scope: str, *, lane: str, level: bool) -> None:
    moves = {name: _move_of(sheet, name, line, by, scope, lane, level) for name, _ in sheet.shapes()}
    for name, edge in sheet.edges():
        _shift_edge(sheet, name, edge, moves, line, by, level)
    for name, shape in sheet.shapes():
        moved, grown = moves[name]
        bounds = shape.find(f"{{{DC}}}Bounds")
        if bounds is None:
            continue
        write_bounds(bounds, _changed(read_bounds(bounds), moved, grown, level))
        label = label_bounds(shape)
        if label is not None:
            write_bounds(label, _changed(read_bounds(label), moved + (grown // 2 if level else 0), 0, level))


def _move_of(
    sheet: Sheet, name: str, line: int, by: int, scope: str, lane: str, level: bool
) -> tuple[int, int]:
    """How far a shape moves, and by how much it grows."""
    leader = solid(sheet, name, scope)
    box = sheet.box(leader)
    if box is None:
        return 0, 0
    first, last = (box.x, box.right) if level else (box.y, box.bottom)
    if first >= line:
        return by, 0
    node = sheet.node(leader) if sheet.has(leader) else None
    kind = local(node) if node is not None else ""
    holds = kind in HOLDERS or leader == scope
    if holds and not level and kind == "lane" and leader != lane:
        holds = False
    return (0, by) if holds and last >= line else (0, 0)


def solid(sheet: Sheet, name: str, scope: str = "") -> str:
    """What a shape moves with: the task that an event sits on, the sub-process that it lies in."""
    if not sheet.has(name):
        return name
    node = sheet.node(name)
    host = node.get("attachedToRef")
    if host:
        return solid(sheet, str(host), scope)
    parent = node.getparent()
    if parent is not None and local(parent) == "subProcess" and parent.get("id") != scope:
        return str(parent.get("id"))
    return name


def _changed(box: Box, moved: int, grown: int, level: bool) -> Box:
    if level:
        return replace(box, x=box.x + moved, width=box.width + grown)
    return replace(box, y=box.y + moved, height=box.height + grown)


def _shift_edge(
    sheet: Sheet,
    name: str,
    edge: etree._Element,
    moves: dict[str, tuple[int, int]],
    line: int,
    by: int,
    level: bool,
) -> None:
    points = waypoints(edge)
    if len(points) < 2:
        return
    node = sheet.node(name) if sheet.has(name) else None
    ends = [(node.get(key) or "") if node is not None else "" for key in ("sourceRef", "targetRef")]
    steps = _shifts(points, [moves.get(end) for end in ends], line, by, level)
    moved = [(x + step, y) if level else (x, y + step) for (x, y), step in zip(points, steps, strict=True)]
    label = label_bounds(edge)
    if label is not None:
        box = read_bounds(label)
        write_bounds(label, _changed(box, _step_near(box, points, steps), 0, level))
    write_waypoints(edge, tidy(_squared(moved, level)))


def _shifts(
    points: list[Point], ends: list[tuple[int, int] | None], line: int, by: int, level: bool
) -> list[int]:
    """How far each point moves. A run of points on one upright (level) line moves as one, with the shape at
    its end if it begins or ends there."""
    axis: Callable[[Point], int] = (lambda point: point[0]) if level else (lambda point: point[1])
    steps = [by if axis(point) >= line else 0 for point in points]
    first, last = ends
    if last is not None:
        _run(steps, points, axis, range(len(points) - 1, -1, -1), last[0])
    if first is not None:
        _run(steps, points, axis, range(len(points)), first[0])
        if last is not None:
            steps[-1] = last[0]
    return steps


def _run(
    steps: list[int], points: list[Point], axis: Callable[[Point], int], order: range, step: int
) -> None:
    start = axis(points[order[0]])
    for index in order:
        if axis(points[index]) != start:
            return
        steps[index] = step


def _squared(points: list[Point], level: bool) -> list[Point]:
    """With a corner more where a line that was upright or level no longer is."""
    found = [points[0]]
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        if ax != bx and ay != by:
            middle = (ay + by) // 2 if level else (ax + bx) // 2
            found += [(ax, middle), (bx, middle)] if level else [(middle, ay), (middle, by)]
        found.append((bx, by))
    return found


def _step_near(box: Box, points: list[Point], steps: list[int]) -> int:
    x, y = box.centre
    nearest = min(range(len(points)), key=lambda i: abs(points[i][0] - x) + abs(points[i][1] - y))
    return steps[nearest]


def write_waypoints(edge: etree._Element, points: list[Point]) -> None:
    """Put an edge's points into the file, before its label."""
    old = edge.findall(f"{{{DD}}}waypoint")
    for node, (x, y) in zip(old, points, strict=False):
        node.set("x", str(x))
        node.set("y", str(y))
    for node in old[len(points) :]:
        before = node.getprevious()
        if before is not None:
            before.tail = node.tail
        edge.remove(node)
    for index in range(len(old), len(points)):
        node = etree.Element(f"{{{DD}}}waypoint", x=str(points[index][0]), y=str(points[index][1]))
        edge.insert(index, node)
        if index:
            before = edge[index - 1]
            node.tail, before.tail = before.tail, edge.text
        else:
            depth = sum(1 for _ in edge.iterancestors())
            edge.text, node.tail = "\n" + "  " * (depth + 1), "\n" + "  " * depth
