"""The description as people read it: subjects, calls, what each takes and answers, and an example to copy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

METHODS = ("get", "post", "put")


@dataclass(frozen=True)
class Part:
    """One thing that is sent: where it goes, what it is, and whether it must be there."""

    name: str
    kind: str
    words: str
    required: bool = False
    place: str = ""


@dataclass(frozen=True)
class Call:
    """One call."""

    id: str
    method: str
    path: str
    title: str
    words: str
    scope: str
    parts: list[Part] = field(default_factory=list)
    answers: list[Part] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    success: str = ""
    asked: str = ""  # an example of the request, as curl sends it
    answered: str = ""  # an example of the answer


@dataclass(frozen=True)
class Subject:
    """The calls about one subject."""

    id: str
    title: str
    calls: list[Call]


def subjects(made: Mapping[str, Any]) -> list[Subject]:
    """The description by subject, in the order in which it was made."""
    found = [
        (each["name"], each["description"], [call for tag, call in _calls(made) if tag == each["name"]])
        for each in made["tags"]
    ]
    return [Subject(name.replace("_", "-"), words, calls) for name, words, calls in found]


def _calls(made: Mapping[str, Any]) -> Iterator[tuple[str, Call]]:
    for path, item in made["paths"].items():
        for method in METHODS:
            if method in item:
                yield item[method]["tags"][0], _call(made, path, method, item, item[method])


def _call(
    made: Mapping[str, Any], path: str, method: str, item: Mapping[str, Any], told: Mapping[str, Any]
) -> Call:
    statuses = sorted(int(status) for status in told["responses"])
    success = next(str(status) for status in statuses if status < 300)
    answer = _content(told["responses"][success])
    body = _content(told.get("requestBody", {}))
    parts = [_parameter(made, each) for each in (*item.get("parameters", []), *told.get("parameters", []))]
    parts += [
        Part(each.name, each.kind, each.words, each.required, "body")
        for each in _fields(made, body.get("schema", {}))
    ]
    example = answer.get("example")
    return Call(
        told["operationId"],
        method.upper(),
        path,
        told.get("summary", ""),
        told.get("description", ""),
        next(iter(told["security"][0]["token"]), "any"),
        parts,
        list(_fields(made, answer.get("schema", {}))),
        [status for status in statuses if status >= 300],
        success,
        _curl(path, method, told, body.get("example")),
        json.dumps(example, indent=2, ensure_ascii=False) if example is not None else "",
    )


def _content(told: Mapping[str, Any]) -> dict[str, Any]:
    return next(iter(told.get("content", {}).values()), {})


def _parameter(made: Mapping[str, Any], told: Mapping[str, Any]) -> Part:
    found = _resolved(made, told)
    kind = _kind(made, found["schema"])
    return Part(found["name"], kind, found.get("description", ""), bool(found.get("required")), found["in"])


def _fields(made: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Part]:
    found = _resolved(made, schema)
    needed = found.get("required", [])
    for name, inner in found.get("properties", {}).items():
        yield Part(name, _kind(made, inner), _words(made, inner), name in needed)


def _words(made: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    return str(schema.get("description") or _resolved(made, schema).get("description", ""))


def _kind(made: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """What a value is, in a few words: "text or null", "list of objects", "one of mine, team"."""
    inner = _inner(schema)
    kinds = inner.get("type", "object")
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    said = {"string": inner.get("format", "text"), "integer": "whole number", "boolean": "true or false"}
    words = [said.get(each, each) for each in names]
    if "array" in names:
        words[names.index("array")] = f"list of {_kind(made, inner.get('items', {}))}"
    if inner.get("enum"):
        return "one of " + ", ".join(str(each) for each in inner["enum"] if each)
    optional = " or null" if "anyOf" in schema or "oneOf" in schema else ""
    return " or ".join(words) + optional


def _inner(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    for joined in ("allOf", "anyOf", "oneOf"):
        if joined in schema:
            return next((each for each in schema[joined] if each.get("type") != "null"), schema)
    return schema


def _resolved(made: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    found = _inner(schema)
    while "$ref" in found:
        place: Any = made
        for name in found["$ref"].removeprefix("#/").split("/"):
            place = place[name]
        found = place
    return found


def _curl(path: str, method: str, told: Mapping[str, Any], body: Any) -> str:
    shown = re.sub(r"{(\w+)}", lambda name: name[1].upper().replace("_", "-"), path)
    lines = [f"curl -H 'Authorization: Bearer rt_…' $ROUNDTABLE{shown}"]
    if method != "get":
        lines[0] = lines[0].replace("curl", f"curl -X {method.upper()}", 1)
        header = 'If-Match: "3"' if method == "put" else "Idempotency-Key: 5b9f6c1e"
        lines.append(f"  -H '{header}'")
    if body is not None:
        lines.append("  -H 'Content-Type: application/json'")
        lines.append(f"  -d '{json.dumps(body, ensure_ascii=False)}'")
    return " \\\n".join(lines)
