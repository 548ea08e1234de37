"""Which variables there can be, and which there must be, when a case comes to an element: a data-flow over
the diagram."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.bundles import names_of
from engine.checks.subject import Subject
from engine.checks.ways import reached
from engine.decisions import parts_of_answer
from engine.diagram import Diagram, Element, Flow
from engine.world import Fact

COMPLETION: Mapping[str, Fact] = {
    "completed_at": Fact("date"),
    "completed_on": Fact("date"),
    "completed_by": Fact("text"),
}
Parts = Mapping[str, Fact] | None  # None: whatever is below it, it cannot be known here


@dataclass(frozen=True)
class Given:
    """One variable as an element sets it: its name and what is below it."""

    name: str
    parts: Parts = field(hash=False)


class Facts:
    """The variables of one bundle."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.diagram: Diagram = subject.diagram
        self.starts = [Given(v.name, _plain(v.parts)) for v in self.diagram.variables]
        self.set_by: dict[str, list[Given]] = {
            element.id: list(self._given(element)) for element in self.diagram.elements.values()
        }

    def _given(self, element: Element) -> Iterator[Given]:
        attributes, world = element.attributes, self.subject.world
        if element.kind == "userTask":
            form = f"{element.id}.form"
            answers = world.answers(form, self.subject.files.get(form, ""))
            yield Given(element.id, None if answers is None else {**answers, **COMPLETION})
        if element.message:
            yield Given(element.message, None)
        if not attributes.get("result"):
            return
        if element.kind == "businessRuleTask":
            yield Given(attributes["result"], self._answer(attributes.get("decision", "")))
        else:
            service = attributes.get("service" if element.kind == "serviceTask" else "record", "")
            facts = world.facts(service)
            yield Given(attributes["result"], None if facts is None else _plain(facts))

    def _answer(self, decision: str) -> Parts:
        for tables in self.subject.decisions:
            if decision in names_of(tables):
                found = parts_of_answer(tables, decision)
                return None if found is None else _plain(found)
        return None

    @cached_property
    def names(self) -> dict[str, Parts]:
        """Every variable there can ever be, with everything that can be below it."""
        return _merged([*self.starts, *(given for found in self.set_by.values() for given in found)])

    def possible(self, element: str) -> dict[str, Parts]:
        """The variables that may have been set when a case comes to an element."""
        scope = self.diagram.elements[element].scope
        before = self._before.get(element, frozenset())
        if scope:  # "at any time": whatever the process may have set until then
            before = before | frozenset(e.id for e in self.diagram.elements.values() if e.scope != scope)
        return _merged([*self.starts, *(given for found in before for given in self.set_by[found])])

    def certain(self, element: str) -> set[str]:
        """The names of the variables that must have been set when a case comes to an element."""
        return {given.name for given in self.starts} | set(self._must.get(element, frozenset()))

    @cached_property
    def _before(self) -> dict[str, frozenset[str]]:
        """What may have happened before each element, or at the same time."""
        diagram = self.diagram
        after = {name: reached(diagram, _following(diagram, name)) for name in diagram.elements}
        found: dict[str, set[str]] = {name: set() for name in diagram.elements}
        for name, later in after.items():
            for other in later:
                found[other].add(name)
        for name, element in diagram.elements.items():
            exits = [flow.target for flow in diagram.outgoing(name)]
            beside = [event.id for event in diagram.boundary_events(name) if not event.interrupting]
            if element.kind in ("parallelGateway", "inclusiveGateway") or beside:
                _beside(found, [reached(diagram, [one]) for one in [*exits, *beside]])
                if beside:
                    _beside(found, [{name}, *(reached(diagram, [one]) for one in beside)])
        return {name: frozenset(earlier) for name, earlier in found.items()}

    @cached_property
    def _must(self) -> dict[str, frozenset[str]]:
        """Variables set on every way to each element: the largest solution, found by going round."""
        diagram = self.diagram
        everything = frozenset(self.names)
        known = dict.fromkeys(diagram.elements, everything)
        arriving: dict[str, list[Flow]] = {}
        for flow in diagram.flows.values():
            arriving.setdefault(flow.target, []).append(flow)
        changed = True
        while changed:
            changed = False
            for name, element in diagram.elements.items():
                ways = [self._leaving(known, flow.source) for flow in arriving.get(name, [])]
                if element.attached_to:
                    ways = [known.get(element.attached_to, frozenset())]
                joins = element.kind == "parallelGateway"
                now = _joined(ways, everything, together=joins) if ways else frozenset[str]()
                if now != known[name]:
                    known[name], changed = now, True
        return known

    def _leaving(self, known: Mapping[str, frozenset[str]], element: str) -> frozenset[str]:
        given = self.set_by.get(element, [])
        return known.get(element, frozenset()) | {one.name for one in given}


def _joined(ways: list[frozenset[str]], everything: frozenset[str], *, together: bool) -> frozenset[str]:
    if together:
        return frozenset().union(*ways)
    found = everything
    for way in ways:
        found &= way
    return found


def _following(diagram: Diagram, name: str) -> list[str]:
    after = [flow.target for flow in diagram.outgoing(name)]
    return after + [event.id for event in diagram.boundary_events(name)]


def _beside(found: dict[str, set[str]], ways: list[set[str]]) -> None:
    for number, way in enumerate(ways):
        for other in ways[number + 1 :]:
            for name in way:
                found[name] |= other
            for name in other:
                found[name] |= way


def _plain(names: Iterable[str]) -> Parts:
    found = {name: Fact() for name in names}
    return found or None


def _merged(given: Iterable[Given]) -> dict[str, Parts]:
    """Variables by name; what is below one is everything that any of its settings puts there."""
    found: dict[str, Parts] = {}
    for one in given:
        if one.name not in found:
            found[one.name] = one.parts
            continue
        known = found[one.name]
        found[one.name] = None if known is None or one.parts is None else {**known, **one.parts}
    return found
