"""FEEL's values and how they compare. A value is None, bool, Decimal, str, list, dict (a context), Range,
Function or a record of engine.feel.temporal; nothing else enters or leaves the interpreter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.feel.budget import Budget
from engine.feel.temporal import Date, DateTime, DaysDuration, Temporal, Time, YearsDuration

if TYPE_CHECKING:
    from engine.feel.interpreter import Interpreter
    from engine.feel.tree import TypeName

MILLISECOND = 1_000_000  # moments are compared to the millisecond, as the conformance suite does
Value = Any  # one of the kinds above; mypy cannot say it recursively without noise


@dataclass(frozen=True, slots=True)
class Range:
    """A range of comparable values; `operator` is set for one written as a comparison, such as `(< 5)`: its
    other end is open for ever, where an end that is null is unknown."""

    low: Value
    high: Value
    low_closed: bool
    high_closed: bool
    operator: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function: its parameters' names and types, and the callable that gives its value."""

    name: str
    parameters: tuple[tuple[str, TypeName | None], ...]
    body: Callable[[Interpreter, list[Value]], Value] = field(repr=False)


_KINDS: dict[type, str] = {
    type(None): "null", bool: "boolean", Decimal: "number", str: "string", list: "list", dict: "context",
    Range: "range", Function: "function", Date: "date", Time: "time", DateTime: "date and time",
    DaysDuration: "days and time duration", YearsDuration: "years and months duration",
}  # fmt: skip


def kind_of(value: Value) -> str:
    """The FEEL name of a value's kind."""
    return _KINDS.get(type(value), "foreign")


def equal(left: Value, right: Value, budget: Budget) -> bool | None:
    """FEEL's `=`: null where the kinds differ, but for null itself, which equals only null."""
    budget.step()
    if left is None or right is None:
        return left is right
    if type(left) is not type(right):
        return None
    if isinstance(left, list):
        return _equal_lists(left, right, budget)
    if isinstance(left, dict):
        return _equal_contexts(left, right, budget)
    if isinstance(left, Function):
        return None
    if isinstance(left, Range):
        alike = (left.low_closed, left.high_closed) == (right.low_closed, right.high_closed)
        alike = alike and left.operator == right.operator
        return (
            alike and bool(equal(left.low, right.low, budget)) and bool(equal(left.high, right.high, budget))
        )
    if isinstance(left, DateTime | Time):
        return _equal_moments(left, right)
    if isinstance(left, str):
        budget.walk(left)
    return bool(left == right)


def _equal_moments(left: DateTime | Time, right: Any) -> bool:
    if (left.zone is None) != (right.zone is None):
        return False
    return bool(left.instant() // MILLISECOND == right.instant() // MILLISECOND)


def _equal_lists(left: list[Value], right: list[Value], budget: Budget) -> bool | None:
    if len(left) != len(right):
        return False
    result: bool | None = True
    for one, other in zip(left, right, strict=True):
        same = equal(one, other, budget)
        if same is False:
            return False
        result = result and same
    return result


def _equal_contexts(left: dict[str, Value], right: dict[str, Value], budget: Budget) -> bool | None:
    if left.keys() != right.keys():
        return False
    return _equal_lists(list(left.values()), [right[key] for key in left], budget)


def same(left: Value, right: Value, budget: Budget) -> bool:
    """Whether two values are equal, with no third answer."""
    return equal(left, right, budget) is True


def compare(left: Value, right: Value) -> int | None:
    """-1, 0 or 1, or nothing for values with no order between them."""
    if type(left) is not type(right):
        return None
    if isinstance(left, Decimal | str | DaysDuration | YearsDuration):
        return int(left > right) - int(left < right)
    if isinstance(left, Date):
        one, other = left.number(), right.number()
    elif isinstance(left, DateTime | Time):
        if (left.zone is None) != (right.zone is None):
            return None
        one, other = left.instant() // MILLISECOND, right.instant() // MILLISECOND
    else:
        return None
    return int(one > other) - int(one < other)


_ORDERS: dict[str, tuple[int, ...]] = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}


def compared(operator: str, left: Value, right: Value, budget: Budget) -> bool | None:
    """The value of `left operator right` for = != < <= > >=."""
    if operator == "=":
        return equal(left, right, budget)
    if operator == "!=":
        result = equal(left, right, budget)
        return None if result is None else not result
    if isinstance(left, str) and isinstance(right, str):
        budget.walk(left)
    order = compare(left, right)
    return None if order is None else order in _ORDERS[operator]


def in_range(value: Value, span: Range, budget: Budget) -> bool | None:
    """Whether a value lies in a range; null where they cannot be compared."""
    if span.operator:
        end = span.high if span.low is None else span.low
        return compared(span.operator, value, end, budget)
    low, high = compare(span.low, value), compare(value, span.high)
    if low is None or high is None:
        return None
    return (low < 0 or (low == 0 and span.low_closed)) and (high < 0 or (high == 0 and span.high_closed))


def is_temporal(value: Value) -> bool:
    """Whether a value is a date, time, date and time, or duration."""
    return isinstance(value, Temporal)
