"""A BPMN file opened for editing: its elements and what is drawn of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.diagram import Diagram, Element, Flow, local, own, read_diagram, tag
from engine.drawing.geometry import Box, Point
from engine.errors import Refused
from engine.xml_editing import KeptXml, cut, indent_new, put_after, put_first

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ID = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_ID = 40


@dataclass(frozen=True)
class Edit:
    """What an edit has made: the new text, the element that it is about, and what else one should know."""

    text: str
    element: str = ""
    said: tuple[str, ...] = ()


class Sheet:
    """One file. Raises BundleRefused for a text that holds no diagram that can be read."""

    def __init__(self, text: str, file: str = "diagram.bpmn") -> None:
        self.file = file
        self.opened = text
        read_diagram(text.encode(), file)  # bounded, no entities: refuses what must not be parsed
        self._kept = KeptXml(text)
        self.root = self._kept.root
        self.process = next(
            p for p in self.root.iter(tag("process")) if p.get("isExecutable", "true") == "true"
        )
        self._ids: dict[str, etree._Element] = {}
        self._drawn: dict[str, etree._Element] = {}
        for node in self.root.iter(etree.Element):
            if node.get("id"):
                self._ids.setdefault(str(node.get("id")), node)
            if node.get("bpmnElement"):
                self._drawn.setdefault(str(node.get("bpmnElement")), node)

    def text(self) -> str:
        """The file as it now is."""
        return self._kept.text()

    def diagram(self) -> Diagram:
        """What the engine reads in it now."""
        return read_diagram(self.text().encode(), self.file)

    # Elements of the model

    def node(self, name: str) -> etree._Element:
        """The element of an id. Raises Refused."""
        found = self._ids.get(name)
        if found is None:
            raise Refused(f"The diagram has no element “{name}”.")
        return found

    def has(self, name: str) -> bool:
        """Whether an id is taken."""
        return name in self._ids

    def flows(self) -> Iterator[etree._Element]:
        """Every sequence flow of the process."""
        yield from self.process.iter(tag("sequenceFlow"))

    def leaving(self, name: str) -> list[etree._Element]:
        """The flows that leave an element."""
        return [flow for flow in self.flows() if flow.get("sourceRef") == name]

    def arriving(self, name: str) -> list[etree._Element]:
        """The flows that lead to an element."""
        return [flow for flow in self.flows() if flow.get("targetRef") == name]

    def attached(self, name: str) -> list[etree._Element]:
        """The events on an element's border."""
        return [node for node in self.process.iter(tag("boundaryEvent")) if node.get("attachedToRef") == name]

    def flow_nodes(self, scope: etree._Element | None = None) -> list[etree._Element]:
        """Every flow node of a scope (the process), in the order of the file."""
        inside = self.process if scope is None else scope
        kinds = ("Task", "Event", "Gateway", "SubProcess", "subProcess", "task")
        return [node for node in inside if isinstance(node.tag, str) and local(node).endswith(kinds)]

    def lane_of(self, name: str) -> etree._Element | None:
        """The lane that names an element, or the sub-process that it lies in."""
        for lane in self.process.iter(tag("lane")):
            if any((ref.text or "").strip() == name for ref in lane.findall(tag("flowNodeRef"))):
                return lane
        parent = self.node(name).getparent()
        if parent is not None and local(parent) == "subProcess":
            return self.lane_of(str(parent.get("id")))
        return None

    def fresh(self, wanted: str) -> str:
        """An id like the one wanted that nothing has yet."""
        words = re.sub(r"[^a-z0-9]+", "_", wanted.lower()).strip("_") or "step"
        base = (words if words[0].isalpha() else f"step_{words}")[:LONGEST_ID].strip("_")
        if base in ("start", "end", "root", "none"):
            base = f"{base}_step"
        name, number = base, 2
        while name in self._ids or f"{name}_di" in self._ids:
            suffix = f"_{number}"
            name, number = f"{base[: LONGEST_ID - len(suffix)]}{suffix}", number + 1
        return name

    def add(
        self, parent: etree._Element, name: str, identifier: str = "", /, **attributes: str
    ) -> etree._Element:
        """A new last child of an element, with the file's indentation. `name` is qualified."""
        node = etree.SubElement(parent, name)
        if identifier:
            node.set("id", identifier)
            self._ids[identifier] = node
        for key, value in attributes.items():
            node.set(key, value)
        if node.get("bpmnElement"):
            self._drawn[str(node.get("bpmnElement"))] = node
        indent_new(node)
        return node

    def place_after(self, node: etree._Element, before: etree._Element) -> None:
        """Move a new or a moved element behind a sibling, in the file."""
        put_after(node, before)

    def place_first(self, node: etree._Element) -> None:
        """Move a new element before its siblings."""
        put_first(node)

    def know(self, node: etree._Element) -> None:
        """Note the id that an element was given after it was made."""
        self._ids[str(node.get("id"))] = node

    def drop(self, node: etree._Element) -> None:
        """Take an element out of the file, with everything in it."""
        for each in node.iter(etree.Element):
            if each.get("id") and self._ids.get(str(each.get("id"))) is each:
                del self._ids[str(each.get("id"))]
            reference = str(each.get("bpmnElement") or "")
            if self._drawn.get(reference) is each:
                del self._drawn[reference]
        cut(node)

    # What is drawn

    @property
    def plane(self) -> etree._Element | None:
        """The drawing itself, or None for a file without one."""
        return self.root.find(f".//{{{DI}}}BPMNPlane")

    def drawn(self, name: str) -> etree._Element | None:
        """The shape or edge of an element."""
        return self._drawn.get(name)

    def shapes(self) -> Iterator[tuple[str, etree._Element]]:
        """Every shape with the id of its element."""
        for name, shape in list(self._drawn.items()):
            if local(shape) == "BPMNShape":
                yield name, shape

    def edges(self) -> Iterator[tuple[str, etree._Element]]:
        """Every edge with the id of its element."""
        for name, edge in list(self._drawn.items()):
            if local(edge) == "BPMNEdge":
                yield name, edge

    def box(self, name: str) -> Box | None:
        """Where an element is drawn."""
        shape = self._drawn.get(name)
        bounds = shape.find(f"{{{DC}}}Bounds") if shape is not None else None
        return read_bounds(bounds) if bounds is not None else None


def read_bounds(bounds: etree._Element) -> Box:
    """A box of the file, in whole pixels."""
    x, y, width, height = (round(float(bounds.get(key) or 0)) for key in ("x", "y", "width", "height"))
    return Box(x, y, width, height)


def write_bounds(bounds: etree._Element, box: Box) -> None:
    """Put a box into the file."""
    for key, value in (("x", box.x), ("y", box.y), ("width", box.width), ("height", box.height)):
        bounds.set(key, str(value))


def waypoints(edge: etree._Element) -> list[Point]:
    """The points of an edge."""
    return [
        (round(float(point.get("x") or 0)), round(float(point.get("y") or 0)))
        for point in edge.findall(f"{{{DD}}}waypoint")
    ]


def label_bounds(drawn: etree._Element) -> etree._Element | None:
    """Where the label of a shape or edge stands, if it says so."""
    return drawn.find(f"{{{DI}}}BPMNLabel/{{{DC}}}Bounds")


def child(node: etree._Element, name: str) -> etree._Element | None:
    """The first child of a BPMN name."""
    return node.find(tag(name))


def own_of(node: etree._Element, name: str) -> str:
    """One of our attributes, or ""."""
    return node.get(own(name)) or ""


def element_of(diagram: Diagram, name: str) -> Element:
    """An element of a diagram. Raises Refused."""
    found = diagram.elements.get(name)
    if found is None:
        raise Refused(f"The diagram has no step “{name}”. Somebody may have removed it.")
    return found


def flow_of(diagram: Diagram, name: str) -> Flow:
    """A flow of a diagram. Raises Refused."""
    found = diagram.flows.get(name)
    if found is None:
        raise Refused("This way is not in the diagram any more.")
    return found


def unset(node: etree._Element, name: str) -> None:
    """Take an attribute away, if it is there."""
    if name in node.attrib:
        del node.attrib[name]
