"""FEEL's arithmetic (DMN 1.5, tables 54 to 57): null for what has no sum, product or difference."""

from __future__ import annotations

import decimal
from decimal import Decimal

from engine.feel.budget import Budget
from engine.feel.numbers import CONTEXT
from engine.feel.temporal import (
    DAY,
    NANOS,
    Date,
    DateTime,
    DaysDuration,
    Time,
    YearsDuration,
    Zone,
    add_months,
    make_days,
    make_years,
    shifted,
    shifted_time,
)
from engine.feel.values import Value


def calculate(operator: str, left: Value, right: Value, budget: Budget) -> Value:
    """The value of `left operator right` for + - * / **; null when the specification gives none."""
    if left is None or right is None:
        return None
    try:
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return _numbers(operator, left, right)
        if operator == "+":
            return _add(left, right, budget)
        if operator == "-":
            return _subtract(left, right)
        if operator in "*/":
            return _scale(operator, left, right)
    except (decimal.DecimalException, OverflowError):
        return None
    return None


def _numbers(operator: str, left: Decimal, right: Decimal) -> Value:
    if operator == "+":
        return CONTEXT.add(left, right)
    if operator == "-":
        return CONTEXT.subtract(left, right)
    if operator == "*":
        return CONTEXT.multiply(left, right)
    if operator == "/":
        return CONTEXT.divide(left, right)
    return CONTEXT.power(left, right)


def _add(left: Value, right: Value, budget: Budget) -> Value:
    if isinstance(left, str) and isinstance(right, str):
        budget.text(len(left) + len(right))
        return left + right
    if isinstance(left, DaysDuration | YearsDuration) and isinstance(right, Date | DateTime | Time):
        left, right = right, left
    if isinstance(right, DaysDuration):
        return _later(left, right.nanos)
    if isinstance(right, YearsDuration):
        return _months_later(left, right.months)
    return None


def _subtract(left: Value, right: Value) -> Value:
    if isinstance(right, DaysDuration):
        return _later(left, -right.nanos)
    if isinstance(right, YearsDuration):
        return _months_later(left, -right.months)
    if isinstance(left, Time) and isinstance(right, Time):
        return _between(left, right)
    if isinstance(left, Date) and isinstance(right, Date):
        return make_days((left.number() - right.number()) * DAY * NANOS)
    if isinstance(left, Date | DateTime) and isinstance(right, Date | DateTime):
        return _between(_moment(left), _moment(right))
    return None


def _moment(value: Date | DateTime) -> DateTime:
    """A date beside a date and time counts as midnight UTC."""
    if isinstance(value, DateTime):
        return value
    return DateTime(value, Time(0, 0, 0, 0, Zone(0)))


def _between(left: DateTime | Time, right: DateTime | Time) -> Value:
    if (left.zone is None) != (right.zone is None):
        return None
    return make_days(left.instant() - right.instant())


def _later(value: Value, nanos: int) -> Value:
    if isinstance(value, DaysDuration):
        return make_days(value.nanos + nanos)
    if isinstance(value, DateTime):
        return shifted(value, nanos)
    if isinstance(value, Time):
        return shifted_time(value, nanos)
    if isinstance(value, Date):
        moved = shifted(DateTime(value, Time(0, 0, 0)), nanos)
        return moved.date if moved else None
    return None


def _months_later(value: Value, months: int) -> Value:
    if isinstance(value, YearsDuration):
        return make_years(value.months + months)
    if isinstance(value, Date):
        return add_months(value, months)
    if isinstance(value, DateTime):
        date = add_months(value.date, months)
        return DateTime(date, value.time) if date else None
    return None


def _scale(operator: str, left: Value, right: Value) -> Value:
    if operator == "*" and isinstance(left, Decimal):
        left, right = right, left
    size = _size(left)
    if size is None:
        return None
    if isinstance(right, Decimal):
        number = CONTEXT.multiply(size, right) if operator == "*" else CONTEXT.divide(size, right)
        if number.adjusted() > 30:
            return None
        whole = int(number)
        return make_days(whole) if isinstance(left, DaysDuration) else make_years(whole)
    if operator == "/" and type(left) is type(right):
        return CONTEXT.divide(size, _size(right) or Decimal(0))
    return None


def _size(value: Value) -> Decimal | None:
    if isinstance(value, DaysDuration):
        return Decimal(value.nanos)
    return Decimal(value.months) if isinstance(value, YearsDuration) else None


def negative(value: Value) -> Value:
    """The value of `- value`."""
    if isinstance(value, Decimal):
        return CONTEXT.minus(value)
    if isinstance(value, DaysDuration):
        return DaysDuration(-value.nanos)
    return YearsDuration(-value.months) if isinstance(value, YearsDuration) else None
