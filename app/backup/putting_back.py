"""Putting a backup back into an empty database, and showing that all of it is there.

What is put back is looked at twice: the rows of every table are counted against the manifest, and the audit
log is verified against the anchor that was written just before the copy. Everybody has to sign in again: a
session that was ended since, or a link that was used since, must not come back to life.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pysqlite3
from alembic.util.exc import CommandError
from sqlalchemy import URL, Connection, create_engine, delete, make_url

from app.auth.models import OneTimeLink, SignInSession
from app.backup.copying import CopyFailed, read_postgresql, read_sqlite, tables_in
from app.backup.making import OPERATOR, BackupRefused
from app.backup.manifest import Manifest, look, unpacked
from app.backup.sealed_file import Unreadable, opened_pieces, read_header
from app.config import Config
from app.migrate import knows, upgrade
from engine import Database, record, verify_log

KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class PutBack:
    """A backup that was put back: when it was made, what it holds, and what does not agree (nothing, if all
    is well)."""

    made_at: str
    manifest: Manifest
    findings: list[str]


def restore_backup(config: Config, path: Path) -> PutBack:
    """Fill the empty database that the settings name from a backup, bring its tables to this release, verify.

    Raises BackupRefused, and leaves the database as empty as it was, where the file cannot be used.
    """
    url = make_url(config.database_url)
    if tables_in(url):
        raise BackupRefused(
            "The database is not empty. A backup is put back into an empty one: name another with "
            "ROUNDTABLE_DATABASE_URL."
        )
    try:
        with path.open("rb") as file:
            header, line = read_header(file)
            kind = url.get_backend_name()
            if header.get("database") != kind:
                made, here = KINDS.get(header.get("database", ""), "another kind"), KINDS.get(kind, kind)
                raise BackupRefused(f"This backup is of {made}, and ROUNDTABLE_DATABASE_URL names {here}.")
            manifest, copy = unpacked(opened_pieces(file, config.secret_key.encode(), header, line))
            if not knows(manifest.revision):
                raise BackupRefused("This backup was made by a newer release. Install that release first.")
            findings = _filled(url, copy, manifest)
    except (Unreadable, CopyFailed, OSError, ValueError) as fault:
        raise BackupRefused(str(fault)) from fault
    try:
        upgrade(config.database_url, secret_key=config.secret_key.encode())
    except CommandError as fault:
        raise BackupRefused(f"The tables could not be brought to this release: {fault}") from fault
    return PutBack(header.get("made_at", ""), manifest, findings)


def settle(config: Config, database: Database, back: PutBack) -> list[str]:
    """Verify the audit log of what was put back, end every session and link; what does not agree."""
    with database.read() as session:
        verdict = verify_log(session.connection(), config.secret_key.encode(), anchors=[back.manifest.anchor])
    with database.write() as session:
        session.execute(delete(SignInSession))
        session.execute(delete(OneTimeLink))
        record(
            session,
            kind="backup.put_back",
            business_key="audit",
            actor=OPERATOR,
            details={"made_at": back.made_at, "findings": len(back.findings) + len(verdict.findings)},
        )
    return [*back.findings, *(found.sentence for found in verdict.findings)]


def _filled(url: URL, copy: Iterator[bytes], manifest: Manifest) -> list[str]:
    """Fill the database; which tables have other rows than the manifest says."""
    if url.get_backend_name() == "postgresql":
        read_postgresql(copy, url)
        engine = create_engine(url)
        with engine.connect() as connection:
            findings = _compared(connection, manifest)
        engine.dispose()
        return findings
    place = Path(str(url.database)).resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f"{place.name}.restoring")
    part.unlink(missing_ok=True)
    try:
        read_sqlite(copy, part)
        engine = create_engine(f"sqlite:///{part}", module=pysqlite3)
        with engine.connect() as connection:
            findings = _compared(connection, manifest)
        engine.dispose()
        for ending in ("-wal", "-shm"):  # of an empty database that stood here
            place.with_name(place.name + ending).unlink(missing_ok=True)
            part.with_name(part.name + ending).unlink(missing_ok=True)
        part.replace(place)
        _sync(place.parent)
    finally:
        part.unlink(missing_ok=True)
    return findings


def _compared(connection: Connection, manifest: Manifest) -> list[str]:
    found = look(connection, manifest.anchor)
    return [
        f"The table {name} has {found.rows.get(name, 0)} rows and had {manifest.rows.get(name, 0)}."
        for name in sorted(found.rows.keys() | manifest.rows.keys())
        if found.rows.get(name) != manifest.rows.get(name)
    ]


def _sync(folder: Path) -> None:
    """See that the new name is on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
