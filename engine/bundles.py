"""A process version's files, read: the diagram, compiled when it first runs, and the decision tables.

Kept per version, which never changes; and by content in the process, so that a second database (a rehearsal,
a test) which holds the same files does not read them again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.db import house
from engine.decisions import DecisionError, DecisionModel
from engine.decisions import load as load_decisions
from engine.diagram import Diagram, read_diagram
from engine.errors import BundleRefused, Finding, NotFound
from engine.models import ProcessVersion
from engine.workflow import Model, compile_diagram

NEWEST = "newest versions"  # in the session's own notes
STORED = "stored versions"  # those that this transaction has made, which it may yet undo


@dataclass(frozen=True)
class Bundle:
    """The files of a version, read. A bundle that holds tables only (the chasing table) has no diagram."""

    process: str
    files: Mapping[str, str]
    drawn: Diagram | None
    decisions: tuple[DecisionModel, ...]
    number: int = 0

    @property
    def diagram(self) -> Diagram:
        """The diagram. Raises NotFound for a bundle without one."""
        if self.drawn is None:
            raise NotFound(f"{self.process} holds no diagram.")
        return self.drawn

    @cached_property
    def runnable(self) -> Model:
        """The compiled model. Raises NotFound, and BundleRefused when the diagram cannot be compiled."""
        return compile_diagram(self.diagram)

    def decision(self, name: str) -> DecisionModel:
        """The decision model that holds the decision `name` (id or name). Raises NotFound."""
        for tables in self.decisions:
            if name in names_of(tables):
                return tables
        raise NotFound(f"No table of {self.process} holds the decision {name}.")


def read_bundle(process: str, files: Mapping[str, str], number: int = 0) -> Bundle:
    """Read the files of a bundle. Raises BundleRefused with findings when they cannot be read."""
    diagrams = [name for name in files if name.endswith(".bpmn")]
    if len(diagrams) > 1:
        finding = Finding(
            diagrams[1],
            "",
            0,
            "one_diagram",
            "The bundle holds two diagrams.",
            "Keep one diagram in a bundle.",
        )
        raise BundleRefused([finding])
    drawn = read_diagram(files[diagrams[0]].encode(), diagrams[0]) if diagrams else None
    tables = tuple(_tables(text, name) for name, text in sorted(files.items()) if name.endswith(".dmn"))
    return Bundle(process, files, drawn, tables, number)


def names_of(tables: DecisionModel) -> set[str]:
    """The ids and names by which a diagram may ask for the decisions of a file."""
    return {
        name for found in tables.definitions.decisions.values() for name in (found.id, found.name) if name
    }


def _tables(text: str, file: str) -> DecisionModel:
    try:
        return load_decisions(text.encode(), file)
    except DecisionError as fault:
        sentence, remedy = (
            fault.sentence.rstrip(".") + ".",
            fault.what_to_do or "Split it into several files.",
        )
        finding = Finding(file, fault.element, fault.line, "readable", sentence, remedy)
        raise BundleRefused([finding]) from fault


def newest_version_id(session: Session, process: str) -> UUID | None:
    """The id of the version that new instances start on, or None. Its files are not read."""
    known: dict[str, UUID | None] | None = session.info.get(NEWEST)
    if known is not None and process in known:
        return known[process]
    found = session.scalars(newest_version(process)).one_or_none()
    if known is not None:
        known[process] = found
    return found


def newest_version(process: str) -> Select[UUID]:
    """The question for that id, also as a part of another."""
    query = select(ProcessVersion.id).where(ProcessVersion.process == process)
    return query.order_by(ProcessVersion.number.desc()).limit(1)


def know_newest(session: Session, process: str, version: UUID | None) -> None:
    """Keep for this transaction which version is the newest: it was asked with something else."""
    session.info.setdefault(NEWEST, {})[process] = version


def know_newest_once(session: Session) -> None:
    """Ask for each process once only in this transaction, which begins very many cases."""
    session.info.setdefault(NEWEST, {})


def forget_newest(session: Session) -> None:
    """Ask again which versions are the newest: there is a new one."""
    session.info.pop(NEWEST, None)


def version_numbered(session: Session, process: str, number: int) -> UUID | None:
    """The id of a version by its number, or None. Kept by the process once it is committed: it never
    changes."""
    known, key = house(session).models, (process, number)
    if key in known:
        found: UUID | None = known[key]
        return found
    query = select(ProcessVersion.id).where(ProcessVersion.process == process)
    found = session.scalars(query.where(ProcessVersion.number == number)).one_or_none()
    if found is not None and found not in session.info.get(STORED, ()):
        known[key] = found
    return found


def bundle_of(session: Session, version_id: UUID) -> Bundle:
    """The bundle of a deployed version, from the cache when it was read before. Raises NotFound."""
    cache = house(session).models
    if version_id not in cache:
        version = session.get(ProcessVersion, version_id)
        if version is None:
            raise NotFound("This version of the process does not exist.")
        cache[version_id] = _read_once(version.process, version.number, tuple(version.files.items()))
    bundle = cache[version_id]
    assert isinstance(bundle, Bundle)
    return bundle


@lru_cache(maxsize=100)
def _read_once(process: str, number: int, files: tuple[tuple[str, str], ...]) -> Bundle:
    return read_bundle(process, dict(files), number)
