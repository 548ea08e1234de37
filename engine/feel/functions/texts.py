"""Built-in functions on texts (DMN 1.5, 10.3.4.3). Lengths and positions count characters, from 1."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.functions.registry import builtin
from engine.feel.interpreter_type import Interpreter
from engine.feel.numbers import truncated, written
from engine.feel.values import Function, Range, Value, is_temporal


@builtin("substring", "string: string, start position: number, length?: number")
def _substring(_: Interpreter, text: str, start: Decimal, length: Decimal | None) -> Value:
    first = truncated(start)
    if not first or abs(first) > len(text):
        return None
    begin = first - 1 if first > 0 else len(text) + first
    if length is None:
        return text[begin:]
    count = truncated(length)
    return None if count is None or count < 1 else text[begin : begin + count]


@builtin("string length", "string: string")
def _string_length(_: Interpreter, text: str) -> Value:
    return Decimal(len(text))


@builtin("upper case", "string: string")
def _upper_case(interpreter: Interpreter, text: str) -> Value:
    interpreter.budget.text(len(text) * 3)
    return text.upper()


@builtin("lower case", "string: string")
def _lower_case(interpreter: Interpreter, text: str) -> Value:
    interpreter.budget.text(len(text) * 3)
    return text.lower()


@builtin("substring before", "string: string, match: string")
def _substring_before(interpreter: Interpreter, text: str, match: str) -> Value:
    interpreter.budget.walk(text)
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after", "string: string, match: string")
def _substring_after(interpreter: Interpreter, text: str, match: str) -> Value:
    interpreter.budget.walk(text)
    return text.partition(match)[2] if match else text


@builtin("contains", "string: string, match: string")
def _contains(interpreter: Interpreter, text: str, match: str) -> Value:
    interpreter.budget.walk(text)
    return match in text


@builtin("starts with", "string: string, match: string")
def _starts_with(_: Interpreter, text: str, match: str) -> Value:
    return text.startswith(match)


@builtin("ends with", "string: string, match: string")
def _ends_with(_: Interpreter, text: str, match: str) -> Value:
    return text.endswith(match)


@builtin("string join", "list: list, delimiter?: string|null")
def _string_join(interpreter: Interpreter, parts: list[Value], delimiter: str | None) -> Value:
    texts = [part for part in parts if part is not None]
    interpreter.budget.walk(parts)
    if not all(isinstance(part, str) for part in texts):
        return None
    between = delimiter or ""
    interpreter.budget.text(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


@builtin("string", "from: any")
def _string(interpreter: Interpreter, value: Value) -> Value:
    return None if value is None else written_out(interpreter, value, False)


def written_out(interpreter: Interpreter, value: Value, inside: bool = True) -> str:
    """A value as FEEL text; a text inside a list or context is in quotation marks."""
    interpreter.budget.step()
    if isinstance(value, str):
        text = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if inside else value
    elif isinstance(value, list):
        text = "[" + _joined(interpreter, [written_out(interpreter, item) for item in value]) + "]"
    elif isinstance(value, dict):
        parts = [f"{key}: {written_out(interpreter, item)}" for key, item in value.items()]
        text = "{" + _joined(interpreter, parts) + "}"
    elif isinstance(value, Range):
        text = _range(interpreter, value)
    elif isinstance(value, Decimal):
        text = written(value)
    elif value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, Function):
        text = "function(" + ", ".join(name for name, _ in value.parameters) + ")"
    else:
        text = f'@"{value}"' if inside and is_temporal(value) else str(value)
    interpreter.budget.text(len(text))
    return text


def _joined(interpreter: Interpreter, parts: list[str]) -> str:
    interpreter.budget.text(sum(map(len, parts)) + 2 * len(parts))
    return ", ".join(parts)


def _range(interpreter: Interpreter, value: Range) -> str:
    if value.low is None or value.high is None:
        end = value.high if value.low is None else value.low
        closed = value.high_closed if value.low is None else value.low_closed
        return f"({'<' if value.low is None else '>'}{'=' if closed else ''}{written_out(interpreter, end)})"
    low, high = written_out(interpreter, value.low), written_out(interpreter, value.high)
    return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"
