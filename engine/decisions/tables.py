"""The value of a decision table, for every hit policy (DMN 1.5, clause 8.2.8)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.decisions import model
from engine.feel.arithmetic import calculate
from engine.feel.scope import Scope
from engine.feel.values import Value, compare, equal

if TYPE_CHECKING:
    from engine.decisions.running import Run


def value(run: Run, table: model.Table, scope: Scope) -> Value:
    """The value of a table: what its hit policy makes of the rules that are met."""
    inputs = []
    for column in table.inputs:
        fits, found = _input(run, column, scope)
        if not fits:
            return None
        inputs.append(found)
    met = [rule for rule in table.rules if _is_met(run, rule, inputs, scope)]
    counted = met[:1] if table.hit_policy == "FIRST" else met
    run.met[run.element] = [rule.number for rule in counted]
    if not met:
        return _default(run, table, scope)
    return _decided(run, table, met, scope)


def _input(run: Run, column: model.Input, scope: Scope) -> tuple[bool, Value]:
    found = run.feel(column.expression, scope) if column.expression.text else None
    if found is None:
        return True, None
    if column.type:
        fits, fitted = run.types.fit(found, column.type, run)
        if not fits:
            run.note(
                f"“{column.label}” is not of the type {column.type}",
                "Check the input.",
                column.expression.line,
            )
            return False, None
        found = fitted
    if column.allowed and column.allowed.text:
        parts = found if isinstance(found, list) else [found]
        allowed = run.feel(column.allowed, Scope({"?": found}, scope), "unary tests") is True or (
            isinstance(found, list)
            and all(run.feel(column.allowed, Scope({"?": p}, scope), "unary tests") is True for p in parts)
        )
        if not allowed:
            run.note(
                f"“{column.label}” has a value that is not allowed", f"Use one of: {column.allowed.text}.",
                column.allowed.line,
            )  # fmt: skip
            return False, None
    return True, found


def _is_met(run: Run, rule: model.Rule, inputs: list[Value], scope: Scope) -> bool:
    for cell, found in zip(rule.tests, inputs, strict=True):
        run.interpreter.budget.step()
        if cell.text in ("", "-"):
            continue
        if run.feel(cell, Scope({"?": found}, scope), "unary tests", rule.number) is not True:
            return False
    return True


def _results(run: Run, table: model.Table, rule: model.Rule, scope: Scope) -> list[Value]:
    out = []
    for cell, column in zip(rule.results, table.outputs, strict=True):
        found = run.feel(cell, scope, rule=rule.number) if cell.text else None
        out.append(run.fitted(found, column.type, cell.line, f"The result of rule {rule.number}"))
    return out


def _composed(table: model.Table, results: list[Value]) -> Value:
    if len(table.outputs) == 1:
        return results[0]
    return {column.name: found for column, found in zip(table.outputs, results, strict=True)}


def _default(run: Run, table: model.Table, scope: Scope) -> Value:
    if any(column.default and column.default.text for column in table.outputs):
        results = [
            run.feel(column.default, scope) if column.default and column.default.text else None
            for column in table.outputs
        ]
        return _composed(table, results)
    if table.hit_policy == "COLLECT" and table.aggregation == "COUNT":
        return Decimal(0)
    return None


def _decided(run: Run, table: model.Table, met: list[model.Rule], scope: Scope) -> Value:
    policy = table.hit_policy
    if policy == "UNIQUE" and len(met) > 1:
        run.note(
            f"Rules {_numbers(met)} are all met, but the hit policy is UNIQUE",
            "Make the rules exclude each other, or choose another hit policy.", table.line, met[1].number,
        )  # fmt: skip
        return None
    if policy in ("UNIQUE", "FIRST"):
        return _composed(table, _results(run, table, met[0], scope))
    rows = [_results(run, table, rule, scope) for rule in met]
    if policy == "ANY":
        for rule, row in zip(met[1:], rows[1:], strict=True):
            if equal(row, rows[0], run.interpreter.budget) is not True:
                run.note(
                    f"Rules {met[0].number} and {rule.number} are both met with different results, "
                    "but the hit policy is ANY",
                    "Give them the same results, or choose another hit policy.",
                    table.line,
                    rule.number,
                )
                return None
        return _composed(table, rows[0])
    if policy in ("PRIORITY", "OUTPUT ORDER"):
        rows = _by_priority(run, table, rows, scope)
        return _composed(table, rows[0]) if policy == "PRIORITY" else [_composed(table, row) for row in rows]
    if policy == "COLLECT" and table.aggregation:
        return _aggregated(run, table, rows)
    return [_composed(table, row) for row in rows]


def _numbers(rules: list[model.Rule]) -> str:
    numbers = [str(rule.number) for rule in rules]
    return ", ".join(numbers[:-1]) + " and " + numbers[-1]


def _by_priority(run: Run, table: model.Table, rows: list[list[Value]], scope: Scope) -> list[list[Value]]:
    orders = [output_order(run, column, scope) for column in table.outputs]
    budget = run.interpreter.budget

    def rank(row: list[Value]) -> list[int]:
        ranks = []
        for found, order in zip(row, orders, strict=True):
            places = [n for n, wanted in enumerate(order) if equal(found, wanted, budget) is True]
            ranks.append(places[0] if places else len(order))
        return ranks

    return sorted(rows, key=rank)


def output_order(run: Run, column: model.Output, scope: Scope) -> list[Value]:
    """The output values of a column in their order: highest priority first."""
    allowed = column.allowed
    if (allowed is None or not allowed.text) and column.type:
        found = run.types.find(column.type)
        allowed = found[1].allowed if isinstance(found, tuple) else None
    if allowed is None or not allowed.text:
        return []
    values = run.feel(model.Cell(f"[{allowed.text}]", allowed.line), scope)
    return values if isinstance(values, list) else []


def _aggregated(run: Run, table: model.Table, rows: list[list[Value]]) -> Value:
    if table.aggregation == "COUNT":
        return Decimal(len(rows))
    results = [_aggregate(run, table, [row[column] for row in rows]) for column in range(len(table.outputs))]
    return _composed(table, results)


def _aggregate(run: Run, table: model.Table, found: list[Value]) -> Value:
    total = found[0]
    for item in found[1:]:
        if table.aggregation == "SUM":
            total = calculate("+", total, item, run.interpreter.budget)
            continue
        order = compare(item, total)
        if order is None:
            run.note(f"The results cannot be compared for {table.aggregation}", "Use numbers.", table.line)
            return None
        total = item if order == (-1 if table.aggregation == "MIN" else 1) else total
    return total
