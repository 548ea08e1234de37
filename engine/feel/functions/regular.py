"""Built-in functions on texts that take a pattern: matches, replace, split (DMN 1.5, 10.3.4.3)."""

from __future__ import annotations

from engine.feel.functions.registry import builtin
from engine.feel.interpreter_type import Interpreter
from engine.feel.values import Value


@builtin("split", "string: string, delimiter: string")
def _split(interpreter: Interpreter, text: str, delimiter: str) -> Value:
    interpreter.budget.items(len(text))
    return text.split(delimiter) if delimiter else None
