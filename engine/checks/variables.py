"""Rules of variables: an expression names what there can be at its place, and compares it with what it can
hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from engine.bundles import names_of
from engine.checks.expressions import deadlines, expressions, read_deadline
from engine.checks.facts import Facts, Parts
from engine.checks.rule import Faults, rule
from engine.checks.subject import ProfileRule, Subject, said
from engine.checks.work import did_you_mean
from engine.deadlines import Cycle, DeadlineError
from engine.deadlines.bases import DUE
from engine.decisions import paths_read
from engine.diagram import Element, Flow
from engine.feel import FeelError, comparisons, variables

_NAME_THEM = "Name what is set before: answers of earlier steps, results, or what the process starts with."
_DECLARE = "If the process starts with it, declare it there as a roundtable:variable."


@dataclass(frozen=True)
class _Use:
    """A path that is read at an element, and what reads it."""

    place: Element | Flow
    at: str
    path: str
    said: str
    kind: str
    guarded: bool = False

    @property
    def name(self) -> str:
        return self.path.partition(".")[0]

    @property
    def part(self) -> str:
        return self.path.partition(".")[2].partition(".")[0]


@rule("variable", "profile: Variables", _NAME_THEM)
def paths_can_exist(subject: Subject) -> Faults:
    """What an expression, a deadline or a table reads can have been set by then."""
    facts = subject.facts
    for use in _uses(subject):
        possible = {**facts.possible(use.at), **_item(subject, facts, use)}
        if use.name not in possible:
            if not _may_be_started_with(subject, facts, use):
                yield use.place, *_unknown(subject, facts, use, possible)
            continue
        parts = possible[use.name]
        if use.part and parts is not None and use.part not in parts:
            sentence = f"{_first(use.said)} reads “{use.path}”, but “{use.name}” has no part “{use.part}”."
            remedy = did_you_mean(use.part, parts, f"It has {', '.join(sorted(parts))}.")
            yield use.place, sentence, remedy


@rule("variable_start", "profile: Variables", _DECLARE, severity="warning")
def processes_say_what_they_start_with(subject: Subject) -> Faults:
    """A process that declares nothing, and reads what nothing in it sets, must be started with that."""
    if subject.diagram.variables:
        return
    facts = subject.facts
    told: set[str] = set()
    for use in _uses(subject):
        if use.name not in told and _may_be_started_with(subject, facts, use):
            told.add(use.name)
            yield use.place, f"Nothing says that the process starts with “{use.name}”."


@rule(
    "variable_late",
    "profile: Variables",
    "Say what holds without it: … = null, or a default.",
    severity="warning",
)
def paths_are_set_on_every_way(subject: Subject) -> Faults:
    """What is not set on every way is null there: an expression says so, or nothing follows from it."""
    facts = subject.facts
    for use in _uses(subject):
        if use.guarded or use.kind == "deadline" or use.name not in facts.possible(use.at):
            continue
        if use.name not in facts.certain(use.at) and use.name not in _item(subject, facts, use):
            yield (
                use.place,
                f"{_first(use.said)} reads “{use.path}”, which is not set on every way that leads there.",
            )


@rule(
    "base",
    "profile: Deadlines",
    "Count from a date: completed_on of a step, or a question that asks for one.",
)
def deadlines_count_from_dates(subject: Subject) -> Faults:
    """What a deadline counts from is a date: anything else would stop the case when the step opens."""
    facts = subject.facts
    for use in _uses(subject):
        parts = facts.possible(use.at).get(use.name)
        if use.kind != "deadline" or parts is None:
            continue
        fact = parts.get(use.part)
        if not use.part or (fact is not None and fact.kind not in ("", "date")):
            yield use.place, f"{_first(use.said)} counts from “{use.path}”, which is no date."


@rule("value", "docs/form-profile.md", "Compare it with a value that can be answered.")
def comparisons_can_be_true(subject: Subject) -> Faults:
    """An answer is compared with a value that can be chosen: with another the arrow is never taken."""
    facts = subject.facts
    for found in expressions(subject.diagram):
        possible = facts.possible(_at(found.place))
        try:
            pairs = list(comparisons(found.text))
        except FeelError:
            continue
        for path, value in pairs:
            name, _, part = path.partition(".")
            parts = possible.get(name)
            fact = parts.get(part) if parts is not None else None
            if fact is None or not fact.values or value is None or value in fact.values:
                continue
            sentence = (
                f"{_first(found.said)} compares “{path}” with {_written(value)}, which is never answered."
            )
            texts = [one for one in fact.values if isinstance(one, str)]
            choices = " or ".join(sorted(_written(one) for one in fact.values))
            yield found.place, sentence, did_you_mean(str(value), texts, f"It can be {choices}.")


@rule("name_taken", "profile: Variables", "Choose another name for the result or the item.")
def results_keep_off_the_names_of_steps(subject: Subject) -> Faults:
    """A result or an item named like a step would overwrite, or hide, that step's answers."""
    steps = {task.id for task in subject.diagram.user_tasks()}
    for element in subject.diagram.elements.values():
        for name in (element.attributes.get("result", ""), element.item_name, element.message):
            if name and name in steps:
                yield element, f"{said(element)} uses the name “{name}”, which is a step's."
    for variable in subject.diagram.variables:
        if variable.name in steps:
            yield variable, f"The process starts with “{variable.name}”, which is a step's name."


@rule("variable_name", "profile: Variables", "Use small letters, digits and underscores: agencies, next_qa.")
def names_of_variables_are_words(subject: Subject) -> Faults:
    """A variable's name is one plain word, which an expression can say."""
    for element in subject.diagram.elements.values():
        for name in (element.attributes.get("result", ""), element.item_name, *element.inputs):
            if name and not _is_a_word(name):
                yield element, f"“{name[:60]}” cannot be the name of a variable."
    for variable in subject.diagram.variables:
        if not _is_a_word(variable.name) or not all(part.isidentifier() for part in variable.parts):
            yield variable, f"“{variable.name[:60]}” cannot be declared."


def _uses(subject: Subject) -> Iterator[_Use]:
    diagram = subject.diagram
    for found in expressions(diagram):
        kind = "condition" if isinstance(found.place, Flow) else "expression"
        guarded = {path for path, value in _pairs(found.text) if value is None}
        for path in _paths(found.text):
            at = _at(found.place)
            if at in diagram.elements:
                # A condition over what may be missing is false then, which is what its default is for.
                free = path in guarded or path.partition(".")[0] in guarded
                yield _Use(found.place, at, path, found.said, kind, free)
    for element, text, name, repeats in deadlines(diagram):
        try:
            read = read_deadline(text, repeats)
        except DeadlineError:
            continue
        for path in sorted(set() if isinstance(read, Cycle) else read.bases() - {DUE}):
            yield _Use(element, element.id, path, f"the {_word(name)} of {said(element)}", "deadline")
    for element in diagram.elements.values():
        if element.kind == "businessRuleTask":
            decision = element.attributes.get("decision", "")
            for tables in subject.decisions:
                if decision in names_of(tables):
                    for path in sorted(paths_read(tables, decision)):
                        yield _Use(element, element.id, path, f"the table of {said(element)}", "table", True)


def _item(subject: Subject, facts: Facts, use: _Use) -> Mapping[str, Parts]:
    """The item that a repeated step knows beside the variables, in its agency and its assignee."""
    element = subject.diagram.elements[use.at]
    if not element.item_name or use.kind == "deadline":
        return {}
    parts = facts.possible(use.at).get(element.collection.strip())
    return {element.item_name: parts}


def _unknown(subject: Subject, facts: Facts, use: _Use, possible: Mapping[str, Parts]) -> tuple[str, str]:
    """The sentence about a name that is not there, and what to do."""
    if use.name in facts.names:
        return f"{_first(use.said)} reads “{use.path}”, which is only known later.", _NAME_THEM
    return f"{_first(use.said)} reads “{use.path}”, which nothing sets.", did_you_mean(
        use.name, possible, _DECLARE
    )


def _may_be_started_with(subject: Subject, facts: Facts, use: _Use) -> bool:
    """A name that nothing sets, in a process that says nothing of what it starts with, and no slip of the
    pen."""
    known = {*facts.names, *_item(subject, facts, use)}
    return not (subject.diagram.variables or get_close_matches(use.name, known, 1, 0.85))


def _paths(text: str) -> list[str]:
    try:
        return sorted(variables(text))
    except FeelError:
        return []


def _pairs(text: str) -> list[tuple[str, object]]:
    try:
        return list(comparisons(text))
    except FeelError:
        return []


def _at(place: Element | Flow) -> str:
    return place.source if isinstance(place, Flow) else place.id


def _is_a_word(name: str) -> bool:
    return name == "item" or (name.isidentifier() and name.isascii() and _paths(name) == [name])


def _word(name: str) -> str:
    return {"due": "deadline", "statutoryLimit": "statutory limit"}.get(name, name)


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _written(value: object) -> str:
    return f'"{str(value)[:60]}"' if isinstance(value, str) else str(value).lower()


VARIABLE_RULES: tuple[ProfileRule, ...] = (
    paths_can_exist,
    processes_say_what_they_start_with,
    paths_are_set_on_every_way,
    deadlines_count_from_dates,
    comparisons_can_be_true,
    results_keep_off_the_names_of_steps,
    names_of_variables_are_words,
)
