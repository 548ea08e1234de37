"""The standard's rules for arrows: what they may join, and that every element is on a way (BPMN 2.0.2,
7.6, 8.4.13, 10.3 to 10.5)."""

from __future__ import annotations

from engine.checks.bpmn.drawing import (
    ACTIVITIES,
    ARTIFACTS,
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    Drawing,
    Node,
    kind_of,
    kind_words,
    text_of,
)
from engine.checks.rule import Faults, Rule, rule

_ON_THE_WAY = ("intermediateCatchEvent", "intermediateThrowEvent")
_ENDS = (("sourceRef", "begins at"), ("targetRef", "leads to"))


@rule("arrow_to_note", "7.6.1", "Connect notes and groups with a dotted association instead.")
def arrows_leave_notes_alone(drawing: Drawing) -> Faults:
    """No arrow and no message flow begins at or leads to a note, a group or an association."""
    for flow in drawing.all("sequenceFlow", "messageFlow"):
        for end, verb in _ENDS:
            node = drawing.find(flow.get(end))
            if kind_of(node) in ARTIFACTS:
                yield flow, f"The arrow {drawing.said(flow)} {verb} a {kind_words(node)}."


@rule("arrow_to_event_sub_process", "8.4.13", "What starts it is the event inside it: delete the arrow.")
def arrows_leave_event_sub_processes_alone(drawing: Drawing) -> Faults:
    """No arrow leads into or out of an event sub-process: its start event starts it."""
    for flow in drawing.all("sequenceFlow"):
        for end, verb in _ENDS:
            node = drawing.find(flow.get(end))
            if drawing.is_event_sub_process(node):
                yield (
                    flow,
                    f'The arrow {drawing.said(flow)} {verb} {drawing.said(node)}, an "at any time" part.',
                )


@rule("arrow_lists", "8.4.13", "Save the diagram again in the editor, which writes both.")
def arrows_are_listed_at_both_ends(drawing: Drawing) -> Faults:
    """Where a file lists the arrows at their elements, it lists every one at both."""
    nodes = drawing.all(*FLOW_NODES)
    if not any(drawing.children(node, "incoming", "outgoing") for node in nodes):
        return
    ends = (("sourceRef", "outgoing", "leaves"), ("targetRef", "incoming", "leads to"))
    for end, listed, verb in ends:
        for flow in drawing.all("sequenceFlow"):
            node = drawing.find(flow.get(end))
            if kind_of(node) not in FLOW_NODES or node is None:
                continue
            if flow.get("id") not in drawing.all_named(node, listed):
                said = drawing.said(node)
                yield flow, f"The arrow {drawing.said(flow)} {verb} {said}, which does not list it."


@rule("arrow_immediate", "8.4.13", "Take isImmediate out.")
def arrows_are_immediate(drawing: Drawing) -> Faults:
    """Nothing may come between two steps of a process that is run."""
    for flow in drawing.all("sequenceFlow"):
        if flow.get("isImmediate") == "false" and drawing.runs(flow):
            yield flow, f"The arrow {drawing.said(flow)} says that other steps may come between."


@rule("single_condition", "10.3.1", "Put a gateway with a default after the task.")
def a_conditional_arrow_has_company(drawing: Drawing) -> Faults:
    """A task with one way out always takes it: a condition there would never be looked at."""
    for flow in drawing.all("sequenceFlow"):
        node = drawing.find(flow.get("sourceRef"))
        if drawing.child(flow, "conditionExpression") is None or node is None or kind_of(node) in GATEWAYS:
            continue
        if kind_of(node) not in ACTIVITIES or len(drawing.outgoing(node)) < 2:
            yield flow, f"The only arrow after {drawing.said(node)} has a condition."


@rule("condition_place", "8.4.13", "Take the condition out, or use an exclusive or inclusive gateway.")
def conditions_follow_gateways_that_choose(drawing: Drawing) -> Faults:
    """After a parallel or event-based gateway every way is taken, or an event chooses: no condition is."""
    for flow in drawing.all("sequenceFlow"):
        node = drawing.find(flow.get("sourceRef"))
        if kind_of(node) == "parallelGateway" and drawing.child(flow, "conditionExpression") is not None:
            yield flow, f"The arrow {drawing.said(flow)} leaves a parallel gateway and has a condition."


@rule("default_flow", "10.3 and 10.6", "Choose one of the arrows that leave it as the default.")
def defaults_leave_their_element(drawing: Drawing) -> Faults:
    """The default is one of the element's own arrows out."""
    for node in drawing.all(*ACTIVITIES, *GATEWAYS):
        flow = drawing.find(node.get("default"))
        if flow is None or kind_of(flow) != "sequenceFlow":
            continue
        if drawing.find(flow.get("sourceRef")) is not node:
            yield node, f"The default of {drawing.said(node)} leaves another element."


@rule("start_incoming", "10.5.2", "Lead the arrow to the first step after the start.")
def no_arrow_leads_to_a_start(drawing: Drawing) -> Faults:
    """No arrow leads to a start event."""
    for event in drawing.all("startEvent"):
        if drawing.incoming(event):
            yield event, f"An arrow leads to the start event {drawing.said(event)}."


@rule("end_outgoing", "10.5.3", "Delete the arrow, or use an intermediate event.")
def no_arrow_leaves_an_end(drawing: Drawing) -> Faults:
    """No arrow leaves an end event."""
    for event in drawing.all("endEvent"):
        if drawing.outgoing(event):
            yield event, f"An arrow leaves the end event {drawing.said(event)}."


@rule("boundary_incoming", "10.5.4", "Lead the arrow to the task it is attached to.")
def no_arrow_leads_to_a_boundary_event(drawing: Drawing) -> Faults:
    """No arrow leads to an event on the border of a task."""
    for event in drawing.all("boundaryEvent"):
        if drawing.incoming(event):
            yield event, f"An arrow leads to {drawing.said(event)}, which sits on a task's border."


@rule("start_and_end", "10.5.2 and 10.5.3", "Draw the missing start or end event.")
def starts_and_ends_come_together(drawing: Drawing) -> Faults:
    """Where there is an end event there is a start event, and the other way round."""
    for scope in drawing.scopes():
        starts, ends = drawing.children(scope, "startEvent"), drawing.children(scope, "endEvent")
        begins = any(t.get("instantiate") == "true" for t in drawing.children(scope, "receiveTask"))
        if ends and not starts and not begins:
            yield ends[0], f"{_part(drawing, scope)} has an end event and no start event."
        if starts and not ends:
            yield starts[0], f"{_part(drawing, scope)} has a start event and no end event."


@rule("no_way_in", "10.5.2", "Draw an arrow to it, or delete it.")
def everything_has_a_way_in(drawing: Drawing) -> Faults:
    """Where there is a start event, every other element has an arrow that leads to it."""
    for node in _ordinary(drawing, "startEvent"):
        if drawing.incoming(node) or kind_of(node) in ("startEvent", "boundaryEvent"):
            continue
        if not _link(drawing, node, "intermediateCatchEvent"):
            yield node, f"No arrow leads to {drawing.said(node)}."


@rule("dead_end", "10.5.3", "Draw an arrow to the next step, or to an end event.")
def everything_has_a_way_out(drawing: Drawing) -> Faults:
    """Where there is an end event, every other element has an arrow that leads on."""
    for node in _ordinary(drawing, "endEvent"):
        if not drawing.outgoing(node) and kind_of(node) != "endEvent":
            if "compensate" in drawing.triggers(node) and kind_of(node) == "boundaryEvent":
                continue
            if not _link(drawing, node, "intermediateThrowEvent"):
                yield node, f"After {drawing.said(node)} nothing follows."


@rule("pool_border", "8.4.13 and 9.3", "Keep both ends in one pool; between pools only messages go.")
def arrows_stay_in_their_pool(drawing: Drawing) -> Faults:
    """No arrow leaves its process."""
    for flow in drawing.all("sequenceFlow"):
        ends = [drawing.find(flow.get("sourceRef")), drawing.find(flow.get("targetRef"))]
        processes = {
            id(drawing.process(node)) for node in ends if kind_of(node) in FLOW_NODES and node is not None
        }
        if len(processes) == 2:
            yield flow, f"The arrow {drawing.said(flow)} leads from one process into another."


@rule("sub_process_border", "8.4.13", "Keep both ends on the same side.")
def arrows_stay_in_their_sub_process(drawing: Drawing) -> Faults:
    """No arrow crosses the border of a sub-process."""
    for flow in drawing.all("sequenceFlow"):
        source, target = drawing.find(flow.get("sourceRef")), drawing.find(flow.get("targetRef"))
        if source is None or target is None or drawing.process(source) is not drawing.process(target):
            continue
        if drawing.scope(source) is not drawing.scope(target):
            yield flow, f"An arrow crosses the border of a sub-process at {drawing.said(target)}."


@rule("condition_text", "8.4.3", "Write the expression, or take it out.")
def expressions_say_something(drawing: Drawing) -> Faults:
    """A formal expression of what is run is not empty."""
    for node in drawing.nodes:
        wanted = kind_of(node) in ("dataPath", "messagePath", "transformation") or drawing.formal(node)
        wanted = wanted or (
            kind_of(node) == "condition" and kind_of(node.getparent()) == "complexBehaviorDefinition"
        )
        drawn_only = drawing.process(node) is not None and not drawing.runs(node)
        if wanted and not drawn_only and not text_of(node):
            yield node, f"The {kind_words(node)} of {drawing.said(node.getparent())} is empty."


def _part(drawing: Drawing, scope: Node) -> str:
    return "The process" if kind_of(scope) == "process" else drawing.said(scope)


def _ordinary(drawing: Drawing, beside: str) -> list[Node]:
    """The elements that have to be on a way: those that stand beside an event of a kind, and events that
    stand on a way by their nature."""
    found = []
    for scope in drawing.scopes():
        if kind_of(scope) != "adHocSubProcess":
            kinds = FLOW_NODES if drawing.children(scope, beside) else _ON_THE_WAY
            found += [
                node
                for node in drawing.children(scope, *kinds)
                if not drawing.is_event_sub_process(node) and node.get("isForCompensation") != "true"
            ]
    return found


def _link(drawing: Drawing, node: Node, kind: str) -> bool:
    return kind_of(node) == kind and "link" in drawing.triggers(node) and kind in EVENTS


FLOW_RULES: tuple[Rule[Drawing], ...] = (
    arrows_leave_notes_alone,
    arrows_leave_event_sub_processes_alone,
    arrows_are_listed_at_both_ends,
    arrows_are_immediate,
    a_conditional_arrow_has_company,
    conditions_follow_gateways_that_choose,
    defaults_leave_their_element,
    no_arrow_leads_to_a_start,
    no_arrow_leaves_an_end,
    no_arrow_leads_to_a_boundary_event,
    starts_and_ends_come_together,
    everything_has_a_way_in,
    everything_has_a_way_out,
    arrows_stay_in_their_pool,
    arrows_stay_in_their_sub_process,
    expressions_say_something,
)
