"""Reading a .form file: JSON, strictly; then records out of what the checks have passed."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from forms.conditions import feel_of
from forms.questions import Choice, Group, Item, Page, Question, Words

MOST_BYTES = 256 * 1024
INPUTS = frozenset(
    {"textfield", "textarea", "number", "datetime", "radio", "select", "checklist", "checkbox", "dynamiclist"}
)


class NotAForm(ValueError):
    """The text is not JSON as a form is written; the message says what it is instead."""


def read_json(text: str) -> dict[str, Any]:
    """The document. Raises NotAForm for anything but one JSON object without repeated names or NaN."""
    if len(text) > MOST_BYTES:
        raise NotAForm(f"The file is larger than {MOST_BYTES // 1024} KB.")
    try:
        document = json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_constant)
    except NotAForm:
        raise
    except RecursionError:
        raise NotAForm("The file is nested too deeply.") from None
    except ValueError as wrong:  # JSONDecodeError, and numbers too long to convert
        raise NotAForm(f"The file is not JSON: {str(wrong)[:120]}.") from None
    if not isinstance(document, dict):
        raise NotAForm("The file does not hold a form.")
    return document


def line_of(text: str, key: str) -> int:
    """The line where the question `key` is defined, 0 when it cannot be told."""
    match = re.search(r'"(?:key|path)"\s*:\s*"' + re.escape(key) + '"', text) if key else None
    return text.count("\n", 0, match.start()) + 1 if match else 0


def items_of(
    components: list[dict[str, Any]], hides: tuple[str, ...] = (), page: str = ""
) -> tuple[Item, ...]:
    """Records of checked components. A group's condition holds for all in it, a page until the next one."""
    items: list[Item] = []
    for component in components:
        properties = component.get("properties") or {}
        page = properties.get("page") or page
        items.append(_item(component, (*hides, *_hide(component)), page))
    return tuple(items)


def pages_of(items: tuple[Item, ...], title: str) -> tuple[Page, ...]:
    """The screens in order of first appearance; one, named as the form, when no question names a page."""
    by_name: dict[str, list[Item]] = {}
    for item in items:
        by_name.setdefault(item.page or title, []).append(item)
    return tuple(Page(name, slug_of(name), tuple(found)) for name, found in by_name.items())


def slug_of(name: str) -> str:
    """A page's name for an address: "You and your agency" -> "you-and-your-agency"."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "page"


def label_of(component: dict[str, Any]) -> Any:
    """The label, which form-js writes in another place for dates and times."""
    return component.get("label") or component.get("dateLabel") or component.get("timeLabel") or ""


def key_of(component: dict[str, Any]) -> Any:
    """The key, which form-js calls `path` for a repeating list."""
    return component.get("path") if component.get("type") == "dynamiclist" else component.get("key")


def _item(component: dict[str, Any], hides: tuple[str, ...], page: str) -> Item:
    properties = component.get("properties") or {}
    if component["type"] == "text":
        return Words(component.get("text", ""), page, hides, properties.get("prefill", ""))
    if component["type"] == "group":
        inner = items_of(component.get("components", []), hides, page)
        return Group(component.get("label", ""), inner, properties.get("hint", ""), page, hides)
    return _question(component, properties, hides, page)


def _question(
    component: dict[str, Any], properties: dict[str, Any], hides: tuple[str, ...], page: str
) -> Question:
    rules = component.get("validate") or {}
    kind = component.get("subtype", "date") if component["type"] == "datetime" else component["type"]
    return Question(
        kind=kind,
        key=key_of(component),
        label=label_of(component),
        short_label=properties.get("shortLabel", ""),
        hint=component.get("description") or properties.get("hint", ""),
        required=bool(rules.get("required")),
        required_message=properties.get("requiredMessage", ""),
        min_length=rules.get("minLength"),
        max_length=rules.get("maxLength"),
        minimum=rules.get("min"),
        maximum=rules.get("max"),
        decimals=component.get("decimalDigits", 0),
        pattern=rules.get("pattern", ""),
        pattern_message=rules.get("patternErrorMessage", ""),
        input_format=rules.get("validationType", ""),
        not_before=properties.get("notBefore", ""),
        not_after=properties.get("notAfter", ""),
        choices=tuple(Choice(v["value"], v["label"]) for v in component.get("values", [])),
        options=properties.get("options", ""),
        exclusive=properties.get("exclusive", ""),
        max_choices=properties.get("maxChoices"),
        boolean=bool(properties.get("boolean")),
        default=component.get("defaultValue"),
        readonly=bool(component.get("readonly")),
        prefill=properties.get("prefill", ""),
        variable=bool(properties.get("variable")),
        identity=bool(properties.get("identity")),
        character_count=bool(properties.get("characterCount")),
        shareable_of=properties.get("shareableOf", ""),
        page=page,
        clause=properties.get("clause", ""),
        hides=hides,
        items=items_of(component.get("components", []), (), page)
        if component["type"] == "dynamiclist"
        else (),
        row_title=properties.get("rowTitle", ""),
        min_rows=properties.get("minRows", 0),
        max_rows=properties.get("maxRows", 0),
        start_rows=component.get("defaultRepetitions", properties.get("minRows", 0)),
        unique=properties.get("unique", ""),
    )


def _hide(component: dict[str, Any]) -> tuple[str, ...]:
    condition = (component.get("conditional") or {}).get("hide", "")
    return (feel_of(condition),) if condition else ()


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotAForm(
            f'The name "{twice[:60]}" stands twice in one object, so one of the two would be lost.'
        )
    return found


def _no_constant(name: str) -> NoReturn:
    raise NotAForm(f"{name} is not a number in JSON.")
