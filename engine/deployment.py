"""Deploying a bundle: checked, numbered, never changed afterwards. Running instances stay on the version
they began with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import audit
from engine.bundles import STORED, Bundle, bundle_of, forget_newest
from engine.checks import check_files
from engine.db import house
from engine.errors import BundleRefused, Finding, Refused
from engine.models import ProcessVersion
from engine.neighbours import neighbours_of
from engine.services import Actor

SUFFIXES = (".bpmn", ".dmn", ".form", ".notice")
SCENARIOS = "scenarios"  # the folder of a bundle that holds them: their names begin with it


def read_folder(folder: Path, *more: Path) -> dict[str, str]:
    """The files of a bundle by name, from its folder and others (the forms of its steps). Raises
    UnicodeDecodeError, OSError."""
    return {name: content.decode("utf-8") for name, content in read_folder_bytes(folder, *more).items()}


def read_folder_bytes(folder: Path, *more: Path) -> dict[str, bytes]:
    """The same as bytes, for whoever checks them first (`engine.checks.decoded`). Raises OSError."""
    files = {
        path.name: path.read_bytes()
        for place in (folder, *more)
        for path in (sorted(place.glob("*")) if place.is_dir() else [])
        if path.suffix in SUFFIXES
    }
    for path in sorted((folder / SCENARIOS).glob("*.yaml")):
        files[f"{SCENARIOS}/{path.name}"] = path.read_bytes()
    return files


def errors_of(session: Session, process: str, files: Mapping[str, str]) -> list[Finding]:
    """What keeps a bundle from being put into use: the engine's findings and the domain's (its forms)."""
    domain = house(session).domain
    before, neighbours = bundle_before(session, process), neighbours_of(session)
    own = check_files(process, files, domain.world, before, neighbours)
    findings = [*own, *domain.findings(process, files)]
    return [finding for finding in findings if finding.severity == "error"]


def deploy_first(
    session: Session,
    process: str,
    files: Mapping[str, str],
    *,
    note: str,
    by: Actor,
    approved_by: str | None = None,
) -> ProcessVersion:
    """Put the first version of a process into use without a change that was approved: for the
    demonstration, whose processes are there before its people. The same files again give the version back.

    Every later version comes by `engine.changes.deploy`. Raises BundleRefused with every finding, and
    Refused where the process already has a version of other files; then nothing was stored.
    """
    errors = errors_of(session, process, files)
    if errors:
        raise BundleRefused(errors)
    newest = newest_version(session, process)
    if newest is not None and newest.checksum == checksum_of(files):
        return newest
    if newest is not None:
        raise Refused(f"{process} is in use: a new version needs a change that somebody else approved.")
    return store_version(session, process, files, note=note, by=by, approved_by=approved_by)


def store_version(
    session: Session,
    process: str,
    files: Mapping[str, str],
    *,
    note: str,
    by: Actor,
    approved_by: str | None,
) -> ProcessVersion:
    """Add the next version of a process with files that were checked and approved: for
    `engine.changes`, and for rehearsals, whose database is in memory and nobody's."""
    query = select(func.max(ProcessVersion.number)).where(ProcessVersion.process == process)
    number = (session.scalar(query) or 0) + 1
    checksum = checksum_of(files)
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
    session.info.setdefault(STORED, set()).add(version.id)
    forget_newest(session)
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
