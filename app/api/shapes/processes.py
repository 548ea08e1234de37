"""Processes: their versions, their files, and what checks find in them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.api.shapes.parts import Lasting, Named, Shape, a_number, a_text, held, listed, moment

MOST_FILES = 300


class ProcessLine(Shape):
    """A process and its version in use."""

    process = a_text()
    title = a_text()
    version = a_number("The version in use; null where there is none.", none=True)
    deployed_at = moment()


class Processes(Shape):
    """Every process."""

    items = listed(ProcessLine)


class VersionLine(Shape):
    """One version of a process."""

    number = a_number()
    deployed_at = moment(none=False)
    deployed_by = held(Named, none=True)
    approved_by = held(Named, none=True)
    note = a_text("What has changed and why.")
    cases = a_number("How many cases are at work on it.")


class Versions(Shape):
    """The versions of one process, the newest first."""

    process = a_text()
    title = a_text()
    items = listed(VersionLine)


class File(Shape):
    """One file of a version."""

    name = a_text()
    text = a_text()


class VersionWhole(Shape):
    """One version with its files, as they were deployed."""

    process = a_text()
    number = a_number()
    deployed_at = moment(none=False)
    deployed_by = held(Named, none=True)
    approved_by = held(Named, none=True)
    note = a_text()
    files = listed(File)


class Checking(Lasting):
    """Files to be checked."""

    process = fields.String(
        required=True,
        validate=validate.Regexp(r"[a-z][a-z0-9_]{0,59}\Z", error="Small letters, digits and underlines."),
        metadata={"description": "The id of the process, which is the name of its folder."},
    )
    files = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 120)),
        values=fields.String(validate=validate.Length(max=2_000_000)),
        required=True,
        validate=validate.Length(1, MOST_FILES),
        metadata={
            "description": "The text of each file by its name (.bpmn, .dmn, .form); one may come alone."
        },
    )


class FindingShape(Shape):
    """One thing that is wrong: where, what, and what to do."""

    file = a_text()
    element = a_text()
    line = a_number()
    rule = a_text()
    severity = a_text("error, or warning")
    sentence = a_text()
    what_to_do = a_text()


class Findings(Shape):
    """What the checks have found."""

    errors = a_number("How many must be put right before it can be deployed.")
    findings = listed(FindingShape)


ABOUT: dict[str, Any] = {"process": "learning_review", "title": "Learning review"}
PROCESSES = {"items": [ABOUT | {"version": 2, "deployed_at": "2026-04-13T08:30:00+00:00"}]}
VERSION: dict[str, Any] = {
    "number": 2,
    "deployed_at": "2026-04-13T08:30:00+00:00",
    "deployed_by": {"id": "u_devon", "name": "Devon K."},
    "approved_by": {"id": "u_jude", "name": "Jude R."},
    "note": "Five working days for preparation",
}
VERSIONS = ABOUT | {"items": [VERSION | {"cases": 7}]}
WHOLE = VERSION | {
    "process": "learning_review",
    "files": [{"name": "learning_review.bpmn", "text": "<definitions …>"}],
}
CHECKED = {"process": "learning_review", "files": {"triage.dmn": "<definitions …>"}}
FOUND = {
    "errors": 1,
    "findings": [
        {
            "file": "triage.dmn",
            "element": "",
            "line": 1,
            "rule": "file-readable",
            "severity": "error",
            "sentence": "The file cannot be read.",
            "what_to_do": "Save it again from the editor.",
        }
    ],
}
