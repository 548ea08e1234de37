"""Writing a change: begin it, save its files, go back to an earlier text, bring in what others put into use.

Two people never overwrite each other: a save names the revision of the file that it began from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit
from engine.changes.models import Change, ChangeFile, ChangeRevision
from engine.changes.reading import files_of, found, newest_number, overtaken, version_files
from engine.db import house
from engine.errors import NotFound, Refused, StaleFile
from engine.services import Actor

NAME = re.compile(r"[a-z][a-z0-9_-]{0,80}\.(bpmn|dmn|form|notice)|scenarios/[a-z0-9][a-z0-9_-]{0,80}\.yaml")
LONGEST = 1_048_576
MOST_FILES = 200
ONE_SITTING = timedelta(minutes=5)
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


def begin_change(session: Session, process: str, *, title: str, by: Actor, number: int | None = None) -> UUID:
    """Begin a change of a process with the files of a version: the one in use, or an earlier one to go back
    to. A process that has no version yet begins empty. Raises NotFound, Refused.
    """
    if not title.strip():
        raise Refused("Say in a few words what you want to change.", about="title")
    newest = newest_number(session, process)
    files = version_files(session, process, newest if number is None else number)
    now = house(session).clock.now()
    row = Change(
        process=process, base_number=newest, title=title.strip()[:200], status="editing",
        begun_by=by.id, begun_at=now, why="", comment="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    for name, text in files.items():
        session.add(
            ChangeFile(change_id=row.id, name=name, text=text, revision=0, saved_by=by.id, saved_at=now)
        )
    session.flush()
    trace(session, row, "change.begun", by)
    return row.id


def save_file(
    session: Session, change_id: UUID, name: str, text: str | None, *, revision: int, by: Actor
) -> int:
    """Keep a file of a change (None takes it out); its new revision. `revision` is the one the writer began
    from: 0 for a file as it was at the beginning, or one that is new.

    Raises NotFound, StaleFile with the text that somebody else saved, Refused for a name or text that cannot
    be kept, or a change that is not being edited.
    """
    row = found(session, change_id, locked=True)
    being_edited(row)
    _fit(name, text)
    query = select(ChangeFile).where(ChangeFile.change_id == change_id, ChangeFile.name == name)
    file = session.scalars(query.with_for_update()).one_or_none()
    current = file.revision if file is not None else 0
    if file is None and revision:
        raise NotFound("The change has no such file.")
    if file is not None and file.revision != revision:
        raise StaleFile(name, file.revision, file.text, file.saved_by, file.saved_at)
    now = house(session).clock.now()
    if file is None:
        if len(files_of(session, change_id)) >= MOST_FILES:
            raise Refused(f"A bundle holds at most {MOST_FILES} files.")
        file = ChangeFile(change_id=change_id, name=name, revision=0)
        session.add(file)
    elif file.text == text:
        return current
    file.text, file.revision, file.saved_by, file.saved_at = text, current + 1, by.id, now
    _keep(session, file)
    row.status = "editing"
    session.flush()
    return file.revision


def restore_file(session: Session, change_id: UUID, name: str, to: int, *, revision: int, by: Actor) -> int:
    """Make a file again what it was at revision `to` (0: as the change began), as a new revision.

    Raises NotFound, StaleFile, Refused.
    """
    if to == 0:
        row = found(session, change_id)
        text = version_files(session, row.process, row.base_number).get(name)
    else:
        query = select(ChangeRevision).where(
            ChangeRevision.change_id == change_id,
            ChangeRevision.name == name,
            ChangeRevision.revision == to,
        )
        earlier = session.scalars(query).one_or_none()
        if earlier is None:
            raise NotFound("This revision is not kept.")
        text = earlier.text
    return save_file(session, change_id, name, text, revision=revision, by=by)


def bring_in(session: Session, change_id: UUID, choices: Mapping[str, str], *, by: Actor) -> None:
    """Bring a change up to the version in use: files it has not touched become that version's; for one that
    both have changed, `choices` says whose text stays: "ours" (the change's) or "theirs".

    Raises Refused while a choice is missing, NotFound.
    """
    row = found(session, change_id, locked=True)
    being_edited(row)
    newest = newest_number(session, row.process)
    both = overtaken(session, change_id)
    missing = [name for name, clash in both.items() if clash and choices.get(name) not in ("ours", "theirs")]
    if missing:
        raise Refused(f"Say which text of {missing[0]} stays: the change’s or that of version {newest}.")
    base = version_files(session, row.process, row.base_number)
    theirs = version_files(session, row.process, newest)
    ours = files_of(session, change_id)
    kept = {row.name: row.revision for row in _files(session, change_id)}
    for name, clash in both.items():
        untouched = ours.get(name) == base.get(name)
        if untouched or (clash and choices[name] == "theirs"):
            save_file(session, change_id, name, theirs.get(name), revision=kept.get(name, 0), by=by)
    row.base_number = newest
    session.flush()
    trace(session, row, "change.brought_up", by, number=newest)


def being_edited(row: Change) -> None:
    """Raise Refused for a change whose files nobody may touch now, with what to do."""
    why = {
        "trying": "Its scenarios are being played for the approval. Take the change back to go on with it.",
        "asked": "Approval has been asked for. Take the change back to go on with it.",
        "approved": "The change is approved as it is. Take it back to go on with it.",
        "deployed": "The change has been put into use. Begin a new one.",
        "discarded": "The change was discarded. Bring it back to go on with it.",
    }.get(row.status)
    if why:
        raise Refused(why)


def trace(session: Session, row: Change, kind: str, by: Actor, **details: object) -> None:
    """Leave what happened to a change in the audit log, under its process's name."""
    audit.record(
        session,
        kind=kind,
        business_key=row.process,
        actor=by,
        subject=row.process,
        details={"change": str(row.id), **details},
    )


def _files(session: Session, change_id: UUID) -> list[ChangeFile]:
    return list(session.scalars(select(ChangeFile).where(ChangeFile.change_id == change_id)))


def _keep(session: Session, file: ChangeFile) -> None:
    """Add the text to the file's history; saves of one sitting of one person are one entry."""
    query = select(ChangeRevision).where(
        ChangeRevision.change_id == file.change_id, ChangeRevision.name == file.name
    )
    last = session.scalars(query.order_by(ChangeRevision.revision.desc()).limit(1)).one_or_none()
    if last is not None and last.by == file.saved_by and file.saved_at - last.began_at < ONE_SITTING:
        last.text, last.revision, last.at = file.text, file.revision, file.saved_at
        return
    session.add(
        ChangeRevision(
            change_id=file.change_id,
            name=file.name,
            revision=file.revision,
            text=file.text,
            by=file.saved_by,
            began_at=file.saved_at,
            at=file.saved_at,
        )
    )


def _fit(name: str, text: str | None) -> None:
    if not NAME.fullmatch(name):
        raise Refused(
            "A file of a bundle ends in .bpmn, .dmn, .form or .notice, or is scenarios/….yaml; "
            "its name has small letters, digits, - and _."
        )
    if text is None:
        return
    if len(text) > LONGEST:
        raise Refused("The file is larger than 1 MB.")
    if _UNKEPT.search(text):
        raise Refused("The file holds characters that no text has. Save it again as UTF-8.")
