"""Rules of language: conditions, collections and deadlines can be read, and every choice has a way for what
nobody foresaw."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.checks.structure import Rule, Subject, finding, said
from engine.deadlines import DeadlineError, parse_cycle, parse_deadline
from engine.diagram import Element
from engine.errors import Finding
from engine.feel import FeelError, parse


def choices_have_a_default(subject: Subject) -> Iterator[Finding]:
    """A gateway that splits by conditions needs a default: without a match the case would stop there."""
    for gateway in subject.diagram.elements.values():
        exits = subject.diagram.outgoing(gateway.id)
        if gateway.kind not in ("exclusiveGateway", "inclusiveGateway") or len(exits) < 2:
            continue
        if gateway.default_flow not in {flow.id for flow in exits}:
            yield finding(
                subject,
                gateway,
                "default",
                f"{said(gateway)} has no default way.",
                "Mark one arrow as the default.",
            )
        for flow in exits:
            if flow.id != gateway.default_flow and not flow.condition:
                sentence = f'The arrow "{flow.name or flow.id}" after {said(gateway)} has no condition.'
                yield finding(
                    subject, flow, "condition", sentence, "Write the condition, or make it the default."
                )


def conditions_can_be_read(subject: Subject) -> Iterator[Finding]:
    """Every expression of a diagram is FEEL."""
    for flow in subject.diagram.flows.values():
        for fault in _unreadable(flow.condition or ""):
            yield finding(subject, flow, "expression", *fault)
    for element in subject.diagram.elements.values():
        for text in _expressions(element):
            for fault in _unreadable(text):
                yield finding(subject, element, "expression", *fault)


def deadlines_can_be_read(subject: Subject) -> Iterator[Finding]:
    """A deadline that cannot be read would stop the case when its step opens."""
    for element in subject.diagram.elements.values():
        for name in ("due", "statutoryLimit"):
            text = element.attributes.get(name)
            if text:
                yield from _bad_deadline(subject, element, text, parse_deadline)
        if element.event == "timer":
            repeats = element.timer_kind == "timeCycle"
            if repeats and (element.kind != "boundaryEvent" or element.interrupting):
                sentence = (
                    f"{said(element)} repeats, which only a boundary timer that does not interrupt may do."
                )
                yield finding(
                    subject, element, "timer", sentence, "Make it non-interrupting, or let it happen once."
                )
            yield from _bad_deadline(
                subject, element, element.timer, parse_cycle if repeats else parse_deadline
            )


def _expressions(element: Element) -> list[str]:
    texts = [element.attributes.get("agency", ""), element.attributes.get("assignee", ""), element.collection]
    return [text for text in [*texts, *element.inputs.values()] if text]


def _unreadable(text: str) -> Iterator[tuple[str, str]]:
    """What is wrong with an expression, and what to do about it; nothing for one that can be read."""
    try:
        if text:
            parse(text)
    except FeelError as fault:
        yield f"The expression {text!r} cannot be read: {fault}", fault.suggestion or "Correct it."


def _bad_deadline(
    subject: Subject, element: Element, text: str, read: Callable[[str], object]
) -> Iterator[Finding]:
    try:
        read(text)
    except DeadlineError as fault:
        sentence = f"{said(element)}: the deadline {text!r} cannot be read: {fault}"
        yield finding(
            subject, element, "deadline", sentence, fault.suggestion or 'Write it like "10 working days".'
        )


EXPRESSION_RULES: tuple[Rule, ...] = (choices_have_a_default, conditions_can_be_read, deadlines_can_be_read)
