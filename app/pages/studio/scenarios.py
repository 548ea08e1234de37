"""The scenarios of a change or of a version: played, what came of each, and what they cover, on the diagram
and in words; and a new one, begun with a pattern or recorded from a rehearsal."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.requests import Visit, house, signed_in_person
from engine import Refused, changes
from reviews.permissions import may
from reviews.studio import Coverage
from reviews.studio import changes as verbs
from reviews.studio import scenario_runs as runs
from reviews.studio.first_scenario import first_scenario
from reviews.studio.scenario_files import add_scenario, pattern_for
from reviews.studio.titles import title_of
from reviews.studio.versions import version_of

studio_scenarios = Blueprint("studio_scenarios", __name__, url_prefix="/studio/changes/<uuid:change_id>")
version_scenarios = Blueprint(
    "version_scenarios", __name__, url_prefix="/studio/<process>/versions/<int:version>"
)

LOOK_AGAIN = 5  # seconds until a page that waits is asked for again
MARKS = {"covered": "Covered", "left-out": "Left out, with a reason", "gap": "Not covered"}


def play_a_few() -> None:
    """Play the scenarios that this address names before its transaction, which they would hold, where they
    are few: the page that follows then knows what came of them. Many wait for a worker."""
    runs.play_few(house().database, signed_in_person() or "", request.view_args or {})


@studio_scenarios.get("/scenarios")
def show(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """What the scenarios of a change come to and cover."""
    row = verbs.change_of(at.session, at.viewer, change_id)
    played = runs.played(at.session, row.process, changes.files_of(at.session, change_id))
    edits = may(at.session, at.viewer, verbs.EDIT) and row.status in ("editing", "returned")
    name, drawing = played.drawn, ""
    if name:
        drawing = url_for("studio_files.show", change_id=change_id, name=name) + "?as=file"
    back = {"href": url_for("studio_changes.show", change_id=change_id), "text": "The change"}
    return _page(at, played, caption=row.title, change=row, edits=edits, drawing=drawing, back=back)


@studio_scenarios.post("/scenarios")
def play(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """Have them played."""
    runs.ask_change(at.session, at.viewer, change_id)
    return redirect(url_for(".show", change_id=change_id), 303)


@version_scenarios.get("/scenarios", endpoint="show")
def show_version(at: Visit, process: str, version: int) -> ResponseReturnValue:
    """What the scenarios of a version come to and cover."""
    files = version_of(at.session, at.viewer, process, version).files
    played, drawing = runs.played(at.session, process, files), ""
    if played.drawn:
        drawing = url_for("studio.file", process=process, version=version, name=played.drawn)
    place = url_for("studio.show_version", process=process, version=version)
    caption, back = f"{title_of(process, files)}, version {version}", {"href": place, "text": "The version"}
    return _page(at, played, caption=caption, change=None, edits=False, drawing=drawing, back=back)


@version_scenarios.post("/scenarios", endpoint="play")
def play_version(at: Visit, process: str, version: int) -> ResponseReturnValue:
    """Have them played."""
    runs.ask_version(at.session, at.viewer, process, version)
    return redirect(url_for(".show", process=process, version=version), 303)


@studio_scenarios.get("/scenarios/new")
def ask_new(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """A scenario more, begun with a pattern, or (`?step=`) with what is likely to be said of one step. (The
    rehearsal leads here with what it showed.)"""
    row = verbs.change_of(at.session, at.viewer, change_id)
    files = changes.files_of(at.session, change_id)
    name, text = first_scenario(files, request.args.get("step", ""))
    return new_page(at, row, {"name": name, "text": text or pattern_for(row.process, files)}, [])


@studio_scenarios.post("/scenarios/new")
def add(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """Add it to the change, and go on with it where the checks stand beside it."""
    row = verbs.change_of(at.session, at.viewer, change_id)
    typed = {"name": request.form.get("name", ""), "text": request.form.get("text", "")}
    try:
        text = typed["text"].replace("\r\n", "\n")
        name = add_scenario(at.session, at.viewer, change_id, typed["name"], text)
    except Refused as no:
        return new_page(at, row, typed, [{"text": str(no), "href": f"#{no.about or 'name'}"}]), 422
    flash("The scenario is added.")
    return redirect(url_for("studio_files.show", change_id=change_id, name=name), 303)


def coverage_marks(coverage: Coverage) -> dict[str, dict[str, Any]]:
    """Each step and flow as the diagram marks it, with the same in words; the picture begins at the first
    step that is not covered."""
    first = next((passage.id for passage in coverage.gaps if passage.kind == "step"), "")
    marks = {}
    for passage in coverage.passages:
        count = len(passage.passed_by)
        state, words = "covered", f"{count} scenario{'' if count == 1 else 's'}"
        if not count:
            state, words = ("left-out", "Left out") if passage.waived else ("gap", "Not covered")
        marks[passage.id] = {"state": state, "words": words, "first": passage.id == first}
    return marks


def _page(at: Visit, played: runs.Played, **facts: Any) -> ResponseReturnValue:
    at.names.need([played.by])
    coverage = played.ran.coverage if played.ran is not None else None
    marks = json.dumps(coverage_marks(coverage)) if coverage is not None else ""
    answer = make_response(
        render_template(
            "studio/scenarios.html", at=at, played=played, marks=marks, key=MARKS, few=runs.FEW, **facts
        )
    )
    if played.waits:
        answer.headers["Refresh"] = str(LOOK_AGAIN)  # without a script; it ends when they were played
    return answer


def new_page(
    at: Visit, row: Any, typed: dict[str, str], errors: list[dict[str, str]], *, recorded: bool = False
) -> str:
    """The page of a new scenario, with its text as it stands; `recorded`: as a rehearsal was played."""
    back = {"href": url_for("studio_scenarios.show", change_id=row.id), "text": "The scenarios"}
    return render_template(
        "studio/scenario_new.html",
        at=at,
        change=row,
        typed=typed,
        errors=errors,
        recorded=recorded,
        back=back,
    )
