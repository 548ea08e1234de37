"""Names and their values while an expression is evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.feel.budget import Budget
from engine.feel.conversion import from_json
from engine.feel.values import Value

MISSING = object()


class Scope:
    """Names and their values; a name not found is looked for in the scope around."""

    __slots__ = ("around", "entries")

    def __init__(self, entries: dict[str, Value], around: Scope | None = None) -> None:
        self.entries = entries
        self.around = around

    def find(self, name: str) -> Value:
        """The value of a name, or the mark of a missing one."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.entries:
                return scope.read(name)
            scope = scope.around
        return MISSING

    def read(self, name: str) -> Value:
        """The value of a name that is in this scope."""
        return self.entries[name]


class Given(Scope):
    """The variables an evaluation was given, each converted when it is first used."""

    __slots__ = ("converted",)

    def __init__(self, entries: Mapping[str, Any]) -> None:
        super().__init__(entries)  # type: ignore[arg-type]
        self.converted: dict[str, Value] = {}

    def read(self, name: str) -> Value:
        """The FEEL value of a variable."""
        if name not in self.converted:
            self.converted[name] = from_json(self.entries[name])
        return self.converted[name]


class Partial(Scope):
    """`partial`, the results of a loop so far: a copy at each use, since a list must never hold itself."""

    __slots__ = ("budget",)

    def __init__(self, results: list[Value], around: Scope, budget: Budget) -> None:
        super().__init__({"partial": results}, around)
        self.budget = budget

    def read(self, name: str) -> Value:
        """A copy of the results so far."""
        results = self.entries[name]
        self.budget.items(len(results))
        return list(results)
