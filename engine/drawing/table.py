"""A diagram as a table: its steps in the order in which they come, and what comes after each."""

from __future__ import annotations

from dataclasses import dataclass

from engine.diagram import Diagram, Element, Flow


@dataclass(frozen=True)
class Next:
    """A way on: over which flow, under which name and condition, to which element. `joins` are gateways
    without a name that it only passes."""

    flow: str
    name: str
    condition: str
    default: bool
    target: str


@dataclass(frozen=True)
class Row:
    """One element of the table, with its ways on and the events on its border."""

    element: Element
    ways: tuple[Next, ...]
    on_border: tuple[Element, ...] = ()


@dataclass(frozen=True)
class Part:
    """The process itself (no name), or what happens at any time when its message comes."""

    id: str
    name: str
    documentation: str
    rows: tuple[Row, ...]


def table_of(diagram: Diagram) -> list[Part]:
    """Every part of a diagram with its rows; where ways only meet is left out and looked through."""
    parts = [Part("", "", diagram.documentation, tuple(_rows(diagram, "")))]
    parts += [
        Part(sub.id, sub.name or sub.id, sub.documentation, tuple(_rows(diagram, sub.id)))
        for sub in diagram.elements.values()
        if sub.kind == "subProcess"
    ]
    return parts


def called(element: Element) -> str:
    """An element as people say it."""
    if element.name:
        return element.name
    return {"endEvent": "It ends", "startEvent": "It begins"}.get(element.kind, element.id)


def only_joins(diagram: Diagram, element: Element) -> bool:
    """Whether ways only meet here."""
    return element.kind.endswith("Gateway") and len(diagram.outgoing(element.id)) < 2


def through(diagram: Diagram, name: str) -> str:
    """The element that a way really leads to: behind where ways only meet."""
    seen: set[str] = set()
    while name not in seen and (element := diagram.elements.get(name)) and only_joins(diagram, element):
        seen.add(name)
        onwards = diagram.outgoing(name)
        if not onwards:
            break
        name = onwards[0].target
    return name


def _rows(diagram: Diagram, scope: str) -> list[Row]:
    rows = []
    for name in _in_order(diagram, scope):
        element = diagram.elements[name]
        if element.kind == "subProcess" or only_joins(diagram, element):
            continue
        ways = tuple(_next(diagram, element, flow) for flow in diagram.outgoing(name))
        rows.append(Row(element, ways, tuple(diagram.boundary_events(name))))
    return rows


def _next(diagram: Diagram, element: Element, flow: Flow) -> Next:
    default = flow.id == element.default_flow
    return Next(flow.id, flow.name, flow.condition or "", default, through(diagram, flow.target))


def _in_order(diagram: Diagram, scope: str) -> list[str]:
    """As the flow runs: first what comes by the default way, side ways after it; what nothing leads to
    last."""
    mine = [element for element in diagram.elements.values() if element.scope == scope]
    found: dict[str, None] = {}
    waiting = [element.id for element in reversed(mine) if element.kind == "startEvent"]
    while waiting:
        here = waiting.pop()
        if here in found or here not in diagram.elements:
            continue
        found[here] = None
        onwards = [flow.target for flow in diagram.outgoing(here)]
        events = [event.id for event in diagram.boundary_events(here)]
        waiting += [*reversed(onwards), *reversed(events)]
    return [*found, *(element.id for element in mine if element.id not in found)]
