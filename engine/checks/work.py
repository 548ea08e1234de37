"""Rules of work: every step says whose it is, why, by when and under which clause; every service and
decision exists."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bundles import names_of
from engine.checks.structure import Rule, Subject, finding, said
from engine.errors import Finding


def steps_say_whose_they_are(subject: Subject) -> Iterator[Finding]:
    """A user task without a role is nobody's work."""
    for task in subject.diagram.user_tasks():
        if not task.role:
            sentence = f"{said(task)} has no role: it lies in no lane, or its lane names none."
            yield finding(subject, task, "role", sentence, "Put it into the lane of the people who do it.")


def steps_say_why(subject: Subject) -> Iterator[Finding]:
    """Name, documentation and clause are what people read above the questions."""
    for task in subject.diagram.user_tasks():
        missing = [
            word
            for word, text in (
                ("name", task.name),
                ("documentation", task.documentation),
                ("clause", task.clause),
            )
            if not text
        ]
        if missing:
            sentence = f"{said(task)} has no {' and no '.join(missing)}."
            yield finding(
                subject,
                task,
                "why",
                sentence,
                "Say in plain words why people are asked, and which clause asks it.",
            )


def steps_have_a_deadline(subject: Subject) -> Iterator[Finding]:
    """Work without a date is forgotten."""
    for task in subject.diagram.user_tasks():
        if not task.attributes.get("due"):
            sentence = f"{said(task)} has no deadline."
            yield finding(
                subject,
                task,
                "deadline",
                sentence,
                'Write one, such as "10 working days after referral.completed_at".',
            )


def steps_have_a_form(subject: Subject) -> Iterator[Finding]:
    """One name per step: its form is <step>.form in the same bundle."""
    for task in subject.diagram.user_tasks():
        if f"{task.id}.form" not in subject.files:
            sentence = f"{said(task)} has no form {task.id}.form."
            yield finding(subject, task, "form", sentence, "Make the form, or correct the step's id.")


def items_are_named(subject: Subject) -> Iterator[Finding]:
    """A task per item needs to know the list and what to call each item."""
    for task in subject.diagram.user_tasks():
        if bool(task.collection) != bool(task.item_name):
            sentence = f"{said(task)} is done once per item, but its list or its item has no name."
            yield finding(subject, task, "items", sentence, 'Name both, such as "agencies" and "agency".')


def services_exist(subject: Subject) -> Iterator[Finding]:
    """A service is chosen from the list; another name would stop every case that reaches it."""
    for element in subject.diagram.elements.values():
        asked = (
            [element.attributes.get("service")]
            if element.kind == "serviceTask"
            else [element.attributes.get("record")]
        )
        if element.kind == "serviceTask" and not asked[0]:
            yield finding(
                subject, element, "service", f"{said(element)} names no service.", "Choose one from the list."
            )
        for name in asked:
            if name and name not in subject.services:
                sentence = f'{said(element)} asks for the service "{name}", which does not exist.'
                yield finding(subject, element, "service", sentence, "Choose one from the list.")


def decisions_exist(subject: Subject) -> Iterator[Finding]:
    """A decision lies in a table of the same bundle."""
    known = {name for table in subject.decisions for name in names_of(table)}
    for element in subject.diagram.elements.values():
        if element.kind != "businessRuleTask":
            continue
        name = element.attributes.get("decision", "")
        if name not in known:
            sentence = (
                f'{said(element)} asks for the decision "{name}", which no table of this process holds.'
            )
            yield finding(subject, element, "decision", sentence, "Add the table, or correct the name.")
        if not element.attributes.get("result"):
            sentence = f"{said(element)} does not say where its answer goes."
            yield finding(subject, element, "decision", sentence, "Name the variable that takes it.")


def messages_are_named(subject: Subject) -> Iterator[Finding]:
    """A message event without a name is never heard."""
    for element in subject.diagram.elements.values():
        if element.event == "message" and not element.message:
            yield finding(
                subject,
                element,
                "message",
                f"{said(element)} names no message.",
                "Choose or add the message.",
            )


WORK_RULES: tuple[Rule, ...] = (
    steps_say_whose_they_are,
    steps_say_why,
    steps_have_a_deadline,
    steps_have_a_form,
    items_are_named,
    services_exist,
    decisions_exist,
    messages_are_named,
)
