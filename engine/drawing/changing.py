"""Taking out of a diagram, and moving within it: what led to a step leads to what followed it."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.diagram import local, own, tag
from engine.drawing.adding import insert_on, point, unlist, write_condition
from engine.drawing.arrows import draw_flow, finished, place_flow_label, redraw_around, scope_of
from engine.drawing.geometry import Box
from engine.drawing.lanes import leave_lane
from engine.drawing.placing import APART
from engine.drawing.room import are_clear, make_columns
from engine.drawing.sheet import DC, Edit, Sheet, label_bounds, read_bounds, unset, write_bounds
from engine.errors import Refused


@dataclass(frozen=True)
class Way:
    """A way on from a choice as it should be: its name, when it is taken, where it leads."""

    flow: str
    name: str
    condition: str
    target: str


def remove(text: str, element: str, *, keep: str = "") -> Edit:
    """Take an element out. A step's flow is closed; of a choice the way `keep` stays (the default without
    one); with a reminder goes what only it leads to.

    Raises Refused for a step that the policy needs, the start, an end that something has to lead to.
    """
    sheet = Sheet(text)
    node = sheet.node(element)
    kind = local(node)
    reached = _reached(sheet)
    if kind in ("startEvent", "subProcess"):
        raise Refused("This cannot be removed here: without it the process does not begin, or not end early.")
    for each in [node, *sheet.attached(element)]:
        _not_guarded(each)
    if kind == "endEvent":
        _close_end(sheet, element)
    elif kind == "boundaryEvent":
        _drop(sheet, node)
    else:
        arriving = {str(flow.get("id")) for flow in sheet.arriving(element)}
        was, scope = sheet.box(element), scope_of(sheet, element)
        _close(sheet, node, keep)
        for event in sheet.attached(element):
            _drop(sheet, event)
        _drop(sheet, node)
        _close_gap(sheet, was, scope, {name for name in arriving if sheet.has(name)})
    gone = _drop_unreached(sheet, reached)
    said = tuple(f"With it goes “{name}”, which nothing else led to." for name in gone)
    return Edit(finished(sheet), element, said)


def move(text: str, element: str, *, after: str, flow: str = "") -> Edit:
    """Put a step elsewhere in the flow, with its reminders. Raises Refused for what is no step, and for a
    place in another part of the process."""
    sheet = Sheet(text)
    node, before = sheet.node(element), sheet.node(after)
    if not local(node).endswith("Task"):
        raise Refused("Only steps can be moved here. Choices are changed by their ways.")
    if after == element:
        raise Refused("A step cannot come after itself.", about="after")
    if node.getparent() is not before.getparent():
        raise Refused("A step stays in its part of the process.", about="after")
    ways = [way for way in sheet.leaving(after) if not flow or way.get("id") == flow]
    if not ways:
        raise Refused("Nothing can come after an end. Choose another step.", about="after")
    if len(ways) > 1:
        raise Refused("Several ways lead on from here. Choose one.", about="flow")
    if ways[0].get("targetRef") == element:
        return Edit(text, element)
    onwards = sheet.leaving(element)
    if len(onwards) != 1:
        raise Refused("This step does not lead on to one other. Mend that first.")
    _close(sheet, node, "")
    was = sheet.box(element)
    sheet.place_after(node, before)
    insert_on(sheet, node, ways[0], onwards[0])
    _bring_events(sheet, element, was.x if was else 0, was.y if was else 0)
    return Edit(finished(sheet), element)


def set_ways(text: str, gateway: str, ways: list[Way], default: str) -> Edit:
    """Set every way on from a choice: names, conditions, where they lead, and which is taken when no
    condition is met. The default has no condition.

    Raises Refused for a way that is gone, a default that is none of them, a condition that is missing.
    """
    sheet = Sheet(text)
    known = {str(flow.get("id")): flow for flow in sheet.leaving(gateway)}
    if set(known) != {way.flow for way in ways}:
        raise Refused("The ways on from here have changed. Look at them again.")
    if default not in known:
        raise Refused("Choose the way that is taken when no condition is met.", about="default")
    sheet.node(gateway).set("default", default)
    for way in ways:
        flow = known[way.flow]
        _name_way(sheet, flow, way.name)
        if way.flow != default and not way.condition.strip():
            raise Refused("Say when this way is taken.", about=f"condition-{way.flow}")
        write_condition(sheet, flow, "" if way.flow == default else way.condition)
        if flow.get("targetRef") != way.target:
            _point_way(sheet, flow, way.target)
    return Edit(finished(sheet), gateway)


def set_way(text: str, flow: str, *, target: str) -> Edit:
    """Let a flow lead elsewhere; what nothing leads to any more is said, and stays."""
    sheet = Sheet(text)
    node = sheet.node(flow)
    was = str(node.get("targetRef"))
    _point_way(sheet, node, target)
    left = sheet.node(was)
    said = () if sheet.arriving(was) else (f"Nothing leads to “{left.get('name') or was}” any more.",)
    return Edit(finished(sheet), flow, said)


def remove_way(text: str, flow: str) -> Edit:
    """Take a way of a choice out, with what only it leads to. The default stays."""
    sheet = Sheet(text)
    node = sheet.node(flow)
    source = sheet.node(str(node.get("sourceRef")))
    reached = _reached(sheet)
    if source.get("default") == flow or len(sheet.leaving(str(source.get("id")))) < 2:
        raise Refused("This way is taken when no condition is met. Choose another one for that first.")
    _drop_flow(sheet, node)
    gone = _drop_unreached(sheet, reached)
    said = tuple(f"With it goes “{name}”, which nothing else led to." for name in gone)
    return Edit(finished(sheet), str(source.get("id")), said)


def _point_way(sheet: Sheet, flow: etree._Element, target: str) -> None:
    node = sheet.node(target)
    source = sheet.node(str(flow.get("sourceRef")))
    if (
        node.getparent() is not source.getparent()
        or node is source
        or local(node) in ("startEvent", "boundaryEvent", "lane", "sequenceFlow")
    ):
        raise Refused("A way cannot lead there. Choose another step.", about=f"target-{flow.get('id')}")
    point(sheet, flow, target)
    draw_flow(sheet, flow)


def _name_way(sheet: Sheet, flow: etree._Element, name: str) -> None:
    words = " ".join(name.split())
    if words == " ".join((flow.get("name") or "").split()):
        return
    if words:
        flow.set("name", words)
    else:
        unset(flow, "name")
    place_flow_label(sheet, flow)


def _close(sheet: Sheet, node: etree._Element, keep: str) -> None:
    """Let everything that leads to a node lead to what follows it. Its own way on is left loose (a step's),
    or goes (a choice's)."""
    name = str(node.get("id"))
    onwards = sheet.leaving(name)
    stays = keep or str(node.get("default") or (onwards[0].get("id") if onwards else ""))
    kept = next((flow for flow in onwards if flow.get("id") == stays), None)
    if kept is None:
        raise Refused(
            "Nothing follows this step. Lead it on first, or remove what leads to it.", about="keep"
        )
    target = str(kept.get("targetRef"))
    for flow in sheet.arriving(name):
        if str(flow.get("sourceRef")) == name:
            _drop_flow(sheet, flow)
        elif str(flow.get("sourceRef")) == target:
            _drop_loop(sheet, flow)
        else:
            point(sheet, flow, target)
    for flow in sheet.leaving(name):
        if flow is not kept:
            _drop_flow(sheet, flow)
    unlist(sheet, sheet.node(target), "incoming", str(kept.get("id")))
    unlist(sheet, node, "outgoing", str(kept.get("id")))
    if local(node).endswith("Gateway"):
        _drop_flow(sheet, kept)
        unset(node, "default")
    for flow in sheet.arriving(target):
        edge = sheet.drawn(str(flow.get("id")))
        if edge is not None and flow is not kept and flow.get("sourceRef") != name:
            draw_flow(sheet, flow)


def _close_gap(sheet: Sheet, was: Box | None, scope: str, drawn_anew: set[str]) -> None:
    """Let what is right of a place that is now empty move up to it, where nothing else stands above or below:
    else the drawing keeps its gap."""
    if was is None or not are_clear(sheet, was.x, was.right + APART, drawn_anew, scope):
        return
    make_columns(sheet, was.right + APART, -(was.width + APART), scope)
    for name in sorted(drawn_anew):
        draw_flow(sheet, sheet.node(name))


def _drop_loop(sheet: Sheet, flow: etree._Element) -> None:
    """A way round that would now lead from a choice back to itself goes."""
    source = sheet.node(str(flow.get("sourceRef")))
    others = [each for each in sheet.leaving(str(source.get("id"))) if each is not flow]
    if not others or source.get("default") == flow.get("id"):
        raise Refused("Without this step the way round would never end. Change where it leads first.")
    _drop_flow(sheet, flow)


def _close_end(sheet: Sheet, element: str) -> None:
    for flow in sheet.arriving(element):
        source = sheet.node(str(flow.get("sourceRef")))
        others = [each for each in sheet.leaving(str(source.get("id"))) if each is not flow]
        if not others or source.get("default") == flow.get("id"):
            raise Refused("The process ends here. Lead what comes before it elsewhere first.")
        _drop_flow(sheet, flow)
    _drop(sheet, sheet.node(element))


def _drop_flow(sheet: Sheet, flow: etree._Element) -> None:
    name = str(flow.get("id"))
    for key, kind in (("sourceRef", "outgoing"), ("targetRef", "incoming")):
        end = str(flow.get(key))
        if sheet.has(end):
            unlist(sheet, sheet.node(end), kind, name)
            if sheet.node(end).get("default") == name:
                unset(sheet.node(end), "default")
    drawn = sheet.drawn(name)
    if drawn is not None:
        sheet.drop(drawn)
    sheet.drop(flow)


def _drop(sheet: Sheet, node: etree._Element) -> None:
    """Take a node out, with its flows, its shape, its place in a lane and the notes tied to it."""
    name = str(node.get("id"))
    for flow in [*sheet.leaving(name), *sheet.arriving(name)]:
        _drop_flow(sheet, flow)
    for tie in list(sheet.root.iter(tag("association"))):
        if name in (tie.get("sourceRef"), tie.get("targetRef")):
            drawn = sheet.drawn(str(tie.get("id")))
            if drawn is not None:
                sheet.drop(drawn)
            sheet.drop(tie)
    leave_lane(sheet, name)
    drawn = sheet.drawn(name)
    if drawn is not None:
        sheet.drop(drawn)
    sheet.drop(node)


def _drop_unreached(sheet: Sheet, reached: set[str]) -> list[str]:
    """Take out what could be reached before and no longer can; the names of steps among it."""
    now = _reached(sheet)
    gone = [node for node in _every(sheet) if str(node.get("id")) in reached - now]
    for node in gone:
        _not_guarded(node)
    for node in gone:
        _drop(sheet, node)
    return [str(node.get("name")) for node in gone if local(node).endswith("Task")]


def _reached(sheet: Sheet) -> set[str]:
    waiting = [str(node.get("id")) for node in _every(sheet) if local(node) == "startEvent"]
    found: set[str] = set()
    onwards: dict[str, list[str]] = {}
    for flow in sheet.flows():
        onwards.setdefault(str(flow.get("sourceRef")), []).append(str(flow.get("targetRef")))
    for event in sheet.process.iter(tag("boundaryEvent")):
        onwards.setdefault(str(event.get("attachedToRef")), []).append(str(event.get("id")))
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += onwards.get(here, [])
    return found


def _every(sheet: Sheet) -> list[etree._Element]:
    subs = [node for node in sheet.flow_nodes() if local(node) == "subProcess"]
    return [*sheet.flow_nodes(), *(node for sub in subs for node in sheet.flow_nodes(sub))]


def _not_guarded(node: etree._Element) -> None:
    if node.get(own("guard")) == "true":
        raise Refused(
            f"“{node.get('name')}” cannot be removed: the policy needs this step. It can be moved, "
            "and its words and deadline changed."
        )


def _bring_events(sheet: Sheet, element: str, x: int, y: int) -> None:
    """Let the events on a step's border follow it."""
    box = sheet.box(element)
    if box is None:
        return
    for event in sheet.attached(element):
        name = str(event.get("id"))
        shape = sheet.drawn(name)
        bounds = shape.find(f"{{{DC}}}Bounds") if shape is not None else None
        if shape is None or bounds is None:
            continue
        for each in (bounds, label_bounds(shape)):
            if each is not None:
                write_bounds(each, read_bounds(each).moved(box.x - x, box.y - y))
    for event in sheet.attached(element):
        redraw_around(sheet, str(event.get("id")))
