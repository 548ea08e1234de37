"""Finding the place of a new shape: beside what comes before it, in the lane of its people, clear of shapes,
words and arrows. Where there is no room, room is made."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from engine.diagram import local
from engine.drawing.arrows import labels, lines, scope_of, set_label, solids, words_box
from engine.drawing.geometry import Box, Point
from engine.drawing.room import make_columns, make_rows
from engine.drawing.sheet import DC, DI, Sheet

TASK, GATEWAY, EVENT = (130, 80), (50, 50), (36, 36)
APART = 45  # between a shape and the next
EDGE = 14  # between a shape and the border of its lane
LABEL_GAP = 5
BENEATH = 40  # between a task and what its reminder leads to


def size_of(node: etree._Element) -> Point:
    """How wide and high an element is drawn."""
    kind = local(node)
    return GATEWAY if kind.endswith("Gateway") else EVENT if kind.endswith("Event") else TASK


def put_beside(sheet: Sheet, node: etree._Element, before: str, after: str, without: set[str]) -> None:
    """Draw a new element between two others. `without` are arrows that will be drawn anew."""
    start = sheet.box(before)
    if sheet.plane is None or start is None:
        return
    name, scope = str(node.get("id")), scope_of(sheet, str(node.get("id")))
    footprint = _footprint(node)
    following = sheet.box(after) if after else None
    _make_way(sheet, start, following, footprint, scope)
    start, following = _boxed(sheet, before), sheet.box(after) if after else None
    x = start.right + APART
    wished = _wished(sheet, name, start, following)
    spot = _spot(sheet, name, x, footprint, wished, without, scope)
    if spot is None:
        make_columns(sheet, start.right + 1, footprint.width + 2 * APART, scope)
        spot = _spot(sheet, name, x, footprint, wished, without, scope)
    if spot is None:
        spot = _lower_row(sheet, name, x, footprint, scope)
    _draw(sheet, node, spot)


def put_beneath(sheet: Sheet, node: etree._Element, event: str) -> None:
    """Draw what a border event leads to: below it if its lane has room there, else where there is room."""
    start = sheet.box(event)
    if sheet.plane is None or start is None:
        return
    name, scope = str(node.get("id")), scope_of(sheet, str(node.get("id")))
    footprint = _footprint(node)
    x, y = start.centre[0] - footprint.width // 2, start.bottom + BENEATH + footprint.height // 2
    spot = _spot(sheet, name, x, footprint, y, set(), scope)
    if spot is None:
        spot = _lower_row(sheet, name, x, footprint, scope)
    _draw(sheet, node, spot)


def put_on_border(sheet: Sheet, node: etree._Element, host: str) -> None:
    """Draw an event on the lower (else the upper) side of a task, where no other sits."""
    box = sheet.box(host)
    if sheet.plane is None or box is None:
        return
    scope = scope_of(sheet, host)
    taken = [spot for key, spot in solids(sheet, scope).items() if key not in (host, node.get("id"))]
    width, height = EVENT
    places = [
        Box(box.x + at, edge - height // 2, width, height)
        for edge in (box.bottom, box.y)
        for at in (box.width - 48, 12, (box.width - width) // 2)
    ]
    ends = [point for line in lines(sheet, set()) for point in line]
    clear = [place for place in places if not any(place.grown(4).meets(each) for each in taken)]
    free = [place for place in clear if not any(_holds(place.grown(6), point) for point in ends)]
    spot = next(iter([*free, *clear, *places]))
    _draw_shape(sheet, node, spot)
    words = str(node.get("name") or "")
    if words:
        wide, high = words_box(words)
        below = spot.centre[1] > box.centre[1]
        set_label(
            sheet,
            _shape_of(sheet, node),
            Box(spot.x - wide - 2, spot.bottom + 1 if below else spot.y - high - 1, wide, high),
        )


def put_in_lane(sheet: Sheet, name: str, without: set[str]) -> None:
    """Draw an element that is already drawn in the lane that it now belongs to, in its own column."""
    node, box = sheet.node(name), sheet.box(name)
    if box is None:
        return
    scope = scope_of(sheet, name)
    footprint = _footprint(node)
    events = {str(event.get("id")): sheet.box(str(event.get("id"))) for event in sheet.attached(name)}
    lane = _lane_box(sheet, name)
    wished = lane.centre[1] if lane is not None else box.centre[1]
    ignored = {name, *events}
    spot = _spot(sheet, name, box.x, footprint, wished, without, scope, ignored)
    if spot is None:
        spot = _lower_row(sheet, name, box.x, footprint, scope)
    now = _boxed(sheet, name)
    _draw(sheet, node, spot)
    dx, dy = _boxed(sheet, name).x - now.x, _boxed(sheet, name).y - now.y
    for event in events:
        place = sheet.box(event)
        if place is not None:
            _draw_shape(sheet, sheet.node(event), place.moved(dx, dy))


def place_label(sheet: Sheet, node: etree._Element) -> None:
    """Put the name of an event or a gateway below it; a task carries its name inside."""
    shape = sheet.drawn(str(node.get("id")))
    box = sheet.box(str(node.get("id")))
    if shape is None or box is None or size_of(node) == TASK:
        return
    words = str(node.get("name") or "")
    if not words:
        set_label(sheet, shape, None)
        return
    wide, high = words_box(words)
    set_label(sheet, shape, Box(box.centre[0] - wide // 2, box.bottom + LABEL_GAP, wide, high))


def _footprint(node: etree._Element) -> Box:
    """A shape with the words below it: as wide as the wider of the two."""
    width, height = size_of(node)
    words = str(node.get("name") or "")
    if (width, height) != TASK and words:
        wide, high = words_box(words)
        return Box(0, 0, max(width, wide), height + LABEL_GAP + high)
    return Box(0, 0, width, height)


def _wished(sheet: Sheet, name: str, start: Box, following: Box | None) -> int:
    """The height at which the new shape would lie best: that of its neighbours in the same lane."""
    lane = _lane_box(sheet, name)
    for box in (start, following):
        if box is not None and (lane is None or lane.y <= box.centre[1] < lane.bottom):
            return box.centre[1]
    return lane.centre[1] if lane is not None else start.centre[1]


def _make_way(sheet: Sheet, start: Box, following: Box | None, footprint: Box, scope: str) -> None:
    """Move what follows to the right as far as the new shape needs."""
    if following is None or following.x <= start.x:
        return
    missing = start.right + APART + footprint.width + APART - following.x
    if missing > 0:
        make_columns(sheet, start.x + 1, missing, scope)


def _spot(
    sheet: Sheet,
    name: str,
    x: int,
    footprint: Box,
    wished: int,
    without: set[str],
    scope: str,
    ignored: Iterable[str] = (),
) -> Box | None:
    """The free place in a column that is nearest to the wished height, None for a full one."""
    lane = _lane_box(sheet, name)
    height = size_of(sheet.node(name))[1]
    top = wished - height // 2
    taken = [box.grown(10) for key, box in solids(sheet, scope).items() if key not in {name, *ignored}]
    taken += [box.grown(3) for box in labels(sheet, name)]
    run = lines(sheet, without)
    for away in range(0, 600, 5):
        for y in {top - away, top + away}:
            spot = footprint.moved(x, y)
            if lane is not None and not (lane.y + EDGE <= spot.y and spot.bottom <= lane.bottom - EDGE):
                continue
            wide = spot.grown(10)
            if any(spot.meets(box) for box in taken) or any(wide.crossed(line) for line in run):
                continue
            return spot
    return None


def _lower_row(sheet: Sheet, name: str, x: int, footprint: Box, scope: str) -> Box:
    """A place in a new row at the foot of the element's lane (or sub-process), which grows."""
    lane = _lane_box(sheet, name)
    if lane is None:
        lowest = max(box.bottom for box in solids(sheet, scope).values())
        return footprint.moved(x, lowest + APART)
    foot, holder = lane.bottom, sheet.lane_of(name)
    lane_name = str(holder.get("id")) if holder is not None else ""
    make_rows(sheet, foot, footprint.height + 2 * EDGE, lane_name, scope)
    return footprint.moved(x, foot)


def _lane_box(sheet: Sheet, name: str) -> Box | None:
    """What the element has to lie in: its sub-process, else its lane, else nothing."""
    scope = scope_of(sheet, name)
    if scope:
        return sheet.box(scope)
    lane = sheet.lane_of(name)
    return sheet.box(str(lane.get("id"))) if lane is not None else None


def _draw(sheet: Sheet, node: etree._Element, footprint: Box) -> None:
    width, height = size_of(node)
    lane = _lane_box(sheet, str(node.get("id")))
    if lane is not None and footprint.right + APART > lane.right:
        scope = scope_of(sheet, str(node.get("id")))
        make_columns(sheet, lane.right, footprint.right + APART - lane.right, scope)
    spot = Box(footprint.x + (footprint.width - width) // 2, footprint.y, width, height)
    _draw_shape(sheet, node, spot)
    place_label(sheet, node)


def _draw_shape(sheet: Sheet, node: etree._Element, box: Box) -> None:
    shape = _shape_of(sheet, node)
    bounds = shape.find(f"{{{DC}}}Bounds")
    if bounds is None:
        bounds = sheet.add(shape, f"{{{DC}}}Bounds")
    old = sheet.box(str(node.get("id"))) or box
    label = shape.find(f"{{{DI}}}BPMNLabel/{{{DC}}}Bounds")
    if label is not None:
        for key, moved in (("x", box.x - old.x), ("y", box.y - old.y)):
            label.set(key, str(round(float(label.get(key) or 0)) + moved))
    for key, value in (("x", box.x), ("y", box.y), ("width", box.width), ("height", box.height)):
        bounds.set(key, str(value))


def _shape_of(sheet: Sheet, node: etree._Element) -> etree._Element:
    name = str(node.get("id"))
    shape = sheet.drawn(name)
    if shape is None:
        assert sheet.plane is not None
        shape = sheet.add(sheet.plane, f"{{{DI}}}BPMNShape", f"{name}_di", bpmnElement=name)
        if local(node) == "exclusiveGateway":
            shape.set("isMarkerVisible", "true")
    return shape


def _boxed(sheet: Sheet, name: str) -> Box:
    box = sheet.box(name)
    assert box is not None
    return box


def _holds(box: Box, point: Point) -> bool:
    return box.x <= point[0] <= box.right and box.y <= point[1] <= box.bottom
