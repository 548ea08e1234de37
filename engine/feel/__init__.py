"""FEEL, the expression language of DMN 1.3 to 1.5: parse a text once, evaluate it within a budget.

Values are None, bool, Decimal, str, list, dict, and FEEL's own dates, times, durations, ranges and
functions. No text reaches Python: there is no eval, no attribute access on values and no import. What has no
meaning (`1 + "a"`, a path through something missing) is null, as DMN says; what is not FEEL, or asks for
more than its budget, raises FeelError.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.feel.budget import Budget, Limits
from engine.feel.conversion import from_json, to_json
from engine.feel.errors import FeelError, FeelLimit
from engine.feel.functions import BUILTINS
from engine.feel.interpreter import Interpreter
from engine.feel.lexer import SIMPLE_NAME
from engine.feel.parsing import parse, parse_cached
from engine.feel.scope import Given, Scope
from engine.feel.temporal import Date, DateTime, DaysDuration, Time, YearsDuration, to_python
from engine.feel.usage import below_functions, called, compared, used_paths
from engine.feel.values import Function, Range

__all__ = [
    "Budget",
    "Date",
    "DateTime",
    "DaysDuration",
    "FeelError",
    "FeelLimit",
    "Function",
    "Limits",
    "Range",
    "Time",
    "YearsDuration",
    "comparisons",
    "evaluate",
    "from_json",
    "functions",
    "parse",
    "to_json",
    "to_python",
    "unary_test",
    "used_functions",
    "variables",
]

_NAMES_DEEP = 6
_NAMES_MOST = 2_000


def evaluate(text: str, context: Mapping[str, Any] | None = None, *, now: datetime | None = None) -> Any:
    """The FEEL value of an expression.

    `context` holds the variables: JSON values, Python dates, or FEEL values. `now` is the aware moment that
    `now()` gives and whose date `today()` gives, in the zone it carries; without it both are null. Raises
    FeelError for a text that is not FEEL (with the place), and FeelLimit when the budget is spent.
    """
    variables = context or {}
    node = parse_cached(text, "expression", special_names(variables))
    return _run(node, Given(variables), now)


def unary_test(
    text: str, input_value: Any, context: Mapping[str, Any] | None = None, *, now: datetime | None = None
) -> bool | None:
    """Whether a value meets the unary tests of a decision table's cell (`< 5`, `"a", "b"`, `not(...)`, `-`).

    None where the tests have no answer for this value. Arguments and errors as for `evaluate`.
    """
    variables = context or {}
    node = parse_cached(text, "unary tests", special_names(variables))
    met = _run(node, Scope({"?": from_json(input_value)}, Given(variables)), now)
    return met if isinstance(met, bool) else None


def variables(text: str, kind: str = "expression") -> set[str]:
    """The paths (`review.ref`) of all variables that a text reads; those it declares itself are left out."""
    return used_paths(parse_cached(text, kind, frozenset()))


def used_functions(text: str, kind: str = "expression") -> set[str]:
    """The names of the functions that a text calls; of one that it looks into (`date.year`), the whole path,
    which is no function. Raises FeelError."""
    node = parse_cached(text, kind, frozenset())
    return {*called(node), *below_functions(node)}


def comparisons(text: str) -> Iterator[tuple[str, object]]:
    """The paths that an expression compares with a constant, each with the constant. Raises FeelError."""
    return compared(parse_cached(text, "expression", frozenset()))


def functions() -> list[str]:
    """The names of all built-in functions, sorted."""
    return sorted(BUILTINS)


def special_names(variables: Mapping[str, Any]) -> frozenset[str]:
    """The names among variables and their entries that are more than one simple word."""
    found: set[str] = set()
    waiting: list[tuple[Any, int]] = [(variables, 0)]
    looked = 0
    while waiting and looked < _NAMES_MOST:
        value, depth = waiting.pop()
        looked += 1
        if isinstance(value, Mapping):
            found.update(key for key in value if isinstance(key, str) and not SIMPLE_NAME.match(key))
            if depth < _NAMES_DEEP:
                waiting.extend(
                    (part, depth + 1) for part in value.values() if isinstance(part, Mapping | list)
                )
        elif isinstance(value, list) and depth < _NAMES_DEEP:
            waiting.extend((part, depth + 1) for part in value[:50] if isinstance(part, Mapping | list))
    return frozenset(name for name in found if 0 < len(name) <= 200)


def _run(node: Any, scope: Scope, now: datetime | None) -> Any:
    try:
        return Interpreter(Budget(), now).value(node, scope)
    except RecursionError:
        raise FeelLimit(
            "This expression nests too deeply", suggestion="Split it into several decisions."
        ) from None
