"""A scenario to begin with, for a step that a change adds: it opens for its role until its deadline, and is
done. The process owner changes what should be otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress

import yaml

from engine import BundleRefused
from engine.diagram import Diagram, Element, read_diagram
from engine.scenarios import is_scenario
from reviews.roles import role_name

_PASSED = ("exclusiveGateway", "serviceTask", "businessRuleTask")  # at once, and without waiting for others
_WORKING_DAYS = re.compile(r"(\d+) working days?")


def steps_without_scenario(files: Mapping[str, str], base: Mapping[str, str]) -> list[Element]:
    """The steps of people that `files` have and `base` has not, and that no scenario names."""
    told = "\n".join(text for name, text in files.items() if is_scenario(name))
    before = {step.id for step in _steps(_diagram(base))}
    return [
        step
        for step in _steps(_diagram(files))
        if step.id not in before and not re.search(rf"\b{re.escape(step.id)}\b", told)
    ]


def first_scenario(files: Mapping[str, str], step: str) -> tuple[str, str]:
    """What a scenario for a step is called, and its text; two empty words where it is no step of people."""
    diagram = _diagram(files)
    here = diagram.elements.get(step) if diagram else None
    if diagram is None or here is None or here.kind != "userTask":
        return "", ""
    following = _next_step(diagram, here)
    after = {"open": following.id} if following else {"not open": step}
    title = f"{here.name or step} is done in time"
    told = {
        "title": title,
        "when": [{"reached": step, "then": [_opened(here)]}, {"does": step}],
        "then": [after],
    }
    text = yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=100)
    return title, text


def _opened(step: Element) -> dict[str, str]:
    line = {"open": step.id}
    if step.role and not step.collection:
        line["role"] = role_name(step.role)
    due = step.attributes.get("due", "")
    if _WORKING_DAYS.fullmatch(due):
        line["due"] = f"in {due}"
    return line


def _next_step(diagram: Diagram, step: Element) -> Element | None:
    """The step of people that always follows; None where that depends on something."""
    seen, here = {step.id}, step
    while len(ways := diagram.outgoing(here.id)) == 1:
        here = diagram.elements[ways[0].target]
        if here.kind == "userTask":
            return here
        if here.kind not in _PASSED or here.id in seen:
            return None
        seen.add(here.id)
    return None


def _diagram(files: Mapping[str, str]) -> Diagram | None:
    for name, text in files.items():
        if name.endswith(".bpmn"):
            with suppress(BundleRefused):
                return read_diagram(text.encode(), name)
    return None


def _steps(diagram: Diagram | None) -> list[Element]:
    return list(diagram.user_tasks()) if diagram else []
