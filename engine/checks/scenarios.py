"""Rules of scenarios: each file can be read, and names only what there is.

Steps, what may happen and unknown words are found while a file is read; the rules here look at what was read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.bundles import Bundle, names_of
from engine.checks.rule import Faults, Rule, rule
from engine.decisions import parts_of_answer
from engine.diagram import Diagram
from engine.errors import Finding
from engine.neighbours import Neighbours, steps_of
from engine.scenarios import (
    ANSWERS_FILE,
    FOLDER,
    SPAN,
    WAIVERS_FILE,
    Line,
    Scenario,
    Words,
    Wrong,
    hint,
    is_scenario,
    quoted,
    read_answers,
    read_scenario,
    read_tree,
    read_waivers,
)
from engine.world import Asked, Stage


@dataclass(frozen=True)
class Place:
    """A line of a file, as findings name it."""

    line: int
    id: str = ""


@dataclass(frozen=True)
class Around:
    """What the scenarios of a bundle may name: the bundle itself, its neighbours, and the stage."""

    process: str
    bundle: Bundle
    neighbours: Neighbours
    stage: Stage

    @cached_property
    def bundles(self) -> dict[str, Bundle]:
        """Every process, this one as it now is."""
        return {**self.neighbours.bundles, self.process: self.bundle}

    @cached_property
    def steps(self) -> dict[str, Bundle]:
        """Every step that people do, with its bundle."""
        return {step: bundle for bundle in self.bundles.values() for step in steps_of(bundle)}

    @cached_property
    def words(self) -> Words:
        """What reading a scenario asks for."""
        drafted = frozenset().union(*self.neighbours.drafted.values())
        happenings = set(self.stage.happenings)
        for bundle in self.bundles.values():
            happenings |= _messages(bundle.drawn)
        facts = frozenset(self.stage.facts(self.process))
        return Words(frozenset(self.steps) | drafted, frozenset(happenings), facts)

    def questions(self, step: str) -> Mapping[str, Asked] | None:
        """The questions of a step's form; None where there is none that can be read."""
        name = f"{step}.form"
        bundle = self.steps.get(step)
        text = bundle.files.get(name) if bundle is not None else None
        return self.stage.questions(name, text) if text is not None else None


@dataclass(frozen=True)
class ScenarioFile:
    """One file of the folder of scenarios."""

    name: str
    text: str
    around: Around

    @cached_property
    def read(self) -> tuple[Scenario | None, list[Finding]]:
        """The scenario, where the file is one that can be read, and what is wrong with the file."""
        if self.name == WAIVERS_FILE:
            drawn = self.around.bundle.drawn
            return None, read_waivers(self.text, self.name, drawn)[1] if drawn is not None else []
        if self.name == ANSWERS_FILE:
            return None, read_answers(self.text, self.name, self.around.words)[1]
        return read_scenario(self.text, self.name, self.around.words)

    @cached_property
    def moves(self) -> tuple[Line, ...]:
        """The lines of "when"; none of a file that cannot be read."""
        return self.read[0].when if self.read[0] is not None else ()

    @cached_property
    def looks(self) -> tuple[Line, ...]:
        """Every line of every "then"."""
        scenario = self.read[0]
        if scenario is None:
            return ()
        return (*(line for move in scenario.when for line in move.then), *scenario.then)


Files = Mapping[str, str]


def scenario_findings(files: Files, around: Around) -> Iterator[Finding]:
    """Everything that is wrong with the scenarios of a bundle. Never raises for what is in them."""
    for name, text in sorted(files.items()):
        if name.startswith(FOLDER):
            subject = ScenarioFile(name, text, around)
            for each in SCENARIO_RULES:
                yield from each.findings(subject, name)


@rule("scenario", "scenarios", "Correct the file.")
def files_can_be_read(subject: ScenarioFile) -> Faults:
    """A scenario can be read: plain YAML, words that are known, steps that are drawn, and something that is
    expected."""
    if subject.name != WAIVERS_FILE:
        yield from ((Place(found.line), found.sentence, found.what_to_do) for found in subject.read[1])


@rule("waiver", "scenarios", "Say why in a sentence.")
def waivers_have_reasons(subject: ScenarioFile) -> Faults:
    """A waiver names a step or a way that is drawn, and says why no scenario passes it."""
    if subject.name == WAIVERS_FILE:
        yield from ((Place(found.line), found.sentence, found.what_to_do) for found in subject.read[1])


@rule("scenario_answer", "scenarios", "Look at the form of the step.")
def answers_are_asked_for(subject: ScenarioFile) -> Faults:
    """An answer belongs to a question of the step's form, and is one of its choices or a day where it asks
    for one."""
    for line, step, answers in _answers(subject):
        questions = subject.around.questions(step)
        for key, value in answers.items() if questions is not None else ():
            for sentence, what_to_do in _wrong_answer(
                subject.around.stage, step, questions or {}, key, value
            ):
                yield Place(line), sentence, what_to_do


@rule("scenario_person", "scenarios", "Name a role, and of which agency where each agency has its own.")
def people_are_known(subject: ScenarioFile) -> Faults:
    """Who is named holds a role that there is, of an agency that there is."""
    stage = subject.around.stage
    for line in (*subject.moves, *subject.looks):
        told = [(stage.people, line.more.get("as")), (stage.agency, line.more.get("agency"))]
        told.append((stage.role, line.more.get("role")))
        if line.verb in ("notice to", "no notice to", "access", "no access"):
            told.append((stage.people, line.what))
        for known, words in told:
            remedy = known(str(words)) if words is not None else ""
            if remedy:
                yield Place(line.number), f"{quoted(words)} is nobody who is known here.", remedy


@rule("scenario_day", "scenarios", 'Write "5 working days", "2 weeks", "6 months" or a date (2026-04-13).')
def days_can_be_counted(subject: ScenarioFile) -> Faults:
    """How long time passes, and when something is due, is a number of days or a date."""
    for line in (*subject.moves, *subject.looks):
        if line.verb == "pass" and not _is_date(line.what) and not SPAN.fullmatch(str(line.what).strip()):
            yield Place(line.number), f"{quoted(line.what)} is not a number of days."
        due = line.more.get("due")
        remedy = subject.around.stage.day(str(due)) if due is not None and not _is_date(due) else ""
        if remedy:
            yield Place(line.number), f"{quoted(due)} is not a day.", remedy


@rule("scenario_process", "scenarios", "Name a process of the studio's list.")
def processes_are_there(subject: ScenarioFile) -> Faults:
    """A process that is named is there."""
    known = subject.around.bundles
    for line in subject.looks:
        named = [line.what] if line.verb == "running" else [line.more.get("process")]
        for name in named:
            if name is not None and name not in known:
                yield Place(line.number), f"There is no process {quoted(name)}.", hint(str(name), known)


@rule("scenario_end", "scenarios", "Write the name of an end as the diagram has it.")
def ends_are_drawn(subject: ScenarioFile) -> Faults:
    """How a process ended is the name of one of its ends."""
    for line in subject.looks:
        bundle = subject.around.bundles.get(str(line.more.get("process", subject.around.process)))
        if line.verb != "ended" or bundle is None or bundle.drawn is None:
            continue
        ends = {each.name: each for each in bundle.drawn.elements.values() if each.kind == "endEvent"}
        if str(line.what).lower() not in {name.lower() for name in ends}:
            yield Place(line.number), f"No end is called {quoted(line.what)}.", hint(str(line.what), ends)


@rule("scenario_decision", "scenarios", "Name a table or a step, and below is: what it decides.")
def decisions_are_there(subject: ScenarioFile) -> Faults:
    """What has decided is a table or a step of a process, and the facts are of those that it gives."""
    known: dict[str, set[str] | None] = {}
    for bundle in subject.around.bundles.values():
        known |= _deciders(bundle)
    for line in subject.looks:
        if line.verb != "decided":
            continue
        told, what = line.more.get("is"), str(line.what)
        if what not in known:
            yield (
                Place(line.number),
                f"Neither a table nor a step is called {quoted(what)}.",
                hint(what, known),
            )
        elif told is not None and not isinstance(told, dict):
            yield Place(line.number), "What was decided is not written as names and values."
        else:
            facts = known[what]
            for name in () if facts is None else set(told or ()) - facts:
                yield Place(line.number), f"{what} decides no {quoted(name)}.", hint(str(name), facts or ())


@rule("scenario_facts", "scenarios", "Leave it out.")
def happenings_take_what_is_told(subject: ScenarioFile) -> Faults:
    """What happens is told only what belongs to it."""
    for line in subject.moves:
        told = line.more.get("facts")
        known = subject.around.stage.happenings.get(str(line.what)) if line.verb == "happens" else None
        if told is None or known is None:
            continue
        if not isinstance(told, dict):
            yield Place(line.number), "Facts are not written as names and values."
        else:
            for name in set(told) - set(known):
                yield (
                    Place(line.number),
                    f"{quoted(line.what)} takes no {quoted(name)}.",
                    hint(str(name), known),
                )


@rule("scenario_notice", "scenarios", "Look at the texts of notices.", severity="warning")
def notices_say_so(subject: ScenarioFile) -> Faults:
    """The words that a notice is to hold stand in a text that there is, or in what is filled in."""
    chasing = subject.around.bundles.get("chasing")
    files = chasing.files if chasing is not None else {}
    for line in subject.looks:
        says = line.more.get("says")
        remedy = subject.around.stage.says(str(says), files) if says is not None else ""
        if remedy:
            yield Place(line.number), f"No notice says {quoted(says)}.", remedy


SCENARIO_RULES: tuple[Rule[ScenarioFile], ...] = (
    files_can_be_read,
    waivers_have_reasons,
    answers_are_asked_for,
    people_are_known,
    days_can_be_counted,
    processes_are_there,
    ends_are_drawn,
    decisions_are_there,
    happenings_take_what_is_told,
    notices_say_so,
)


def _messages(drawn: Diagram | None) -> set[str]:
    """What may happen at any time in a process, as scenarios name it."""
    return {each.replace("_", " ") for each in drawn.event_subprocesses()} if drawn is not None else set()


def _deciders(bundle: Bundle) -> dict[str, set[str] | None]:
    """What decides in a process, with the names of what it decides; None where any name may be."""
    if bundle.drawn is None:
        return {}
    found: dict[str, set[str] | None] = {}
    for element in bundle.drawn.elements.values():
        if element.kind in ("userTask", "serviceTask"):
            found[element.id] = None
        elif element.kind == "businessRuleTask":
            name = element.attributes.get("decision", element.id)
            model = next((each for each in bundle.decisions if name in names_of(each)), None)
            parts = parts_of_answer(model, name) if model is not None else None
            found[element.id] = set(parts) if parts is not None else None
    return found


def _answers(subject: ScenarioFile) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Every group of answers in a file that can be read: its line, the step, the answers."""
    scenario, wrong = subject.read
    if subject.name == ANSWERS_FILE and not wrong:
        try:
            tree = read_tree(subject.text)
        except Wrong:
            return
        yield from ((told.line, step, told.plain()) for step, told in tree.value.items())
    if not is_scenario(subject.name) or scenario is None:
        return
    yield from ((scenario.given.line, step, told) for step, told in scenario.given.answers.items())
    for line in scenario.when:
        told = line.more.get("answers") or {}
        if line.verb == "reached":
            yield from ((line.number, step, answers) for step, answers in told.items())
        else:
            yield line.number, str(line.what), told


def _wrong_answer(
    stage: Stage, step: str, questions: Mapping[str, Asked], key: str, value: Any
) -> Iterator[tuple[str, str]]:
    question = questions.get(key)
    if question is None:
        yield f"The form of {step} asks no {quoted(key)}.", hint(key, questions)
        return
    if question.kind == "date" and not _is_date(value) and (remedy := stage.day(str(value))):
        yield f"{quoted(value)} is no day, and {quoted(key)} of {step} asks for one.", remedy
    if question.kind == "choice" and question.choices is not None:
        for each in value if isinstance(value, list) else [value]:
            if str(each).lower() not in question.choices:
                yield f"{quoted(each)} is no answer to {key} of {step}.", hint(str(each), question.choices)
    if question.kind == "rows":
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            yield f"{key} of {step} is a list.", "Begin each entry with a dash, then question: answer."
            return
        for row in value:
            for name, told in row.items():
                yield from _wrong_answer(stage, step, question.questions, name, told)


def _is_date(value: object) -> bool:
    return isinstance(value, dt.date)
