"""Rules of work: every step says whose it is, why, by when and under which clause; every service and
decision exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from lxml import etree

from engine.bundles import names_of
from engine.checks.rule import Faults, rule
from engine.checks.subject import ProfileRule, Subject, said
from engine.diagram import local, tag

_PROFILE = "profile"


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """What to do about a name that is not known: the nearest one, else the first few, else `otherwise`."""
    known = sorted(known)
    close = get_close_matches(name, known, 1, 0.6)
    return f"Did you mean “{close[0]}”?" if close else otherwise


@rule("role", _PROFILE, "Put it into the lane of the people who do it.")
def steps_say_whose_they_are(subject: Subject) -> Faults:
    """A user task without a role is nobody's work."""
    for task in subject.diagram.user_tasks():
        if not task.role:
            yield task, f"{said(task)} has no role: it lies in no lane, or its lane names none."
        elif subject.world.roles and task.role not in subject.world.roles:
            remedy = did_you_mean(task.role, subject.world.roles, "Choose a role from the list.")
            yield task, f"{said(task)} is for the role “{task.role[:60]}”, which nobody has.", remedy


@rule("why", _PROFILE, "Say in plain words why people are asked, and which clause asks it.")
def steps_say_why(subject: Subject) -> Faults:
    """Name, documentation and clause are what people read above the questions."""
    for task in subject.diagram.user_tasks():
        parts = (("name", task.name), ("documentation", task.documentation), ("clause", task.clause))
        missing = [word for word, text in parts if not text]
        if missing:
            yield task, f"{said(task)} has no {' and no '.join(missing)}."


@rule("no_deadline", _PROFILE, 'Write one, such as "10 working days after referral.completed_at".')
def steps_have_a_deadline(subject: Subject) -> Faults:
    """Work without a date is forgotten."""
    for task in subject.diagram.user_tasks():
        if not task.attributes.get("due"):
            yield task, f"{said(task)} has no deadline."


@rule("form", _PROFILE, "Make the form, or correct the step's id.")
def steps_have_a_form(subject: Subject) -> Faults:
    """One name per step: its form is <step>.form in the same bundle."""
    for task in subject.diagram.user_tasks():
        if f"{task.id}.form" not in subject.files:
            yield task, f"{said(task)} has no form {task.id[:60]}.form."


@rule("form_unused", _PROFILE, "Delete the form, or draw its step.", severity="warning")
def forms_have_a_step(subject: Subject) -> Faults:
    """A form whose step is not drawn is never shown."""
    steps = {task.id for task in subject.diagram.user_tasks()}
    for name in sorted(subject.files):
        if name.endswith(".form") and name.removesuffix(".form") not in steps:
            yield None, f"The form {name[:80]} belongs to no step."


@rule("items", "profile; engine notes 1.4", 'Name both, such as "agencies" and "agency".')
def items_are_named(subject: Subject) -> Faults:
    """A task per item needs to know the list and what to call each item, and is done for all at once."""
    looped = {around.get("id"): node for node, around in _loops(subject)}
    for task in subject.diagram.user_tasks():
        named = bool(task.collection), bool(task.item_name)
        if named[0] != named[1] or (task.id in looped and not task.collection):
            yield task, f"{said(task)} is done once per item, but its list or its item has no name."
    for node, around in _loops(subject):
        if local(around) != "userTask" or not local(node).startswith("multi"):
            sentence = (
                f'"{around.get("name") or around.get("id")}" is repeated in a way that is not done here.'
            )
            yield node, sentence, "Only a user task can be done once per item of a list."


def _loops(subject: Subject) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Every mark of repetition, with what it stands in."""
    for node in subject.diagram.root.iter(
        tag("multiInstanceLoopCharacteristics"), tag("standardLoopCharacteristics")
    ):
        around = node.getparent()
        if around is not None:
            yield node, around


@rule("service", _PROFILE, "Choose one from the list.")
def services_exist(subject: Subject) -> Faults:
    """A service is chosen from the list; another name would stop every case that reaches it."""
    for element in subject.diagram.elements.values():
        name = element.attributes.get("service" if element.kind == "serviceTask" else "record", "")
        if element.kind == "serviceTask" and not name:
            yield element, f"{said(element)} names no service."
        elif name and name not in subject.world.services:
            remedy = did_you_mean(name, subject.world.services, "Choose one from the list.")
            yield (
                element,
                f'{said(element)} asks for the service "{name[:60]}", which does not exist.',
                remedy,
            )


@rule("decision", _PROFILE, "Add the table, or correct the name.")
def decisions_exist(subject: Subject) -> Faults:
    """A decision lies in a table of the same bundle, and its answer goes into a variable."""
    known = {name for table in subject.decisions for name in names_of(table)}
    for element in subject.diagram.elements.values():
        if element.kind != "businessRuleTask":
            continue
        name = element.attributes.get("decision", "")
        if name not in known:
            sentence = f'{said(element)} asks for the decision "{name[:60]}", which no table here holds.'
            yield element, sentence, did_you_mean(name, known, "Add the table, or correct the name.")
        if not element.attributes.get("result"):
            yield (
                element,
                f"{said(element)} does not say where its answer goes.",
                "Name the variable that takes it.",
            )


@rule("message", "profile; engine notes 1.2", "Choose or add the message.")
def messages_are_named(subject: Subject) -> Faults:
    """A message event without a name is never heard."""
    for element in subject.diagram.elements.values():
        if element.event == "message" and not element.message:
            yield element, f"{said(element)} names no message."


WORK_RULES: tuple[ProfileRule, ...] = (
    steps_say_whose_they_are,
    steps_say_why,
    steps_have_a_deadline,
    steps_have_a_form,
    forms_have_a_step,
    items_are_named,
    services_exist,
    decisions_exist,
    messages_are_named,
)
