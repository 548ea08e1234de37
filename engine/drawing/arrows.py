"""The arrows of a drawing: drawn around shapes, with their names beside them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.diagram import local
from engine.drawing.geometry import Box, Point, Segment, segments
from engine.drawing.room import HOLDERS, write_waypoints
from engine.drawing.routing import Field, Port, ports, route
from engine.drawing.sheet import DC, DD, DI, Sheet, label_bounds, read_bounds, waypoints, write_bounds

MARGIN = 6
LINE, LETTER, LABEL = 14, 6, 90  # a line of a label is so high, a letter so wide, a label at most so wide
TAKEN, AWRY, UNUSUAL = 90, 60, 25


def solids(sheet: Sheet, scope: str = "") -> dict[str, Box]:
    """Every shape that is no holder of others, by its element's id. A sub-process counts whole unless it is
    the one that is worked in."""
    found = {}
    for name, _ in sheet.shapes():
        box = sheet.box(name)
        if box is None or not sheet.has(name) or name == scope:
            continue
        node = sheet.node(name)
        if local(node) in HOLDERS or local(node) in ("categoryValue",):
            continue
        parent = node.getparent()
        if parent is not None and local(parent) == "subProcess" and parent.get("id") != scope:
            continue
        found[name] = box
    return found


def lines(sheet: Sheet, without: set[str]) -> list[Segment]:
    """The lines of every arrow but some."""
    return [line for name, edge in sheet.edges() if name not in without for line in segments(waypoints(edge))]


def labels(sheet: Sheet, without: str = "") -> Iterator[Box]:
    """Where the words beside shapes and arrows stand."""
    for name, drawn in [*sheet.shapes(), *sheet.edges()]:
        label = label_bounds(drawn)
        if label is not None and name != without:
            yield read_bounds(label)


def draw_flow(sheet: Sheet, flow: etree._Element) -> None:
    """Draw a flow anew between its two ends, and put its name beside it. Nothing for a file without a
    drawing."""
    source, target = str(flow.get("sourceRef")), str(flow.get("targetRef"))
    start, end = sheet.box(source), sheet.box(target)
    if sheet.plane is None or start is None or end is None:
        return
    name = str(flow.get("id"))
    scope = scope_of(sheet, source)
    others = {
        key: box.grown(MARGIN) for key, box in solids(sheet, scope).items() if key not in (source, target)
    }
    space = Field([*others.values(), start, end], lines(sheet, {name}))
    starts = _exits(sheet, source, start, end, name)
    ends = _entries(sheet, target, start, end, name)
    points = route(space, starts, ends) or _straight(starts[0], ends[0])
    edge = _edge_of(sheet, name)
    write_waypoints(edge, points)
    place_flow_label(sheet, flow)


def redraw_around(sheet: Sheet, name: str) -> None:
    """Draw every flow of an element anew."""
    for flow in [*sheet.leaving(name), *sheet.arriving(name)]:
        draw_flow(sheet, flow)


def crossings(sheet: Sheet) -> set[tuple[str, str]]:
    """Every flow that runs through a shape, with the shape."""
    found = set()
    seen: dict[str, dict[str, Box]] = {}
    for flow in sheet.flows():
        name, source = str(flow.get("id")), str(flow.get("sourceRef"))
        edge = sheet.drawn(name)
        if edge is None or not sheet.has(source):
            continue
        scope = scope_of(sheet, source)
        run = segments(waypoints(edge))
        for other, box in seen.setdefault(scope, solids(sheet, scope)).items():
            host = sheet.node(other).get("attachedToRef")
            own_end = source in (other, host) or flow.get("targetRef") in (other, host)
            if not own_end and any(box.crossed(line) for line in run):
                found.add((name, other))
    return found


def finished(sheet: Sheet) -> str:
    """The text of an edited sheet, once what newly runs through a shape is led around it."""
    now = crossings(sheet)
    if now:
        for name in sorted({name for name, _ in now - crossings(Sheet(sheet.opened))}):
            draw_flow(sheet, sheet.node(name))
    return sheet.text()


def scope_of(sheet: Sheet, name: str) -> str:
    """The sub-process that an element lies in, "" for the process itself."""
    parent = sheet.node(name).getparent()
    if parent is None or local(parent) != "subProcess":
        return ""
    return str(parent.get("id"))


def words_box(text: str) -> tuple[int, int]:
    """How wide and high a label is."""
    width, rows, used = 0, 1, 0
    for word in text.split():
        length = len(word) * LETTER
        if used and used + LETTER + length > LABEL:
            rows, used = rows + 1, 0
        used += length + (LETTER if used else 0)
        width = max(width, used)
    return max(width, 20), rows * LINE


def place_flow_label(sheet: Sheet, flow: etree._Element) -> None:
    """Put the name of a flow beside its first line; without a name it has no label."""
    edge = sheet.drawn(str(flow.get("id")))
    if edge is None:
        return
    words = (flow.get("name") or "").strip()
    if not words:
        set_label(sheet, edge, None)
        return
    width, height = words_box(words)
    taken = [*solids(sheet, scope_of(sheet, str(flow.get("sourceRef")))).values()]
    taken += labels(sheet, str(flow.get("id")))
    run = lines(sheet, set())
    best, least = Box(0, 0, width, height), 10**9
    for order, spot in enumerate(_spots(waypoints(edge), width, height)):
        cost = order + 1000 * sum(spot.meets(box) for box in taken)
        cost += 40 * sum(spot.crossed(line) for line in run)
        if cost < least:
            best, least = spot, cost
    set_label(sheet, edge, best)


def set_label(sheet: Sheet, drawn: etree._Element, box: Box | None) -> None:
    """Say where the label of a shape or edge stands; None takes it away."""
    holder = drawn.find(f"{{{DI}}}BPMNLabel")
    if box is None:
        if holder is not None:
            sheet.drop(holder)
        return
    bounds = label_bounds(drawn)
    if bounds is None:
        if holder is None:
            holder = sheet.add(drawn, f"{{{DI}}}BPMNLabel")
        bounds = sheet.add(holder, f"{{{DC}}}Bounds")
    write_bounds(bounds, box)


def _spots(points: list[Point], width: int, height: int) -> Iterator[Box]:
    """Places beside the lines of a flow, those near its beginning first."""
    for (ax, ay), (bx, by) in segments(points):
        if ay == by:
            away = 8 if bx > ax else -8 - width
            for extra in (0, 12, 30, 60):
                x = ax + away + (extra if bx > ax else -extra)
                yield Box(x, ay - height - 3, width, height)
                yield Box(x, ay + 4, width, height)
        else:
            for extra in (6, 20, 40, 70):
                y = ay + extra if by > ay else ay - extra - height
                yield Box(ax + 5, y, width, height)
                yield Box(ax - 5 - width, y, width, height)


def _exits(sheet: Sheet, source: str, start: Box, end: Box, flow: str) -> list[Port]:
    """Where an arrow may leave: to the right first; a gateway has one exit a side; an event on a border leads
    away from its task."""
    host = sheet.node(source).get("attachedToRef")
    on = sheet.box(str(host)) if host else None
    if on is not None:
        return ports(start, {}, [_outer_side(start, on)])
    costs = {"right": 0, "bottom": UNUSUAL, "top": UNUSUAL, "left": 3 * AWRY}
    if not local(sheet.node(source)).endswith("Gateway"):
        costs = {"right": 0, "bottom": AWRY, "top": AWRY, "left": 3 * AWRY}
    return ports(start, _used(sheet, source, start, flow, costs, leaving=True))


def _entries(sheet: Sheet, target: str, start: Box, end: Box, flow: str) -> list[Port]:
    costs = {"left": 0, "top": UNUSUAL, "bottom": UNUSUAL, "right": 2 * AWRY}
    return ports(end, _used(sheet, target, end, flow, costs, leaving=False))


def _used(
    sheet: Sheet, name: str, box: Box, flow: str, costs: dict[str, int], *, leaving: bool
) -> dict[str, int]:
    """Sides that another arrow has cost more: most where it goes the other way."""
    found = dict(costs)
    for other, goes in [
        *((each, True) for each in sheet.leaving(name)),
        *((each, False) for each in sheet.arriving(name)),
    ]:
        edge = sheet.drawn(str(other.get("id")))
        points = waypoints(edge) if edge is not None else []
        if other.get("id") == flow or not points:
            continue
        side = side_of(box, points[0] if goes else points[-1])
        found[side] += 2 * TAKEN if goes != leaving else TAKEN if leaving else 0
    return found


def side_of(box: Box, point: Point) -> str:
    """The side of a shape that a point on its border is nearest to."""
    x, y = point
    away = {
        "left": abs(x - box.x),
        "right": abs(x - box.right),
        "top": abs(y - box.y),
        "bottom": abs(y - box.bottom),
    }
    return min(away, key=lambda side: away[side])


def _outer_side(event: Box, host: Box) -> str:
    return side_of(host, event.centre)


def _straight(start: Port, end: Port) -> list[Point]:
    (_ax, ay), (bx, by) = start.point, end.point
    return [start.point, end.point] if ay == by else [start.point, (bx, ay), (bx, by)]


def _edge_of(sheet: Sheet, flow: str) -> etree._Element:
    edge = sheet.drawn(flow)
    if edge is None:
        assert sheet.plane is not None
        edge = sheet.add(sheet.plane, f"{{{DI}}}BPMNEdge", f"{flow}_di", bpmnElement=flow)
        for _ in range(2):
            sheet.add(edge, f"{{{DD}}}waypoint", x="0", y="0")
    return edge
