"""Making a backup: the audit log is anchored, everything copied as of one moment, sealed into one file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import uuid4

import pysqlite3
from sqlalchemy import create_engine

from app.backup.copying import (
    CopyFailed,
    copy_of_sqlite,
    snapshot_of_postgresql,
    write_postgresql,
    write_sqlite,
)
from app.backup.manifest import Manifest, look
from app.backup.sealed_file import SealedWriter
from app.config import Config
from app.migrate import is_current
from engine import Actor, Database, record, write_anchor

OPERATOR = Actor.system("backup")


class BackupRefused(Exception):
    """A backup that cannot be made or put back; the words say why and what to do."""


@dataclass(frozen=True)
class Made:
    """A backup that was made: where, how large in bytes, and what it holds."""

    path: Path
    size: int
    manifest: Manifest


def make_backup(config: Config, database: Database, path: Path) -> Made:
    """Write a backup of the database into a new file that only this user may read.

    The service may go on. The file is there under its name only when it is whole. Raises BackupRefused where
    the file is there already or the copy fails.
    """
    if not is_current(config.database_url):
        raise BackupRefused("The tables are not those of this release. Run roundtable db upgrade first.")
    _reserve(path)
    number = uuid4().hex
    part = path.with_name(f"{path.name}.part-{number[:8]}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            manifest = _written(config, database, number, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException as fault:
        part.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        if isinstance(fault, (CopyFailed, OSError)):
            raise BackupRefused(str(fault)) from fault
        raise
    return Made(path, path.stat().st_size, manifest)


def _reserve(path: Path) -> None:
    """Take the name with an empty file, so that nobody else's backup can have it."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError as fault:
        raise BackupRefused(f"{path} is there already. A backup never overwrites another.") from fault
    except OSError as fault:
        raise BackupRefused(f"{path} cannot be written: {fault.strerror}.") from fault


def _written(config: Config, database: Database, number: str, file: IO[bytes]) -> Manifest:
    """Anchor the audit log, say in it that a backup is made, and seal a copy of everything into the file."""
    anchor = database.retrying(
        lambda session: write_anchor(session, database.audit_key, database.clock.now())
    )
    details = {"backup": number}
    database.retrying(
        lambda session: record(
            session, kind="backup.begun", business_key="audit", actor=OPERATOR, details=details
        )
    )
    header = {
        "id": number,
        "made_at": database.clock.now().isoformat(timespec="seconds"),
        "database": database.url.get_backend_name(),
    }
    return _copied(config, database, anchor.digest, header, file)


def _copied(
    config: Config, database: Database, anchor: str, header: Mapping[str, str], file: IO[bytes]
) -> Manifest:
    """Seal the manifest and the copy, both of one moment, into a file; the manifest."""
    sealed = SealedWriter(file, config.secret_key.encode(), header)
    if header["database"] == "sqlite":
        with copy_of_sqlite(Path(str(database.url.database))) as copy:
            engine = create_engine(f"sqlite:///{copy}", module=pysqlite3)
            with engine.connect() as connection:
                manifest = look(connection, anchor)
            engine.dispose()
            sealed.write(manifest.packed())
            write_sqlite(copy, sealed.write)
    else:
        with snapshot_of_postgresql(database.url) as (connection, snapshot):
            manifest = look(connection, anchor)
            sealed.write(manifest.packed())
            write_postgresql(database.url, snapshot, sealed.write)
    sealed.close()
    return manifest
