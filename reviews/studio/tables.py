"""A change's decision tables, rule by rule."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from engine.decisions import editing
from engine.decisions.editing import Column, Rule, Table
from engine.decisions.errors import DecisionError
from engine.errors import NotFound, Refused
from reviews.permissions import Viewer
from reviews.studio.drafting import Draft, keep

__all__ = ["Column", "Rule", "Table", "add", "change", "move", "remove", "table_named", "tables", "with_rule"]


def tables(draft: Draft, file: str) -> list[Table]:
    """The tables of a file. Raises NotFound, Refused for a file that cannot be read."""
    try:
        return editing.tables_of(draft.content(file), file)
    except DecisionError as fault:
        raise Refused(f"{fault.sentence}. {fault.what_to_do}".strip()) from fault


def table_named(draft: Draft, file: str, name: str) -> Table:
    """A table by its id. Raises NotFound."""
    for table in tables(draft, file):
        if table.id == name:
            return table
    raise NotFound


def with_rule(draft: Draft, file: str, rule: str) -> tuple[Table, Rule]:
    """A rule by its id, with its table. Raises NotFound."""
    for table in tables(draft, file):
        for each in table.rules:
            if each.id == rule:
                return table, each
    raise NotFound


def change(
    session: Session, viewer: Viewer, draft: Draft, file: str, rule: str, cells: Sequence[str], words: str
) -> None:
    """Change a rule. Raises Refused about a cell, StaleFile."""
    keep(session, viewer, draft, {file: editing.set_rule(draft.content(file), file, rule, cells, words)})


def add(
    session: Session, viewer: Viewer, draft: Draft, file: str, table: str, cells: Sequence[str], words: str
) -> str:
    """Add a rule at the foot of a table; its id. Raises Refused about a cell, StaleFile."""
    text, name = editing.add_rule(draft.content(file), file, table, cells, words)
    keep(session, viewer, draft, {file: text})
    return name


def remove(session: Session, viewer: Viewer, draft: Draft, file: str, rule: str) -> None:
    """Take a rule out. Raises Refused for the last one, StaleFile."""
    keep(session, viewer, draft, {file: editing.remove_rule(draft.content(file), file, rule)})


def move(session: Session, viewer: Viewer, draft: Draft, file: str, rule: str, *, up: bool) -> None:
    """Move a rule one place. Raises Refused, StaleFile."""
    keep(session, viewer, draft, {file: editing.move_rule(draft.content(file), file, rule, up=up)})
