"""Rules of shape: everything connected, reachable and able to end, and nothing that goes round for ever."""

from __future__ import annotations

import re

from engine.checks.rule import Faults, rule
from engine.checks.subject import ProfileRule, Subject, said
from engine.checks.ways import reached, starts

ID = re.compile(r"[a-z][A-Za-z0-9_]{0,59}")
RESERVED = {"start", "end", "root", "none"}
MAX_EXITS = 20
LONGEST_NAME = 200
LONGEST_WORDS = 4_000


@rule(
    "id", "profile; engine notes 1.2", "Use small letters, digits and underscores, and not a reserved word."
)
def ids_can_be_names(subject: Subject) -> Faults:
    """An id is a name everywhere (form, address, log), and a few words mislead the library."""
    for element in subject.diagram.elements.values():
        if not ID.fullmatch(element.id) or element.id.lower() in RESERVED:
            yield element, f'The id "{element.id[:80]}" cannot be used.'


@rule("long_name", "limits", "Say it shorter: what is long belongs into the documentation.")
def names_fit_on_a_page(subject: Subject) -> Faults:
    """A name has at most 200 characters, a documentation at most 4,000."""
    for element in subject.diagram.elements.values():
        if len(element.name) > LONGEST_NAME or len(element.documentation) > LONGEST_WORDS:
            yield element, f"The name or the documentation of {said(element)} is too long."
    for flow in subject.diagram.flows.values():
        if len(flow.name) > LONGEST_NAME:
            yield flow, f'The name of the arrow "{flow.name[:80]}" is too long.'


@rule("flow", "engine notes 1.2", "Connect it, or delete it.")
def flows_lead_somewhere(subject: Subject) -> Faults:
    """Both ends of an arrow exist."""
    elements = subject.diagram.elements
    for flow in subject.diagram.flows.values():
        if flow.source not in elements or flow.target not in elements:
            yield flow, f'The arrow "{flow.id[:80]}" has a loose end.'


@rule("boundary", "profile; engine notes 1.4", "Attach it to the task it belongs to.")
def events_sit_on_user_tasks(subject: Subject) -> Faults:
    """Boundary events are right on human work only, and a message there interrupts."""
    for event in subject.diagram.elements.values():
        if event.kind != "boundaryEvent":
            continue
        host = subject.diagram.elements.get(event.attached_to)
        if host is None or host.kind != "userTask" or host.scope != event.scope:
            yield event, f"{said(event)} is not attached to a user task."
        if event.event == "message" and not event.interrupting:
            sentence = f"{said(event)} would be heard only once, because it does not interrupt."
            yield event, sentence, "Make it interrupting, or use a timer."


@rule(
    "sub_process",
    "profile; engine notes 1.4",
    "Draw it as an event sub-process whose message start interrupts, or as steps of the process.",
)
def sub_processes_are_at_any_time(subject: Subject) -> Faults:
    """The one sub-process that runs here is the interrupting event sub-process at the top, started by a
    message."""
    elements = subject.diagram.elements.values()
    for sub in (element for element in elements if element.kind == "subProcess"):
        inside = [e for e in elements if e.kind == "startEvent" and e.scope == sub.id]
        right = not sub.scope and len(inside) == 1 and inside[0].event == "message" and inside[0].interrupting
        if not right or not sub.event_sub_process:
            yield sub, f"{said(sub)} is not started by one interrupting message."


@rule("start", "profile", "Keep one start event without a symbol.")
def one_way_in(subject: Subject) -> Faults:
    """Each process has one plain start."""
    inside = [e for e in subject.diagram.elements.values() if e.kind == "startEvent" and not e.scope]
    if len(inside) != 1 or inside[0].event:
        yield None, "The process needs one plain start event."


@rule("same_message", "profile", "Let each message start one part only.")
def a_message_starts_one_part(subject: Subject) -> Faults:
    """Two parts "at any time" with one message: only one of them would ever start."""
    seen: set[str] = set()
    for event in subject.diagram.elements.values():
        if event.kind == "startEvent" and event.scope and event.message:
            if event.message in seen:
                yield event, f"{said(event)} waits for “{event.message}”, which starts another part already."
            seen.add(event.message)


@rule("reachable", "engine notes 1.2", "Connect it to what comes before, or delete it.")
def everything_is_reached(subject: Subject) -> Faults:
    """What cannot be reached is dropped by the library without a word."""
    diagram = subject.diagram
    found = reached(diagram, starts(diagram))
    led_to = {flow.target for flow in diagram.flows.values()}
    for element in diagram.elements.values():
        loose = element.id not in led_to and element.kind != "boundaryEvent"  # the rule no_way_in says so
        if element.id not in found and element.kind != "subProcess" and not loose:
            yield element, f"{said(element)} can never be reached."


@rule("split", "profile; engine notes 1.4", "Put a gateway after it.")
def only_gateways_split(subject: Subject) -> Faults:
    """Only a gateway leads to more than one place, and to at most 20: the library ignores conditions after
    tasks."""
    for element in subject.diagram.elements.values():
        exits = len(subject.diagram.outgoing(element.id))
        if exits > 1 and not element.kind.endswith("Gateway"):
            yield element, f"Two arrows leave {said(element)}; conditions on them would be ignored."
        if exits > MAX_EXITS:
            yield element, f"More than {MAX_EXITS} arrows leave {said(element)}.", "Split it up."


@rule("parallel_loop", "engine notes 1.4", "Lead the loop around the split, or use one task per item.")
def parallel_splits_are_outside_loops(subject: Subject) -> Faults:
    """A parallel split that can come round again costs more each time, and its join mixes the rounds."""
    diagram = subject.diagram
    for element in diagram.elements.values():
        exits = diagram.outgoing(element.id)
        if element.kind not in ("parallelGateway", "inclusiveGateway") or len(exits) < 2:
            continue
        if element.id in reached(diagram, [flow.target for flow in exits]):
            yield element, f"{said(element)} splits into parallel ways inside a loop."


@rule("ring", "engine notes 1.2", "Add a gateway with a way out.")
def gateways_before_loops(subject: Subject) -> Faults:
    """A ring of steps without a gateway never ends."""
    diagram = subject.diagram
    for element in diagram.elements.values():
        seen, here = {element.id}, element
        while not here.kind.endswith("Gateway") and len(exits := diagram.outgoing(here.id)) == 1:
            following = diagram.elements.get(exits[0].target)
            if following is None:
                break
            if following.id == element.id:
                yield element, f"{said(element)} leads back to itself for ever."
            if following.id in seen:
                break
            seen.add(following.id)
            here = following


@rule(
    "busy_loop",
    "engine notes 3.5",
    "Let a user task, a timer or a message stand in the loop.",
    severity="warning",
)
def loops_wait_for_somebody(subject: Subject) -> Faults:
    """A loop in which nobody is asked and nothing is waited for runs until it is stopped."""
    diagram = subject.diagram
    waits = {
        e.id
        for e in diagram.elements.values()
        if e.kind in ("userTask", "intermediateCatchEvent", "boundaryEvent")
    }
    for element in diagram.elements.values():
        if element.id in waits or not element.kind.endswith("Task"):
            continue
        after = [flow.target for flow in diagram.outgoing(element.id)]
        if element.id in reached(diagram, after, without=waits):
            yield element, f"{said(element)} can be done again and again without anybody being asked."


@rule("no_end_in_sight", "BPMN 2.0.2, 13.4", "Draw a way out that leads to an end event.")
def every_step_can_come_to_an_end(subject: Subject) -> Faults:
    """From every step there is a way to an end event."""
    diagram = subject.diagram
    back: dict[str, list[str]] = {}
    for flow in diagram.flows.values():
        back.setdefault(flow.target, []).append(flow.source)
    for event in diagram.elements.values():
        if event.attached_to:
            back.setdefault(event.id, []).append(event.attached_to)
    found: set[str] = set()
    waiting = [element.id for element in diagram.elements.values() if element.kind == "endEvent"]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += back.get(here, [])
    for element in diagram.elements.values():
        if element.kind != "subProcess" and element.id not in found and diagram.outgoing(element.id):
            yield element, f"From {said(element)} no way leads to an end."


STRUCTURE_RULES: tuple[ProfileRule, ...] = (
    ids_can_be_names,
    names_fit_on_a_page,
    flows_lead_somewhere,
    events_sit_on_user_tasks,
    sub_processes_are_at_any_time,
    one_way_in,
    a_message_starts_one_part,
    everything_is_reached,
    only_gateways_split,
    parallel_splits_are_outside_loops,
    gateways_before_loops,
    loops_wait_for_somebody,
    every_step_can_come_to_an_end,
)
