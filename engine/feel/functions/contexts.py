"""Built-in functions on contexts (DMN 1.5, 10.3.4.6)."""

from __future__ import annotations

from engine.feel.functions.registry import builtin
from engine.feel.interpreter_type import Interpreter
from engine.feel.values import Value

_Context = dict[str, Value]


@builtin("get value", "m: context, key: string")
def _get_value(_: Interpreter, context: _Context, key: str) -> Value:
    return context.get(key)


@builtin("get value", "m: context, keys: list")
def _get_value_at(interpreter: Interpreter, context: _Context, keys: list[Value]) -> Value:
    interpreter.budget.walk(keys)
    value: Value = context
    for key in keys:
        value = value.get(key) if isinstance(value, dict) and isinstance(key, str) else None
    return value if keys else None


@builtin("get entries", "m: context")
def _get_entries(interpreter: Interpreter, context: _Context) -> Value:
    interpreter.budget.items(3 * len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "entries: list")
def _context(interpreter: Interpreter, entries: list[Value]) -> Value:
    interpreter.budget.items(len(entries))
    context: _Context = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry or not isinstance(entry.get("key"), str):
            return None
        if entry["key"] in context:
            return None
        context[entry["key"]] = entry["value"]
    return context


@builtin("context put", "context: context, key: string, value: any")
def _context_put(interpreter: Interpreter, context: _Context, key: str, value: Value) -> Value:
    interpreter.budget.items(len(context) + 1)
    return {**context, key: value}


@builtin("context put", "context: context, keys: list, value: any")
def _context_put_at(interpreter: Interpreter, context: _Context, keys: list[Value], value: Value) -> Value:
    if (
        not keys
        or len(keys) > interpreter.budget.limits.nesting
        or not all(isinstance(key, str) for key in keys)
    ):
        return None
    interpreter.budget.items(len(context) + 1)
    if len(keys) == 1:
        return {**context, keys[0]: value}
    below = context.get(keys[0])
    if below is None and keys[0] not in context:
        below = {}
    inner = _context_put_at(interpreter, below, keys[1:], value) if isinstance(below, dict) else None
    return None if inner is None else {**context, keys[0]: inner}


@builtin("context merge", "contexts: list")
def _context_merge(interpreter: Interpreter, contexts: list[Value]) -> Value:
    merged: _Context = {}
    for context in contexts:
        if not isinstance(context, dict):
            return None
        interpreter.budget.items(len(context))
        merged.update(context)
    return merged
