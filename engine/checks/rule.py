"""What a rule is: a name, the clause behind it, what to do, and a function that finds where it is broken."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from engine.errors import Finding

Subject = TypeVar("Subject")
Faults = Iterator[tuple[Any, ...]]
"""What a rule yields: the place (anything with an id and a line; the name of a file; or None), a sentence,
and, where it differs from the rule's own, what to do."""


@dataclass(frozen=True)
class Rule(Generic[Subject]):
    """One rule. `id` stands in every finding of it, `clause` says where the standard or our profile asks for
    it."""

    id: str
    clause: str
    remedy: str
    severity: str
    find: Callable[[Subject], Faults]

    @property
    def says(self) -> str:
        """The rule in one sentence: the first line of its function's docstring."""
        return " ".join((inspect.getdoc(self.find) or "").split("\n\n")[0].split())

    def findings(self, subject: Subject, file: str) -> Iterator[Finding]:
        """Everything in a file that breaks this rule."""
        for fault in self.find(subject):
            place, sentence, *own = fault
            name, line = _place(place)
            where = place if isinstance(place, str) else file
            yield Finding(where, name, line, self.id, sentence, own[0] if own else self.remedy, self.severity)


def rule(
    name: str, clause: str, remedy: str, *, severity: str = "error"
) -> Callable[[Callable[[Subject], Faults]], Rule[Subject]]:
    """Make the decorated function the rule `name`."""

    def make(find: Callable[[Subject], Faults]) -> Rule[Subject]:
        return Rule(name, clause, remedy, severity, find)

    return make


def _place(place: Any) -> tuple[str, int]:
    """The id and line of a record of ours, or of an element of the file (or the nearest around it)."""
    if place is None or isinstance(place, str):
        return "", 0
    if hasattr(place, "line"):
        return place.id, place.line
    line, around = place.sourceline, place
    while around is not None and not around.get("id"):
        around = around.getparent()
    name = around.get("id") if around is not None else ""
    return name, line if isinstance(line, int) else 0
