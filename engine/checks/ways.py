"""Walks over a diagram: what can be reached, what must be passed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from engine.diagram import Diagram


def reached(diagram: Diagram, begin: Iterable[str], without: Collection[str] = ()) -> set[str]:
    """Every element that a token can come to from `begin`, events on borders included; `without` are
    walls."""
    found: set[str] = set()
    waiting = [element for element in begin if element not in without]
    while waiting:
        here = waiting.pop()
        if here in found or here not in diagram.elements:
            continue
        found.add(here)
        following = [flow.target for flow in diagram.outgoing(here)]
        following += [event.id for event in diagram.boundary_events(here)]
        waiting.extend(element for element in following if element not in without)
    return found


def starts(diagram: Diagram) -> list[str]:
    """The start events of the process and of its event sub-processes."""
    return [element.id for element in diagram.elements.values() if element.kind == "startEvent"]
