"""From a scenario's text to records: given, when, then. Every mistake comes with its line and what to do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import Finding
from engine.scenarios.yaml_text import Tree, Wrong, hint, read_tree

FOLDER = "scenarios/"
WAIVERS_FILE = f"{FOLDER}waivers.yaml"
ANSWERS_FILE = f"{FOLDER}usual_answers.yaml"

# A line of "when": its first word, and what may stand beside it.
MOVES: dict[str, tuple[str, ...]] = {
    "does": ("answers", "as", "agency", "then"),
    "happens": ("as", "facts", "then"),
    "pass": ("then",),
    "reached": ("answers", "then"),
}
# A line of "then".
EXPECTATIONS: dict[str, tuple[str, ...]] = {
    "open": ("role", "agency", "due"),
    "not open": (),
    "late": (),
    "notice to": ("says",),
    "no notice to": ("says",),
    "access": (),
    "no access": (),
    "decided": ("is",),
    "ended": ("process",),
    "running": ("process",),
}
SPAN = re.compile(r"(\d{1,3}) (working day|day|week|month)s?")
"""How long time passes: a number and a unit."""
NEEDS_A_STEP = frozenset({"does", "reached", "open", "not open", "late"})


@dataclass(frozen=True)
class Words:
    """What a scenario may name: the steps of every process, what may happen, facts to begin with."""

    steps: frozenset[str]
    happenings: frozenset[str]
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """One line of "when" or "then": its number, its verb, what it is about, and what stands beside it."""

    number: int
    verb: str
    what: Any
    more: Mapping[str, Any] = field(default_factory=dict)
    then: tuple[Line, ...] = ()

    @property
    def words(self) -> str:
        """The line as people read it."""
        beside = "".join(f", {name} {value}" for name, value in self.more.items() if name != "answers")
        return f"{self.verb} {self.what}{beside}"


@dataclass(frozen=True)
class Given:
    """How things stand at the beginning: the day, the facts, how far the case has come, by which answers."""

    begins: dt.date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    reached: str = ""
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True)
class Scenario:
    """One scenario, read."""

    file: str
    title: str
    given: Given
    when: tuple[Line, ...]
    then: tuple[Line, ...]


def is_scenario(name: str) -> bool:
    """Whether a file of a bundle is a scenario (neither the waivers nor the usual answers)."""
    return name.startswith(FOLDER) and name.endswith(".yaml") and name not in (WAIVERS_FILE, ANSWERS_FILE)


def read_scenario(text: str, file: str, known: Words) -> tuple[Scenario | None, list[Finding]]:
    """The scenario of a file, or what is wrong with it: file, line, sentence, what to write instead."""
    try:
        top = _names(read_tree(text), ("title", "given", "when", "then"), "A scenario")
        title = top.get("title")
        if title is None or not isinstance(title.value, str) or not title.value.strip():
            line = title.line if title else 1
            raise Wrong(line, "The scenario has no title.", "Say in a sentence what happens.")
        given = _given(top["given"], known) if "given" in top else Given()
        when = _lines(top["when"], MOVES, known) if "when" in top else ()
        then = _lines(top["then"], EXPECTATIONS, known) if "then" in top else ()
        if not then and not any(move.then for move in when):
            raise Wrong(1, "The scenario expects nothing.", "Write what is to be seen under then.")
    except Wrong as wrong:
        return None, [wrong.finding(file)]
    return Scenario(file, title.value.strip(), given, when, then), []


def read_answers(text: str, file: str, known: Words) -> tuple[dict[str, dict[str, Any]], list[Finding]]:
    """The usual answers of a process: step -> answers; and what is wrong with the file."""
    try:
        return _answers(read_tree(text), known), []
    except Wrong as wrong:
        return {}, [wrong.finding(file)]


def _given(tree: Tree, known: Words) -> Given:
    told = _names(tree, ("begins", "facts", "reached", "answers"), "given")
    begins = told["begins"].value if "begins" in told else None
    if begins is not None and (isinstance(begins, dt.datetime) or not isinstance(begins, dt.date)):
        raise Wrong(told["begins"].line, "This is not a date.", "Write it as 2026-04-13.")
    facts = _names(told["facts"], known.facts, "facts") if "facts" in told else {}
    reached = _step(told["reached"], known) if "reached" in told else ""
    answers = _answers(told["answers"], known) if "answers" in told else {}
    return Given(begins, {name: each.plain() for name, each in facts.items()}, reached, answers, tree.line)


def _answers(tree: Tree, known: Words) -> dict[str, dict[str, Any]]:
    """Step -> answers."""
    found = {}
    for step, answers in _names(tree, known.steps, "answers").items():
        found[step] = _some_answers(answers)
    return found


def _some_answers(tree: Tree) -> dict[str, Any]:
    if not isinstance(tree.value, dict):
        raise Wrong(tree.line, "These are no answers.", "Write each as question: answer.")
    return {name: answer.plain() for name, answer in tree.value.items()}


def _lines(tree: Tree, verbs: Mapping[str, tuple[str, ...]], known: Words) -> tuple[Line, ...]:
    if not isinstance(tree.value, list):
        raise Wrong(tree.line, "This is not a list.", "Begin each line with a dash.")
    return tuple(_line(each, verbs, known) for each in tree.value)


def _line(tree: Tree, verbs: Mapping[str, tuple[str, ...]], known: Words) -> Line:
    if not isinstance(tree.value, dict) or not tree.value:
        raise Wrong(tree.line, "This line says nothing that is known.", hint("", verbs))
    verb = next(iter(tree.value))
    if verb not in verbs:
        raise Wrong(tree.line, f'"{verb}" is not known here.', hint(verb, verbs))
    told = _names(tree, (verb, *verbs[verb]), verb)
    what = told.pop(verb)
    then = _lines(told.pop("then"), EXPECTATIONS, known) if "then" in told else ()
    if verb in NEEDS_A_STEP and not (verb == "open" and what.value == "nothing"):
        _step(what, known)
    if verb == "happens" and what.value not in known.happenings:
        raise Wrong(what.line, f'"{what.value}" cannot happen here.', hint(str(what.value), known.happenings))
    if isinstance(what.value, dict | list) or what.value is None:
        raise Wrong(what.line, f'"{verb}" is followed by no word.', f"Write {verb}: and what it is about.")
    if "answers" in told and verb == "reached":
        more: dict[str, Any] = {"answers": _answers(told.pop("answers"), known)}
    elif "answers" in told:
        more = {"answers": _some_answers(told.pop("answers"))}
    else:
        more = {}
    more |= {name: each.plain() for name, each in told.items()}
    return Line(tree.line, verb, what.plain(), more, then)


def _step(tree: Tree, known: Words) -> str:
    if tree.value not in known.steps:
        raise Wrong(tree.line, f'"{tree.value}" is no step of a process.', hint(str(tree.value), known.steps))
    return str(tree.value)


def _names(tree: Tree, known: Collection[str], where: str) -> dict[str, Tree]:
    """The parts of a mapping by name. Raises Wrong for one that is not known."""
    if not isinstance(tree.value, dict):
        raise Wrong(tree.line, f"{where} is not written as names and values.", hint("", known))
    for name, inner in tree.value.items():
        if name not in known:
            raise Wrong(inner.line, f'"{name}" is not known in {where}.', hint(name, known))
    return dict(tree.value)
