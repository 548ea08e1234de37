"""Every rule of the checks stands in docs/checks.md, and every id in a finding is one of them."""

from __future__ import annotations

import ast
import re
from collections import Counter

from forms.rule_words import RULES as FORM_RULES
from reviews.rule_table import rule_rows, rule_table
from tests.architecture.source import ROOT


def test_the_table_of_rules_is_as_written() -> None:
    """Run `roundtable processes rules docs/checks.md` after a change."""
    assert (ROOT / "docs" / "checks.md").read_text(encoding="utf-8") == rule_table()


def test_every_rule_has_its_own_id_and_a_sentence() -> None:
    rows = rule_rows()
    assert [name for name, count in Counter(row.id for row in rows).items() if count > 1] == []
    for row in rows:
        assert re.fullmatch(r"[a-z][a-z_]*", row.id), row
        assert row.says.endswith((".", "(advice).")), row
        assert "|" not in row.says, row
        assert row.severity in ("error", "warning"), row


def test_every_rule_of_forms_is_in_words() -> None:
    """The ids that stand in the source of forms/, as the rule of a finding."""
    used = set()
    for path in (ROOT / "forms").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = {"about": 1, "Finding": 2}.get(node.func.id)
            if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                used.add(node.args[place].value)  # type: ignore[attr-defined]
    assert used == set(FORM_RULES)
