"""Walks a tree and gives its value. Errors of meaning give null, as the DMN specification says; only a spent
budget raises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.feel import tree
from engine.feel.arithmetic import calculate, negative
from engine.feel.budget import Budget
from engine.feel.errors import FeelLimit
from engine.feel.functions import BUILTINS, call_builtin
from engine.feel.loops import span
from engine.feel.numbers import integer
from engine.feel.scope import MISSING, Partial, Scope
from engine.feel.temporal_properties import property_of
from engine.feel.types import coerced, is_instance
from engine.feel.usage import uses_input
from engine.feel.values import Function, Range, Value, compare, compared, equal, in_range


@dataclass(slots=True)
class Interpreter:
    """One evaluation: its budget, and the moment `now()` gives."""

    budget: Budget = field(default_factory=Budget)
    now: datetime | None = None
    types: Mapping[str, Callable[[Value], bool]] = field(default_factory=dict)  # a model's own types

    def value(self, node: tree.Node, scope: Scope) -> Value:
        """The value of a node."""
        budget = self.budget
        budget.step()
        budget.depth += 1
        if budget.depth > budget.limits.levels:
            budget.depth -= 1
            raise FeelLimit(
                "This expression calls itself too often or nests too deeply", node.line, node.column,
                "Use a loop, or make it shorter.",
            )  # fmt: skip
        try:
            return _RULES[type(node)](self, node, scope)
        finally:
            budget.depth -= 1

    def invoke(self, function: Value, arguments: list[Value]) -> Value:
        """The value of a function for arguments in order; null when it is none or they do not fit."""
        if not isinstance(function, Function) or len(arguments) != len(function.parameters):
            return None
        fitted = []
        for argument, (_, kind) in zip(arguments, function.parameters, strict=True):
            value = coerced(argument, kind, self.types)
            if value is None and argument is not None:
                return None
            fitted.append(value)
        self.budget.step()
        return function.body(self, fitted)

    # names and paths

    def _literal(self, node: tree.Literal, scope: Scope) -> Value:
        return node.value

    def _name(self, node: tree.Name, scope: Scope) -> Value:
        found = scope.find(node.name)
        if found is not MISSING:
            return found
        if "." in node.name:  # a parameter may be named `person.name`; elsewhere that is a path
            first, *rest = node.name.split(".")
            value = scope.find(first.strip())
            for name in rest:
                value = None if value is MISSING else self.member(value, name.strip())
            return None if value is MISSING else value
        return builtin_value(node.name)

    def _path(self, node: tree.Path, scope: Scope) -> Value:
        return self.member(self.value(node.source, scope), node.name)

    def member(self, value: Value, name: str) -> Value:
        """`value.name`; of a list, the list of its items' members."""
        if isinstance(value, dict):
            return value.get(name)
        if isinstance(value, list):
            self.budget.items(len(value))
            self.budget.step(len(value))
            return [item.get(name) if isinstance(item, dict) else property_of(item, name) for item in value]
        return property_of(value, name)

    def _filter(self, node: tree.Filter, scope: Scope) -> Value:
        source = self.value(node.source, scope)
        if source is None and isinstance(node.test, tree.Literal):
            return None
        items = source if isinstance(source, list) else [] if source is None else [source]
        first = self.value(node.test, self.item_scope(items[0], scope) if items else scope)
        if isinstance(first, Decimal):
            index = integer(first)
            if not index or abs(index) > len(items):
                return None
            return items[index - 1 if index > 0 else index]
        kept = items[:1] if first is True else []
        for item in items[1:]:
            if self.value(node.test, self.item_scope(item, scope)) is True:
                kept.append(item)
        self.budget.items(len(kept))
        return kept

    def item_scope(self, item: Value, scope: Scope) -> Scope:
        """The scope of a filter's test for one item: the item, and its entries when it is a context."""
        if isinstance(item, dict):
            return Scope(item, Scope({"item": item}, scope))
        return Scope({"item": item}, scope)

    # operators

    def _chain(self, node: tree.Chain, scope: Scope) -> Value:
        value = self.value(node.first, scope)
        for operator, operand in node.rest:
            other = self.value(operand, scope)
            if operator[0] in "=!<>":
                value = compared(operator, value, other, self.budget)
            else:
                self.budget.step()
                value = calculate(operator, value, other, self.budget)
        return value

    def _logic(self, node: tree.Logic, scope: Scope) -> Value:
        deciding = node.operator == "or"
        result: bool | None = not deciding
        for operand in node.operands:
            value = self.value(operand, scope)
            if value is deciding:
                return deciding
            if not isinstance(value, bool):
                result = None
        return result

    def _negative(self, node: tree.Negative, scope: Scope) -> Value:
        return negative(self.value(node.operand, scope))

    def _between(self, node: tree.Between, scope: Scope) -> Value:
        value = self.value(node.value, scope)
        low = compare(self.value(node.low, scope), value)
        high = compare(value, self.value(node.high, scope))
        return None if low is None or high is None else low <= 0 and high <= 0

    def _instance_of(self, node: tree.InstanceOf, scope: Scope) -> Value:
        return is_instance(self.value(node.value, scope), node.type, self.types)

    # tests

    def _in(self, node: tree.In, scope: Scope) -> Value:
        value = self.value(node.value, scope)
        return self.any_of(value, node.tests, scope, plain=True)

    def any_of(self, value: Value, tests: tuple[tree.Node, ...], scope: Scope, plain: bool) -> bool | None:
        """Whether a value meets any of several tests; null when none is met and one has no answer."""
        inner = Scope({"?": value}, scope)
        result: bool | None = False
        for test in tests:
            met = self.meets(value, test, inner, plain)
            if met:
                return True
            result = None if met is None else result
        return result

    def meets(self, value: Value, test: tree.Node, scope: Scope, plain: bool) -> bool | None:
        """Whether a value meets one test. Outside `in` a test that says true about its `?` is met too."""
        if isinstance(test, tree.Comparison):
            return compared(test.operator, value, self.value(test.operand, scope), self.budget)
        wanted = self.value(test, scope)
        if not plain and isinstance(wanted, bool) and (uses_input(test) or not isinstance(value, bool)):
            return wanted
        return self.matches(value, wanted)

    def matches(self, value: Value, wanted: Value) -> bool | None:
        """Whether a value equals another, lies in a range, or is met by an item of a list."""
        if isinstance(wanted, Range) and not isinstance(value, Range):
            return in_range(value, wanted, self.budget)
        if isinstance(wanted, list):
            if equal(value, wanted, self.budget):
                return True
            result: bool | None = False
            for item in wanted:
                met = (
                    in_range(value, item, self.budget)
                    if isinstance(item, Range)
                    else equal(value, item, self.budget)
                )
                if met:
                    return True
            return result
        return equal(value, wanted, self.budget)

    def _comparison(self, node: tree.Comparison, scope: Scope) -> Value:
        found = scope.find("?")
        value = None if found is MISSING else found
        return compared(node.operator, value, self.value(node.operand, scope), self.budget)

    def _unary_tests(self, node: tree.UnaryTests, scope: Scope) -> Value:
        if not node.tests:
            return True
        found = scope.find("?")
        met = self.any_of(None if found is MISSING else found, node.tests, scope, plain=False)
        return met if not node.negated or met is None else not met

    def _interval(self, node: tree.Interval, scope: Scope) -> Value:
        low = None if node.low is None else self.value(node.low, scope)
        high = low if node.high is node.low else None if node.high is None else self.value(node.high, scope)
        if node.operator in ("=", "!="):
            if low is None:
                return None
        elif node.low is not None and node.high is not None:
            if (low is None and high is None) or (
                low is not None and high is not None and _disordered(low, high)
            ):
                return None
        elif low is None and high is None:
            return None
        return Range(low, high, node.low_closed, node.high_closed, node.operator)

    # words

    def _if(self, node: tree.If, scope: Scope) -> Value:
        return self.value(node.yes if self.value(node.condition, scope) is True else node.no, scope)

    def domain(self, iteration: tree.Iteration, scope: Scope) -> Iterator[Value] | None:
        """The values a loop variable takes, or nothing where there is nothing to walk."""
        start = self.value(iteration.domain, scope)
        if iteration.end is not None:
            return span(start, self.value(iteration.end, scope))
        if isinstance(start, Range):
            return span(start.low, start.high, start.low_closed, start.high_closed)
        if start is None:
            return None
        return iter(start if isinstance(start, list) else [start])

    def walk(self, iterations: tuple[tree.Iteration, ...], scope: Scope) -> Iterator[Scope | None]:
        """A scope for each combination of the loop variables; None where a domain is no list or range."""
        if not iterations:
            yield scope
            return
        values = self.domain(iterations[0], scope)
        if values is None:
            yield None
            return
        for value in values:
            self.budget.step()
            yield from self.walk(iterations[1:], Scope({iterations[0].name: value}, scope))

    def _for(self, node: tree.For, scope: Scope) -> Value:
        results: list[Value] = []
        for inner in self.walk(node.iterations, Partial(results, scope, self.budget)):
            if inner is None:
                return None
            self.budget.items(len(results) + 1)
            self.budget.cells -= len(results)  # each item is charged once
            results.append(self.value(node.body, inner))
        return results

    def _quantified(self, node: tree.Quantified, scope: Scope) -> Value:
        deciding = node.word == "some"
        result: bool | None = not deciding
        for inner in self.walk(node.iterations, scope):
            value = None if inner is None else self.value(node.test, inner)
            if value is deciding:
                return deciding
            if not isinstance(value, bool):
                result = None
        return result

    # collections and functions

    def _list(self, node: tree.ListOf, scope: Scope) -> Value:
        self.budget.items(len(node.items))
        return [self.value(item, scope) for item in node.items]

    def _context(self, node: tree.ContextOf, scope: Scope) -> Value:
        if len(set(node.keys)) < len(node.keys):
            return None
        self.budget.items(len(node.keys))
        entries: dict[str, Value] = {}
        inner = Scope(entries, scope)
        for key, value in zip(node.keys, node.values, strict=True):
            entries[key] = self.value(value, inner)
        return entries

    def _function(self, node: tree.FunctionOf, scope: Scope) -> Value:
        names = [name for name, _ in node.parameters]

        def body(interpreter: Interpreter, arguments: list[Value]) -> Value:
            return interpreter.value(node.body, Scope(dict(zip(names, arguments, strict=True)), scope))

        return Function("", node.parameters, body)

    def _call(self, node: tree.Call, scope: Scope) -> Value:
        name = node.function.name if isinstance(node.function, tree.Name) else ""
        function = scope.find(name) if name else self.value(node.function, scope)
        if function is MISSING and name not in BUILTINS:
            return None
        arguments = [self.value(argument, scope) for argument in node.arguments]
        if function is MISSING:
            return call_builtin(self, name, arguments, node.names)
        if node.names and isinstance(function, Function):
            if sorted(node.names) != sorted(name for name, _ in function.parameters):
                return None
            by_name = dict(zip(node.names, arguments, strict=True))
            arguments = [by_name[name] for name, _ in function.parameters]
        return self.invoke(function, arguments)


def builtin_value(name: str) -> Value:
    """A built-in function as a value, to be passed to another function; null for an unknown name."""
    if name not in BUILTINS:
        return None
    parameters = tuple((parameter.name, None) for parameter in BUILTINS[name][0].parameters)
    return Function(name, parameters, lambda interpreter, given: call_builtin(interpreter, name, given, ()))


def _disordered(low: Value, high: Value) -> bool:
    order = compare(low, high)
    return order is None or order > 0


_RULES: dict[type, Callable[[Interpreter, Any, Scope], Value]] = {
    tree.Literal: Interpreter._literal,
    tree.Name: Interpreter._name,
    tree.Path: Interpreter._path,
    tree.Filter: Interpreter._filter,
    tree.Chain: Interpreter._chain,
    tree.Logic: Interpreter._logic,
    tree.Negative: Interpreter._negative,
    tree.Between: Interpreter._between,
    tree.In: Interpreter._in,
    tree.InstanceOf: Interpreter._instance_of,
    tree.Comparison: Interpreter._comparison,
    tree.UnaryTests: Interpreter._unary_tests,
    tree.Interval: Interpreter._interval,
    tree.If: Interpreter._if,
    tree.For: Interpreter._for,
    tree.Quantified: Interpreter._quantified,
    tree.ListOf: Interpreter._list,
    tree.ContextOf: Interpreter._context,
    tree.FunctionOf: Interpreter._function,
    tree.Call: Interpreter._call,
}
