"""Rules of language: conditions, collections and deadlines can be read, and every choice has a way for what
nobody foresaw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.checks.rule import Faults, rule
from engine.checks.subject import ProfileRule, Subject, said
from engine.checks.work import did_you_mean
from engine.deadlines import Cycle, Deadline, DeadlineError, parse_cycle, parse_deadline
from engine.deadlines.bases import DUE
from engine.diagram import Diagram, Element, Flow
from engine.feel import FeelError, FeelLimit, evaluate, functions, used_functions

_CHOOSING = ("exclusiveGateway", "inclusiveGateway")


@dataclass(frozen=True)
class Expression:
    """A FEEL text of a diagram, whose it is, and what is said of it ("the agency of ...")."""

    place: Element | Flow
    text: str
    said: str


def expressions(diagram: Diagram) -> Iterator[Expression]:
    """Every FEEL expression of a diagram."""
    for flow in diagram.flows.values():
        if flow.condition:
            yield Expression(flow, flow.condition, f"the condition of the arrow “{flow.name or flow.id}”")
    for element in diagram.elements.values():
        texts = {
            "the agency": element.attributes.get("agency", ""),
            "the assignee": element.attributes.get("assignee", ""),
            "the list": element.collection,
            **{f"the input “{name}”": text for name, text in element.inputs.items()},
        }
        for what, text in texts.items():
            if text:
                yield Expression(element, text, f"{what} of {said(element)}")


def deadlines(diagram: Diagram) -> Iterator[tuple[Element, str, str, bool]]:
    """Every deadline of a diagram: its element, its text, what it is, and whether it repeats."""
    for element in diagram.elements.values():
        for name in ("due", "statutoryLimit"):
            if element.attributes.get(name):
                yield element, element.attributes[name], name, False
        if element.event == "timer":
            yield element, element.timer, "timer", element.timer_kind == "timeCycle"


def read_deadline(text: str, repeats: bool) -> Deadline | Cycle:
    """A deadline or a repeating timer. Raises DeadlineError."""
    return parse_cycle(text) if repeats else parse_deadline(text)


@rule("default", "profile; engine notes 1.4", "Mark one arrow as the default.")
def choices_have_a_default(subject: Subject) -> Faults:
    """A gateway that splits by conditions needs a default: without a match the case would stop there."""
    for gateway, exits in _choices(subject):
        if gateway.default_flow not in {flow.id for flow in exits}:
            yield gateway, f"{said(gateway)} has no default way."


@rule("condition", "profile; engine notes 1.2", "Write the condition, or make it the default.")
def ways_out_of_choices_have_conditions(subject: Subject) -> Faults:
    """Every way out of a choice says when it is taken, but for the default, which says nothing."""
    for gateway, exits in _choices(subject):
        for flow in exits:
            if flow.id != gateway.default_flow and not flow.condition:
                yield flow, f'The arrow "{flow.name or flow.id}" after {said(gateway)} has no condition.'
            elif flow.id == gateway.default_flow and flow.condition:
                sentence = f"The default arrow after {said(gateway)} has a condition, which would be ignored."
                yield flow, sentence, "Take the condition out, or make another arrow the default."
    for element in subject.diagram.elements.values():
        exits = subject.diagram.outgoing(element.id)
        if element.kind in _CHOOSING and len(exits) == 1 and exits[0].condition:
            sentence = (
                f"The only arrow after {said(element)} has a condition: without a match the case would stop."
            )
            yield exits[0], sentence, "Take the condition out, or draw the other way."


@rule("expression", "docs/feel.md", "Correct it.")
def conditions_can_be_read(subject: Subject) -> Faults:
    """Every expression of a diagram is FEEL, and calls functions that there are."""
    known = functions()
    for found in expressions(subject.diagram):
        try:
            called = used_functions(found.text)
        except FeelError as fault:
            sentence = f"The expression {found.text[:80]!r} cannot be read: {fault}"
            yield found.place, sentence, fault.suggestion or "Correct it."
            continue
        for name in called:
            if name not in known:
                sentence = f"The expression {found.text[:80]!r} calls “{name[:40]}”, which is no function."
                yield found.place, sentence, did_you_mean(name, known, "Use one of FEEL's functions.")


@rule("expression_cost", "limits", "Make its lists shorter, or ask a decision table.")
def expressions_stay_within_their_budget(subject: Subject) -> Faults:
    """No expression goes on or grows beyond its budget before it has read anything."""
    for found in expressions(subject.diagram):
        try:
            evaluate(found.text)
        except FeelLimit as fault:
            yield found.place, f"The expression {found.text[:80]!r} asks for too much: {fault}"
            return  # each costs up to a quarter of a second: one is told at a time
        except FeelError:
            continue


@rule("deadline", "profile; engine notes 2.1", 'Write it like "10 working days".')
def deadlines_can_be_read(subject: Subject) -> Faults:
    """A deadline that cannot be read would stop the case when its step opens."""
    for element, text, _, repeats in deadlines(subject.diagram):
        try:
            read_deadline(text, repeats)
        except DeadlineError as fault:
            sentence = f"{said(element)}: the deadline {text[:80]!r} cannot be read: {fault}"
            yield element, sentence, f'Write it like "{fault.suggestion or "10 working days"}".'


@rule("timer", "profile; engine notes 1.4", "Make it non-interrupting, or let it happen once.")
def only_quiet_border_timers_repeat(subject: Subject) -> Faults:
    """A timer that repeats sits on a border and does not interrupt: an interrupting one would fire every
    time."""
    for element in subject.diagram.elements.values():
        repeats = element.event == "timer" and element.timer_kind == "timeCycle"
        if repeats and (element.kind != "boundaryEvent" or element.interrupting):
            yield (
                element,
                f"{said(element)} repeats, which only a boundary timer that does not interrupt may do.",
            )


@rule("due_base", "profile", "Name the date that it counts from.")
def only_border_timers_count_from_due(subject: Subject) -> Faults:
    """`due` is the deadline of the task that an event sits on; elsewhere it would never be known."""
    for element, text, name, repeats in deadlines(subject.diagram):
        try:
            read = read_deadline(text, repeats)
        except DeadlineError:
            continue
        if (
            isinstance(read, Deadline)
            and DUE in read.bases()
            and not (name == "timer" and element.attached_to)
        ):
            yield element, f"{said(element)} counts from “due” and sits on no task: it would wait for ever."


def _choices(subject: Subject) -> Iterator[tuple[Element, list[Flow]]]:
    for gateway in subject.diagram.elements.values():
        exits = subject.diagram.outgoing(gateway.id)
        if gateway.kind in _CHOOSING and len(exits) > 1:
            yield gateway, exits


EXPRESSION_RULES: tuple[ProfileRule, ...] = (
    choices_have_a_default,
    ways_out_of_choices_have_conditions,
    conditions_can_be_read,
    expressions_stay_within_their_budget,
    deadlines_can_be_read,
    only_quiet_border_timers_repeat,
    only_border_timers_count_from_due,
)
