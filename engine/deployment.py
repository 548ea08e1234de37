"""Deploying a bundle: checked, numbered, never changed afterwards. Running instances stay on the version
they began with."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import audit
from engine.bundles import read_bundle
from engine.checks import check_bundle
from engine.db import house
from engine.errors import BundleRefused, Finding
from engine.models import ProcessVersion
from engine.services import Actor

SUFFIXES = (".bpmn", ".dmn", ".form")
SCENARIOS = "scenarios"  # the folder of a bundle that holds them: their names begin with it


def read_folder(folder: Path, *more: Path) -> dict[str, str]:
    """The files of a bundle by name, from its folder and others (the forms of its steps). Raises
    UnicodeDecodeError, OSError."""
    files: dict[str, str] = {}
    for place in (folder, *more):
        for path in sorted(place.glob("*")) if place.is_dir() else []:
            if path.suffix in SUFFIXES:
                files[path.name] = path.read_text(encoding="utf-8")
    for path in sorted((folder / SCENARIOS).glob("*.yaml")):
        files[f"{SCENARIOS}/{path.name}"] = path.read_text(encoding="utf-8")
    return files


def findings_of(process: str, files: Mapping[str, str], services: Collection[str]) -> list[Finding]:
    """Every finding of a bundle, also of one that cannot be read at all."""
    try:
        return check_bundle(read_bundle(process, files), services)
    except BundleRefused as refused:
        return refused.findings


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
    findings = findings_of(process, files, house(session).domain.services.names())
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise BundleRefused(errors)
    checksum = checksum_of(files)
    newest = newest_version(session, process)
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


def checksum_of(files: Mapping[str, str]) -> str:
    """SHA-256 over the names and texts of a bundle's files."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + files[name].encode() + b"\0")
    return total.hexdigest()
