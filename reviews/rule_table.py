"""The table of every rule that a bundle is checked by, as it stands in docs/checks.md."""

from __future__ import annotations

from engine.checks.catalogue import RuleRow, all_rules
from forms.rule_words import RULES as FORM_RULES
from reviews.notice_checks import NOTICE_RULES

_PARTS = {
    "files": "Files",
    "standard": "The standard: BPMN 2.0.2",
    "profile": "Our profile: what runs here (`docs/bpmn-profile.md`)",
    "tables": "Decision tables",
    "chasing": "Reminders: the chasing table (`processes/README.md`)",
    "scenarios": "Scenarios (`docs/scenarios.md`)",
    "notices": "The words of notices (`docs/decisions/0017-words-of-notices-are-part-of-a-change.md`)",
    "forms": "Forms (`docs/form-profile.md`)",
}
_HEAD = """# Every rule of the checks

A bundle is checked before it is put into use: by `roundtable processes check`, in the studio, and once more
when it is deployed. Each finding names the file, the element, the line, one of these rules, what is wrong and
what to do. An **error** refuses the bundle; a **warning** is shown and does not.

This table is written by `roundtable processes rules docs/checks.md`; a test compares the two.

The clauses: numbers are those of BPMN 2.0.2; "profile" is `docs/bpmn-profile.md`; "engine notes" are what was
tried on the library underneath, which accepts these in silence; "limits" keep a hostile file from harming
anybody.
"""
_COLUMNS = "| Rule | What it says | Clause | |\n|---|---|---|---|\n"


def rule_rows() -> list[RuleRow]:
    """Every rule of the engine, of the words of notices and of the forms."""
    advice = ("no-blame", "reveal")
    forms = [
        RuleRow("forms", form_rule(name), says, "form profile", "warning" if name in advice else "error")
        for name, says in FORM_RULES.items()
    ]
    notices = [RuleRow("notices", rule.id, rule.says, rule.clause, rule.severity) for rule in NOTICE_RULES]
    return [*all_rules(), *notices, *forms]


def form_rule(name: str) -> str:
    """A form's rule as findings of a bundle name it: "max-length" -> "form_max_length"."""
    return f"form_{name.replace('-', '_')}"


def rule_table() -> str:
    """The whole page, in Markdown."""
    parts = [_HEAD]
    for part, title in _PARTS.items():
        rows = [row for row in rule_rows() if row.about == part]
        lines = [f"| `{row.id}` | {row.says} | {row.clause} | {row.severity} |\n" for row in rows]
        parts.append(f"\n## {title}\n\n{_COLUMNS}{''.join(lines)}")
    return "".join(parts)
