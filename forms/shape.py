"""First look at a form: only known parts, each of its right type. Later checks and the reading rely on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from forms.findings import Finding
from forms.reading import INPUTS, key_of, label_of

KEY = re.compile(r"[a-z][a-z0-9_]{0,40}")
CONTAINERS = frozenset({"group", "dynamiclist"})
ALLOWED = INPUTS | {"group", "text"}
_NUMBER = (int, float)

# What form-js writes beside the questions themselves: kept in the file, of no meaning here.
_IGNORED = {
    "id": str, "layout": dict, "appearance": dict, "increment": str | int, "timeSerializingFormat": str,
    "timeInterval": int, "use24h": bool, "searchable": bool, "showOutline": bool, "isRepeating": bool,
    "allowAddRemove": bool, "verticalAlignment": str, "groupLayout": dict,
}  # fmt: skip
_MEANT: dict[str, Any] = {
    "type": str, "key": str, "path": str, "label": str, "dateLabel": str, "timeLabel": str,
    "description": str, "text": str, "subtype": str, "values": list, "components": list, "validate": dict,
    "conditional": dict, "properties": dict, "readonly": bool, "defaultValue": str | bool,
    "decimalDigits": int, "defaultRepetitions": int,
}  # fmt: skip
_VALIDATE: dict[str, Any] = {
    "required": bool, "minLength": int, "maxLength": int, "min": _NUMBER, "max": _NUMBER, "pattern": str,
    "patternErrorMessage": str, "validationType": str,
}  # fmt: skip
_PROPERTIES: dict[str, Any] = {
    "requiredMessage": str, "shortLabel": str, "variable": bool, "prefill": str, "identity": bool,
    "page": str,
    "options": str, "exclusive": str, "maxChoices": int, "boolean": bool, "clause": str, "notBefore": str,
    "notAfter": str, "minRows": int, "maxRows": int, "rowTitle": str, "unique": str, "hint": str,
    "characterCount": bool, "shareableOf": str,
}  # fmt: skip
_ROOT = frozenset(
    {"type", "id", "schemaVersion", "components", "properties", "exporter", "executionPlatform"}
    | {"executionPlatformVersion", "versionTag"}
)
_MOST_QUESTIONS = 150
_DEEPEST = 4


def components_in(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component, opened groups and rows included."""
    for component in components:
        yield component
        if component.get("type") in CONTAINERS:
            yield from components_in(component.get("components", []))


def about(component: dict[str, Any], rule: str, sentence: str, remedy: str, level: str = "error") -> Finding:
    """A finding about a component, without file and line: those are added by `forms.definition`."""
    name = key_of(component) or label_of(component) or component.get("text") or component.get("type") or ""
    return Finding("", str(name)[:60], rule, sentence, remedy, 0, level)


def shape_findings(document: dict[str, Any]) -> Iterator[Finding]:
    """Unknown parts, refused types, wrong value types, too many or too deeply nested questions."""
    for name in sorted(set(document) - _ROOT):
        yield Finding("", "", "form-root", f'"{name}" has no meaning in a form.', "Take it out.")
    if document.get("type") != "default" or not isinstance(document.get("schemaVersion"), int):
        remedy = 'Begin the form with "type": "default" and "schemaVersion": 18.'
        yield Finding("", "", "form-root", "This is not a form-js form.", remedy)
    if not isinstance(document.get("properties"), dict) or not isinstance(document.get("components"), list):
        remedy = 'Give the form "components" and "properties" with a "title".'
        yield Finding("", "", "form-root", "The form has no questions or no title.", remedy)
        return
    yield from _component_list(document["components"], 1, inside=None)
    if _count(document["components"]) > _MOST_QUESTIONS:
        remedy = "Ask fewer: every question needs a purpose."
        yield Finding("", "", "form-size", f"The form has more than {_MOST_QUESTIONS} questions.", remedy)


def _count(components: list[Any], depth: int = 1) -> int:
    deep = depth < _DEEPEST
    return len(components) + sum(
        _count(c["components"], depth + 1)
        for c in components
        if deep and isinstance(c, dict) and isinstance(c.get("components"), list)
    )


def _component_list(components: list[Any], depth: int, inside: str | None) -> Iterator[Finding]:
    for component in components:
        if not isinstance(component, dict) or not isinstance(component.get("type"), str):
            yield Finding("", "", "type-allowed", "There is a part without a type.", "Take it out.")
            continue
        yield from _component(component, inside)
        inner = component.get("components")
        if isinstance(inner, list) and component["type"] in CONTAINERS:
            if depth >= _DEEPEST:
                yield about(component, "form-size", "Groups are nested too deeply.", "Use fewer levels.")
            else:
                inside_now = "dynamiclist" if "dynamiclist" in (inside, component["type"]) else "group"
                yield from _component_list(inner, depth + 1, inside_now)


def _component(component: dict[str, Any], inside: str | None) -> Iterator[Finding]:
    kind = component["type"]
    if kind not in ALLOWED:
        remedy = "Use one of: " + ", ".join(sorted(ALLOWED)) + "."
        yield about(component, "type-allowed", f'Parts of type "{kind[:40]}" are not asked here.', remedy)
        return
    if kind == "dynamiclist" and inside == "dynamiclist":
        remedy = "Ask for one list after the other, or for a text in each row."
        yield about(component, "rows-in-rows", "A repeating list cannot stand in a repeating list.", remedy)
    yield from _typed(component, {**_MEANT, **_IGNORED}, "", component)
    for part, known in (("validate", _VALIDATE), ("properties", _PROPERTIES), ("conditional", {"hide": str})):
        if isinstance(component.get(part), dict):
            yield from _typed(component[part], known, part + ".", component)
    if kind in CONTAINERS and not isinstance(component.get("components"), list):
        yield about(component, "type-allowed", f"The {kind} holds no questions.", "Give it components.")
    if kind in INPUTS and not KEY.fullmatch(str(key_of(component) or "")):
        remedy = "Use small letters, digits and _, beginning with a letter, at most 41 characters."
        yield about(component, "key-form", "The question has no key, or one that cannot be used.", remedy)
    yield from _values(component)


def _values(component: dict[str, Any]) -> Iterator[Finding]:
    values = component.get("values")
    for value in values if isinstance(values, list) else []:
        right = isinstance(value, dict) and all(
            isinstance(value.get(part), str) for part in ("value", "label")
        )
        if not right or set(value) != {"value", "label"}:
            remedy = 'Give each {"value": "...", "label": "..."}.'
            yield about(component, "options-values", "A choice lacks its value or its label.", remedy)


def _typed(
    part: dict[str, Any], known: dict[str, Any], where: str, component: dict[str, Any]
) -> Iterator[Finding]:
    for name, value in part.items():
        if name not in known:
            remedy = "Take it out, or see docs/form-profile.md for what there is."
            yield about(component, "attribute-known", f'"{where}{name[:60]}" has no meaning here.', remedy)
        elif not _is_a(value, known[name]):
            remedy = "Correct it; docs/form-profile.md shows what belongs there."
            yield about(
                component, "attribute-type", f'"{where}{name}" holds the wrong kind of value.', remedy
            )


def _is_a(value: Any, kind: Any) -> bool:
    if isinstance(value, bool):  # a bool is an int in Python, not in a form
        return kind is bool or kind == str | bool
    return isinstance(value, kind)
