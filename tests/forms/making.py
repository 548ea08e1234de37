"""Small forms for tests, and the option lists of a host."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from werkzeug.datastructures import MultiDict

from forms import Answers, Form, check_form, load_form

TODAY = dt.date(2026, 11, 23)
LISTS = {
    "agencies": [("csc", "Children's Social Care"), ("pol", "Police"), ("sch", "Schools")],
    "themes": [(f"theme_{n}", f"Theme {n}") for n in range(12)],
    "people": [("p1", "Ash B."), ("p2", "Birch C.")],
    "event_learning": [("b1-strength", "A good handover"), ("b1-development", "Plans that travel")],
    "step_people": [("p1", "Ash B."), ("p2", "Birch C.")],
    "chairs": [("p1", "Ash B."), ("p3", "Cedar D.")],
    "plan_status": [("tac", "Team around the Child"), ("cp", "Child protection plan"), ("none", "No plan")],
    "nature": [("good_practice", "Good practice"), ("poor_outcome", "An episode without a good outcome")],
    "triage_outcome": [
        (value, value.replace("_", " ").capitalize())
        for value in (
            "accept",
            "defer",
            "more_info",
            "single_agency",
            "decline",
            "redirect_scr",
            "other_review",
        )
    ],
}


def question(kind: str, key: str, **parts: Any) -> dict[str, Any]:
    """A component with what its kind cannot do without; `must` makes it required."""
    made: dict[str, Any] = {"type": kind, "key": key, "label": parts.pop("label", key.capitalize())}
    properties = parts.pop("properties", {})
    rules = parts.pop("validate", {})
    if kind in ("textfield", "textarea"):
        rules = {"maxLength": 100, **rules}
    if must := parts.pop("must", ""):
        rules, properties = {**rules, "required": True}, {**properties, "requiredMessage": must}
    if hide := parts.pop("hide", ""):
        made["conditional"] = {"hide": "=" + hide}
    if kind == "datetime":
        made["subtype"] = parts.pop("subtype", "date")
    if kind == "dynamiclist":
        made["path"] = made.pop("key")
        properties = {"minRows": 0, "maxRows": 5, "rowTitle": "Row", **properties}
    return made | {"validate": rules, "properties": properties} | parts


def choice(key: str, *values: str, kind: str = "radio", **parts: Any) -> dict[str, Any]:
    """A radio, select or checklist over `values`."""
    return question(kind, key, values=[{"value": v, "label": v.capitalize()} for v in values], **parts)


def yes_no(key: str, **parts: Any) -> dict[str, Any]:
    """A yes or no question."""
    return choice(key, "true", "false", properties={"boolean": True, **parts.pop("properties", {})}, **parts)


def rows(key: str, *components: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """A repeating list."""
    return question("dynamiclist", key, properties=properties, components=list(components))


def document(*components: dict[str, Any], **root: Any) -> dict[str, Any]:
    """A form named `step`."""
    return {
        "type": "default",
        "id": "step",
        "schemaVersion": 18,
        "properties": {"title": "A step"},
        "components": list(components),
    } | root


def form(*components: dict[str, Any]) -> Form:
    """A loaded form of these components."""
    return load_form(json.dumps(document(*components)), "process/step.form")


def rules_broken(*components: dict[str, Any], **root: Any) -> list[str]:
    """The ids of the rules that a form of these components breaks."""
    return [
        finding.rule for finding in check_form(json.dumps(document(*components, **root)), "process/step.form")
    ]


def clean(asked: Form, raw: Any, **more: Any) -> Answers:
    """Clean `raw` on 23 November 2026 with the host's lists."""
    return asked.clean(raw, options=LISTS, today=TODAY, **more)


def post(**sent: Any) -> MultiDict[str, str]:
    """A browser's post; `__` in a name stands for `-`, a list sends the name several times."""
    return MultiDict((name.replace("__", "-"), value) for name, value in sent.items())
