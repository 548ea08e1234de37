"""Built-in functions that relate points and ranges, and `range` itself (DMN 1.5, 10.3.4.9)."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel.errors import FeelError
from engine.feel.functions.registry import builtin
from engine.feel.interpreter_type import Interpreter
from engine.feel.values import Range, Value, compare

Answer = bool | None


def _order(one: Value, other: Value) -> int | None:
    return None if one is None or other is None else compare(one, other)


def _point(value: Value) -> Range:
    return value if isinstance(value, Range) else Range(value, value, True, True)


def _before(one: Value, other: Value) -> Answer:
    a, b = _point(one), _point(other)
    order = _order(a.high, b.low)
    if order is None:
        return None
    return order < 0 or (order == 0 and not (a.high_closed and b.low_closed))


def _after(one: Value, other: Value) -> Answer:
    return _before(other, one)


def _meets(a: Range, b: Range) -> Answer:
    order = _order(a.high, b.low)
    return None if order is None else order == 0 and a.high_closed and b.low_closed


def _overlaps(a: Range, b: Range) -> Answer:
    first, second = _before(a, b), _before(b, a)
    return None if first is None or second is None else not first and not second


def _starts_before(a: Range, b: Range) -> Answer:
    order = _order(a.low, b.low)
    return None if order is None else order < 0 or (order == 0 and a.low_closed and not b.low_closed)


def _ends_before(a: Range, b: Range) -> Answer:
    order = _order(a.high, b.high)
    return None if order is None else order < 0 or (order == 0 and not a.high_closed and b.high_closed)


def _both(*answers: Answer) -> Answer:
    return False if False in answers else None if None in answers else True


def _overlaps_before(a: Range, b: Range) -> Answer:
    return _both(_starts_before(a, b), _overlaps(a, b), _not(_ends_before(b, a)))


def _overlaps_after(a: Range, b: Range) -> Answer:
    return _both(_starts_before(b, a), _overlaps(a, b), _not(_ends_before(a, b)))


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer


def _finishes(one: Value, b: Range) -> Answer:
    a = _point(one)
    order = _order(a.high, b.high)
    if order is None:
        return None
    if not isinstance(one, Range):
        return order == 0 and b.high_closed
    return _both(order == 0 and a.high_closed == b.high_closed, _not(_starts_before(a, b)))


def _starts(one: Value, b: Range) -> Answer:
    a = _point(one)
    order = _order(a.low, b.low)
    if order is None:
        return None
    if not isinstance(one, Range):
        return order == 0 and b.low_closed
    return _both(order == 0 and a.low_closed == b.low_closed, _not(_ends_before(b, a)))


def _outside(point: Value, span: Range, below: bool) -> Answer:
    """Whether a point lies before a range, or behind it; an end that is open for ever has no outside."""
    end, closed = (span.low, span.low_closed) if below else (span.high, span.high_closed)
    if end is None and span.operator:
        return False
    order = _order(point, end) if below else _order(end, point)
    return None if order is None else order < 0 or (order == 0 and not closed)


def _includes(a: Range, other: Value) -> Answer:
    if not isinstance(other, Range):
        return _both(_not(_outside(other, a, True)), _not(_outside(other, a, False)))
    return _both(_not(_starts_before(other, a)), _not(_ends_before(a, other)))


def _coincides(one: Value, other: Value) -> Answer:
    a, b = _point(one), _point(other)
    low, high = _order(a.low, b.low), _order(a.high, b.high)
    if low is None or high is None:
        return None
    return low == high == 0 and (a.low_closed, a.high_closed) == (b.low_closed, b.high_closed)


def _declare(
    name: str, first: str, second: str, relation: Callable[..., Answer], swapped: bool = False
) -> None:
    """Declare a relation; a parameter is a `point`, a `range`, or `either`."""

    def body(_: Interpreter, one: Value, other: Value) -> Value:
        for kind, value in ((first, one), (second, other)):
            if value is None or (kind != "either" and isinstance(value, Range) != (kind == "range")):
                return None
        return relation(other, one) if swapped else relation(one, other)

    names = {"point": "point", "range": "range", "either": "point"}
    one, other = names[first], names[second]
    if one == other:
        one, other = f"{one}1", f"{other}2"
    builtin(name, f"{one}: any, {other}: any")(body)
    if "either" in (first, second):
        builtin(name, "range1: any, range2: any")(body)
        builtin(name, "point: any, range: any")(body)
        builtin(name, "range: any, point: any")(body)


_declare("before", "either", "either", _before)
_declare("after", "either", "either", _after)
_declare("meets", "range", "range", _meets)
_declare("met by", "range", "range", _meets, swapped=True)
_declare("overlaps", "range", "range", _overlaps)
_declare("overlaps before", "range", "range", _overlaps_before)
_declare("overlaps after", "range", "range", _overlaps_after)
_declare("finishes", "either", "range", _finishes)
_declare("finished by", "range", "either", _finishes, swapped=True)
_declare("includes", "range", "either", _includes)
_declare("during", "either", "range", _includes, swapped=True)
_declare("starts", "either", "range", _starts)
_declare("started by", "range", "either", _starts, swapped=True)
_declare("coincides", "either", "either", _coincides)


@builtin("range", "from: string")
def _range(interpreter: Interpreter, text: str) -> Value:
    """A range from its FEEL text; only literal ends are taken, so the text can do nothing but name a
    range."""
    from engine.feel import tree
    from engine.feel.parsing import parse_cached

    if len(text) > 200:
        return None
    interpreter.budget.step(50)
    try:
        node = parse_cached(text, "expression", frozenset())
    except FeelError:
        return None
    if not isinstance(node, tree.Interval) or not all(map(_is_literal, (node.low, node.high))):
        return None
    from engine.feel.scope import Scope

    value = interpreter.value(node, Scope({}))
    ordered = isinstance(value, Range) and (value.low is None or value.high is None or (
        compare(value.low, value.high) in (-1, 0)))  # fmt: skip
    return value if ordered else None


def _is_literal(node: object) -> bool:
    from engine.feel import tree

    if isinstance(node, tree.Negative):
        return _is_literal(node.operand)
    if isinstance(node, tree.Call):
        named = isinstance(node.function, tree.Name) and node.function.name in (
            "date", "time", "date and time", "duration",
        )  # fmt: skip
        return named and all(isinstance(part, tree.Literal) for part in node.arguments)
    return node is None or isinstance(node, tree.Literal)
