"""Short ways to ask the checks, for their tests."""

from __future__ import annotations

from collections.abc import Mapping

from engine import Finding
from engine.bundles import read_bundle
from engine.checks import check_files
from engine.world import Fact, World

ANSWERS: dict[str, dict[str, Fact]] = {
    "a.form": {
        "outcome": Fact("text", frozenset({"accept", "decline"})),
        "sure": Fact("boolean", frozenset({True, False})),
        "date": Fact("date"),
        "words": Fact("text"),
    }
}
GIVES = {"known": ("date", "id"), "silent": None}
WORLD = World(
    ["known", "silent", "place_on_agenda"],
    answers=lambda name, text: ANSWERS.get(name, {}),
    facts=GIVES.get,
    roles=("lead", "chair"),
)


def found(files: Mapping[str, str], before: Mapping[str, str] | None = None) -> list[Finding]:
    """Every finding of a bundle, in a world that knows its forms, services and roles."""
    return check_files("p", files, WORLD, read_bundle("p", before) if before is not None else None)


def rules(files: Mapping[str, str], before: Mapping[str, str] | None = None) -> dict[str, str]:
    """rule -> element of the findings of a bundle."""
    return {one.rule: one.element for one in reversed(found(files, before))}


def starts_with(diagram: str, **variables: str) -> str:
    """The diagram with the variables that its process declares, each with its parts."""
    inner = "".join(
        f'<roundtable:variable name="{name}" parts="{parts}"/>' for name, parts in variables.items()
    )
    return diagram.replace(
        'isExecutable="true">',
        f'isExecutable="true"><bpmn:extensionElements>{inner}</bpmn:extensionElements>',
        1,
    )
