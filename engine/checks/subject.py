"""What the rules of our profile look at: a bundle, and what is known of the world it will run in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from engine.bundles import Bundle
from engine.checks.rule import Rule
from engine.decisions import DecisionModel
from engine.diagram import Diagram, Element
from engine.neighbours import Neighbours
from engine.world import World

if TYPE_CHECKING:
    from engine.checks.facts import Facts


@dataclass(frozen=True)
class Subject:
    """What the rules look at: a bundle's diagram, its files and tables, the world, the version before, and
    the other processes."""

    diagram: Diagram
    files: Mapping[str, str]
    decisions: tuple[DecisionModel, ...]
    world: World
    before: Bundle | None = None
    neighbours: Neighbours = field(default_factory=Neighbours)

    @cached_property
    def facts(self) -> Facts:
        """Which variables there can be at each place; worked out once for all rules."""
        from engine.checks.facts import Facts  # it looks at a subject, too

        return Facts(self)


ProfileRule = Rule[Subject]


def said(element: Element) -> str:
    """An element as people know it: its name, else its id."""
    return f'"{(element.name or element.id)[:80]}"'
