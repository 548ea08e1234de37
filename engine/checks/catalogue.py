"""Every rule that a bundle is checked by, for documents and pages: id, words, the clause behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.checks import PROFILE_RULES
from engine.checks.bpmn import BPMN_RULES
from engine.checks.chasing import CHASING_RULES
from engine.checks.files import FILE_RULES
from engine.checks.rule import Rule
from engine.checks.scenarios import SCENARIO_RULES
from engine.checks.tables import TABLE_RULES


@dataclass(frozen=True)
class RuleRow:
    """One rule: the part of the bundle it is about, its id, what it says, where that is asked for, and how
    grave a break is."""

    about: str
    id: str
    says: str
    clause: str
    severity: str


def all_rules() -> list[RuleRow]:
    """Every rule of the engine, in the order in which they are looked at."""
    rows = [_row("files", rule) for rule in FILE_RULES]
    rows.append(RuleRow("files", "readable", "A file can be read as what its name says.", "limits", "error"))
    rows.append(RuleRow("files", "one_diagram", "A bundle holds one diagram.", "profile", "error"))
    rows += [_row("standard", rule) for rule in BPMN_RULES]
    rows += [_row("profile", rule) for rule in PROFILE_RULES]
    rows.append(
        RuleRow("profile", "parses", "The engine can compile the diagram.", "engine notes 1", "error")
    )
    rows += [_row("scenarios", rule) for rule in SCENARIO_RULES]
    rows += [_row("chasing", rule) for rule in CHASING_RULES]
    rows += [RuleRow("tables", name, *words) for name, words in _tables()]
    return rows


def _row(about: str, rule: Rule[Any]) -> RuleRow:
    return RuleRow(about, rule.id, rule.says, rule.clause, rule.severity)


def _tables() -> list[tuple[str, tuple[str, str, str]]]:
    return [(name, (says, "DMN 1.3, 8.2", severity)) for name, (says, severity) in TABLE_RULES.items()]
