"""Processes: what is in use, every version, and where a change begins."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, questions
from app.requests import Visit
from engine import NotFound
from reviews.permissions import may
from reviews.studio.changes import begin, processes
from reviews.studio.differing import bundle_differences
from reviews.studio.titles import file_titles
from reviews.studio.versions import ProcessPage, process_page, version_of

studio = Blueprint("studio", __name__, url_prefix="/studio")

TYPES = {"bpmn": "application/xml", "dmn": "application/xml", "form": "application/json"}


@studio.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """Every process, with what is in use and which changes are at work."""
    rows = processes(at.session, at.viewer)
    at.names.need(change.begun_by for row in rows for change in row.at_work)
    return render_template("studio/index.html", at=at, rows=rows)


@studio.get("/<process>")
def show(at: Visit, process: str) -> ResponseReturnValue:
    """One process: its versions, how many cases run on each, its changes."""
    found = process_page(at.session, at.viewer, process)
    return _page(at, found, questions("process_change", at))


@studio.post("/<process>")
def begin_change(at: Visit, process: str) -> ResponseReturnValue:
    """Begin a change, from the version in use or from an earlier one."""
    found, asked = process_page(at.session, at.viewer, process), questions("process_change", at)
    begun = []

    def act(told: dict[str, object]) -> None:
        number = request.form.get("number", type=int)
        title = str(told["title"])
        begun.append(begin(at.session, at.viewer, process, title=title, number=number))

    if not asked.sent(at, act):
        return _page(at, found, asked), 422
    return redirect(url_for("studio_changes.show", change_id=begun[0]), 303)


@studio.get("/<process>/versions/<int:version>")
def show_version(at: Visit, process: str, version: int) -> ResponseReturnValue:
    """One version: who deployed and approved it and why, its drawing and its files."""
    found = version_of(at.session, at.viewer, process, version)
    at.names.need((found.deployed_by, found.approved_by))
    page = process_page(at.session, at.viewer, process)
    drawn = next((name for name in found.files if name.endswith(".bpmn")), None)
    earlier = version_of(at.session, at.viewer, process, version - 1).files if version > 1 else {}
    different = bundle_differences(earlier, found.files) if earlier else []
    facts = {"version": found, "page": page, "drawn": drawn, "differences": different}
    facts["titles"] = file_titles(found.files)
    return render_template("studio/version.html", at=at, **facts)


@studio.get("/<process>/versions/<int:version>/files/<path:name>")
def file(at: Visit, process: str, version: int, name: str) -> ResponseReturnValue:
    """A file of a version, as it was deployed."""
    files = version_of(at.session, at.viewer, process, version).files
    if name not in files:
        raise NotFound
    return as_file(files[name], name)


def as_file(text: str, name: str) -> Response:
    """A file of a bundle, to keep or for a drawing to read: never shown as a page of ours."""
    response = make_response(text)
    response.headers["Content-Type"] = TYPES.get(name.rpartition(".")[2], "text/plain") + "; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name.rpartition("/")[2]}"'
    return response


def _page(at: Visit, found: ProcessPage, asked: Questions) -> str:
    people = {version.deployed_by for version in found.versions}
    people |= {version.approved_by or "" for version in found.versions}
    at.names.need(people | {change.begun_by for change in found.changes})
    edits = may(at.session, at.viewer, "edit_process")
    number = request.values.get("number", type=int)
    back = {"href": url_for(".index"), "text": "Processes"}
    moves = may(at.session, at.viewer, "migrate") and len(found.versions) > 1
    facts = {"found": found, "edits": edits, "moves": moves, "number": number, "back": back}
    return asked.page("studio/process", at, **facts)
