"""Where everything stands in a drawing: the diagram interchange part of a BPMN file."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.diagram import local

Place = tuple[float, float]


@dataclass(frozen=True)
class Drawing:
    """The places of what is drawn, by the ids of the elements: of shapes the upper left corner, of lines the
    first point."""

    places: dict[str, Place]

    @property
    def shown(self) -> frozenset[str]:
        """Everything that can be seen."""
        return frozenset(self.places)

    def place(self, element: str) -> Place | None:
        """Where it stands; None for what is not drawn."""
        return self.places.get(element)


def drawing_of(root: etree._Element) -> Drawing:
    """What a BPMN file draws."""
    found: dict[str, Place] = {}
    for node in root.iter(etree.Element):
        if local(node) in ("BPMNShape", "BPMNEdge") and node.get("bpmnElement"):
            parts = node.iterchildren(etree.Element)
            place = next((_point(each) for each in parts if local(each) in ("Bounds", "waypoint")), None)
            if place is not None:
                found[str(node.get("bpmnElement"))] = place
    return Drawing(found)


def _point(node: etree._Element) -> Place | None:
    try:
        return float(node.get("x") or ""), float(node.get("y") or "")
    except ValueError:
        return None
