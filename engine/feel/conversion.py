"""Between FEEL's values and JSON's (and Python's plain dates): the only way in and out of the interpreter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from engine.feel import temporal
from engine.feel.errors import FeelError
from engine.feel.numbers import bounded
from engine.feel.values import Function, Range, Value, is_temporal

_DEEPEST = 24
_MOST = 20_000


def from_json(value: Any) -> Value:
    """A FEEL value from what JSON, YAML or Python's datetime module gives; FEEL's own values stay.

    Raises FeelError for anything else, for numbers beyond 34 digits' range, and for data nested over 24 deep
    or of more than 20,000 parts.
    """
    return _In().value(value, 0)


class _In:
    def __init__(self) -> None:
        self.count = 0

    def value(self, value: Any, depth: int) -> Value:
        self.count += 1
        if depth > _DEEPEST or self.count > _MOST:
            raise FeelError("These values are too large or nested too deeply for an expression")
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is Decimal or kind is int or kind is float:
            return _number(value)
        if isinstance(value, Mapping):
            return {self.key(key): self.value(part, depth + 1) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(part, depth + 1) for part in value]
        if isinstance(value, Function | Range) or is_temporal(value):
            return value
        return _python_time(value)

    def key(self, key: Any) -> str:
        if not isinstance(key, str):
            raise FeelError(f"A name must be text, not {type(key).__name__}")
        return key


def _number(value: Any) -> Decimal:
    if isinstance(value, int) and value.bit_length() > 20_000:
        raise FeelError("This number is too large for an expression")
    try:
        return bounded(Decimal(repr(value) if isinstance(value, float) else value))
    except DecimalException:
        raise FeelError("This number is too large for an expression, or is none") from None


def _python_time(value: Any) -> Value:
    if isinstance(value, datetime):
        return temporal.from_python(value)
    if isinstance(value, date):
        return temporal.Date(value.year, value.month, value.day)
    if isinstance(value, time):
        return temporal.Time(value.hour, value.minute, value.second, value.microsecond * 1000)
    if isinstance(value, timedelta):
        return temporal.make_days((value.days * temporal.DAY + value.seconds) * temporal.NANOS
                                  + value.microseconds * 1000)  # fmt: skip
    if isinstance(value, str):
        return str(value)
    raise FeelError(f"A value of type {type(value).__name__} cannot enter an expression")


def to_json(value: Value) -> Any:
    """A FEEL value as JSON has it: whole numbers as int, others as float, dates and durations as ISO texts.

    Ranges and functions have no JSON form: a range becomes its FEEL text, a function raises FeelError.
    """
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value() and value.adjusted() < 20
        return int(value) if whole else float(value)
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if is_temporal(value):
        return str(value)
    if isinstance(value, Range):
        low, high = to_json(value.low), to_json(value.high)
        return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"
    if isinstance(value, Function):
        raise FeelError("A function is no plain value", suggestion="Call it, or leave it out of the result.")
    return value
