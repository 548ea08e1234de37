"""FEEL's types: `instance of`, and fitting arguments to the parameters of functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.feel.tree import TypeName
from engine.feel.values import Range, Value, kind_of

OwnTypes = Mapping[str, Callable[[Value], bool]]
NAMES = (
    "date and time", "days and time duration", "years and months duration", "day time duration",
    "year month duration",
)  # fmt: skip
_SAME = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "day time duration": "days and time duration",
    "year month duration": "years and months duration",
    "daysAndTimeDuration": "days and time duration",
    "yearsAndMonthsDuration": "years and months duration",
    "integer": "number",
    "long": "number",
    "double": "number",
    "Null": "null",
    "any": "Any",
}


def plain(name: str) -> str:
    """The FEEL name of a type that some tools write in another way."""
    return _SAME.get(name, name)


def is_instance(value: Value, wanted: TypeName, own: OwnTypes) -> bool | None:
    """Whether a value is of a type; null for a type that neither FEEL nor the model (`own`) knows."""
    if wanted.name in own:
        return value is not None and own[wanted.name](value)
    name, kind = plain(wanted.name), kind_of(value)
    if name == "Any":
        return value is not None
    if name in KNOWN and kind != name:
        return False
    if name == "list" and wanted.parts:
        return all(conforms(item, wanted.parts[0], own) for item in value)
    if name == "range" and wanted.parts:
        return _range_of(value, wanted.parts[0], own)
    if name == "context" and wanted.parts:
        return all(
            key in value and conforms(value[key], part, own)
            for key, part in zip(wanted.keys, wanted.parts, strict=True)
        )
    if name == "function" and wanted.parts:
        return _function_of(value, wanted)
    return True if name in KNOWN else None


KNOWN = frozenset("number string boolean date time list context range function null".split()) | {
    "date and time",
    "days and time duration",
    "years and months duration",
}


def conforms(value: Value, wanted: TypeName, own: OwnTypes) -> bool:
    """Whether a value may stand where a type is wanted; null may stand anywhere."""
    if value is None or plain(wanted.name) == "Any":
        return True
    return is_instance(value, wanted, own) is True


def _range_of(value: Range, part: TypeName, own: OwnTypes) -> bool:
    ends = [end for end in (value.low, value.high) if end is not None]
    return bool(ends) and all(conforms(end, part, own) for end in ends)


def _function_of(value: Value, wanted: TypeName) -> bool:
    parameters = wanted.parts[:-1]
    if len(value.parameters) != len(parameters):
        return False
    return all(
        declared is None or plain(part.name) == plain(declared.name) or plain(declared.name) == "Any"
        for (_, declared), part in zip(value.parameters, parameters, strict=True)
    )


def coerced(value: Value, wanted: TypeName | None, own: OwnTypes) -> Value:
    """A value made to fit a type by FEEL's implicit conversions (clause 10.3.2.9.4), else null."""
    if wanted is None or conforms(value, wanted, own):
        return value
    if plain(wanted.name) == "list" and not isinstance(value, list):
        return [value] if conforms([value], wanted, own) else None
    if isinstance(value, list) and len(value) == 1:
        return value[0] if conforms(value[0], wanted, own) else None
    return None
