"""What people call the elements of a diagram."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.diagram import Diagram, Element
from engine.differences.difference import listed, quoted

KINDS = {
    "userTask": "step",
    "serviceTask": "service step",
    "businessRuleTask": "decision step",
    "exclusiveGateway": "choice",
    "parallelGateway": "point where all ways are taken at once",
    "inclusiveGateway": "point where several ways may be taken",
    "startEvent": "start",
    "endEvent": "end",
    "intermediateCatchEvent": "wait",
    "boundaryEvent": "event",
    "subProcess": "part that may begin at any time",
}
EVENTS = {"timer": "time limit", "message": "message", "": "event"}


@dataclass(frozen=True)
class Roles:
    """What people call roles."""

    name_of: Callable[[str], str]

    def of(self, drawn: Element) -> str:
        """Whose work an element is, in words; "" where nobody's is said."""
        return self.called(drawn.role) or (f"the {drawn.lane}" if drawn.lane else "")

    def called(self, role: str) -> str:
        """A role in the middle of a sentence; "" for none."""
        return f"the {self.name_of(role)}" if role else ""


def is_gateway(drawn: Element) -> bool:
    """Whether an element only decides or joins ways."""
    return drawn.kind.endswith("Gateway")


def called(diagram: Diagram, element: str) -> str:
    """An element in the middle of a sentence: the step “Decide”, the time limit on the step “Decide”."""
    drawn = diagram.elements.get(element)
    if drawn is None:
        return quoted(element)
    kind = KINDS.get(drawn.kind, "element")
    if drawn.kind == "boundaryEvent":
        kind = EVENTS.get(drawn.event, "event")
        on = f"on {called(diagram, drawn.attached_to)}"
        return f"the {kind} {quoted(drawn.name)} {on}" if drawn.name else f"the {kind} {on}"
    if drawn.name:
        return f"the {kind} {quoted(drawn.name)}"
    before = [
        called_simply(diagram, flow.source) for flow in diagram.flows.values() if flow.target == element
    ]
    after = [called_simply(diagram, flow.target) for flow in diagram.outgoing(element)]
    if is_gateway(drawn) and len(after) == 1 and len(before) > 1:
        return f"the place before {after[0]} where ways meet"
    if before:
        return f"the {kind} after {listed(before)}"
    return f"the {kind} before {listed(after)}" if after else f"the {kind} {quoted(element)}"


def called_simply(diagram: Diagram, element: str) -> str:
    """An element by its name, else by its kind and id."""
    drawn = diagram.elements.get(element)
    if drawn is None:
        return quoted(element)
    if drawn.kind == "startEvent" and not drawn.name:
        return "the start"
    return quoted(drawn.name or element.replace("_", " "))
