"""What a decision reads, and what its answer has: for checks that look at a table from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

from engine.decisions import model
from engine.feel.errors import FeelError
from engine.feel.parsing import parse_cached
from engine.feel.usage import used_paths

if TYPE_CHECKING:
    from engine.decisions import DecisionModel


def paths_read(owner: DecisionModel, decision: str) -> set[str]:
    """The variables that a decision of this name (or id) reads, also through what it requires: paths such as
    `referral.nature`. What is no FEEL is left out: the table's own checks say so."""
    found: set[str] = set()
    waiting, seen = [_decision(owner, decision)], set()
    while waiting:
        one = waiting.pop()
        if one is None or one.id in seen:
            continue
        seen.add(one.id)
        for cell, kind in _cells(one.logic):
            found |= _paths(owner, cell.text, kind)
        waiting += [owner.definitions.decisions.get(name) for name in one.decisions]
    known = {name for one in owner.definitions.decisions.values() for name in (one.name, one.variable)}
    known |= {one.variable for one in owner.definitions.knowledge.values()}
    known |= {one.variable for one in owner.definitions.services.values()} | set(owner.definitions.imports)
    return {path for path in found if path.partition(".")[0] not in known}


def parts_of_answer(owner: DecisionModel, decision: str) -> list[str] | None:
    """The names below a decision's answer; None where it is a plain value, or cannot be known beforehand."""
    found = _decision(owner, decision)
    logic = found.logic if found is not None else None
    if isinstance(logic, model.Table) and len(logic.outputs) > 1:
        return [output.name for output in logic.outputs]
    if isinstance(logic, model.Context) and all(entry.name for entry in logic.entries):
        return [entry.name for entry in logic.entries]
    return None


def _decision(owner: DecisionModel, name: str) -> model.Decision | None:
    decisions = owner.definitions.decisions.values()
    return next((one for one in decisions if name in (one.id, one.name, one.variable)), None)


def _cells(box: object) -> Iterator[tuple[model.Cell, str]]:
    """Every text of a decision's logic that is looked up where the decision stands; bodies of functions and
    loops, which have names of their own, left out."""
    if isinstance(box, model.Literal):
        yield box.cell, "expression"
    elif isinstance(box, model.Table):
        yield from ((column.expression, "expression") for column in box.inputs)
        for rule in box.rules:
            yield from ((cell, "unary tests") for cell in rule.tests)
            yield from ((cell, "expression") for cell in rule.results)
    elif isinstance(box, model.Relation | model.Listed | model.Conditional):
        for field in fields(box):
            yield from _cells(getattr(box, field.name))
    elif isinstance(box, tuple):
        for part in box:
            yield from _cells(part)


def _paths(owner: DecisionModel, text: str, kind: str) -> set[str]:
    try:
        return used_paths(parse_cached(text, kind, owner.names)) if text else set()
    except FeelError:
        return set()
