"""What is wrong or doubtful in a decision file, found without running it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

from engine.decisions import coverage, model, regions
from engine.decisions.errors import Finding
from engine.decisions.running import LIMITS
from engine.feel import tree
from engine.feel.budget import Budget
from engine.feel.errors import FeelError, FeelLimit
from engine.feel.functions import BUILTINS
from engine.feel.interpreter import Interpreter
from engine.feel.parsing import parse_cached
from engine.feel.scope import Scope
from engine.feel.usage import below_functions, called

if TYPE_CHECKING:
    from engine.decisions import DecisionModel


def findings(owner: DecisionModel) -> list[Finding]:
    """All findings of a model, in the file's order."""
    return list(_Checks(owner).all())


class _Checks:
    def __init__(self, owner: DecisionModel) -> None:
        self.owner = owner
        self.definitions: model.Definitions = owner.definitions
        self.element = ""
        self.budget = Budget(LIMITS)
        self.spent = False

    def finding(
        self, kind: str, line: int, rule: int, sentence: str, what_to_do: str, example: str = ""
    ) -> Finding:
        return Finding(self.definitions.file, self.element, line, rule, sentence, what_to_do, kind, example)

    def all(self) -> Iterator[Finding]:
        definitions = self.definitions
        for name, namespace in definitions.imports.items():
            if namespace not in self.owner.imported:
                yield self.finding(
                    "table_import",
                    0,
                    0,
                    f"The imported model “{name}” is not here",
                    "Add its file, or the import goes.",
                )
        counts = Counter(decision.name for decision in definitions.decisions.values())
        for name, count in counts.items():
            if count > 1:
                yield self.finding(
                    "table_name", 0, 0, f"{count} decisions are named “{name}”", "Give each its own name."
                )
        for decision in definitions.decisions.values():
            self.element = decision.name
            yield from self.requirements(decision)
            if decision.logic is None:
                yield self.finding(
                    "table_empty",
                    decision.line,
                    0,
                    "The decision has no logic",
                    "Add a table or an expression.",
                )
            yield from self.box(decision.logic)
        for knowledge in definitions.knowledge.values():
            self.element = knowledge.name
            yield from self.box(knowledge.logic)

    def requirements(self, decision: model.Decision) -> Iterator[Finding]:
        d = self.definitions
        here = {*d.inputs, *d.decisions, *d.knowledge, *d.services}
        for identifier in (*decision.inputs, *decision.decisions, *decision.knowledge):
            if "#" not in identifier and identifier not in here:
                sentence = f"It requires “{identifier}”, which is not in the file"
                yield self.finding(
                    "table_requirement", decision.line, 0, sentence, "Draw the requirement again."
                )
        if self.leads_back(decision.id):
            yield self.finding(
                "table_requirement",
                decision.line,
                0,
                "The decision requires itself",
                "Remove one of the requirements.",
            )

    def leads_back(self, start: str) -> bool:
        """Whether a decision's requirements lead back to it."""
        waiting, seen = list(self.definitions.decisions[start].decisions), set()
        while waiting:
            identifier = waiting.pop()
            if identifier == start:
                return True
            if identifier in seen or identifier not in self.definitions.decisions:
                continue
            seen.add(identifier)
            waiting += self.definitions.decisions[identifier].decisions
        return False

    def box(self, box: object) -> Iterator[Finding]:
        """The findings of a boxed expression and those in it."""
        if isinstance(box, model.Literal):
            if box.language:
                sentence = f"The expression language “{box.language}” is not FEEL"
                yield self.finding("table_language", box.line, 0, sentence, "Write the expression in FEEL.")
            elif box.cell.text:
                yield from self.text(box.cell)
        elif isinstance(box, model.Table):
            yield from self.table(box)
        elif isinstance(box, model.Boxed | model.Entry):
            if isinstance(box, model.FunctionBox) and box.kind not in ("FEEL", "F"):
                yield self.finding(
                    "table_language",
                    box.line,
                    0,
                    "Only functions written in FEEL are allowed",
                    "Write it in FEEL.",
                )
            for field in fields(box):
                yield from self.box(getattr(box, field.name))
        elif isinstance(box, tuple):
            for part in box:
                yield from self.box(part)

    def text(self, cell: model.Cell, kind: str = "expression", rule: int = 0) -> Iterator[Finding]:
        """A text that is not FEEL, or calls a function that there is not."""
        try:
            node = parse_cached(cell.text, kind, self.owner.names)
        except FeelError as error:
            line = cell.line + max(error.line - 1, 0)
            where = f" at column {error.column}" if error.column else ""
            yield self.finding(
                "table_expression", line, rule, f"{error.message}{where}: {cell.text[:80]}", error.suggestion
            )
            return
        yield from self.cost(cell, node, rule)
        for name in (*called(node), *below_functions(node, frozenset(self.definitions.names))):
            if name not in BUILTINS and name not in self.definitions.names:
                yield self.finding(
                    "table_expression",
                    cell.line,
                    rule,
                    f"There is no function “{name}”",
                    "Use one of FEEL's functions.",
                )

    def cost(self, cell: model.Cell, node: tree.Node, rule: int) -> Iterator[Finding]:
        """Texts that go on or grow beyond a budget, which all texts of a file share; told once."""
        if self.spent:
            return
        try:
            Interpreter(self.budget).value(node, Scope({"?": None}))
        except FeelLimit as limit:
            self.spent = True
            sentence = f"{limit.message}: {cell.text[:80]}"
            yield self.finding("table_cost", cell.line, rule, sentence, "Split it into several decisions.")
        except (FeelError, RecursionError):
            return

    def table(self, table: model.Table) -> Iterator[Finding]:
        broken = False
        for finding in self.cells(table):
            broken = True
            yield finding
        yield from self.policy(table)
        if not table.rules:
            yield self.finding("table_empty", table.line, 0, "The table has no rules", "Add a rule.")
        if broken:
            return
        for kind, rule, sentence, what, example in coverage.doubts(table, regions.columns(self.owner, table)):
            line, number = (rule.line, rule.number) if rule else (table.line, 0)
            yield self.finding(kind, line, number, sentence, what, example)

    def cells(self, table: model.Table) -> Iterator[Finding]:
        for column in table.inputs:
            if column.expression.text:
                yield from self.text(column.expression)
            else:
                sentence = f"The input “{column.label}” has no expression"
                yield self.finding(
                    "table_empty", column.expression.line, 0, sentence, "Write what it is compared with."
                )
            if column.allowed and column.allowed.text:
                yield from self.text(column.allowed, "unary tests")
        for output in table.outputs:
            for cell in (output.allowed, output.default):
                if cell and cell.text:
                    yield from self.text(cell, "unary tests" if cell is output.allowed else "expression")
        for rule in table.rules:
            for cell in rule.tests:
                if cell.text:
                    yield from self.text(cell, "unary tests", rule.number)
            for cell, output in zip(rule.results, table.outputs, strict=True):
                if cell.text:
                    yield from self.text(cell, "expression", rule.number)
                    yield from self.result(cell, output, rule)

    def result(self, cell: model.Cell, output: model.Output, rule: model.Rule) -> Iterator[Finding]:
        """A constant result that is none of the output's allowed values."""
        if not output.allowed or not output.allowed.text:
            return
        try:
            node = parse_cached(cell.text, "expression", self.owner.names)
            allowed = parse_cached(output.allowed.text, "unary tests", self.owner.names)
            if not isinstance(node, tree.Literal) or node.value is None:
                return
            met = Interpreter().value(allowed, Scope({"?": node.value}))
        except FeelError:
            return
        if met is not True:
            sentence = (
                f"The result {cell.text} of rule {rule.number} is not an allowed value of “{output.name}”"
            )
            yield self.finding(
                "table_value", cell.line, rule.number, sentence, f"Use one of: {output.allowed.text}."
            )

    def policy(self, table: model.Table) -> Iterator[Finding]:
        if table.hit_policy in ("PRIORITY", "OUTPUT ORDER") and not any(
            output.allowed or self._typed_values(output) for output in table.outputs
        ):
            sentence = (
                f"The hit policy {table.hit_policy} needs output values in their order, and there are none"
            )
            yield self.finding(
                "table_policy", table.line, 0, sentence, "List the output values, highest priority first."
            )
        if table.aggregation and table.aggregation not in ("SUM", "MIN", "MAX", "COUNT"):
            sentence = f"“{table.aggregation}” is no way to collect results"
            yield self.finding("table_policy", table.line, 0, sentence, "Use SUM, MIN, MAX or COUNT.")
        names = [output.name for output in table.outputs]
        if len(names) > 1 and (len(set(names)) < len(names) or "" in names):
            yield self.finding(
                "table_name",
                table.line,
                0,
                "Several outputs have the same name, or none",
                "Name each output.",
            )

    def _typed_values(self, output: model.Output) -> bool:
        found = self.owner.types.find(output.type) if output.type else None
        return isinstance(found, tuple) and found[1].allowed is not None
