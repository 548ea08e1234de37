"""Which variables the decisions of a file read, and what people call them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from engine.decisions import model
from engine.feel import variables
from engine.feel.errors import FeelError


def reads(definitions: model.Definitions) -> dict[str, str]:
    """Path of a variable -> the label of the column that shows it, else the path itself.

    Names that the file declares itself (decisions, functions) are left out. A text that is not FEEL reads
    nothing: the checks of the file say what is wrong with it.
    """
    own = {made.variable for made in definitions.decisions.values()}
    own |= {made.variable for made in definitions.knowledge.values()}
    found: dict[str, str] = {}
    for decision in definitions.decisions.values():
        for cell, kind, label in _cells(decision.logic):
            for path in sorted(_paths(cell, kind)):
                if path.split(".")[0] not in own:
                    found[path] = found.get(path) or (label if path in cell.text else "")
    return {path: label or path for path, label in found.items()}


def _paths(cell: model.Cell, kind: str) -> set[str]:
    try:
        return variables(cell.text, kind) if cell.text not in ("", "-") else set()
    except FeelError:
        return set()


def _cells(part: object) -> Iterator[tuple[model.Cell, str, str]]:
    """Every FEEL text of a boxed expression, how it is read, and its column's label."""
    if isinstance(part, model.Cell):
        yield part, "expression", ""
    elif isinstance(part, model.Input):
        yield part.expression, "expression", part.label
    elif isinstance(part, model.Rule):
        yield from ((test, "unary tests", "") for test in part.tests)
        yield from ((result, "expression", "") for result in part.results)
    elif isinstance(part, tuple):
        for each in part:
            yield from _cells(each)
    elif is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            yield from _cells(getattr(part, field.name))
