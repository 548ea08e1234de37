"""Trying a change out before it is asked for: a rehearsal of the next days. It only reads; what happens in it
happens in memory.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.requests import Visit
from engine import BundleRefused, NotFound, Refused, changes
from reviews.permissions import may
from reviews.studio import KINDS
from reviews.studio import changes as verbs
from reviews.studio.trying import Look, looked_ahead

studio_trials = Blueprint("studio_trials", __name__, url_prefix="/studio/changes/<uuid:change_id>")

DAYS = [{"value": days, "text": f"{days} days"} for days in (30, 90, 180, 365)]


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
    return _page(at, change_id, **facts)


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


def _page(at: Visit, change_id: UUID, **facts: Any) -> str:
    row = verbs.change_of(at.session, at.viewer, change_id)
    edits = may(at.session, at.viewer, verbs.EDIT) and row.status in ("editing", "returned")
    back = {"href": url_for("studio_changes.show", change_id=change_id), "text": "The change"}
    return render_template("studio/rehearsal.html", at=at, change=row, edits=edits, back=back, **facts)
