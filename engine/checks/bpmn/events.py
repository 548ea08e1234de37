"""The standard's rules for events: which kind may stand where, and what each must name (BPMN 2.0.2, 10.5)."""

from __future__ import annotations

from collections.abc import Callable

from engine.checks.bpmn.drawing import (
    CATCHING,
    EVENTS,
    THROWING,
    XSI_TYPE,
    Drawing,
    Node,
    kind_of,
    kind_words,
    local_id,
    text_of,
)
from engine.checks.rule import Faults, Rule, rule
from engine.deadlines import DeadlineError, parse_cycle, parse_deadline
from engine.feel import FeelError, parse

_TOP = {"message", "timer", "conditional", "signal"}
_EVENT_SUB_PROCESS = {"message", "timer", "error", "escalation", "compensate", "conditional", "signal"}
_END = {"message", "escalation", "error", "cancel", "compensate", "signal", "terminate"}
_CATCH = {"message", "timer", "conditional", "link", "signal"}
_THROW = {"message", "escalation", "compensate", "link", "signal"}
_BOUNDARY = {"message", "timer", "escalation", "error", "cancel", "compensate", "conditional", "signal"}
_STAYING = {"message", "timer", "escalation", "conditional", "signal"}


@rule("start_trigger", "10.5.2 table 10.84", "Use a plain start, or a message, timer, condition or signal.")
def processes_start_by_what_can_start_them(drawing: Drawing) -> Faults:
    """A process starts plainly, or by a message, a timer, a condition or a signal."""
    for process in drawing.all("process"):
        for event in drawing.children(process, "startEvent"):
            for trigger in sorted(drawing.triggers(event) - _TOP):
                yield (
                    event,
                    f"{drawing.said(event)} starts the process by {_a(trigger)}, which cannot start one.",
                )


@rule("sub_process_start", "10.5.2 table 10.85", "Take the symbol off the start event.")
def sub_processes_start_plainly(drawing: Drawing) -> Faults:
    """A sub-process is started by the arrow that leads to it: its start event has no symbol."""
    for scope in drawing.all("subProcess", "transaction"):
        for event in drawing.children(scope, "startEvent"):
            if not drawing.is_event_sub_process(scope) and drawing.triggers(event):
                yield event, f"{drawing.said(event)} starts a sub-process and has a symbol."


@rule("event_sub_process_start", "10.5.2 table 10.86", "Give it one start event with a message or a timer.")
def event_sub_processes_start_by_one_event(drawing: Drawing) -> Faults:
    """An event sub-process has exactly one start event, which says what starts it."""
    for scope in drawing.all("subProcess"):
        if not drawing.is_event_sub_process(scope):
            continue
        starts = drawing.children(scope, "startEvent")
        if len(starts) != 1:
            yield scope, f"{drawing.said(scope)} has {len(starts)} start events."
        for event in starts:
            triggers = drawing.triggers(event)
            stays = event.get("isInterrupting") == "false"
            wrong = triggers - _EVENT_SUB_PROCESS | (triggers & {"error", "compensate"} if stays else set())
            if not triggers or wrong:
                what = f"by {_a(min(wrong))}" if wrong else "by nothing"
                yield event, f"{drawing.said(scope)} would be started {what}, which cannot start it."


@rule("called_start", "10.3.6", "Give the process that is called a plain start event.")
def called_processes_start_plainly(drawing: Drawing) -> Faults:
    """A process that is called has a start event without a symbol."""
    for call in drawing.all("callActivity"):
        process = drawing.find(call.get("calledElement"))
        if process is not None and kind_of(process) == "process":
            starts = drawing.children(process, "startEvent")
            if starts and all(drawing.triggers(event) for event in starts):
                yield process, f"{drawing.said(process)} is called and has no plain start event."


@rule("end_trigger", "10.5.3 table 10.88", "Use a plain end or one that ends everything.")
def ends_say_what_an_end_can(drawing: Drawing) -> Faults:
    """An end event tells of a message, an error and the like; it does not wait."""
    for event in drawing.all("endEvent"):
        for trigger in sorted(drawing.triggers(event) - _END):
            yield event, f"{drawing.said(event)} ends with {_a(trigger)}, which an end event cannot."


@rule("cancel_end", "10.5.3 table 10.88", "Use a plain end event.")
def cancel_ends_stand_in_transactions(drawing: Drawing) -> Faults:
    """A cancel end event stands in a transaction."""
    for event in drawing.all("endEvent"):
        if "cancel" in drawing.triggers(event) and kind_of(drawing.scope(event)) != "transaction":
            yield event, f"{drawing.said(event)} cancels, and stands in no transaction."


@rule("catch_trigger", "10.5.4 table 10.89", "Choose what it waits for: a message or a timer.")
def waiting_events_wait_for_something(drawing: Drawing) -> Faults:
    """An event on the way that waits says for what."""
    for event in drawing.all("intermediateCatchEvent"):
        triggers = drawing.triggers(event)
        if not triggers:
            yield event, f"{drawing.said(event)} waits for nothing."
        for trigger in sorted(triggers - _CATCH):
            yield event, f"{drawing.said(event)} waits for {_a(trigger)}, which cannot be waited for there."


@rule("throw_trigger", "10.5.4 table 10.89", "Use a service task for work, an end event for an end.")
def throwing_events_say_what_they_can(drawing: Drawing) -> Faults:
    """An event on the way that tells something tells of a message, a signal and the like."""
    for event in drawing.all("intermediateThrowEvent"):
        for trigger in sorted(drawing.triggers(event) - _THROW):
            yield event, f"{drawing.said(event)} throws {_a(trigger)}, which cannot be thrown there."


@rule("boundary_trigger", "10.5.4 table 10.90", "Choose a timer or a message.")
def border_events_wait_for_what_can_come(drawing: Drawing) -> Faults:
    """An event on a border says what it waits for, and one that does not interrupt can happen beside work."""
    for event in drawing.all("boundaryEvent"):
        triggers = drawing.triggers(event)
        stays = event.get("cancelActivity") == "false"
        if not triggers:
            yield event, f"{drawing.said(event)} sits on a task's border and waits for nothing."
        for trigger in sorted(triggers - (_STAYING if stays else _BOUNDARY)):
            how = "does not interrupt and " if stays else ""
            yield event, f"{drawing.said(event)} {how}waits for {_a(trigger)}, which is not possible there."


@rule("cancel_boundary", "10.5.4 table 10.90", "Attach it to a transaction, or use another event.")
def cancel_events_sit_on_transactions(drawing: Drawing) -> Faults:
    """A cancel event sits on a transaction."""
    for event in drawing.all("boundaryEvent"):
        host = drawing.find(event.get("attachedToRef"))
        if "cancel" in drawing.triggers(event) and kind_of(host) != "transaction":
            yield event, f"{drawing.said(event)} cancels, and {drawing.said(host)} is no transaction."


@rule("compensation", "10.7 and 10.5.4", "Connect it with an association to a task for compensation.")
def compensation_is_associated(drawing: Drawing) -> Faults:
    """A compensation event leads by an association to a task that compensates, and by no arrow."""
    for event in drawing.all("boundaryEvent"):
        if "compensate" not in drawing.triggers(event):
            continue
        if drawing.outgoing(event):
            yield event, f"An arrow leaves the compensation event {drawing.said(event)}."
        joined = [a for a in drawing.all("association") if local_id(a.get("sourceRef")) == event.get("id")]
        if not joined:
            yield event, f"{drawing.said(event)} is associated with nothing that compensates."
        for association in joined:
            target = drawing.find(association.get("targetRef"))
            if target is not None and target.get("isForCompensation") != "true":
                yield target, f"{drawing.said(target)} is to compensate and is not marked for it."


@rule("message_end", "9.3", "Begin it at an end event with a message, or a task; lead it to what waits.")
def messages_leave_and_reach_what_can(drawing: Drawing) -> Faults:
    """A message flow leaves what sends and reaches what receives."""
    for flow in drawing.all("messageFlow"):
        source, target = drawing.find(flow.get("sourceRef")), drawing.find(flow.get("targetRef"))
        for node, wrong, word in ((source, CATCHING, "leaves"), (target, THROWING, "reaches")):
            if kind_of(node) in wrong and kind_of(node) != "boundaryEvent":
                yield flow, f"A message {word} the {kind_words(node)} {drawing.said(node)}."
        for node, kind in ((source, "endEvent"), (target, "startEvent")):
            if kind_of(node) == kind and node is not None and "message" not in drawing.triggers(node):
                yield node, f"A message flow touches {drawing.said(node)}, which has no message."


@rule("shared_definition", "10.5.1", "Give each event its own definition.")
def what_is_thrown_is_defined_once(drawing: Drawing) -> Faults:
    """What an event throws is defined in that event alone."""
    referred = {
        name for event in drawing.all(*EVENTS) for name in drawing.all_named(event, "eventDefinitionRef")
    }
    for event in drawing.all(*THROWING):
        for node in drawing.children(event):
            if kind_of(node).endswith("EventDefinition") and node.get("id") in referred:
                yield node, f"What {drawing.said(event)} throws is used by another event."


@rule("message_named", "10.5.5", "Choose or add the message.")
def message_events_name_their_message(drawing: Drawing) -> Faults:
    """A message event of a process that is run names its message."""
    for node in drawing.all("messageEventDefinition"):
        if drawing.runs(node) and not node.get("messageRef"):
            yield node, f"{drawing.said(node.getparent())} names no message."


@rule("message_operation", "10.5.5 table 10.93", "Name the operation, or take the interfaces out.")
def message_events_name_their_operation(drawing: Drawing) -> Faults:
    """In a file that describes web services, a message event names its operation."""
    for node in drawing.all("messageEventDefinition"):
        if drawing.runs(node) and drawing.all("operation") and not drawing.named(node, "operationRef"):
            yield node, f"{drawing.said(node.getparent())} names no operation, and the file has interfaces."


@rule("escalation_code", "10.5.5", "Give the escalation a code.")
def escalations_have_a_code(drawing: Drawing) -> Faults:
    """An escalation that is thrown has a code."""
    for event in drawing.all(*THROWING):
        for node in drawing.definitions(event):
            if kind_of(node) == "escalationEventDefinition" and drawing.runs(event):
                named = drawing.find(node.get("escalationRef"))
                if named is None or not named.get("escalationCode"):
                    yield event, f"{drawing.said(event)} escalates without a code."


@rule("condition_event", "10.5.5", "Write the condition as an expression, or use a gateway.")
def conditional_events_have_a_condition(drawing: Drawing) -> Faults:
    """A conditional event has an expression that can be evaluated."""
    for node in drawing.all("conditionalEventDefinition"):
        condition = drawing.child(node, "condition")
        if drawing.runs(node) and not (drawing.formal(condition) and text_of(condition)):
            yield node, f"{drawing.said(node.getparent())} waits for a condition that cannot be evaluated."


@rule("link_event", "10.5.5", "Draw an arrow instead of a link.")
def links_lead_somewhere(drawing: Drawing) -> Faults:
    """A link leads to a link event of the same name in the same part, and has no arrow on its other side."""
    for event in drawing.all("intermediateCatchEvent", "intermediateThrowEvent"):
        throws = kind_of(event) == "intermediateThrowEvent"
        for node in drawing.definitions(event):
            if kind_of(node) == "linkEventDefinition":
                yield from _link_faults(drawing, event, node, throws)


def _link_faults(drawing: Drawing, event: Node, node: Node, throws: bool) -> Faults:
    said = drawing.said(event)
    if drawing.outgoing(event) if throws else drawing.incoming(event):
        yield event, f"An arrow {'leaves' if throws else 'leads to'} the link event {said}."
    other, back = ("target", "source") if throws else ("source", "target")
    named = [drawing.by_id.get(name) for name in drawing.all_named(node, other)]
    partners = [found for found in named if found is not None]
    if not partners:
        yield event, f"The link event {said} names no {other}."
    for partner in partners:
        if node.get("id") not in drawing.all_named(partner, back):
            yield event, f"The link event {said} is not named by its {other}."
        if drawing.scope(partner) is not drawing.scope(event):
            yield event, f"The link event {said} leads to another part of the process."


@rule("timer_text", "10.5.5", "Write a time, such as: 10 working days.")
def timers_say_when(drawing: Drawing) -> Faults:
    """A timer says once when it fires, as an expression that can be evaluated."""
    for node in drawing.all("timerEventDefinition"):
        times = drawing.children(node, "timeDate", "timeDuration", "timeCycle")
        if drawing.runs(node) and (len(times) != 1 or not text_of(times[0])):
            yield node, f"{drawing.said(node.getparent())} does not say when it fires."


@rule("natural_expression", "8.4.3 and 10.3.7", "Write it as an expression, with the type tFormalExpression.")
def expressions_are_for_machines(drawing: Drawing) -> Faults:
    """An expression of a process that is run is no text for people: it says that it is formal, or can be
    read."""
    for kind, read in _READ.items():
        for node in drawing.all(kind):
            said = local_id(node.get(XSI_TYPE))
            if (
                drawing.runs(node)
                and not drawing.formal(node)
                and not (not said and _can_be_read(node, read))
            ):
                yield (
                    node,
                    f"The {kind_words(node)} of {drawing.said(node.getparent())} is written for people only.",
                )


def _never(text: str) -> object:
    raise DeadlineError("there is nothing to read", 0)


_READ: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(("completionCondition", "from", "to", "activationCondition", "loopCardinality"), _never),
    "loopCondition": _never,
    "conditionExpression": parse,
    "timeCycle": parse_cycle,
    "timeDate": parse_deadline,
    "timeDuration": parse_deadline,
}


def _can_be_read(node: Node, read: Callable[[str], object]) -> bool:
    try:
        read(text_of(node))
    except (FeelError, DeadlineError):
        return False
    return True


def _a(trigger: str) -> str:
    words = {
        "compensate": "a compensation",
        "conditional": "a condition",
        "terminate": "the end of everything",
    }
    return words.get(trigger, f"{'an' if trigger[:1] in 'aeio' else 'a'} {trigger}")


EVENT_RULES: tuple[Rule[Drawing], ...] = (
    processes_start_by_what_can_start_them,
    sub_processes_start_plainly,
    event_sub_processes_start_by_one_event,
    called_processes_start_plainly,
    ends_say_what_an_end_can,
    cancel_ends_stand_in_transactions,
    waiting_events_wait_for_something,
    throwing_events_say_what_they_can,
    border_events_wait_for_what_can_come,
    cancel_events_sit_on_transactions,
    compensation_is_associated,
    messages_leave_and_reach_what_can,
    what_is_thrown_is_defined_once,
    message_events_name_their_message,
    message_events_name_their_operation,
    escalations_have_a_code,
    conditional_events_have_a_condition,
    links_lead_somewhere,
    timers_say_when,
    expressions_are_for_machines,
)
