"""Rules of the chasing table: what it names is there; and what happens to it when a step goes.

The table (`engine.chasing`) stands beside the processes, and nobody notices a reminder that is never sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from engine.bundles import Bundle
from engine.chasing import EARLIEST, LATEST, TABLE
from engine.checks.rule import Faults, Rule, rule
from engine.checks.subject import Subject
from engine.decisions import DecisionError
from engine.decisions.editing import Rule as Row
from engine.decisions.editing import Table, tables_of
from engine.errors import Finding
from engine.neighbours import Neighbours, steps_of
from engine.scenarios import hint, quoted
from engine.world import World

READ = ("process", "step", "working_days_late")
GIVEN = ("who", "how", "tone", "text")
HOW = ("notice", "digest", "urgent")
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"')
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Chasing:
    """What the rules look at: the file of the table, the processes around it, the world."""

    file: str
    bundle: Bundle
    world: World
    neighbours: Neighbours

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """What the table looks at and answers, in the order of its columns."""
        table = _table(self.bundle, self.file)
        return tuple(column.name for column in table.columns) if table is not None else ()

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows of the table."""
        table = _table(self.bundle, self.file)
        return table.rules if table is not None else ()

    def cell(self, row: Row, column: str) -> str:
        """What a row says in a column; nothing where the table has no such column."""
        return row.cells[self.columns.index(column)] if column in self.columns else ""

    def words(self, column: str) -> Iterator[tuple[Row, str]]:
        """Every text in quotation marks of a column, with its row."""
        for row in self.rows:
            yield from ((row, word) for word in _WORD.findall(self.cell(row, column)))

    def processes_of(self, row: Row) -> list[str]:
        """The processes that a row is about; every one where it does not say."""
        cell = self.cell(row, "process").strip()
        named = _WORD.findall(cell)
        return named if named and not cell.startswith("not") else sorted(self.neighbours.bundles)

    def steps(self, process: str) -> frozenset[str]:
        """The steps of a process: of the version in use, and of earlier ones that cases still run on."""
        around = self.neighbours
        return steps_of(around.bundles.get(process)) | around.at_work.get(process, frozenset())


def chasing_findings(bundle: Bundle, world: World, neighbours: Neighbours) -> Iterator[Finding]:
    """Everything that is wrong with the chasing table; nothing for another bundle."""
    if bundle.process == TABLE and neighbours.bundles:
        subject = Chasing(_file(bundle), bundle, world, neighbours)
        for each in CHASING_RULES:
            yield from each.findings(subject, subject.file)


@rule("chasing_table", "chasing", "Keep the table's columns and its name as they are.")
def the_table_is_there(subject: Chasing) -> Faults:
    """The reminders are one table, chasing, that looks at process, step and working_days_late, and answers
    who, how, tone and text."""
    missing = [name for name in (*READ, *GIVEN) if name not in subject.columns]
    if not subject.file:
        yield None, "There is no table of reminders."
    elif missing:
        yield None, f"The table of reminders has no column {missing[0]}."


@rule("chasing_process", "chasing", "Name a process of the studio's list.")
def processes_are_known(subject: Chasing) -> Faults:
    """A row names processes that there are."""
    known = {*subject.neighbours.bundles, *subject.neighbours.drafted}
    for row, name in subject.words("process"):
        if name not in known:
            yield row, f"There is no process {quoted(name)}.", hint(name, known)


@rule("chasing_step", "chasing", "Name a step of a process.")
def steps_are_known(subject: Chasing) -> Faults:
    """A row names steps of its process: of the version in use, of one that cases still run on, or of a
    change at work."""
    for row, name in subject.words("step"):
        about = subject.processes_of(row)
        known = frozenset[str]().union(*(subject.steps(process) for process in about))
        drafted = frozenset[str]().union(
            *(subject.neighbours.drafted.get(process, frozenset()) for process in about)
        )
        if name not in known | drafted:
            where = f"{about[0]} has no step" if len(about) == 1 else "No process has a step"
            yield row, f"{where} {quoted(name)}.", hint(name, known | drafted)


@rule("chasing_step_soon", "chasing", "Put the change of the process into use, too.", severity="warning")
def steps_are_in_use(subject: Chasing) -> Faults:
    """A row that names a step of a change at work reminds nobody until that change is in use."""
    for row, name in subject.words("step"):
        about = subject.processes_of(row)
        drafted = [each for each in about if name in subject.neighbours.drafted.get(each, frozenset())]
        if drafted and not any(name in subject.steps(process) for process in about):
            yield row, f"The step {quoted(name)} is so far only in a change of {drafted[0]}."


@rule("chasing_who", "chasing", "Name a role.")
def readers_are_known(subject: Chasing) -> Faults:
    """Who is reminded is the one who has the step, somebody above them, or a role."""
    known = {*subject.world.readers, *subject.world.roles}
    for row, name in subject.words("who"):
        if subject.world.roles and name not in known:
            yield row, f"{quoted(name)} is nobody who can be reminded.", hint(name, known)


@rule("chasing_text", "chasing", "Name a text of the list of notices.")
def texts_are_known(subject: Chasing) -> Faults:
    """A row names a notice that there is."""
    known = subject.world.texts(subject.bundle.files)
    for row, name in subject.words("text"):
        if known is not None and name not in known:
            yield row, f"There is no notice {quoted(name)}.", hint(name, known)


@rule("chasing_how", "chasing", f"Write one of: {', '.join(HOW)}.")
def ways_are_known(subject: Chasing) -> Faults:
    """A reminder joins the message of the day (notice, digest) or goes alone (urgent)."""
    for row, name in subject.words("how"):
        if name not in HOW:
            yield row, f"{quoted(name)} is no way to remind."


@rule("chasing_days", "chasing", f"Write whole days from {EARLIEST} to {LATEST}.", severity="warning")
def days_are_asked_about(subject: Chasing) -> Faults:
    """A row is about whole working days that are looked at: from 30 before to 60 after the due date."""
    for row in subject.rows:
        for number in _NUMBER.findall(subject.cell(row, "working_days_late")):
            if "." in number or not EARLIEST <= int(number[:9]) <= LATEST:
                yield row, f"{number[:12]} working days late is never looked at."


CHASING_RULES: tuple[Rule[Chasing], ...] = (
    the_table_is_there,
    processes_are_known,
    steps_are_known,
    steps_are_in_use,
    readers_are_known,
    texts_are_known,
    ways_are_known,
    days_are_asked_about,
)


@rule("chased_step", "chasing", "Change the reminders, too.", severity="warning")
def chased_steps_stay(subject: Subject) -> Faults:
    """A step that goes, or has another name, is not one that the reminders name."""
    table, process = subject.neighbours.bundles.get(TABLE), subject.diagram.process
    if subject.before is None or subject.before.drawn is None or table is None:
        return
    here = {step.id for step in subject.diagram.user_tasks()}
    chasing = Chasing(_file(table), table, subject.world, subject.neighbours)
    named: dict[str, list[str]] = {}
    for row, name in chasing.words("step"):
        if process in chasing.processes_of(row):
            named.setdefault(name, []).append(row.id)
    known = {step.id: step for step in subject.before.drawn.user_tasks()}
    new = sorted(here - set(known))
    for step in sorted(set(known) & set(named) - here):
        rows = ", ".join(named[step][:5])
        beside = [name for name in new if set(named.get(name, ())) & set(named[step])]
        if not beside:
            sentence = f"{quoted(known[step].name or step)} is gone, and the reminders name it (rows {rows})."
            yield None, sentence, _what_to_do(step, new)


def _what_to_do(step: str, new: list[str]) -> str:
    keep = f'Keep "{step}" there while cases run on it.'
    if not new:
        return f"Later take it out of those rows. {keep}"
    names = " or ".join(f'"{name}"' for name in new[:3])
    return f"If it is now called {names}, write the new name into those rows beside the old one. {keep}"


def _file(bundle: Bundle) -> str:
    return next((name for name in sorted(bundle.files) if _table(bundle, name) is not None), "")


def _table(bundle: Bundle, file: str) -> Table | None:
    if not file.endswith(".dmn"):
        return None
    try:
        found = tables_of(bundle.files[file], file)
    except DecisionError:
        return None
    return next(iter(found), None)
