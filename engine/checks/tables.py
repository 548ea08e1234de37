"""Findings of the decision tables, as findings of the bundle: the rules' numbers and an example in the
sentence."""

from __future__ import annotations

from engine.decisions import DecisionModel
from engine.decisions import Finding as TableFinding
from engine.errors import Finding

TABLE_RULES: dict[str, tuple[str, str]] = {
    "table_overlap": (
        "In a UNIQUE or ANY table no two rules are met by one input with different answers.",
        "error",
    ),
    "table_gap": ("Some rule is met by every input, or there is a default result.", "error"),
    "table_unreached": ("In a FIRST table every rule can be the first that is met.", "error"),
    "table_never_met": ("Every rule is met by some allowed input.", "error"),
    "table_large": ("A table is small enough to be searched for gaps.", "warning"),
    "table_expression": ("Every cell is FEEL, and calls functions that there are.", "error"),
    "table_cost": ("No cell goes on or grows beyond its budget.", "error"),
    "table_language": ("Nothing is written in another language than FEEL.", "error"),
    "table_value": ("Every result is an allowed value of its column.", "error"),
    "table_policy": ("A hit policy has what it needs: values in their order, a way to collect.", "error"),
    "table_requirement": ("What a decision requires is in the file, and is not itself.", "error"),
    "table_name": ("Decisions, and the outputs of a table, have each their own name.", "error"),
    "table_import": ("What a file imports is there.", "error"),
    "table_empty": ("A decision has logic, a table rules, an input an expression.", "error"),
}
"""The rules of tables by id: what each says, and how grave it is. They are found in `engine/decisions`."""


def table_findings(tables: DecisionModel) -> list[Finding]:
    """The findings of one file of decisions."""
    return [_as_finding(found) for found in tables.findings()]


def _as_finding(found: TableFinding) -> Finding:
    example = f" (for example: {found.example})" if found.example else ""
    sentence = f"{found.sentence}{example}".rstrip(".") + "."
    _, severity = TABLE_RULES[found.kind]
    return Finding(
        found.file,
        found.element,
        found.line,
        found.kind,
        sentence,
        found.what_to_do or "Correct it.",
        severity,
    )
