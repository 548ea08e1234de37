"""What a change holds: its files, who wrote them, what differs from the version it began from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.changes.models import Change, ChangeFile, ChangeRevision
from engine.deployment import checksum_of, newest_version
from engine.errors import NotFound
from engine.models import ProcessVersion


@dataclass(frozen=True)
class ChangeRow:
    """A change as lists and pages show it. Moments are UTC."""

    id: UUID
    process: str
    base_number: int
    title: str
    status: str
    begun_by: str
    begun_at: datetime
    why: str
    asked_by: str | None
    asked_at: datetime | None
    checksum: str | None
    decided_by: str | None
    decided_at: datetime | None
    comment: str
    deployed_number: int | None


@dataclass(frozen=True)
class FileRow:
    """A file of a change: its text (None when it was taken out), its revision, and who saved it last."""

    name: str
    text: str | None
    revision: int
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True)
class RevisionRow:
    """A file of a change as it once was."""

    name: str
    revision: int
    text: str | None
    by: str
    at: datetime


def change(session: Session, change_id: UUID) -> ChangeRow:
    """One change. Raises NotFound."""
    return _row(found(session, change_id))


def changes(session: Session, *, process: str | None = None, status: str | None = None) -> list[ChangeRow]:
    """Changes, those begun last first."""
    query = select(Change).order_by(Change.begun_at.desc(), Change.id)
    if process is not None:
        query = query.where(Change.process == process)
    if status is not None:
        query = query.where(Change.status == status)
    return [_row(each) for each in session.scalars(query)]


def change_files(session: Session, change_id: UUID) -> list[FileRow]:
    """Every file of a change, by name, those that were taken out too."""
    query = select(ChangeFile).where(ChangeFile.change_id == change_id).order_by(ChangeFile.name)
    return [
        FileRow(row.name, row.text, row.revision, row.saved_by, row.saved_at)
        for row in session.scalars(query)
    ]


def files_of(session: Session, change_id: UUID) -> dict[str, str]:
    """The bundle as the change has it now: texts by name."""
    return {row.name: row.text for row in change_files(session, change_id) if row.text is not None}


def change_history(session: Session, change_id: UUID, name: str) -> list[RevisionRow]:
    """Every kept revision of one file, the newest first."""
    query = select(ChangeRevision).where(ChangeRevision.change_id == change_id, ChangeRevision.name == name)
    return [
        RevisionRow(row.name, row.revision, row.text, row.by, row.at)
        for row in session.scalars(query.order_by(ChangeRevision.revision.desc()))
    ]


def authors(session: Session, change_id: UUID) -> set[str]:
    """Everybody who saved a file of a change or asked for its approval: none of them approves it."""
    row = found(session, change_id)
    saved = session.scalars(select(ChangeRevision.by).where(ChangeRevision.change_id == change_id).distinct())
    return {*saved, row.begun_by} | ({row.asked_by} if row.asked_by else set())


def version_files(session: Session, process: str, number: int) -> dict[str, str]:
    """The files of a deployed version; none for number 0. Raises NotFound."""
    if number == 0:
        return {}
    query = select(ProcessVersion.files).where(
        ProcessVersion.process == process, ProcessVersion.number == number
    )
    files = session.scalars(query).one_or_none()
    if files is None:
        raise NotFound(f"{process} has no version {number}.")
    return dict(files)


def newest_number(session: Session, process: str) -> int:
    """The number of the version in use, 0 where there is none yet."""
    newest = newest_version(session, process)
    return newest.number if newest is not None else 0


def overtaken(session: Session, change_id: UUID) -> dict[str, bool]:
    """What a newer version than the change began from brings: the names of files that it changed, each with
    whether the change has changed the same file otherwise. Empty when nothing newer is in use."""
    row = found(session, change_id)
    newest = newest_number(session, row.process)
    if newest == row.base_number:
        return {}
    base = version_files(session, row.process, row.base_number)
    theirs = version_files(session, row.process, newest)
    ours = files_of(session, change_id)
    return {
        name: ours.get(name) != base.get(name) and ours.get(name) != theirs.get(name)
        for name in sorted(base.keys() | theirs.keys())
        if theirs.get(name) != base.get(name)
    }


def approved_with(session: Session, process: str, files: Mapping[str, str]) -> UUID | None:
    """The approved change of a process that makes it exactly these files, or None."""
    query = select(Change.id).where(
        Change.process == process, Change.status == "approved", Change.checksum == checksum_of(files)
    )
    return session.scalars(query.order_by(Change.decided_at).limit(1)).one_or_none()


def in_use(session: Session, process: str, files: Mapping[str, str]) -> ProcessVersion | None:
    """The version in use where it is exactly these files, or None."""
    newest = newest_version(session, process)
    return newest if newest is not None and newest.checksum == checksum_of(files) else None


def found(session: Session, change_id: UUID, *, locked: bool = False) -> Change:
    """The row of a change. Raises NotFound."""
    query = select(Change).where(Change.id == change_id)
    row = session.scalars(query.with_for_update() if locked else query).one_or_none()
    if row is None:
        raise NotFound("There is no such change.")
    return row


def _row(row: Change) -> ChangeRow:
    return ChangeRow(**{name: getattr(row, name) for name in ChangeRow.__dataclass_fields__})
