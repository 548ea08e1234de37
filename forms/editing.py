"""A form's questions added, changed, moved and taken out one by one; everything else of the file stays.

A place is the numbers on the way to a question, counted from 0: "2" is the third part of the form, "2-0" the
first in that group or list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.checks import RESERVED
from forms.definition import check_form
from forms.findings import Finding
from forms.reading import INPUTS, NotAForm, key_of, label_of, read_json

KINDS = {
    "textfield": "One line",
    "textarea": "Several lines",
    "number": "A number",
    "date": "A date",
    "time": "A time",
    "yesno": "Yes or no",
    "radio": "One of a few answers",
    "select": "One of a list",
    "checklist": "Several of a list",
    "checkbox": "One statement to confirm",
    "text": "Words to read",
    "group": "A group of questions",
    "dynamiclist": "Rows of questions",
}
GROUPS = ("group", "dynamiclist")
_CHOOSING = ("radio", "select", "checklist")
_OF_A_KIND = ("values", "validate", "subtype", "dateLabel", "timeLabel", "label", "text", "decimalDigits")
_LENGTHS = {"textfield": 300, "textarea": 2000}


@dataclass(frozen=True)
class Part:
    """A part of a form as a table shows it."""

    place: str
    depth: int
    kind: str
    label: str
    key: str
    required: bool
    hide: str
    page: str


def parts_of(text: str) -> list[Part]:
    """Every question and group, in order. Raises NotAForm."""
    return list(_parts(read_json(text).get("components") or [], "", 0))


def question_at(text: str, place: str) -> dict[str, Any]:
    """What a page asks about a question, as its answers (app/page_forms/form_question.form). Raises KeyError
    for a place that is not there."""
    holder, index = _at(read_json(text), place)
    return _told(holder[index])


def put_question(text: str, place: str, told: Mapping[str, Any]) -> tuple[str, str]:
    """The form with the question of a place changed ("" adds one at the end), and its key."""
    document = read_json(text)
    if place:
        holder, index = _at(document, place)
        holder[index] = _component(told, holder[index], _keys(document) - {key_of(holder[index])})
        return _written(document), str(key_of(holder[index]) or "")
    made = _component(told, {}, _keys(document))
    document.setdefault("components", []).append(made)
    return _written(document), str(key_of(made) or "")


def group_at(text: str, place: str) -> dict[str, Any] | None:
    """What a page asks about a group or about rows, as its answers (app/page_forms/form_group.form); None for
    a question. Raises KeyError."""
    holder, index = _at(read_json(text), place)
    if _kind(holder[index]) not in GROUPS:
        return None
    told, properties = _told(holder[index]), holder[index].get("properties") or {}
    asked = {name: told[name] for name in ("label", "hint", "hide", "screen")}
    return {**asked, "row_title": properties.get("rowTitle", "")}


def put_group(text: str, place: str, told: Mapping[str, Any]) -> str:
    """The form with the words of a group or of rows changed; the questions in it stay. Raises KeyError."""
    document = read_json(text)
    holder, index = _at(document, place)
    made = dict(holder[index])
    made["label"] = " ".join(str(told["label"]).split())
    properties = dict(made.get("properties") or {})
    _set(properties, "hint", told.get("hint"))
    _set(properties, "page", told.get("screen"))
    if _kind(made) == "dynamiclist":
        _set(properties, "rowTitle", told.get("row_title"))
    _hide(made, told)
    _set(made, "properties", properties)
    holder[index] = made
    return _written(document)


def remove_question(text: str, place: str) -> str:
    """The form without a part. Raises KeyError."""
    document = read_json(text)
    holder, index = _at(document, place)
    gone = holder.pop(index)
    page = (gone.get("properties") or {}).get("page")
    if page and index < len(holder) and not (holder[index].get("properties") or {}).get("page"):
        holder[index].setdefault("properties", {})["page"] = page
    return _written(document)


def move_question(text: str, place: str, *, up: bool) -> tuple[str, str]:
    """The form with a part moved one place among its neighbours, and where it is now. Raises KeyError."""
    document = read_json(text)
    holder, index = _at(document, place)
    other = index - 1 if up else index + 1
    if 0 <= other < len(holder):
        first, second = sorted((index, other))
        _keep_page_first(holder, first, second)
        holder[index], holder[other] = holder[other], holder[index]
        place = "-".join([*place.split("-")[:-1], str(other)])
    return _written(document), place


def facts_of(text: str) -> dict[str, str]:
    """Title and words above the questions."""
    properties = read_json(text).get("properties") or {}
    return {"title": str(properties.get("title") or ""), "intro": str(properties.get("intro") or "")}


def set_form_facts(text: str, title: str, intro: str) -> str:
    """The form with another title and other words above."""
    document = read_json(text)
    properties = document.setdefault("properties", {})
    properties["title"] = " ".join(title.split())
    properties.pop("intro", None)
    if intro.strip():
        properties["intro"] = " ".join(intro.split())
    return _written(document)


def new_findings(before: str, after: str, file: str) -> list[Finding]:
    """What an edit breaks: findings that stop the form and were not there before it."""
    known = {(found.question, found.rule) for found in check_form(before, file)}
    return [
        found
        for found in check_form(after, file)
        if found.stops and (found.question, found.rule) not in known
    ]


def _parts(components: list[dict[str, Any]], prefix: str, depth: int) -> list[Part]:
    found = []
    for index, component in enumerate(components):
        place = f"{prefix}{index}"
        properties = component.get("properties") or {}
        hide = (component.get("conditional") or {}).get("hide") or ""
        required = bool((component.get("validate") or {}).get("required"))
        label = component.get("text") if component.get("type") == "text" else label_of(component)
        found.append(
            Part(
                place,
                depth,
                KINDS.get(_kind(component), _kind(component)),
                str(label or ""),
                str(key_of(component) or ""),
                required,
                hide.removeprefix("="),
                str(properties.get("page") or ""),
            )
        )
        found += _parts(component.get("components") or [], f"{place}-", depth + 1)
    return found


def _at(document: dict[str, Any], place: str) -> tuple[list[dict[str, Any]], int]:
    holder = document.get("components") or []
    if not re.fullmatch(r"\d{1,3}(-\d{1,3}){0,2}", place):
        raise KeyError(place)
    *path, last = (int(number) for number in place.split("-"))
    try:
        for number in path:
            holder = holder[number]["components"]
        holder[last]
    except (IndexError, KeyError) as gone:
        raise KeyError(place) from gone
    return holder, last


def _kind(component: Mapping[str, Any]) -> str:
    if component.get("type") == "datetime":
        return str(component.get("subtype") or "date")
    if component.get("type") == "radio" and (component.get("properties") or {}).get("boolean"):
        return "yesno"
    return str(component.get("type") or "")


def _told(component: dict[str, Any]) -> dict[str, Any]:
    properties = component.get("properties") or {}
    kind = _kind(component)
    choices = [f"{each.get('value')}: {each.get('label')}" for each in component.get("values") or []]
    return {
        "label": component.get("text") if kind == "text" else label_of(component) or "",
        "answer": kind,
        "short_label": properties.get("shortLabel", ""),
        "hint": component.get("description") or properties.get("hint") or "",
        "choices": "" if kind == "yesno" else "\n".join(choices),
        "list": properties.get("options", ""),
        "required": bool((component.get("validate") or {}).get("required")),
        "required_message": properties.get("requiredMessage", ""),
        "variable": bool(properties.get("variable")),
        "hide": ((component.get("conditional") or {}).get("hide") or "").removeprefix("="),
        "screen": properties.get("page", ""),
        "clause": properties.get("clause", ""),
    }


def _component(told: Mapping[str, Any], old: dict[str, Any], taken: set[str]) -> dict[str, Any]:
    """A component as form-js writes it; what the page does not ask stays as it was."""
    kind, made = str(told["answer"]), dict(old)
    same = _kind(old) == kind
    if not same:
        for name in _OF_A_KIND:
            made.pop(name, None)
    made["type"] = {"date": "datetime", "time": "datetime", "yesno": "radio"}.get(kind, kind)
    if kind in ("date", "time"):
        made["subtype"] = kind
    words = {"date": "dateLabel", "time": "timeLabel", "text": "text"}.get(kind, "label")
    made[words] = str(told["label"]).strip() if kind == "text" else " ".join(str(told["label"]).split())
    if made["type"] in INPUTS and not key_of(made):
        made["key"] = _fresh_key(str(told.get("short_label") or told["label"]), taken)
    _set(made, "description", "" if kind == "text" else told.get("hint"))
    properties = dict(made.get("properties") or {})
    _settings(properties, told, kind)
    if kind in _CHOOSING or kind == "yesno":
        _choices(made, properties, told, kind)
    validate = dict(made.get("validate") or {})
    validate.pop("required", None)
    if told.get("required") and kind != "text":
        validate["required"] = True
    if kind in _LENGTHS:
        validate.setdefault("maxLength", _LENGTHS[kind])
    _hide(made, told)
    _set(made, "validate", validate)
    _set(made, "properties", properties)
    return made


def _hide(made: dict[str, Any], told: Mapping[str, Any]) -> None:
    hide = str(told.get("hide") or "").strip()
    _set(made, "conditional", {**(made.get("conditional") or {}), "hide": hide} if hide else None)


def _settings(properties: dict[str, Any], told: Mapping[str, Any], kind: str) -> None:
    asks = kind != "text"
    _set(properties, "shortLabel", told.get("short_label") if asks else "")
    _set(properties, "requiredMessage", told.get("required_message") if asks and told.get("required") else "")
    _set(properties, "variable", bool(told.get("variable")) and asks)
    _set(properties, "page", told.get("screen"))
    _set(properties, "clause", told.get("clause") if asks else "")


def _choices(made: dict[str, Any], properties: dict[str, Any], told: Mapping[str, Any], kind: str) -> None:
    if kind == "yesno":
        labels = {each.get("value"): each.get("label") for each in made.get("values") or []}
        made["values"] = [
            {"value": value, "label": labels.get(value) or words}
            for value, words in (("true", "Yes"), ("false", "No"))
        ]
        properties["boolean"] = True
        return
    properties.pop("boolean", None)
    _set(properties, "options", told.get("list"))
    if properties.get("options"):
        made.pop("values", None)
        return
    made["values"] = [_choice(line) for line in str(told.get("choices") or "").splitlines() if line.strip()]


def _choice(line: str) -> dict[str, str]:
    value, colon, label = line.partition(":")
    if colon and re.fullmatch(r"[a-z0-9_]+", value.strip()) and label.strip():
        return {"value": value.strip(), "label": label.strip()}
    words = " ".join(line.split())
    return {"value": _slug(words) or "other", "label": words}


def _keys(document: dict[str, Any]) -> set[str]:
    return {part.key for part in _parts(document.get("components") or [], "", 0)}


def _fresh_key(words: str, taken: set[str]) -> str:
    base = _slug(words)[:30].strip("_") or "answer"
    base = base if base[0].isalpha() else f"answer_{base}"
    key, number = base, 2
    while key in taken or key in RESERVED:
        key, number = f"{base}_{number}", number + 1
    return key


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def _set(target: dict[str, Any], name: str, value: Any) -> None:
    words = value.strip() if isinstance(value, str) else value
    if words:
        target[name] = words
    else:
        target.pop(name, None)


def _keep_page_first(holder: list[dict[str, Any]], first: int, second: int) -> None:
    """The first part of a form keeps naming its screen when the second changes places with it."""
    page = (holder[first].get("properties") or {}).get("page")
    if first == 0 and page and not (holder[second].get("properties") or {}).get("page"):
        holder[second].setdefault("properties", {})["page"] = page
        holder[first]["properties"].pop("page")


def _written(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


__all__ = [
    "GROUPS",
    "KINDS",
    "NotAForm",
    "Part",
    "facts_of",
    "group_at",
    "move_question",
    "new_findings",
    "parts_of",
    "put_group",
    "put_question",
    "question_at",
    "remove_question",
    "set_form_facts",
]
