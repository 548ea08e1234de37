"""What to do next with a change: the way from the first edit to its use, each stage with where it is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import url_for

from engine import Finding, changes
from reviews.studio.first_scenario import steps_without_scenario
from reviews.studio.scenario_runs import Played


@dataclass(frozen=True)
class Stage:
    """One stage of the way: what is done, where, and how it stands ("" where nobody can say)."""

    text: str
    href: str
    hint: str = ""
    status: str = ""
    done: bool = False


@dataclass(frozen=True)
class Way:
    """The stages of a change that is being drafted, and the one that comes next."""

    stages: list[Stage]
    next: Stage


def way_of(
    row: changes.ChangeRow,
    files: Mapping[str, str],
    base: Mapping[str, str],
    findings: Collection[Finding],
    known: Played,
) -> Way:
    """The way of a change that is being drafted."""
    wrong = [each for each in findings if each.severity == "error"]
    changed = dict(files) != dict(base)
    ready = changed and not wrong
    stages = [_edit(row, files, changed), _put_right(row, wrong, changed)]
    for step in steps_without_scenario(files, base):
        address = url_for("studio_scenarios.ask_new", change_id=row.id, step=step.id)
        text = f"Write a scenario for “{step.name or step.id}”"
        stages.append(Stage(text, address, "What should happen there; a first text is ready", "To do"))
    before = f"version-{row.base_number}" if row.base_number else None
    rehearsal = url_for("rehearsals.ask", process=row.process, of=f"change-{row.id}", against=before)
    stages += [
        _play(row, known),
        Stage("Rehearse it", rehearsal, "Who would be asked what, and when, in the next days"),
        Stage("Ask for approval", "#ask", "Somebody else reads it and decides", "" if ready else "Not yet"),
    ]
    return Way(stages, next(stage for stage in stages if not stage.done))


def _edit(row: changes.ChangeRow, files: Mapping[str, str], changed: bool) -> Stage:
    drawn = next((name for name in sorted(files) if name.endswith(".bpmn")), "")
    table = next((name for name in sorted(files) if name.endswith(".dmn")), "")
    status = "Begun" if changed else "To do"
    if drawn:
        address = url_for("studio_files.show", change_id=row.id, name=drawn)
        return Stage("Change the diagram", address, "Or the steps in a table, below", status, changed)
    if table:
        address = url_for("studio_files.show", change_id=row.id, name=table)
        return Stage("Change the table", address, "", status, changed)
    address = url_for("studio_files.ask_new", change_id=row.id)
    return Stage("Add a diagram", address, "", status, changed)


def _play(row: changes.ChangeRow, known: Played) -> Stage:
    address = url_for("studio_scenarios.show", change_id=row.id)
    status, done = "Being played" if known.waits else "", False
    if known.ran is not None and known.listed and not known.waits:
        done = known.ran.sound
        status = "All hold" if done else "Something does not hold"
    hint = "Does everything that was agreed still hold? They are played before approval in any case"
    return Stage("Play its scenarios", address, hint, status, done)


def _put_right(row: changes.ChangeRow, wrong: list[Finding], changed: bool) -> Stage:
    if not wrong:
        return Stage("Put right what the checks find", "#found", "", "Nothing found", done=True)
    first, many = wrong[0], len(wrong)
    address = url_for("studio_files.show", change_id=row.id, name=first.file)
    if first.element and first.file.endswith(".bpmn"):
        address += f"#{first.element}"
    text = "Put right what the checks find" if many > 1 else "Put right the one thing the checks find"
    return Stage(text, address, first.sentence, f"{many} to put right")
