"""The value of each kind of boxed expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.decisions import model, tables
from engine.decisions.errors import DecisionError
from engine.feel.loops import span
from engine.feel.numbers import integer
from engine.feel.scope import Scope
from engine.feel.values import Function, Range, Value

if TYPE_CHECKING:
    from engine.decisions.running import Run
    from engine.feel.interpreter import Interpreter


def value(run: Run, box: model.Boxed | None, scope: Scope) -> Value:
    """The value of a boxed expression, fitted to its type; null for an empty box."""
    if box is None:
        return None
    run.interpreter.budget.step()
    return run.fitted(_RULES[type(box)](run, box, scope), box.type, box.line)


def _literal(run: Run, box: model.Literal, scope: Scope) -> Value:
    if box.language:
        raise DecisionError(
            f"The expression language “{box.language}” is not FEEL",
            file=run.definitions.file,
            element=run.element,
            line=box.line,
            what_to_do="Write the expression in FEEL.",
        )
    return run.feel(box.cell, scope) if box.cell.text else None


def _context(run: Run, box: model.Context, scope: Scope) -> Value:
    entries: dict[str, Value] = {}
    inner = Scope(entries, scope)
    for entry in box.entries:
        found = run.fitted(value(run, entry.body, inner), entry.type, box.line)
        if not entry.name:
            return found
        entries[entry.name] = found
    return entries


def _invocation(run: Run, box: model.Invocation, scope: Scope) -> Value:
    function = value(run, box.function, scope)
    given = {entry.name: value(run, entry.body, scope) for entry in box.bindings}
    if not isinstance(function, Function):
        run.note(
            "What is called here is no function", "Name a business knowledge model or function.", box.line
        )
        return None
    names = [name for name, _ in function.parameters]
    if not given.keys() <= set(names):
        run.note(
            "The call names a parameter that the function has not", f"Use: {', '.join(names)}.", box.line
        )
        return None
    return run.interpreter.invoke(function, [given.get(name) for name in names])


def _relation(run: Run, box: model.Relation, scope: Scope) -> Value:
    run.interpreter.budget.items(len(box.rows) * max(len(box.columns), 1))
    return [
        dict(zip(box.columns, [value(run, cell, scope) for cell in row], strict=False)) for row in box.rows
    ]


def _listed(run: Run, box: model.Listed, scope: Scope) -> Value:
    run.interpreter.budget.items(len(box.items))
    return [value(run, item, scope) for item in box.items]


def function(run: Run, box: model.FunctionBox, scope: Scope, name: str = "", type_ref: str = "") -> Value:
    """A boxed function as a value; only FEEL's own are allowed."""
    if box.kind not in ("FEEL", "F"):
        run.note("Only functions written in FEEL are allowed", "Write the function's body in FEEL.", box.line)
        return None
    names = [parameter for parameter, _ in box.parameters]

    def body(_: Interpreter, arguments: list[Value]) -> Value:
        fitted = []
        for argument, (parameter, kind) in zip(arguments, box.parameters, strict=True):
            result = run.fitted(argument, kind, box.line, f"The parameter “{parameter}”")
            if result is None and argument is not None:
                return None
            fitted.append(result)
        before, run.element = run.element, name or run.element
        try:
            inner = Scope(dict(zip(names, fitted, strict=True)), scope)
            return run.fitted(value(run, box.body, inner), type_ref, box.line)
        finally:
            run.element = before

    return Function(name, tuple((parameter, None) for parameter in names), body)


def _function(run: Run, box: model.FunctionBox, scope: Scope) -> Value:
    return function(run, box, scope)


def _conditional(run: Run, box: model.Conditional, scope: Scope) -> Value:
    condition = value(run, box.condition, scope)
    if condition is not None and not isinstance(condition, bool):
        run.note("The condition is neither true nor false", "Write a comparison.", box.line)
        return None
    return value(run, box.yes if condition else box.no, scope)


def _filter(run: Run, box: model.FilterBox, scope: Scope) -> Value:
    source = value(run, box.source, scope)
    if source is None:
        return None
    kept = []
    items = source if isinstance(source, list) else [source]
    for item in items:
        met = value(run, box.test, run.interpreter.item_scope(item, scope))
        index = integer(met)
        if index is not None:
            return items[index - 1 if index > 0 else index] if 0 < abs(index) <= len(items) else None
        if not isinstance(met, bool):
            run.note("The filter's test is neither true nor false", "Write a comparison.", box.line)
            return None
        if met:
            kept.append(item)
    return kept


def _loop(run: Run, box: model.Loop, scope: Scope) -> Value:
    domain = value(run, box.domain, scope)
    if isinstance(domain, Range):
        found = span(domain.low, domain.high, domain.low_closed, domain.high_closed)
        items = None if found is None else list(_counted(run, found))
    else:
        items = domain if isinstance(domain, list) else None
    if items is None:
        run.note("There is no list to go through", "Give a list or a range of whole numbers.", box.line)
        return None
    results: list[Value] = []
    for item in items:
        run.interpreter.budget.step()
        inner = Scope({box.variable: item, "partial": list(results) if box.word == "for" else None}, scope)
        results.append(value(run, box.body, inner))
    if box.word == "for":
        return results
    if not all(isinstance(result, bool) for result in results):
        run.note(f"A test of “{box.word}” is neither true nor false", "Write a comparison.", box.line)
        return None
    return any(results) if box.word == "some" else all(results)


def _counted(run: Run, items: Any) -> Any:
    for item in items:
        run.interpreter.budget.items(1)
        yield item


_RULES: dict[type, Callable[[Run, Any, Scope], Value]] = {
    model.Literal: _literal,
    model.Table: tables.value,
    model.Context: _context,
    model.Invocation: _invocation,
    model.Relation: _relation,
    model.Listed: _listed,
    model.FunctionBox: _function,
    model.Conditional: _conditional,
    model.FilterBox: _filter,
    model.Loop: _loop,
}
