"""Processes: what is in use, every version with its files, and the checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.api.calls import Calls
from app.api.shapes import processes as shapes
from app.api.tasks import named
from app.requests import Visit
from reviews.shipped import check_sent
from reviews.studio.changes import processes as all_processes
from reviews.studio.versions import process_page, version_of

processes = Calls("processes", "Processes: what is in use, and the checks")


@processes.reads("/processes", answer=shapes.Processes(), example=shapes.PROCESSES)
def index(at: Visit) -> dict[str, Any]:
    """Processes

    Each with its version in use."""
    return {
        "items": [
            {
                "process": row.process,
                "title": row.title,
                "version": row.newest.number if row.newest else None,
                "deployed_at": row.newest.deployed_at if row.newest else None,
            }
            for row in all_processes(at.session, at.viewer)
        ]
    }


@processes.reads("/processes/<process>/versions", answer=shapes.Versions(), example=shapes.VERSIONS)
def versions(at: Visit, process: str) -> dict[str, Any]:
    """The versions of a process

    The newest first, with who deployed and approved each, why, and how many cases are at work on it."""
    page = process_page(at.session, at.viewer, process)
    at.names.need(person for row in page.versions for person in (row.deployed_by, row.approved_by))
    return {
        "process": page.process,
        "title": page.title,
        "items": [_version(at, row) | {"cases": page.at_work_on.get(row.number, 0)} for row in page.versions],
    }


@processes.reads(
    "/processes/<process>/versions/<int:version>", answer=shapes.VersionWhole(), example=shapes.WHOLE
)
def show(at: Visit, process: str, version: int) -> dict[str, Any]:
    """One version

    With its files as they were deployed."""
    found = version_of(at.session, at.viewer, process, version)
    return _version(at, found) | {
        "process": process,
        "files": [{"name": name, "text": text} for name, text in sorted(found.files.items())],
    }


@processes.acts(
    "/processes/check",
    body=shapes.Checking(),
    sends=shapes.CHECKED,
    answer=shapes.Findings(),
    example=shapes.FOUND,
    shows=lambda at, about: about,
    statuses=(),
    kept=False,
)
def check(at: Visit, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Check files of a process

    By every rule that a change is checked by. Nothing is stored, and what is wrong with the files is never an
    error of the request."""
    found = check_sent(sent["process"], sent["files"])
    errors = sum(each.severity == "error" for each in found)
    return {"errors": errors, "findings": [asdict(each) for each in found]}


def _version(at: Visit, row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "deployed_at": row.deployed_at,
        "deployed_by": named(at, row.deployed_by),
        "approved_by": named(at, row.approved_by),
        "note": row.note,
    }
