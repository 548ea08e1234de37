"""How a built-in function is declared, and how a call finds its form and fits the arguments.

A declaration names the parameters and their kinds: `@builtin("substring", "string: string, start position:
number, length?: number")`. `?` after a name makes the parameter optional, `*` takes all remaining arguments,
`kind|null` lets null through; anywhere else a null argument, or one of another kind, gives null.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.feel.values import Value, kind_of

if TYPE_CHECKING:
    from engine.feel.interpreter import Interpreter

_DURATIONS = ("days and time duration", "years and months duration")
_KINDS: dict[str, tuple[str, ...]] = {
    "number": ("number",),
    "string": ("string",),
    "boolean": ("boolean",),
    "list": ("list",),
    "context": ("context",),
    "range": ("range",),
    "function": ("function",),
    "date": ("date",),
    "time": ("time",),
    "datetime": ("date and time",),
    "dates": ("date", "date and time"),
    "moment": ("date", "time", "date and time"),
    "days": (_DURATIONS[0],),
    "years": (_DURATIONS[1],),
    "duration": _DURATIONS,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a built-in function."""

    name: str
    kind: str
    optional: bool
    rest: bool
    nullable: bool


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a built-in function."""

    parameters: tuple[Parameter, ...]
    body: Callable[..., Value]


BUILTINS: dict[str, list[Form]] = {}
_NO_FIT = object()


def builtin(name: str, parameters: str = "") -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Declare a form of a built-in function; its body takes the interpreter, then the fitted arguments."""

    def declare(body: Callable[..., Value]) -> Callable[..., Value]:
        form = Form(tuple(_parameter(part) for part in parameters.split(",") if part.strip()), body)
        BUILTINS.setdefault(name, []).append(form)
        return body

    return declare


def _parameter(text: str) -> Parameter:
    name, _, kind = (part.strip() for part in text.partition(":"))
    kind, _, null = kind.partition("|")
    return Parameter(
        name.rstrip("?*"), kind, name.endswith("?"), name.endswith("*"), bool(null) or kind == "any"
    )


def call_builtin(
    interpreter: Interpreter, name: str, arguments: list[Value], names: tuple[str, ...]
) -> Value:
    """The value of a built-in function; null when no form takes these arguments, or when it has no value for
    them."""
    for form in BUILTINS[name]:
        given = _by_name(form, arguments, names) if names else _in_order(form, arguments)
        fitted = None if given is None else _fitted(form, given)
        if fitted is not None:
            try:
                return form.body(interpreter, *fitted)
            except (decimal.DecimalException, OverflowError):
                return None
    return None


def _in_order(form: Form, arguments: list[Value]) -> list[Any] | None:
    parameters = form.parameters
    if parameters and parameters[-1].rest:
        if len(arguments) < len(parameters):
            return None
        fixed = len(parameters) - 1
        return [*arguments[:fixed], arguments[fixed:]]
    needed = sum(not parameter.optional for parameter in parameters)
    if not needed <= len(arguments) <= len(parameters):
        return None
    return [*arguments, *[_NO_FIT] * (len(parameters) - len(arguments))]


def _by_name(form: Form, arguments: list[Value], names: tuple[str, ...]) -> list[Any] | None:
    given = dict(zip(names, arguments, strict=True))
    known = {parameter.name for parameter in form.parameters if not parameter.rest}
    if len(given) < len(names) or not given.keys() <= known:
        return None
    if any(not p.optional and p.kind != "any" and p.name not in given for p in form.parameters):
        return None
    return [given.get(p.name, None if p.kind == "any" else _NO_FIT) for p in form.parameters]


def _fitted(form: Form, given: list[Any]) -> list[Value] | None:
    out: list[Value] = []
    for parameter, value in zip(form.parameters, given, strict=True):
        if value is _NO_FIT:
            out.append(None)
            continue
        if parameter.rest:
            parts = [fit(parameter, part) for part in value]
            if any(part is _NO_FIT for part in parts):
                return None
            out.append(parts)
            continue
        fitted = fit(parameter, value)
        if fitted is _NO_FIT:
            return None
        out.append(fitted)
    return out


def fit(parameter: Parameter, value: Value) -> Any:
    """The value as the parameter wants it: a single item out of its list, or into one."""
    if value is None:
        return None if parameter.nullable else _NO_FIT
    if parameter.kind == "any":
        return value
    wanted = _KINDS[parameter.kind]
    kind = kind_of(value)
    if kind in wanted:
        return value
    if parameter.kind == "list":
        return [value]
    if kind == "list" and len(value) == 1 and kind_of(value[0]) in wanted:
        return value[0]
    return _NO_FIT
