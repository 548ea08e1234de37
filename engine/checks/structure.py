"""Rules of shape: only elements that run here, everything connected, reachable and able to end."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from engine.decisions import DecisionModel
from engine.diagram import Diagram, Element, Flow
from engine.errors import Finding


@dataclass(frozen=True)
class Subject:
    """What the rules look at: a bundle's diagram, its files and tables, and the services there are."""

    diagram: Diagram
    files: Mapping[str, str]
    decisions: tuple[DecisionModel, ...]
    services: Collection[str]


Rule = Callable[[Subject], Iterator[Finding]]
PALETTE = {
    "startEvent": {"", "message"},
    "endEvent": {"", "terminate"},
    "userTask": {""},
    "serviceTask": {""},
    "businessRuleTask": {""},
    "exclusiveGateway": {""},
    "parallelGateway": {""},
    "inclusiveGateway": {""},
    "intermediateCatchEvent": {"message", "timer"},
    "boundaryEvent": {"message", "timer"},
    "subProcess": {""},
}
ID = re.compile(r"[a-z][A-Za-z0-9_]*")
RESERVED = {"start", "end", "root", "none"}
MAX_EXITS = 20


def finding(
    subject: Subject, element: Element | Flow | None, rule: str, sentence: str, what_to_do: str
) -> Finding:
    """A finding about an element or flow of the bundle's diagram."""
    name, line = (element.id, element.line) if element is not None else ("", 0)
    return Finding(subject.diagram.file, name, line, rule, sentence, what_to_do)


def said(element: Element) -> str:
    """An element as people know it: its name, else its id."""
    return f'"{element.name or element.id}"'


def only_elements_that_run(subject: Subject) -> Iterator[Finding]:
    """Anything outside the palette is refused: the library ignores some elements in silence."""
    for element in subject.diagram.elements.values():
        if element.event not in PALETTE.get(element.kind, set()):
            kind = f"{element.event} {element.kind}".strip()
            sentence = f"{said(element)} is a {kind}, which is not run here."
            what = (
                "Use a user task, a service task, a decision, a gateway, or a timer or message event instead."
            )
            yield finding(subject, element, "palette", sentence, what)


def ids_can_be_names(subject: Subject) -> Iterator[Finding]:
    """An id is a name everywhere (form, address, log), and a few words mislead the library."""
    for element in subject.diagram.elements.values():
        if not ID.fullmatch(element.id) or element.id.lower() in RESERVED:
            sentence = f'The id "{element.id}" cannot be used.'
            yield finding(
                subject,
                element,
                "id",
                sentence,
                "Use small letters, digits and underscores, and not a reserved word.",
            )


def flows_lead_somewhere(subject: Subject) -> Iterator[Finding]:
    """Both ends of a flow exist and lie in the same process or sub-process."""
    elements = subject.diagram.elements
    for flow in subject.diagram.flows.values():
        source, target = elements.get(flow.source), elements.get(flow.target)
        if source is None or target is None:
            yield finding(
                subject, flow, "flow", f'The arrow "{flow.id}" has a loose end.', "Connect it, or delete it."
            )
        elif source.scope != target.scope:
            sentence = (
                f"An arrow crosses the border of a sub-process between {said(source)} and {said(target)}."
            )
            yield finding(subject, flow, "flow", sentence, "Keep both ends on the same side.")


def events_sit_on_user_tasks(subject: Subject) -> Iterator[Finding]:
    """Boundary events are right on human work only, and a message there interrupts."""
    for event in subject.diagram.elements.values():
        if event.kind != "boundaryEvent":
            continue
        host = subject.diagram.elements.get(event.attached_to)
        if host is None or host.kind != "userTask":
            sentence = f"{said(event)} is not attached to a user task."
            yield finding(subject, event, "boundary", sentence, "Attach it to the task it belongs to.")
        if event.event == "message" and not event.interrupting:
            sentence = f"{said(event)} would be heard only once, because it does not interrupt."
            yield finding(subject, event, "boundary", sentence, "Make it interrupting, or use a timer.")


def sub_processes_are_at_any_time(subject: Subject) -> Iterator[Finding]:
    """The one sub-process that runs here is the interrupting event sub-process at the top, started by a
    message."""
    elements = subject.diagram.elements.values()
    for sub in (element for element in elements if element.kind == "subProcess"):
        starts = [e for e in elements if e.kind == "startEvent" and e.scope == sub.id]
        right = not sub.scope and len(starts) == 1 and starts[0].event == "message" and starts[0].interrupting
        if not right:
            sentence = f"{said(sub)} is not started by one interrupting message."
            what = (
                "Draw it as an event sub-process whose message start interrupts, or as steps of the process."
            )
            yield finding(subject, sub, "sub_process", sentence, what)


def one_way_in(subject: Subject) -> Iterator[Finding]:
    """Each process has one plain start and an end."""
    elements = list(subject.diagram.elements.values())
    starts = [e for e in elements if e.kind == "startEvent" and not e.scope]
    if len(starts) != 1 or starts[0].event:
        yield finding(
            subject,
            None,
            "start",
            "The process needs one plain start event.",
            "Keep one start event without a symbol.",
        )
    for scope in {e.scope for e in elements}:
        if not any(e.kind == "endEvent" and e.scope == scope for e in elements):
            yield finding(
                subject,
                None,
                "end",
                "A part of the process has no end event.",
                "Add an end event that says the outcome.",
            )


def everything_is_reached(subject: Subject) -> Iterator[Finding]:
    """What cannot be reached is dropped by the library without a word."""
    diagram = subject.diagram
    reached = _reached(diagram, [e.id for e in diagram.elements.values() if e.kind == "startEvent"])
    for element in diagram.elements.values():
        if element.id not in reached and element.kind != "subProcess":
            sentence = f"{said(element)} can never be reached."
            yield finding(
                subject, element, "reachable", sentence, "Connect it to what comes before, or delete it."
            )


def nothing_stops_dead(subject: Subject) -> Iterator[Finding]:
    """Every element but an end leads on, and only a gateway leads to more than one place."""
    for element in subject.diagram.elements.values():
        exits = len(subject.diagram.outgoing(element.id))
        if element.kind in ("endEvent", "subProcess"):
            continue
        if exits == 0:
            sentence = f"After {said(element)} nothing follows."
            yield finding(
                subject, element, "dead_end", sentence, "Draw an arrow to the next step, or to an end event."
            )
        if exits > 1 and not element.kind.endswith("Gateway"):
            sentence = f"Two arrows leave {said(element)}; conditions on them would be ignored."
            yield finding(subject, element, "split", sentence, "Put a gateway after it.")
        if exits > MAX_EXITS:
            yield finding(
                subject,
                element,
                "split",
                f"More than {MAX_EXITS} arrows leave {said(element)}.",
                "Split it up.",
            )


def parallel_splits_are_outside_loops(subject: Subject) -> Iterator[Finding]:
    """A parallel split that can come round again costs more each time, and its join mixes the rounds."""
    diagram = subject.diagram
    for element in diagram.elements.values():
        if (
            element.kind not in ("parallelGateway", "inclusiveGateway")
            or len(diagram.outgoing(element.id)) < 2
        ):
            continue
        if element.id in _reached(diagram, [flow.target for flow in diagram.outgoing(element.id)]):
            sentence = f"{said(element)} splits into parallel ways inside a loop."
            yield finding(
                subject,
                element,
                "parallel_loop",
                sentence,
                "Lead the loop around the split, or use one task per item.",
            )


def gateways_before_loops(subject: Subject) -> Iterator[Finding]:
    """A ring of steps without a gateway never ends."""
    diagram = subject.diagram
    for element in diagram.elements.values():
        seen, here = {element.id}, element
        while not here.kind.endswith("Gateway") and len(exits := diagram.outgoing(here.id)) == 1:
            following = diagram.elements.get(exits[0].target)
            if following is None:
                break
            if following.id == element.id:
                yield finding(
                    subject,
                    element,
                    "ring",
                    f"{said(element)} leads back to itself for ever.",
                    "Add a gateway with a way out.",
                )
            if following.id in seen:
                break
            seen.add(following.id)
            here = following


def _reached(diagram: Diagram, begin: list[str]) -> set[str]:
    reached: set[str] = set()
    waiting = list(begin)
    while waiting:
        here = waiting.pop()
        if here in reached or here not in diagram.elements:
            continue
        reached.add(here)
        waiting.extend(flow.target for flow in diagram.outgoing(here))
        waiting.extend(event.id for event in diagram.boundary_events(here))
    return reached


STRUCTURE_RULES: tuple[Rule, ...] = (
    only_elements_that_run,
    ids_can_be_names,
    flows_lead_somewhere,
    events_sit_on_user_tasks,
    sub_processes_are_at_any_time,
    one_way_in,
    everything_is_reached,
    nothing_stops_dead,
    parallel_splits_are_outside_loops,
    gateways_before_loops,
)
