"""Trying a change out before it is asked for: its scenarios, with what they cover of the diagram."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.requests import Visit
from engine import BundleRefused, changes
from reviews.studio import changes as verbs
from reviews.studio.trying import scenario_files, tried

studio_trials = Blueprint("studio_trials", __name__, url_prefix="/studio/changes/<uuid:change_id>")


@studio_trials.get("/scenarios")
def scenarios(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """The scenarios of a change; `?run=yes` plays them all with invented people."""
    files = _files(at, change_id)
    ran, findings = None, []
    if request.args.get("run"):
        try:
            ran = tried(at.session, verbs.change_of(at.session, at.viewer, change_id).process, files)
        except BundleRefused as refused:
            findings = refused.findings
    return _page(at, change_id, "scenarios", listed=scenario_files(files), ran=ran, findings=findings)


def _files(at: Visit, change_id: UUID) -> dict[str, str]:
    verbs.change_of(at.session, at.viewer, change_id)
    return changes.files_of(at.session, change_id)


def _page(at: Visit, change_id: UUID, template: str, **facts: Any) -> str:
    row = verbs.change_of(at.session, at.viewer, change_id)
    back = {"href": url_for("studio_changes.show", change_id=change_id), "text": "The change"}
    return render_template(f"studio/{template}.html", at=at, change=row, back=back, **facts)
