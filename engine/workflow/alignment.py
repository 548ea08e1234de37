"""Two versions of a diagram laid side by side: where a token of the old one stands in the new.

Elements are the same when they have the same id and the same nature (kind, event, one or many). What was
renamed or taken away is said by a mapping: old id -> new id, `skip` (as if done) or `leave` (the case stays
on its version). No element may be mapped to one whose id is one of these two words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.diagram import Diagram, Element
from engine.errors import CannotMove

SKIP, LEAVE = "skip", "leave"
GATEWAYS_THAT_WAIT = ("parallelGateway", "inclusiveGateway")


@dataclass(frozen=True)
class Alignment:
    """An old and a new diagram, and what a person has said of the elements that are gone."""

    old: Diagram
    new: Diagram
    mapping: Mapping[str, str] = field(default_factory=dict)

    def target(self, element: str) -> str | None:
        """The element of the new diagram that this one has become, or None."""
        name = self.mapping.get(element, element)
        drawn, found = self.old.elements.get(element), self.new.elements.get(name)
        if drawn is None or found is None or not self._same_nature(drawn, found):
            return None
        return name

    def scope(self, scope: str) -> str | None:
        """The scope of the new diagram ("" or an event sub-process) that this one has become, or None."""
        return self.target(scope) if scope else ""

    def says(self, element: str) -> str:
        """What is said of an element that has a token but no place: `skip`, `leave`, or nothing."""
        said = self.mapping.get(element, "")
        return said if said in (SKIP, LEAVE) else ""

    def onward(self, element: str, live: Iterable[str]) -> str | None:
        """The element of the new diagram at which a token goes on whose step is skipped.

        It follows the old diagram to the first element that is still there. None where the way ends, or where
        it met other branches (`live` elements) at a gateway that is gone: those go on for it. Raises
        CannotMove at a choice that is gone.
        """
        here, seen, others = element, {element}, [each for each in live if each != element]
        while True:
            flows = self.old.outgoing(here)
            if not flows:
                return None
            if len(flows) > 1:
                raise CannotMove(
                    f"After {named(self.old, element)} the old version chose a way at "
                    f"{named(self.old, here)}, which is gone.",
                    f"Map {named(self.old, element)} to the step where these cases go on.",
                )
            here = flows[0].target
            if here in seen:
                return None
            seen.add(here)
            found = self.target(here)
            if found is not None:
                return found
            waits = self.old.elements[here].kind in GATEWAYS_THAT_WAIT
            if waits and any(here in reached(self.old, other) for other in others):
                return None
            others = [each for each in others if each != here]  # what waited here goes on with this one

    def _same_nature(self, old: Element, new: Element) -> bool:
        return (
            (old.kind, old.event, old.timer_kind == "timeCycle", bool(old.collection))
            == (new.kind, new.event, new.timer_kind == "timeCycle", bool(new.collection))
            and self.scope(old.scope) == new.scope
            and (not old.attached_to or self.target(old.attached_to) == new.attached_to)
        )


def named(diagram: Diagram, element: str) -> str:
    """An element in quotation marks, by its name where it has one."""
    drawn = diagram.elements.get(element)
    return f"“{(drawn.name if drawn else '') or element}”"


def reached(diagram: Diagram, element: str) -> set[str]:
    """The elements that a token at `element` may still come to, also by the events attached on its way."""
    found: set[str] = set()
    waiting = [element]
    while waiting:
        here = waiting.pop()
        after = [flow.target for flow in diagram.outgoing(here)]
        after += [event.id for event in diagram.boundary_events(here)]
        new = [each for each in after if each not in found]
        found.update(new)
        waiting.extend(new)
    return found
