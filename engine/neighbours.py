"""What stands beside a bundle: the other processes, whose steps its scenarios and the chasing table name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bundles import Bundle, bundle_of, newest_version_id, read_bundle
from engine.db import house
from engine.diagram import read_diagram
from engine.errors import BundleRefused
from engine.models import ProcessInstance, ProcessVersion

Steps = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Neighbours:
    """The other processes. `bundles` are those that new cases begin on; `at_work` the steps of earlier
    versions on which cases still run; `drafted` those of changes that are not in use yet, each by process."""

    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    at_work: Steps = field(default_factory=dict)
    drafted: Steps = field(default_factory=dict)


def neighbours_of(session: Session) -> Neighbours:
    """What stands in the database; of a process that has no version yet, what the release brings."""
    bundles = brought_neighbours(house(session).domain.brought()).bundles
    newest = {}
    for process in session.scalars(select(ProcessVersion.process).distinct()):
        version = newest_version_id(session, process)
        if version is not None:
            newest[process] = version
    read = {process: _read(session, version) for process, version in newest.items()}
    older = select(ProcessVersion.process, ProcessVersion.id).join(
        ProcessInstance, ProcessInstance.version_id == ProcessVersion.id
    )
    running = older.where(ProcessInstance.ended_at.is_(None)).group_by(
        ProcessVersion.process, ProcessVersion.id
    )
    at_work: dict[str, frozenset[str]] = {}
    for process, version in session.execute(running):
        if version != newest.get(process):
            at_work[process] = at_work.get(process, frozenset()) | steps_of(_read(session, version))
    found = {**bundles, **{process: bundle for process, bundle in read.items() if bundle is not None}}
    return Neighbours(found, at_work, _drafted(session))


def brought_neighbours(brought: Mapping[str, Mapping[str, str]]) -> Neighbours:
    """The bundles of a release, for whoever has no database."""
    return Neighbours({process: read_bundle(process, files) for process, files in brought.items()})


def steps_of(bundle: Bundle | None) -> frozenset[str]:
    """The ids of the steps that people do in a bundle; none without a diagram."""
    if bundle is None or bundle.drawn is None:
        return frozenset()
    return frozenset(step.id for step in bundle.drawn.user_tasks())


def _read(session: Session, version: UUID) -> Bundle | None:
    """A version; None for one that this release cannot read."""
    try:
        return bundle_of(session, version)
    except BundleRefused:
        return None


def _drafted(session: Session) -> dict[str, frozenset[str]]:
    from engine.changes.models import Change, ChangeFile  # the package of changes checks bundles itself

    query = (
        select(Change.process, ChangeFile.name, ChangeFile.text)
        .join(ChangeFile, ChangeFile.change_id == Change.id)
        .where(
            Change.status.in_(("editing", "asked", "returned", "approved")),
            ChangeFile.name.endswith(".bpmn"),
            ChangeFile.text.is_not(None),
        )
    )
    found: dict[str, frozenset[str]] = {}
    for process, name, text in session.execute(query):
        try:
            drawn = read_diagram((text or "").encode(), name)
        except BundleRefused:
            continue
        found[process] = found.get(process, frozenset()) | {step.id for step in drawn.user_tasks()}
    return found
