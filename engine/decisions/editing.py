"""A decision table's rules changed as plain text, cell by cell; what is not touched stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from engine.decisions.xml import read
from engine.errors import Refused
from engine.feel.errors import FeelError
from engine.feel.parsing import parse_cached
from engine.xml import line_of
from engine.xml_editing import KeptXml, cut, indent_new, put_after, put_first


@dataclass(frozen=True)
class Column:
    """A column: what it is called, its expression or name, and whether it is looked at or answered."""

    label: str
    name: str
    answers: bool
    allowed: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule: the texts of its cells in the order of the columns, and what it says in words."""

    id: str
    cells: tuple[str, ...]
    words: str
    line: int


@dataclass(frozen=True)
class Table:
    """A decision table of a file. `policy` is the hit policy, as DMN names it."""

    id: str
    name: str
    words: str
    policy: str
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]


def tables_of(text: str, file: str) -> list[Table]:
    """Every table of a file, in its order. Raises DecisionError."""
    root = read(text.encode(), file)
    return [_table(decision, found) for decision, found in _tables(root)]


def set_rule(text: str, file: str, rule: str, cells: Sequence[str], words: str) -> str:
    """The file with a rule's cells and words changed. Raises Refused for a cell that is not FEEL (about
    "cell-<n>", counted from 1), and for a rule that is gone."""
    kept, node, table = _opened(text, file, rule)
    entries = _entries(node)
    if len(entries) != len(cells):
        raise Refused("The table has other columns now. Look at it again.")
    _readable(table, cells)
    for entry, cell in zip(entries, cells, strict=True):
        _write(entry, cell)
    _describe(node, words)
    return kept.text()


def add_rule(text: str, file: str, table: str, cells: Sequence[str], words: str) -> tuple[str, str]:
    """The file with a rule more at the foot of a table, and the rule's id. Raises Refused."""
    read(text.encode(), file)
    kept = KeptXml(text)
    _, node = next(
        ((decision, each) for decision, each in _tables(kept.root) if each.get("id") == table), (None, None)
    )
    if node is None:
        raise Refused("This table is not in the file any more.")
    _readable(node, cells)
    taken = {each.get("id") for each in kept.root.iter(etree.Element)}
    number = 1
    while f"rule_{number}" in taken:
        number += 1
    name, space = f"rule_{number}", _space(node)
    before = [each for each in node if _is(each, "input") or _is(each, "output") or _is(each, "rule")]
    rule = etree.SubElement(node, f"{space}rule", id=name)
    indent_new(rule)
    put_after(rule, before[-1])
    _describe(rule, words)
    inputs = sum(1 for each in node if _is(each, "input"))
    for index, cell in enumerate(cells):
        entry = etree.SubElement(rule, f"{space}{'inputEntry' if index < inputs else 'outputEntry'}")
        entry.set("id", f"{name}_{index + 1}")
        indent_new(entry)
        _write(entry, cell)
    return kept.text(), name


def remove_rule(text: str, file: str, rule: str) -> str:
    """The file without a rule. Raises Refused for the last one of a table."""
    kept, node, table = _opened(text, file, rule)
    if sum(1 for each in table if _is(each, "rule")) < 2:
        raise Refused("A table needs a rule. Change this one instead.")
    cut(node)
    return kept.text()


def move_rule(text: str, file: str, rule: str, *, up: bool) -> str:
    """The file with a rule moved one place; the first and the last stay where they are."""
    kept, node, table = _opened(text, file, rule)
    rules = [each for each in table if _is(each, "rule")]
    at = rules.index(node)
    if up and at:
        put_after(rules[at - 1], node)
    elif not up and at + 1 < len(rules):
        put_after(node, rules[at + 1])
    return kept.text()


def _opened(text: str, file: str, rule: str) -> tuple[KeptXml, etree._Element, etree._Element]:
    read(text.encode(), file)  # bounded, no entities: refuses what must not be parsed
    kept = KeptXml(text)
    for _, table in _tables(kept.root):
        for node in table:
            if _is(node, "rule") and node.get("id") == rule:
                return kept, node, table
    raise Refused("This rule is not in the table any more.")


def _tables(root: etree._Element) -> list[tuple[etree._Element, etree._Element]]:
    return [
        (decision, node)
        for decision in root.iter(etree.Element)
        if _is(decision, "decision")
        for node in decision
        if _is(node, "decisionTable")
    ]


def _table(decision: etree._Element, table: etree._Element) -> Table:
    columns = tuple(_column(node) for kind in ("input", "output") for node in table if _is(node, kind))
    rules = tuple(
        Rule(
            node.get("id") or "",
            tuple(_words(entry, "text") for entry in _entries(node)),
            _words(node, "description"),
            line_of(node),
        )
        for node in table
        if _is(node, "rule")
    )
    name = decision.get("name") or decision.get("id") or ""
    policy = table.get("hitPolicy") or "UNIQUE"
    return Table(table.get("id") or "", name, _words(decision, "description"), policy, columns, rules)


def _column(node: etree._Element) -> Column:
    if _is(node, "output"):
        allowed = next((_words(each, "text") for each in node if _is(each, "outputValues")), "")
        return Column(
            node.get("label") or node.get("name") or "Answer", node.get("name") or "", True, allowed
        )
    expression = next((_words(each, "text") for each in node if _is(each, "inputExpression")), "")
    allowed = next((_words(each, "text") for each in node if _is(each, "inputValues")), "")
    return Column(node.get("label") or expression, expression, False, allowed)


def _entries(rule: etree._Element) -> list[etree._Element]:
    return [node for kind in ("inputEntry", "outputEntry") for node in rule if _is(node, kind)]


def _readable(table: etree._Element, cells: Sequence[str]) -> None:
    inputs = sum(1 for each in table if _is(each, "input"))
    for index, cell in enumerate(cells):
        words = cell.strip()
        if index >= inputs and not words:
            raise Refused("Enter what the table answers.", about=f"cell-{index + 1}")
        try:
            if words and words != "-":
                parse_cached(words, "unary tests" if index < inputs else "expression", frozenset())
        except FeelError as fault:
            advice = "" if fault.suggestion else " Put words in quotation marks."
            said = f"This cannot be read. {fault}{advice}"
            raise Refused(said, about=f"cell-{index + 1}") from fault


def _write(entry: etree._Element, cell: str) -> None:
    node = next((each for each in entry if _is(each, "text")), None)
    if node is None:
        node = etree.SubElement(entry, f"{_space(entry)}text")
        indent_new(node)
    inputs = _is(entry, "inputEntry")
    node.text = cell.strip() or ("-" if inputs else "")


def _describe(rule: etree._Element, words: str) -> None:
    node = next((each for each in rule if _is(each, "description")), None)
    if node is None:
        if not words.strip():
            return
        node = etree.SubElement(rule, f"{_space(rule)}description")
        indent_new(node)
        if rule[0] is not node:
            put_first(node)
    node.text = " ".join(words.split())


def _words(node: etree._Element, kind: str) -> str:
    return next(((each.text or "").strip() for each in node if _is(each, kind)), "")


def _is(node: etree._Element, kind: str) -> bool:
    """Comments have no name."""
    return str(node.tag).rpartition("}")[2] == kind


def _space(node: etree._Element) -> str:
    space = etree.QName(node).namespace
    return f"{{{space}}}" if space else ""
