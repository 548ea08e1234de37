"""Built-in functions on numbers and truth values (DMN 1.5, 10.3.4.5 and 10.3.4.2)."""

from __future__ import annotations

import decimal
from decimal import Decimal

from engine.feel.functions.registry import builtin
from engine.feel.interpreter_type import Interpreter
from engine.feel.numbers import CONTEXT, integer, truncated
from engine.feel.temporal import DaysDuration, YearsDuration
from engine.feel.values import Value

_WIDE = decimal.Context(prec=80, Emax=6144, Emin=-6143)


def _rounded(number: Decimal, scale: Decimal, mode: str) -> Value:
    places = truncated(scale)
    if places is None or not -6111 <= places <= 6176:
        return None
    if -number.as_tuple().exponent <= places:  # type: ignore[operator]
        return number
    if number and number.adjusted() + places < -2:  # all digits lie beyond the place kept
        number = Decimal(1 if number > 0 else -1).scaleb(-places - 2)
    return CONTEXT.plus(number.quantize(Decimal(1).scaleb(-places), rounding=mode, context=_WIDE))


@builtin("decimal", "n: number, scale: number")
def _decimal(_: Interpreter, n: Decimal, scale: Decimal) -> Value:
    return _rounded(n, scale, decimal.ROUND_HALF_EVEN)


@builtin("floor", "n: number, scale?: number")
def _floor(_: Interpreter, n: Decimal, scale: Decimal | None) -> Value:
    return _rounded(n, scale or Decimal(0), decimal.ROUND_FLOOR)


@builtin("ceiling", "n: number, scale?: number")
def _ceiling(_: Interpreter, n: Decimal, scale: Decimal | None) -> Value:
    return _rounded(n, scale or Decimal(0), decimal.ROUND_CEILING)


@builtin("round up", "n: number, scale: number")
def _round_up(_: Interpreter, n: Decimal, scale: Decimal) -> Value:
    return _rounded(n, scale, decimal.ROUND_UP)


@builtin("round down", "n: number, scale: number")
def _round_down(_: Interpreter, n: Decimal, scale: Decimal) -> Value:
    return _rounded(n, scale, decimal.ROUND_DOWN)


@builtin("round half up", "n: number, scale: number")
def _round_half_up(_: Interpreter, n: Decimal, scale: Decimal) -> Value:
    return _rounded(n, scale, decimal.ROUND_HALF_UP)


@builtin("round half down", "n: number, scale: number")
def _round_half_down(_: Interpreter, n: Decimal, scale: Decimal) -> Value:
    return _rounded(n, scale, decimal.ROUND_HALF_DOWN)


@builtin("abs", "n: any")
def _abs(_: Interpreter, n: Value) -> Value:
    if isinstance(n, list) and len(n) == 1:
        n = n[0]
    if isinstance(n, DaysDuration):
        return DaysDuration(abs(n.nanos))
    if isinstance(n, YearsDuration):
        return YearsDuration(abs(n.months))
    return abs(n) if isinstance(n, Decimal) else None


@builtin("modulo", "dividend: number, divisor: number")
def _modulo(_: Interpreter, dividend: Decimal, divisor: Decimal) -> Value:
    if divisor == 0 or dividend.adjusted() - divisor.adjusted() > 70:
        return None
    quotient = _WIDE.divide(dividend, divisor).to_integral_value(decimal.ROUND_FLOOR)
    return CONTEXT.plus(_WIDE.subtract(dividend, _WIDE.multiply(divisor, quotient)))


@builtin("sqrt", "number: number")
def _sqrt(_: Interpreter, number: Decimal) -> Value:
    return CONTEXT.sqrt(number) if number >= 0 else None


@builtin("log", "number: number")
def _log(_: Interpreter, number: Decimal) -> Value:
    return CONTEXT.ln(number) if number > 0 else None


@builtin("exp", "number: number")
def _exp(_: Interpreter, number: Decimal) -> Value:
    return CONTEXT.exp(number)


@builtin("odd", "number: number")
def _odd(_: Interpreter, number: Decimal) -> Value:
    whole = integer(number)
    return None if whole is None else whole % 2 == 1


@builtin("even", "number: number")
def _even(_: Interpreter, number: Decimal) -> Value:
    whole = integer(number)
    return None if whole is None else whole % 2 == 0


@builtin("not", "negand: any")
def _not(_: Interpreter, negand: Value) -> Value:
    if isinstance(negand, list) and len(negand) == 1:
        negand = negand[0]
    return not negand if isinstance(negand, bool) else None


@builtin("number", "from: string, grouping separator?: string|null, decimal separator?: string|null")
def _number(_: Interpreter, text: str, grouping: str | None, point: str | None) -> Value:
    if len(text) > 100 or grouping not in (None, " ", ",", ".") or point not in (None, ".", ","):
        return None
    if grouping is not None and grouping == point:
        return None
    if grouping:
        text = text.replace(grouping, "")
    text = text.replace(point, ".") if point and point != "." else text
    digits = text[1:] if text[:1] in "+-" else text
    if not digits or not set(digits) <= set("0123456789.eE+-"):
        return None
    try:
        return CONTEXT.create_decimal(text)
    except decimal.DecimalException:
        return None


@builtin("number", "from: number")
def _same_number(_: Interpreter, number: Decimal) -> Value:
    return number
