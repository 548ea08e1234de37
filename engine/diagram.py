"""A BPMN diagram as plain records: what is drawn, and what our own attributes say of it
(docs/bpmn-profile.md).

Reads XML only; runs nothing. The checks, the Steps table, the page "You are here" and the workflow parser
all start from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from engine.errors import BundleRefused, Finding
from engine.xml import UnsafeXml, line_of, read_xml

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ROUNDTABLE = "urn:roundtable:bpmn:1"
MAX_STEPS = 300
MAX_FLOWS = 600
FLOW_NODES = {
    "startEvent", "endEvent", "userTask", "serviceTask", "businessRuleTask", "exclusiveGateway",
    "parallelGateway", "inclusiveGateway", "intermediateCatchEvent", "boundaryEvent", "subProcess",
}  # fmt: skip


@dataclass(frozen=True)
class Flow:
    """A sequence flow; `condition` is FEEL."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None
    line: int


@dataclass(frozen=True)
class Element:
    """A flow node with everything the engine and the pages need to know of it."""

    id: str
    kind: str
    name: str
    documentation: str
    line: int
    lane: str = ""
    lane_role: str = ""
    scope: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    event: str = ""
    message: str = ""
    timer: str = ""
    timer_kind: str = ""
    attached_to: str = ""
    interrupting: bool = True
    default_flow: str = ""
    collection: str = ""
    item_name: str = ""
    event_sub_process: bool = False

    @property
    def role(self) -> str:
        """Whose work this is: the element's own role, else its lane's."""
        return self.attributes.get("role") or self.lane_role

    @property
    def clause(self) -> str:
        """The policy clauses behind this element, as written ("P2 A6")."""
        return self.attributes.get("clause", "")

    @property
    def is_guard(self) -> bool:
        """A guard step may be moved by a process owner but not removed."""
        return self.attributes.get("guard") == "true"


@dataclass(frozen=True)
class StartVariable:
    """A variable that the process is started with, and what is below it (of a list: below each item)."""

    name: str
    parts: tuple[str, ...]
    line: int

    @property
    def id(self) -> str:
        """What findings name."""
        return self.name


@dataclass(frozen=True)
class Diagram:
    """One process: its elements and flows by id. `scope` of an element is "" or the event sub-process it
    sits in."""

    process: str
    title: str
    documentation: str
    file: str
    elements: dict[str, Element]
    flows: dict[str, Flow]
    root: etree._Element
    variables: tuple[StartVariable, ...] = ()

    def outgoing(self, element: str) -> list[Flow]:
        """The flows that leave an element, in the order of the file."""
        return self._leaving.get(element, [])

    def boundary_events(self, element: str) -> list[Element]:
        """The events attached to an element."""
        return self._attached.get(element, [])

    @cached_property
    def _leaving(self) -> dict[str, list[Flow]]:
        found: dict[str, list[Flow]] = {}
        for flow in self.flows.values():
            found.setdefault(flow.source, []).append(flow)
        return found

    @cached_property
    def _attached(self) -> dict[str, list[Element]]:
        found: dict[str, list[Element]] = {}
        for event in self.elements.values():
            if event.attached_to:
                found.setdefault(event.attached_to, []).append(event)
        return found

    def user_tasks(self) -> list[Element]:
        """Every user task, in the order of the file."""
        return [element for element in self.elements.values() if element.kind == "userTask"]

    def event_subprocesses(self) -> dict[str, str]:
        """Message name -> id of the event sub-process that it starts."""
        return {
            start.message: start.scope
            for start in self.elements.values()
            if start.kind == "startEvent" and start.scope and start.message
        }


def tag(name: str) -> str:
    """The qualified name of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def own(name: str) -> str:
    """The qualified name of one of our attributes or elements."""
    return f"{{{ROUNDTABLE}}}{name}"


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return etree.QName(element).localname


def read_diagram(text: bytes, file: str) -> Diagram:
    """The one executable process of a BPMN file. Raises BundleRefused when it cannot be read at all."""
    try:
        root = read_xml(text)
    except UnsafeXml as fault:
        raise BundleRefused(
            [_finding(file, "", fault.line, str(fault), "Open the file in the editor and save it again.")]
        ) from fault
    processes = [p for p in root.iter(tag("process")) if p.get("isExecutable", "true") == "true"]
    if len(processes) != 1:
        sentence = f"The file holds {len(processes)} executable processes; one is needed."
        raise BundleRefused(
            [_finding(file, "", 0, sentence, "Keep one process with isExecutable set to true.")]
        )
    process = processes[0]
    reader = _Reader(root, file)
    reader.read_scope(process, "")
    if len(reader.elements) > MAX_STEPS or len(reader.flows) > MAX_FLOWS:
        sentence = f"The diagram has more than {MAX_STEPS} elements or {MAX_FLOWS} arrows."
        raise BundleRefused([_finding(file, "", 0, sentence, "Split it into several processes.")])
    return Diagram(
        process=process.get("id") or "",
        title=process.get(own("title")) or process.get("name") or process.get("id") or "",
        documentation=_documentation(process),
        file=file,
        elements=reader.elements,
        flows=reader.flows,
        root=root,
        variables=_start_variables(process),
    )


def _finding(file: str, element: str, line: int, sentence: str, what_to_do: str) -> Finding:
    return Finding(file, element, line, "readable", sentence, what_to_do)


def _start_variables(process: etree._Element) -> tuple[StartVariable, ...]:
    found = process.iterfind(f"{tag('extensionElements')}/{own('variable')}")
    return tuple(
        StartVariable(node.get("name") or "", tuple((node.get("parts") or "").split()), line_of(node))
        for node in found
    )


def _documentation(element: etree._Element) -> str:
    found = element.find(tag("documentation"))
    return " ".join((found.text or "").split()) if found is not None else ""


class _Reader:
    """Walks one process and the event sub-processes in it."""

    def __init__(self, root: etree._Element, file: str) -> None:
        self.file = file
        self.elements: dict[str, Element] = {}
        self.flows: dict[str, Flow] = {}
        self.messages = {m.get("id"): m.get("name") or "" for m in root.iter(tag("message"))}
        self.lanes: dict[str, tuple[str, str]] = {}
        for lane in root.iter(tag("lane")):
            for reference in lane.findall(tag("flowNodeRef")):
                self.lanes[(reference.text or "").strip()] = (
                    lane.get("name") or "",
                    lane.get(own("role")) or "",
                )

    def read_scope(self, scope: etree._Element, scope_id: str) -> None:
        for child in scope:
            kind = local(child)
            if kind == "sequenceFlow":
                self._read_flow(child)
            elif (
                kind in FLOW_NODES
                or kind.endswith(("Task", "Event", "Gateway", "SubProcess"))
                or kind in ("task", "callActivity", "transaction")
            ):
                self._read_node(child, kind, scope_id)

    def _read_flow(self, node: etree._Element) -> None:
        condition = node.find(tag("conditionExpression"))
        flow = Flow(
            id=node.get("id") or "",
            name=node.get("name") or "",
            source=node.get("sourceRef") or "",
            target=node.get("targetRef") or "",
            condition=(condition.text or "").strip() if condition is not None else None,
            line=line_of(node),
        )
        self.flows[flow.id] = flow

    def _read_node(self, node: etree._Element, kind: str, scope_id: str) -> None:
        identifier = node.get("id") or ""
        if identifier in self.elements:
            sentence = f'Two elements have the id "{identifier}".'
            line = line_of(node)
            raise BundleRefused(
                [_finding(self.file, identifier, line, sentence, "Give each element its own id.")]
            )
        lane, lane_role = self.lanes.get(identifier) or self.lanes.get(scope_id) or ("", "")
        self.elements[identifier] = Element(
            id=identifier,
            kind=kind,
            name=" ".join((node.get("name") or "").split()),
            documentation=_documentation(node),
            line=line_of(node),
            lane=lane,
            lane_role=lane_role,
            scope=scope_id,
            attributes={
                etree.QName(k).localname: str(v)
                for k, v in node.attrib.items()
                if str(k).startswith(f"{{{ROUNDTABLE}}}")
            },
            inputs={e.get("name") or "": e.get("value") or "" for e in node.iter(own("input"))},
            attached_to=node.get("attachedToRef") or "",
            interrupting=node.get("cancelActivity" if kind == "boundaryEvent" else "isInterrupting", "true")
            == "true",
            default_flow=node.get("default") or "",
            event_sub_process=node.get("triggeredByEvent") == "true",
            **self._event(node),
            **self._loop(node),
        )
        if kind == "subProcess":
            self.read_scope(node, identifier)

    def _event(self, node: etree._Element) -> dict[str, str]:
        for child in node:
            kind = local(child)
            if not kind.endswith("EventDefinition"):
                continue
            facts = {"event": kind.removesuffix("EventDefinition")}
            if kind == "messageEventDefinition":
                facts["message"] = self.messages.get(child.get("messageRef"), "")
            if kind == "timerEventDefinition":
                for timer in child:
                    facts["timer"] = " ".join((timer.text or "").split())
                    facts["timer_kind"] = local(timer)
            return facts
        return {}

    def _loop(self, node: etree._Element) -> dict[str, str]:
        loop = node.find(tag("multiInstanceLoopCharacteristics"))
        if loop is None:
            return {}
        return {"collection": loop.get(own("collection")) or "", "item_name": loop.get(own("element")) or ""}
