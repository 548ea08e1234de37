"""A model's own types: does a value fit, and what does it become when it is made to fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.decisions.model import Cell, Definitions, ItemType
from engine.feel.scope import Scope
from engine.feel.temporal import Date, DateTime, Time, Zone
from engine.feel.types import KNOWN, plain
from engine.feel.values import Function, Value, kind_of

if TYPE_CHECKING:
    from engine.decisions.running import Run

_DEEPEST = 20


class Types:
    """The types a model knows: FEEL's, its own, and its imports'."""

    def __init__(self, definitions: Definitions, imported: dict[str, Types]) -> None:
        self.items = definitions.items
        self.imported = imported  # by import name

    def find(self, type_ref: str) -> tuple[Types, ItemType] | str | None:
        """A type by its written name: one of ours with its home, a FEEL kind, or nothing for any."""
        name = type_ref.strip()
        if name in self.items:
            return self, self.items[name]
        prefix, _, inner = name.partition(".")
        if prefix in self.imported:
            return self.imported[prefix].find(inner)
        bare = name.rpartition(":")[2]
        if bare in self.items:
            return self, self.items[bare]
        return plain(bare) if plain(bare) in KNOWN else None

    def tests(self, run: Run) -> dict[str, Callable[[Value], bool]]:
        """For `instance of`: a test for each declared type. Allowed values do not count there."""
        return {name: partial(self._is_instance, run, item) for name, item in self.items.items()}

    def _is_instance(self, run: Run, item: ItemType, value: Value) -> bool:
        return self.is_item(value, _unbound(item), run, 0)

    def fit(self, value: Value, type_ref: str, run: Run, depth: int = 0) -> tuple[bool, Value]:
        """Whether a value fits a type, with FEEL's implicit conversions, and the value it becomes."""
        if value is None:
            return True, None
        if self.conforms(value, type_ref, run, depth):
            return True, value
        if isinstance(value, list) and len(value) == 1 and self.conforms(value[0], type_ref, run, depth):
            return True, value[0]
        if not isinstance(value, list) and self.conforms([value], type_ref, run, depth):
            return True, [value]
        if isinstance(value, Date) and self.find(type_ref) == "date and time":
            return True, DateTime(value, Time(0, 0, 0, 0, Zone(0)))
        return False, None

    def conforms(self, value: Value, type_ref: str, run: Run, depth: int = 0) -> bool:
        """Whether a value is of a type as it stands."""
        found = self.find(type_ref)
        if value is None or found is None or depth > _DEEPEST:
            return True
        if isinstance(found, str):
            return kind_of(value) == found
        home, item = found
        return home.is_item(value, item, run, depth + 1)

    def is_item(self, value: Value, item: ItemType, run: Run, depth: int) -> bool:
        """Whether a value is of a declared type: kind, components and allowed values."""
        if item.collection:
            if not isinstance(value, list):
                return False
            run.interpreter.budget.walk(value)
            return all(self.is_one(part, item, run, depth) for part in value) and self.meets(
                value, item.constraint, run
            )
        return self.is_one(value, item, run, depth) and self.meets(value, item.constraint, run)

    def is_one(self, value: Value, item: ItemType, run: Run, depth: int) -> bool:
        """As `is_item`, for one item of a collection."""
        run.interpreter.budget.step()
        if value is None:
            return True
        if item.function:
            return isinstance(value, Function)
        if item.components:
            if not isinstance(value, dict):
                return False
            return all(
                part.name in value
                and (value[part.name] is None or self.is_item(value[part.name], part, run, depth + 1))
                for part in item.components
            )
        if item.base and not self.conforms(value, item.base, run, depth):
            return False
        if isinstance(value, list) and item.allowed:
            return all(self.meets(part, item.allowed, run) for part in value)
        return self.meets(value, item.allowed, run)

    def meets(self, value: Value, allowed: Cell | None, run: Run) -> bool:
        """Whether a value meets the unary tests that say what is allowed."""
        if allowed is None or not allowed.text:
            return True
        return run.feel(allowed, Scope({"?": value}), "unary tests") is True


def _unbound(item: ItemType) -> ItemType:
    """A type without its own allowed values."""
    return replace(item, allowed=None, constraint=None)
