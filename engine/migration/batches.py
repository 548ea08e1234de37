"""Moving many cases: asked for once, done one case at a time, each in a transaction of its own.

A worker that is killed leaves whole cases behind, moved or not, and the next one goes on. Several may work at
once: a case's row is taken with SKIP LOCKED (PostgreSQL) or BEGIN IMMEDIATE (SQLite), then read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine import audit
from engine.bundles import bundle_of
from engine.db import Database, house
from engine.errors import CannotMove, EngineError, NotFound, Refused
from engine.migration.models import Migration, MigrationCase
from engine.migration.moving import migrate
from engine.migration.planning import check_mapping
from engine.migration.preview import cannot_be_moved
from engine.migration.returning import bring_back
from engine.models import ProcessInstance, ProcessVersion
from engine.services import Actor

DUE = ("waiting", "returning")
RUNNING = ("running", "paused", "stuck")


@dataclass(frozen=True)
class Progress:
    """How far a migration is: how many cases of each kind."""

    waiting: int
    moved: int
    refused: int
    undone: int
    stopped: int

    @property
    def total(self) -> int:
        """All of its cases."""
        return self.waiting + self.moved + self.refused + self.undone + self.stopped


def version_of(session: Session, process: str, number: int) -> ProcessVersion:
    """A deployed version by its number. Raises NotFound."""
    query = select(ProcessVersion).where(ProcessVersion.process == process, ProcessVersion.number == number)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"{process} has no version {number}.")
    return found


def cases_to_move(session: Session, version: ProcessVersion) -> list[ProcessInstance]:
    """The cases of a process that have not ended and are on another version, the oldest first."""
    query = select(ProcessInstance).where(
        ProcessInstance.process == version.process,
        ProcessInstance.version_id != version.id,
        ProcessInstance.status.in_(RUNNING),
    )
    return list(session.scalars(query.order_by(ProcessInstance.started_at, ProcessInstance.id)))


def refuse_bad_mapping(session: Session, version: ProcessVersion, mapping: Mapping[str, str]) -> None:
    """Refuse a mapping that names what no version of the running cases, or not the new one, has."""
    if not mapping:
        return
    new = bundle_of(session, version.id).diagram
    olds = {case.version_id for case in cases_to_move(session, version)}
    wrong = [check_mapping(bundle_of(session, old).diagram, new, mapping) for old in sorted(olds)]
    common = [sentence for sentence in (wrong[0] if wrong else []) if all(sentence in each for each in wrong)]
    if common:
        raise Refused(" ".join(common), about="mapping")


def start_migration(
    session: Session,
    version: ProcessVersion,
    mapping: Mapping[str, str],
    *,
    by: Actor,
    reason: str,
    only: Iterable[UUID] | None = None,
) -> Migration:
    """Ask for the running cases of a process (or `only` some) to be moved. A worker does it, case by case.

    Raises Refused: for a mapping with a step that does not exist, no reason, nothing to move.
    """
    if not reason.strip():
        raise Refused("Say why these cases are moved.", about="reason")
    refuse_bad_mapping(session, version, mapping)
    chosen = None if only is None else set(only)
    cases = [case for case in cases_to_move(session, version) if chosen is None or case.id in chosen]
    if not cases:
        raise Refused("No running case is on another version.")
    batch = Migration(
        process=version.process,
        version_id=version.id,
        number=version.number,
        mapping=dict(mapping),
        reason=reason.strip(),
        by=by.id,
        at=house(session).clock.now(),
    )
    session.add(batch)
    session.flush()
    for case in cases:
        number = bundle_of(session, case.version_id).number
        session.add(
            MigrationCase(migration_id=batch.id, instance_id=case.id, status="waiting", from_number=number)
        )
    _note(session, batch, "migration.asked", by, {"cases": len(cases), "reason": batch.reason})
    session.flush()
    return batch


def due_cases(now: datetime) -> Select[UUID]:
    """The rows that wait for a worker, in the order in which they were asked for."""
    query = select(MigrationCase.id).join(Migration, Migration.id == MigrationCase.migration_id)
    return query.where(MigrationCase.status.in_(DUE)).order_by(Migration.at, MigrationCase.id)


def do_case(session: Session, case_id: UUID) -> bool:
    """Move one case of a migration, or bring it back: what its row asks for. False when somebody is at it.

    What a rule or the case itself refuses is said in its row, and nothing else of it is changed.
    """
    query = select(MigrationCase).where(MigrationCase.id == case_id).with_for_update(skip_locked=True)
    case = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if case is None or case.status not in DUE:
        return False
    batch = session.get_one(Migration, case.migration_id)
    if case.status == "returning":
        _return_case(session, case, batch)
        return True
    try:
        with session.begin_nested():
            version = session.get_one(ProcessVersion, batch.version_id)
            by, reason = Actor(batch.by), batch.reason
            migrate(session, case.instance_id, version, batch.mapping, by=by, reason=reason, case=case)
            case.status = "moved"
    except EngineError as fault:
        session.refresh(case)
        refuse_case(session, case, *_why(fault))
    case.done_at = house(session).clock.now()
    return True


def refuse_case(session: Session, case: MigrationCase, sentence: str, what_to_do: str) -> None:
    """Leave a case where it is, with why: on its version, or moved when it was to be brought back."""
    if case.status == "returning":
        case.status, case.sentence, case.what_to_do = "moved", sentence, ""
        return
    case.status, case.before, case.revision = "refused", None, None
    case.sentence, case.what_to_do = sentence, what_to_do
    case.done_at = house(session).clock.now()


def undo_migration(session: Session, batch: Migration, *, by: Actor, only: UUID | None = None) -> int:
    """Ask for the moved cases of a migration (or one) to be brought back; how many are to be.

    Each comes back as long as nothing has happened in it since; else its row says so. Raises Refused.
    """
    query = select(MigrationCase).where(
        MigrationCase.migration_id == batch.id, MigrationCase.status == "moved"
    )
    if only is not None:
        query = query.where(MigrationCase.id == only)
    cases = list(session.scalars(query.with_for_update()))
    if not cases:
        raise Refused("No case of this can be brought back: none was moved, or all are back already.")
    for case in cases:
        case.status, case.what_to_do = "returning", by.id
    _note(session, batch, "migration.undone", by, {"cases": len(cases)})
    return len(cases)


def stop_migration(session: Session, batch: Migration, *, by: Actor) -> int:
    """Leave the cases that still wait as they are: those to be moved on their version, those to be brought
    back where they are; how many. A case that a worker is at is finished. Raises Refused when none waits."""
    query = select(MigrationCase).where(MigrationCase.migration_id == batch.id, MigrationCase.status.in_(DUE))
    cases = list(session.scalars(query.with_for_update(skip_locked=True)))
    if not cases:
        raise Refused("No case waits any more: all of them are done.")
    for case in cases:
        case.status = "moved" if case.status == "returning" else "stopped"
        case.what_to_do = ""
    _note(session, batch, "migration.stopped", by, {"cases": len(cases)})
    return len(cases)


def progress(session: Session, batch_id: UUID) -> Progress:
    """How far a migration is."""
    query = (
        select(MigrationCase.status, func.count())
        .where(MigrationCase.migration_id == batch_id)
        .group_by(MigrationCase.status)
    )
    found = {row[0]: row[1] for row in session.execute(query)}
    return Progress(
        waiting=sum(found.get(status, 0) for status in DUE),
        moved=found.get("moved", 0),
        refused=found.get("refused", 0),
        undone=found.get("undone", 0),
        stopped=found.get("stopped", 0),
    )


def migrations(session: Session, process: str) -> list[Migration]:
    """The migrations of a process, newest first."""
    query = select(Migration).where(Migration.process == process).order_by(Migration.at.desc(), Migration.id)
    return list(session.scalars(query))


def migrations_by(session: Session, person: str, since: datetime) -> list[Migration]:
    """What somebody has asked for since then, newest first."""
    query = select(Migration).where(Migration.by == person, Migration.at >= since)
    return list(session.scalars(query.order_by(Migration.at.desc(), Migration.id)))


def cases_of(session: Session, batch_id: UUID) -> list[tuple[MigrationCase, str]]:
    """The rows of a migration with the references of their cases, those refused first."""
    query = (
        select(MigrationCase, ProcessInstance.business_key)
        .join(ProcessInstance, ProcessInstance.id == MigrationCase.instance_id)
        .where(MigrationCase.migration_id == batch_id)
        .order_by(MigrationCase.status != "refused", ProcessInstance.business_key)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def do_all(database: Database, batch_id: UUID) -> Iterator[Progress]:
    """Do a migration here and now, beside any worker: how far it is, after each case."""
    query = select(MigrationCase.id).where(
        MigrationCase.migration_id == batch_id, MigrationCase.status.in_(DUE)
    )
    with database.read() as session:
        rows, now = list(session.scalars(query)), progress(session, batch_id)
    yield now
    for row in rows:
        database.retrying(partial(do_case, case_id=row))
        with database.read() as session:
            yield progress(session, batch_id)


def _return_case(session: Session, case: MigrationCase, batch: Migration) -> None:
    by = Actor(case.what_to_do or batch.by)
    try:
        with session.begin_nested():
            bring_back(session, case, by=by)
            case.what_to_do = ""
    except EngineError as fault:
        session.refresh(case)
        refuse_case(session, case, str(fault) if isinstance(fault, Refused) else _why(fault)[0], "")


def _why(fault: EngineError) -> tuple[str, str]:
    if isinstance(fault, CannotMove):
        return str(fault), fault.what_to_do
    return cannot_be_moved(type(fault).__name__, getattr(fault, "element", ""))


def _note(session: Session, batch: Migration, kind: str, by: Actor, details: Mapping[str, object]) -> None:
    audit.record(
        session,
        kind=kind,
        business_key=batch.process,
        actor=by,
        subject=batch.process,
        details={"to": batch.number, "migration": str(batch.id), **details},
    )
