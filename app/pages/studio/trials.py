"""Trying a change out before it is asked for: its scenarios with what they cover, and a rehearsal of the
next days. Both only read; what happens in them happens in memory.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.pages.studio.drafts import opened
from app.requests import Visit
from engine import BundleRefused, NotFound, Refused, changes
from reviews.studio import KINDS
from reviews.studio import changes as verbs
from reviews.studio.trying import Look, looked_ahead, scenario_files, tried

studio_trials = Blueprint("studio_trials", __name__, url_prefix="/studio/changes/<uuid:change_id>")

DAYS = [{"value": days, "text": f"{days} days"} for days in (30, 90, 180, 365)]


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


@studio_trials.get("/rehearsal")
def rehearsal(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """What would happen in the next days, with a case that begins now or a copy of one that runs."""
    row, asked = verbs.change_of(at.session, at.viewer, change_id), _asked()
    facts: dict[str, Any] = {
        "asked": asked,
        "choices": DAYS,
        "kinds": KINDS,
        "look": None,
        "findings": [],
        "errors": [],
    }
    if "days" in request.args:
        try:
            facts["look"] = _look(at, row.process, _files(at, change_id), asked)
        except BundleRefused as refused:
            facts["findings"] = refused.findings
        except NotFound:
            facts["errors"] = [{"text": "There is no review with this reference.", "href": "#case"}]
        except Refused as no:
            facts["errors"] = [{"text": str(no), "href": f"#{no.about or 'days'}"}]
    return _page(at, change_id, "rehearsal", **facts)


def _look(at: Visit, process: str, files: dict[str, str], asked: dict[str, Any]) -> Look:
    if asked["case"] and not at.sees(asked["case"]):
        raise NotFound
    return looked_ahead(
        at.session,
        process,
        files,
        case=asked["case"],
        days=asked["days"],
        usual=asked["people"] == "usual",
        compared=asked["compare"],
    )


def _asked() -> dict[str, Any]:
    return {
        "days": request.args.get("days", 90, type=int),
        "case": request.args.get("case", "").strip().upper()[:20],
        "people": "usual" if request.args.get("people") == "usual" else "nobody",
        "compare": bool(request.args.get("compare")),
    }


def _files(at: Visit, change_id: UUID) -> dict[str, str]:
    verbs.change_of(at.session, at.viewer, change_id)
    return changes.files_of(at.session, change_id)


def _page(at: Visit, change_id: UUID, template: str, **facts: Any) -> str:
    row = verbs.change_of(at.session, at.viewer, change_id)
    back = {"href": url_for("studio_changes.show", change_id=change_id), "text": "The change"}
    edits = opened(at, change_id).editable
    return render_template(f"studio/{template}.html", at=at, change=row, back=back, edits=edits, **facts)
