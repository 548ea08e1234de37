"""FEEL's numbers: decimals of 34 digits with a bounded exponent, as IEEE 754-2008 decimal128."""

from __future__ import annotations

import decimal
from decimal import Decimal

CONTEXT = decimal.Context(
    prec=34, rounding=decimal.ROUND_HALF_EVEN, Emax=6144, Emin=-6143,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)  # fmt: skip


def bounded(value: Decimal) -> Decimal:
    """The number rounded to 34 digits; raises decimal.DecimalException when it is not finite or too large."""
    if not value.is_finite():
        raise decimal.InvalidOperation
    return CONTEXT.plus(value)


def integer(value: object) -> int | None:
    """The whole number that a FEEL value is, or nothing (too large counts as nothing)."""
    if isinstance(value, Decimal) and value.adjusted() < 20:
        whole = int(value)
        return whole if whole == value else None
    return None


def truncated(value: object) -> int | None:
    """A FEEL number without its fraction, or nothing for what is no number or beyond 20 digits."""
    return int(value) if isinstance(value, Decimal) and value.adjusted() < 20 else None


def written(value: Decimal) -> str:
    """A number as FEEL writes it: no exponent while that is reasonable, no trailing zeros."""
    if value == 0:
        return "0"
    value = CONTEXT.plus(value).normalize(CONTEXT)
    return f"{value:f}" if -40 < value.adjusted() < 40 else str(value)
