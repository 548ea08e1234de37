"""Built-in functions on lists (DMN 1.5, 10.3.4.4). Positions count from 1, or from the end when negative."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key

from engine.feel.arithmetic import calculate
from engine.feel.functions.registry import builtin
from engine.feel.interpreter_type import Interpreter
from engine.feel.numbers import CONTEXT, integer, truncated
from engine.feel.values import Function, Value, compare, same


def _either(name: str) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Declare a function that takes one list, or its items as arguments."""

    def declare(body: Callable[..., Value]) -> Callable[..., Value]:
        builtin(name, "list: list")(body)
        builtin(name, "items*: any")(body)
        return body

    return declare


@builtin("list contains", "list: list, element: any")
def _list_contains(interpreter: Interpreter, items: list[Value], element: Value) -> Value:
    return any(same(item, element, interpreter.budget) for item in items)


@builtin("count", "list: list")
def _count(_: Interpreter, items: list[Value]) -> Value:
    return Decimal(len(items))


@builtin("count", "items*: any")
def _count_items(_: Interpreter, items: list[Value]) -> Value:
    return Decimal(len(items)) if len(items) > 1 else None


def _extreme(interpreter: Interpreter, items: list[Value], sign: int) -> Value:
    interpreter.budget.walk(items)
    if not items:
        return None
    best = items[0]
    for item in items:
        order = compare(item, best)
        if order is None:
            return None
        best = item if order == sign else best
    return best


@_either("min")
def _min(interpreter: Interpreter, items: list[Value]) -> Value:
    return _extreme(interpreter, items, -1)


@_either("max")
def _max(interpreter: Interpreter, items: list[Value]) -> Value:
    return _extreme(interpreter, items, 1)


@_either("sum")
def _sum(interpreter: Interpreter, items: list[Value]) -> Value:
    interpreter.budget.walk(items)
    if not items or isinstance(items[0], str | bool):
        return None
    total = items[0] if calculate("+", items[0], items[0], interpreter.budget) is not None else None
    for item in items[1:]:
        total = calculate("+", total, item, interpreter.budget) if type(item) is type(total) else None
    return total


def _numbers(interpreter: Interpreter, items: list[Value]) -> list[Decimal] | None:
    interpreter.budget.walk(items)
    return items if all(isinstance(item, Decimal) for item in items) else None


@_either("mean")
def _mean(interpreter: Interpreter, items: list[Value]) -> Value:
    total = _sum(interpreter, items)
    return calculate("/", total, Decimal(len(items)), interpreter.budget) if items else None


@_either("product")
def _product(interpreter: Interpreter, items: list[Value]) -> Value:
    if not items or _numbers(interpreter, items) is None:
        return None
    total = Decimal(1)
    for item in items:
        total = CONTEXT.multiply(total, item)
    return total


@_either("median")
def _median(interpreter: Interpreter, items: list[Value]) -> Value:
    if not items or _numbers(interpreter, items) is None:
        return None
    ordered = sorted(items)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return CONTEXT.divide(CONTEXT.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@_either("stddev")
def _stddev(interpreter: Interpreter, items: list[Value]) -> Value:
    if len(items) < 2 or _numbers(interpreter, items) is None:
        return None
    mean = _mean(interpreter, items)
    squares = Decimal(0)
    for item in items:
        gap = CONTEXT.subtract(item, mean)
        squares = CONTEXT.add(squares, CONTEXT.multiply(gap, gap))
    return CONTEXT.sqrt(CONTEXT.divide(squares, Decimal(len(items) - 1)))


@_either("mode")
def _mode(interpreter: Interpreter, items: list[Value]) -> Value:
    if _numbers(interpreter, items) is None:
        return None
    counts: dict[Decimal, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(value for value, count in counts.items() if count == most)


def _logical(items: list[Value], deciding: bool) -> Value:
    if any(item is deciding for item in items):
        return deciding
    return not deciding if all(isinstance(item, bool) for item in items) else None


@_either("all")
def _all(interpreter: Interpreter, items: list[Value]) -> Value:
    interpreter.budget.walk(items)
    return _logical(items, False)


@_either("any")
def _any(interpreter: Interpreter, items: list[Value]) -> Value:
    interpreter.budget.walk(items)
    return _logical(items, True)


builtin("and", "list: list")(_all)
builtin("or", "list: list")(_any)


@builtin("sublist", "list: list, start position: number, length?: number")
def _sublist(interpreter: Interpreter, items: list[Value], start: Decimal, length: Decimal | None) -> Value:
    begin = _index(items, start)
    if begin is None:
        return None
    count = len(items) if length is None else integer(length)
    if count is None or count < 0 or (length is not None and begin + count > len(items)):
        return None
    return _copy(interpreter, items[begin : begin + count])


def _index(items: list[Value], position: Decimal) -> int | None:
    """The index from 0 for a position from 1, or from the end; nothing when outside the list."""
    whole = truncated(position)
    if not whole or abs(whole) > len(items):
        return None
    return whole - 1 if whole > 0 else len(items) + whole


def _copy(interpreter: Interpreter, items: list[Value]) -> list[Value]:
    interpreter.budget.items(len(items))
    interpreter.budget.walk(items)
    return items


@builtin("append", "list: list|null, item*: any")
def _append(interpreter: Interpreter, items: list[Value] | None, more: list[Value]) -> Value:
    return _copy(interpreter, [*([None] if items is None else items), *more])


@builtin("concatenate", "list*: list|null")
def _concatenate(interpreter: Interpreter, lists: list[list[Value] | None]) -> Value:
    interpreter.budget.items(sum(1 if items is None else len(items) for items in lists))
    return [item for items in lists for item in ([None] if items is None else items)]


@builtin("insert before", "list: list, position: number, newItem: any")
def _insert_before(interpreter: Interpreter, items: list[Value], position: Decimal, item: Value) -> Value:
    index = _index(items, position)
    return None if index is None else _copy(interpreter, [*items[:index], item, *items[index:]])


@builtin("remove", "list: list, position: number")
def _remove(interpreter: Interpreter, items: list[Value], position: Decimal) -> Value:
    index = _index(items, position)
    return None if index is None else _copy(interpreter, [*items[:index], *items[index + 1 :]])


@builtin("list replace", "list: list, position: number, newItem: any")
def _list_replace(interpreter: Interpreter, items: list[Value], position: Decimal, item: Value) -> Value:
    index = _index(items, position)
    return None if index is None else _copy(interpreter, [*items[:index], item, *items[index + 1 :]])


@builtin("list replace", "list: list, match: function, newItem: any")
def _list_replace_where(interpreter: Interpreter, items: list[Value], match: Function, item: Value) -> Value:
    answers = [interpreter.invoke(match, [old, item]) for old in items]
    if not all(isinstance(answer, bool) for answer in answers):
        return None
    return _copy(interpreter, [item if answer else old for old, answer in zip(items, answers, strict=True)])


@builtin("reverse", "list: list")
def _reverse(interpreter: Interpreter, items: list[Value]) -> Value:
    return _copy(interpreter, items[::-1])


@builtin("index of", "list: list, match: any")
def _index_of(interpreter: Interpreter, items: list[Value], match: Value) -> Value:
    return [Decimal(n) for n, item in enumerate(items, 1) if same(item, match, interpreter.budget)]


@builtin("union", "list*: list|null")
def _union(interpreter: Interpreter, lists: list[list[Value] | None]) -> Value:
    return _distinct(interpreter, _concatenate(interpreter, lists))


@builtin("distinct values", "list: list")
def _distinct(interpreter: Interpreter, items: list[Value]) -> Value:
    kept: list[Value] = []
    for item in items:
        if not any(same(item, other, interpreter.budget) for other in kept):
            kept.append(item)
    return _copy(interpreter, kept)


@builtin("duplicate values", "list: list")
def _duplicates(interpreter: Interpreter, items: list[Value]) -> Value:
    seen: list[Value] = []
    kept: list[Value] = []
    for item in items:
        if any(same(item, other, interpreter.budget) for other in seen):
            if not any(same(item, other, interpreter.budget) for other in kept):
                kept.append(item)
        else:
            seen.append(item)
    return _copy(interpreter, kept)


@builtin("flatten", "list: list")
def _flatten(interpreter: Interpreter, items: list[Value]) -> Value:
    out: list[Value] = []
    waiting = [iter(items)]
    while waiting:
        for item in waiting[-1]:
            interpreter.budget.step()
            if isinstance(item, list):
                waiting.append(iter(item))
                break
            interpreter.budget.items(1)
            out.append(item)
        else:
            waiting.pop()
    return _copy(interpreter, out)


@builtin("sort", "list: list, precedes?: function|null")
def _sort(interpreter: Interpreter, items: list[Value], precedes: Function | None) -> Value:
    interpreter.budget.walk(items)
    if precedes is None:
        if any(compare(item, items[0]) is None for item in items):
            return None
        return _copy(interpreter, sorted(items, key=cmp_to_key(lambda a, b: compare(a, b) or 0)))

    def order(one: Value, other: Value) -> int:
        return -1 if interpreter.invoke(precedes, [one, other]) is True else 1

    return _copy(interpreter, sorted(items, key=cmp_to_key(order)))


@builtin("partition", "list: list, size: number")
def _partition(interpreter: Interpreter, items: list[Value], size: Decimal) -> Value:
    count = integer(size)
    if not count or count < 1:
        return None
    interpreter.budget.items(len(items))
    return [items[i : i + count] for i in range(0, len(items), count)]


@builtin("is empty", "list: list")
def _is_empty(_: Interpreter, items: list[Value]) -> Value:
    return not items
