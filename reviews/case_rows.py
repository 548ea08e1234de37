"""Which rows belong to a case, by the classes of `reviews.record_types`: to destroy and to export them."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.orm import Session

from engine.models import Base
from reviews.models import Action, Review, Suggestion
from reviews.record_types import TABLES


@dataclass(frozen=True)
class Case:
    """What is destroyed together: a review with the suggestion it came from, or a suggestion alone."""

    ref: str
    keys: tuple[str, ...]
    review: Review | None


def case_of(session: Session, about: str) -> Case:
    """The case behind a reference or a suggestion's key."""
    review = session.scalars(select(Review).where(Review.ref == about)).one_or_none()
    keys = [about, *session.scalars(select(Suggestion.key).where(Suggestion.review == about))]
    if review is not None:
        keys += session.scalars(select(Action.ref).where(Action.review == review.id))
    return Case(about, tuple(keys), review)


def table_named(name: str) -> Table:
    """A table of the database by its name."""
    return Base.metadata.tables[name]


def order() -> list[str]:
    """Tables so that a row goes before the row it names: by foreign keys, and by how rows belong."""
    graph: dict[str, set[str]] = {name: set() for name in TABLES}
    for name, table in TABLES.items():
        named = {key.column.table.name for key in table_named(name).foreign_keys}
        if table.by and table.by[1] != "key":
            named.add(table.by[1])
        for other in named - {name}:
            graph[other].add(name)  # `other` goes after `name`
    return list(TopologicalSorter(graph).static_order())


def of_case(name: str, case: Case) -> ColumnElement[bool]:
    """The condition that a row of a table belongs to a case."""
    belongs = TABLES[name].by
    assert belongs is not None
    column, target = belongs
    if target == "key":
        return table_named(name).c[column].in_(case.keys)
    named = select(table_named(target).c.id).where(of_case(target, case))
    return table_named(name).c[column].in_(named)
