"""What a loop over a range goes through."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from engine.feel.numbers import truncated
from engine.feel.temporal import Date, date_of
from engine.feel.values import Value


def span(low: Value, high: Value, low_in: bool = True, high_in: bool = True) -> Iterator[Value] | None:
    """The whole numbers, or the dates, from one to another, downwards too."""
    dates = isinstance(low, Date) and isinstance(high, Date)
    first = low.number() if dates else truncated(low)
    last = high.number() if dates else truncated(high)
    if first is None or last is None:
        return None
    step = 1 if first <= last else -1
    numbers = range(first if low_in else first + step, last + step if high_in else last, step)
    return (date_of(n) if dates else Decimal(n) for n in numbers)
