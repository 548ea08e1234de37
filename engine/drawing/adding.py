"""Adding to a diagram: a step after another, a choice, an end, a reminder on a step, another way on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.diagram import local, own, tag
from engine.drawing.arrows import draw_flow, finished
from engine.drawing.facts import FACTS, TIMER_KINDS, write_facts, write_timer
from engine.drawing.lanes import join_lane, lane_for
from engine.drawing.placing import put_beneath, put_beside, put_on_border
from engine.drawing.sheet import XSI, Edit, Sheet
from engine.errors import Refused

STEP_KINDS = ("userTask", "serviceTask", "businessRuleTask")


@dataclass(frozen=True)
class NewStep:
    """A step to be added. `facts` are those of engine.drawing.facts; `role` moves it to that role's lane,
    `lane` names the lane itself."""

    kind: str
    name: str
    id: str = ""
    documentation: str = ""
    role: str = ""
    lane: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NewWay:
    """A way on from a choice: what it is called, when it is taken, and where it leads."""

    name: str
    condition: str
    target: str


def add_step(text: str, step: NewStep, *, after: str, flow: str = "") -> Edit:
    """Put a step behind an element, on one of its ways on (`flow`; needed where there are several).

    Raises Refused for a name that is missing, an id that is taken, an element that nothing can follow.
    """
    sheet = Sheet(text)
    if step.kind not in STEP_KINDS:
        raise Refused("A step is work of people, work of the system, or a decision table.", about="kind")
    node = _insert(sheet, step, after, flow)
    return Edit(finished(sheet), str(node.get("id")))


def add_choice(
    text: str, *, name: str, after: str, ways: list[NewWay], flow: str = "", lane: str = ""
) -> Edit:
    """Put a choice behind an element: what follows now becomes its default, `ways` lead elsewhere.

    Raises Refused for a way without a condition or a place to lead to.
    """
    if not ways:
        raise Refused("A choice needs at least one other way.", about="target")
    sheet = Sheet(text)
    step = NewStep("exclusiveGateway", name, lane=lane)
    node = _insert(sheet, step, after, flow)
    gateway = str(node.get("id"))
    node.set("default", str(sheet.leaving(gateway)[0].get("id")))
    for way in ways:
        _way(sheet, gateway, way)
    return Edit(finished(sheet), gateway)


def add_way(text: str, gateway: str, way: NewWay) -> Edit:
    """Another way on from a choice that is there."""
    sheet = Sheet(text)
    if local(sheet.node(gateway)) not in ("exclusiveGateway", "inclusiveGateway"):
        raise Refused("Only a choice has several ways on. Add a choice first.")
    flow = _way(sheet, gateway, way)
    return Edit(finished(sheet), str(flow.get("id")))


def add_end(text: str, *, name: str, after: str, flow: str = "", documentation: str = "") -> Edit:
    """Let a way of a choice end: what it led to stays, and is no longer reached by it."""
    sheet = Sheet(text)
    if not name.strip():
        raise Refused("Say how it ends, such as “Not taken further”.", about="name")
    way = _chosen(sheet, after, flow)
    node = _new_node(sheet, NewStep("endEvent", name, documentation=documentation), after)
    led_to = str(way.get("targetRef"))
    _point(sheet, way, str(node.get("id")))
    put_beside(sheet, node, after, "", {str(way.get("id"))})
    draw_flow(sheet, way)
    before = sheet.node(led_to)
    said = () if sheet.arriving(led_to) else (f"Nothing leads to “{before.get('name') or led_to}” any more.",)
    return Edit(finished(sheet), str(node.get("id")), said)


def add_reminder(
    text: str, host: str, *, name: str, timer: str, kind: str = "timeDuration", interrupting: bool = False,
    step: NewStep | None = None, target: str = "",
) -> Edit:  # fmt: skip
    """Put a timer on a step of people, and what it opens: a new `step`, which then ends (an interrupting one
    goes on to what follows the host), or an element that is there (`target`).

    Raises Refused for a host that is no work of people, or when it leads nowhere.
    """
    sheet = Sheet(text)
    task = sheet.node(host)
    if local(task) != "userTask":
        raise Refused("A reminder sits on a step that people do.")
    if kind not in TIMER_KINDS:
        raise Refused("Choose whether it happens once or repeats.", about="timer_kind")
    if step is None and not (target and sheet.has(target)):
        raise Refused("Say what happens then.", about="step_name")
    if not timer.strip():
        raise Refused("Say when, such as “5 working days after due”.", about="timer")
    event = _new_node(sheet, NewStep("boundaryEvent", name), host)
    event.set("attachedToRef", host)
    if not interrupting:
        event.set("cancelActivity", "false")
    write_timer(sheet, event, kind, timer)
    put_on_border(sheet, event, host)
    if step is None:
        draw_flow(sheet, _connect(sheet, str(event.get("id")), target))
        return Edit(finished(sheet), str(event.get("id")))
    _open_step(sheet, event, host, step, interrupting)
    return Edit(finished(sheet), str(event.get("id")))


def _open_step(sheet: Sheet, event: etree._Element, host: str, step: NewStep, interrupting: bool) -> None:
    opened = _new_node(sheet, step, host)
    name = str(opened.get("id"))
    flow = _connect(sheet, str(event.get("id")), name)
    put_beneath(sheet, opened, str(event.get("id")))
    if interrupting and len(sheet.leaving(host)) == 1:
        target = str(sheet.leaving(host)[0].get("targetRef"))
        last = _connect(sheet, name, target)
    else:
        end = _new_node(sheet, NewStep("endEvent", "", documentation="This part ends here."), name)
        last = _connect(sheet, name, str(end.get("id")))
        put_beside(sheet, end, name, "", set())
    draw_flow(sheet, flow)
    draw_flow(sheet, last)


def _insert(sheet: Sheet, step: NewStep, after: str, flow: str) -> etree._Element:
    """Make a node and put it on a way, which keeps its id, condition and name and now leads to the node."""
    way = _chosen(sheet, after, flow)
    node = _new_node(sheet, step, after)
    insert_on(sheet, node, way, _new_flow(sheet))
    return node


def insert_on(sheet: Sheet, node: etree._Element, way: etree._Element, onwards: etree._Element) -> None:
    """Put a node, whose lane is known, on a way; `onwards` becomes the flow that leaves it."""
    name, target = str(node.get("id")), str(way.get("targetRef"))
    source = str(way.get("sourceRef"))
    _point(sheet, way, name)
    if not onwards.get("id"):
        _name_flow(sheet, onwards, name, target)
    onwards.set("sourceRef", name)
    _point(sheet, onwards, target)
    _listed(sheet, node, "outgoing", str(onwards.get("id")))
    sheet.place_after(onwards, way)
    put_beside(sheet, node, source, target, {str(way.get("id")), str(onwards.get("id"))})
    draw_flow(sheet, way)
    draw_flow(sheet, onwards)


def _chosen(sheet: Sheet, after: str, flow: str) -> etree._Element:
    before = sheet.node(after)
    ways = sheet.leaving(after)
    if local(before) == "endEvent" or not ways:
        raise Refused("Nothing can come after an end. Choose another step.", about="after")
    if flow:
        for way in ways:
            if way.get("id") == flow:
                return way
        raise Refused("This way is not in the diagram any more.", about="flow")
    if len(ways) > 1:
        raise Refused("Several ways lead on from here. Choose one.", about="flow")
    return ways[0]


def _new_node(sheet: Sheet, step: NewStep, beside: str) -> etree._Element:
    """A node in the same scope as another, in the lane that it says, else in the other's."""
    name = " ".join(step.name.split())
    if not name and step.kind in (*STEP_KINDS, "exclusiveGateway"):
        raise Refused("Enter a name.", about="name")
    if step.id and sheet.has(step.id):
        raise Refused(f"The name “{step.id}” is taken in this diagram.", about="id")
    neighbour = sheet.node(beside)
    parent = neighbour.getparent()
    assert parent is not None
    identifier = step.id or sheet.fresh(name or f"{local(neighbour)}_{beside}_end")
    node = sheet.add(parent, tag(step.kind), identifier)
    if name:
        node.set("name", name)
    sheet.place_after(node, neighbour)
    if step.documentation.strip():
        sheet.add(node, tag("documentation")).text = step.documentation.strip()
    own_role = join_lane(sheet, identifier, beside, lane_for(sheet, beside, step.role, step.lane))
    if step.role and own_role != step.role:
        node.set(own("role"), step.role)
    write_facts(sheet, node, {key: value for key, value in step.facts.items() if value and key in FACTS})
    return node


def _way(sheet: Sheet, gateway: str, way: NewWay) -> etree._Element:
    if not way.condition.strip():
        raise Refused("Say when this way is taken.", about="condition")
    if not sheet.has(way.target) or way.target == gateway:
        raise Refused("Choose where this way leads.", about="target")
    target = sheet.node(way.target)
    if target.getparent() is not sheet.node(gateway).getparent() or local(target) in (
        "startEvent",
        "boundaryEvent",
    ):
        raise Refused("A way cannot lead there. Choose another step.", about="target")
    flow = _connect(sheet, gateway, way.target)
    if way.name.strip():
        flow.set("name", " ".join(way.name.split()))
    write_condition(sheet, flow, way.condition)
    draw_flow(sheet, flow)
    return flow


def write_condition(sheet: Sheet, flow: etree._Element, condition: str) -> None:
    """Give a flow a condition, or take it away."""
    old = flow.find(tag("conditionExpression"))
    if not condition.strip():
        if old is not None:
            sheet.drop(old)
        return
    if old is None:
        old = sheet.add(flow, tag("conditionExpression"))
        old.set(f"{{{XSI}}}type", f"{flow.prefix}:tFormalExpression" if flow.prefix else "tFormalExpression")
    old.text = condition.strip()


def _new_flow(sheet: Sheet) -> etree._Element:
    return sheet.add(sheet.process, tag("sequenceFlow"))


def _name_flow(sheet: Sheet, flow: etree._Element, source: str, target: str) -> None:
    identifier, number = f"flow_{source}_to_{target}", 2
    while sheet.has(identifier):
        identifier, number = f"flow_{source}_to_{target}_{number}", number + 1
    flow.set("id", identifier)
    sheet.know(flow)


def _connect(sheet: Sheet, source: str, target: str) -> etree._Element:
    """A new flow between two elements, behind the other flows of the file."""
    parent = sheet.node(source).getparent()
    assert parent is not None
    beside = [each for each in (sheet.leaving(source) or sheet.flows()) if each.getparent() is parent]
    # What is drawn beside the process (notes, groups) stands last in it: BPMN 2.0, its schema.
    own = [each for each in parent if local(each) not in ("textAnnotation", "association", "group")]
    flow = _new_flow(sheet)
    sheet.place_after(flow, (beside or own)[-1])
    _name_flow(sheet, flow, source, target)
    flow.set("sourceRef", source)
    _listed(sheet, sheet.node(source), "outgoing", str(flow.get("id")))
    _point(sheet, flow, target)
    return flow


def _point(sheet: Sheet, flow: etree._Element, target: str) -> None:
    """Let a flow lead to another element."""
    name = str(flow.get("id"))
    led_to = flow.get("targetRef")
    if led_to and sheet.has(str(led_to)):
        unlist(sheet, sheet.node(str(led_to)), "incoming", name)
    flow.set("targetRef", target)
    _listed(sheet, sheet.node(target), "incoming", name)


def point(sheet: Sheet, flow: etree._Element, target: str) -> None:
    """Let a flow lead to another element, in the file."""
    _point(sheet, flow, target)


def _listed(sheet: Sheet, node: etree._Element, kind: str, flow: str) -> None:
    """Name a flow in the element's own list, where bpmn-js keeps it: after the documentation, incoming before
    outgoing."""
    if any((each.text or "").strip() == flow for each in node.findall(tag(kind))):
        return
    entry = sheet.add(node, tag(kind))
    entry.text = flow
    before = [each for each in node if each is not entry and local(each) in _BEFORE[kind]]
    if before:
        sheet.place_after(entry, before[-1])
    elif node[0] is not entry:
        sheet.place_first(entry)


def unlist(sheet: Sheet, node: etree._Element, kind: str, flow: str) -> None:
    """Take a flow from the element's own list."""
    for entry in node.findall(tag(kind)):
        if (entry.text or "").strip() == flow:
            sheet.drop(entry)


_BEFORE = {
    "incoming": {"documentation", "extensionElements", "incoming"},
    "outgoing": {"documentation", "extensionElements", "incoming", "outgoing"},
}
