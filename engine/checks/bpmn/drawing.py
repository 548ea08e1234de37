"""A BPMN file as the standard's rules look at it: every element of the standard, by kind and by id, and what
leads where."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from lxml import etree

from engine.diagram import BPMN

Node = etree._Element

TASKS = (
    "task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask",
    "receiveTask",
)  # fmt: skip
SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")
ACTIVITIES = (*TASKS, *SUB_PROCESSES, "callActivity")
GATEWAYS = (
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway", "eventBasedGateway",
)  # fmt: skip
CATCHING = ("startEvent", "intermediateCatchEvent", "boundaryEvent")
THROWING = ("endEvent", "intermediateThrowEvent")
EVENTS = (*CATCHING, *THROWING)
CHOREOGRAPHY = ("choreographyTask", "subChoreography", "callChoreography")
FLOW_NODES = (*ACTIVITIES, *GATEWAYS, *EVENTS, *CHOREOGRAPHY)
ARTIFACTS = ("association", "group", "textAnnotation")
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_PREFIX = f"{{{BPMN}}}"
_SEAM = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def kind_of(node: Node | None) -> str:
    """The element's name in BPMN, empty for what is none of the standard's."""
    name = str(node.tag) if node is not None else ""
    return name[len(_PREFIX) :] if name.startswith(_PREFIX) else ""


def kind_words(node: Node | None) -> str:
    """What an element is, in words: "start event"."""
    return _SEAM.sub(" ", kind_of(node)).lower() or "element"


def local_id(reference: str | None) -> str:
    """The id that a reference names, without its name space's prefix."""
    return (reference or "").strip().rpartition(":")[2]


def text_of(node: Node | None) -> str:
    """An element's own text, tidied."""
    return " ".join((node.text or "").split()) if node is not None else ""


class Drawing:
    """One BPMN file."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.kinds: dict[str, list[Node]] = defaultdict(list)
        self.by_id: dict[str, Node] = {}
        self.nodes: list[Node] = []
        for node in root.iter(f"{_PREFIX}*"):
            self.nodes.append(node)
            self.kinds[kind_of(node)].append(node)
            self.by_id.setdefault(node.get("id") or "", node)
        self.by_id.pop("", None)

    def all(self, *kinds: str) -> list[Node]:
        """The elements of these kinds, in the order of the kinds and of the file."""
        return [node for kind in kinds for node in self.kinds.get(kind, ())]

    def find(self, reference: str | None) -> Node | None:
        """The element that a reference names."""
        return self.by_id.get(local_id(reference))

    def children(self, node: Node, *kinds: str) -> list[Node]:
        """The elements of these kinds directly below one (all of the standard's, without kinds)."""
        return [child for child in node if kind_of(child) and (not kinds or kind_of(child) in kinds)]

    def child(self, node: Node | None, kind: str) -> Node | None:
        """The first element of a kind directly below one."""
        return node.find(_PREFIX + kind) if node is not None else None

    def named(self, node: Node | None, name: str) -> str:
        """What an element refers to by an attribute or a child element of this name, "" for nothing."""
        if node is None:
            return ""
        return local_id(node.get(name)) or local_id(text_of(self.child(node, name)))

    def all_named(self, node: Node, name: str) -> list[str]:
        """Everything an element refers to by child elements of this name."""
        return [local_id(text_of(child)) for child in node.iterfind(_PREFIX + name)]

    def scope(self, node: Node) -> Node | None:
        """The process or sub-process in which an element stands."""
        for around in node.iterancestors():
            if kind_of(around) in ("process", *SUB_PROCESSES):
                return around
        return None

    def process(self, node: Node) -> Node | None:
        """The process in which an element stands."""
        return next((p for p in node.iterancestors() if kind_of(p) == "process"), None)

    def runs(self, node: Node) -> bool:
        """Whether an element stands in a process that is not expressly only a drawing."""
        process = self.process(node)
        return process is not None and process.get("isExecutable") != "false"

    @cached_property
    def _leaving(self) -> dict[str, list[Node]]:
        return self._flows_by("sourceRef")

    @cached_property
    def _arriving(self) -> dict[str, list[Node]]:
        return self._flows_by("targetRef")

    def _flows_by(self, end: str) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = defaultdict(list)
        for flow in self.all("sequenceFlow"):
            found[local_id(flow.get(end))].append(flow)
        return found

    def outgoing(self, node: Node) -> list[Node]:
        """The sequence flows that leave an element."""
        return self._leaving.get(node.get("id") or "", [])

    def incoming(self, node: Node) -> list[Node]:
        """The sequence flows that lead to an element."""
        return self._arriving.get(node.get("id") or "", [])

    @cached_property
    def _held(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = defaultdict(list)
        for event in self.all("boundaryEvent"):
            found[local_id(event.get("attachedToRef"))].append(event)
        return found

    def borders(self, node: Node) -> list[Node]:
        """The events on an element's border."""
        return self._held.get(node.get("id") or "", [])

    def definitions(self, event: Node) -> list[Node]:
        """What an event is about: the definitions in it, and those it refers to."""
        own = [child for child in event if kind_of(child).endswith("EventDefinition")]
        referred = [self.by_id.get(name) for name in self.all_named(event, "eventDefinitionRef")]
        return own + [node for node in referred if node is not None]

    def triggers(self, event: Node) -> set[str]:
        """The kinds of an event's definitions: "message", "timer"; empty for a plain event."""
        return {kind_of(node).removesuffix("EventDefinition") for node in self.definitions(event)}

    def is_event_sub_process(self, node: Node | None) -> bool:
        """Whether an element is a sub-process that an event starts."""
        return kind_of(node) in SUB_PROCESSES and node is not None and node.get("triggeredByEvent") == "true"

    def said(self, node: Node | None) -> str:
        """An element as people know it: its name, else its id, else what it is."""
        if node is None:
            return "something that is not there"
        name = " ".join((node.get("name") or node.get("id") or "").split())[:80]
        return f'"{name}"' if name else f"the {kind_words(node)} in line {node.sourceline}"

    def formal(self, node: Node | None) -> bool:
        """Whether an expression is meant for machines. One without a type counts: that is how BPMN tools
        write conditions of arrows."""
        return node is not None and local_id(node.get(XSI_TYPE)) == "tFormalExpression"

    def scopes(self) -> Iterator[Node]:
        """Every process and sub-process."""
        yield from self.all("process", *SUB_PROCESSES)
