"""Deploying a bundle: checked, numbered, never changed afterwards. Running instances stay on the version
they began with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import audit
from engine.bundles import Bundle, bundle_of
from engine.checks import check_files
from engine.db import house
from engine.errors import BundleRefused
from engine.models import ProcessVersion
from engine.services import Actor

SUFFIXES = (".bpmn", ".dmn", ".form")


def read_folder(folder: Path, *more: Path) -> dict[str, str]:
    """The files of a bundle by name, from its folder and others (the forms of its steps). Raises
    UnicodeDecodeError, OSError."""
    return {name: content.decode("utf-8") for name, content in read_folder_bytes(folder, *more).items()}


def read_folder_bytes(folder: Path, *more: Path) -> dict[str, bytes]:
    """The same as bytes, for whoever checks them first (`engine.checks.decoded`). Raises OSError."""
    return {
        path.name: path.read_bytes()
        for place in (folder, *more)
        for path in (sorted(place.glob("*")) if place.is_dir() else [])
        if path.suffix in SUFFIXES
    }


def deploy(
    session: Session,
    process: str,
    files: Mapping[str, str],
    *,
    note: str,
    by: Actor,
    approved_by: str | None = None,
) -> ProcessVersion:
    """Put a bundle into use as a new version, or give back the newest when nothing has changed.

    Raises BundleRefused with every finding; then nothing was stored.
    """
    newest = newest_version(session, process)
    findings = check_files(process, files, house(session).domain.world, bundle_before(session, process))
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise BundleRefused(errors)
    checksum = checksum_of(files)
    if newest is not None and newest.checksum == checksum:
        return newest
    number = (
        session.scalar(select(func.max(ProcessVersion.number)).where(ProcessVersion.process == process)) or 0
    ) + 1
    version = ProcessVersion(
        process=process,
        number=number,
        checksum=checksum,
        files=dict(files),
        note=note,
        deployed_by=by.id,
        approved_by=approved_by,
        deployed_at=house(session).clock.now(),
    )
    session.add(version)
    session.flush()
    audit.record(
        session,
        kind="process.deployed",
        business_key=process,
        actor=by,
        subject=process,
        details={"number": number, "checksum": checksum, "approved_by": approved_by, "note": note},
    )
    return version


def newest_version(session: Session, process: str) -> ProcessVersion | None:
    """The version that new instances start on, or None."""
    query = (
        select(ProcessVersion).where(ProcessVersion.process == process).order_by(ProcessVersion.number.desc())
    )
    return session.scalars(query.limit(1)).one_or_none()


def bundle_before(session: Session, process: str) -> Bundle | None:
    """The bundle of the newest version, whose guard steps a new one keeps; None when there is none, or it
    cannot be read by this release."""
    newest = newest_version(session, process)
    try:
        return bundle_of(session, newest.id) if newest is not None else None
    except BundleRefused:
        return None


def checksum_of(files: Mapping[str, str]) -> str:
    """SHA-256 over the names and texts of a bundle's files."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + files[name].encode() + b"\0")
    return total.hexdigest()
