"""The files of a change: read, saved by an editor or as plain text, gone back to, added, taken out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.pages.studio.editors import editor_of, editor_page
from app.pages.studio.processes import as_file
from app.requests import Visit
from app.words import clock_time
from engine import NotFound, Refused, StaleFile, changes
from reviews.permissions import may
from reviews.studio import changes as verbs
from reviews.studio.titles import file_titles

FOLDER = "scenarios/"

studio_files = Blueprint("studio_files", __name__, url_prefix="/studio/changes/<uuid:change_id>")


@studio_files.get("/files/<path:name>")
def show(at: Visit, change_id: UUID, name: str) -> ResponseReturnValue:
    """One file in its editor, or as text with its earlier texts; `?as=file` gives the bare file, `?as=text`
    always the text."""
    row = verbs.change_of(at.session, at.viewer, change_id)
    file, wanted = _file(at, change_id, name), request.args.get("as")
    if wanted == "file":
        return as_file(file.text or "", name)
    if wanted != "text" and editor_of(name) and file.text is not None and _edits(at, row):
        return editor_page(at, row, file, verbs.findings_now(at.session, change_id))
    return _text_page(at, change_id, file, file.text or "")


@studio_files.post("/files/<path:name>")
def save(at: Visit, change_id: UUID, name: str) -> ResponseReturnValue:
    """Keep a text: of an editor (JSON), or of the page of plain text."""
    if request.is_json:
        return _saved_by_editor(at, change_id, name)
    text = request.form.get("text", "").replace("\r\n", "\n")
    revision = request.form.get("revision", 0, type=int)
    try:
        verbs.save(at.session, at.viewer, change_id, name, text, revision=revision)
    except StaleFile as other:
        return _text_page(at, change_id, _file(at, change_id, name), text, other=other), 409
    except Refused as no:
        return _text_page(at, change_id, _file(at, change_id, name), text, refused=str(no)), 422
    flash(f"{name} is saved.")
    if name.startswith(FOLDER):  # what the checks find stands beside its text
        return redirect(url_for(".show", change_id=change_id, name=name), 303)
    return redirect(url_for("studio_changes.show", change_id=change_id), 303)


@studio_files.post("/restore/<int:revision>/<path:name>")
def restore(at: Visit, change_id: UUID, name: str, revision: int) -> ResponseReturnValue:
    """Make a file again what it was."""
    now = request.form.get("revision", 0, type=int)
    try:
        verbs.restore(at.session, at.viewer, change_id, name, revision, revision=now)
        flash(f"{name} is as it was then. What it was before this is kept, too.")
    except (StaleFile, Refused) as no:
        flash(str(no) if isinstance(no, Refused) else f"{name} was saved meanwhile. Look at it again.")
    text_page = url_for(".show", change_id=change_id, name=name) + "?as=text"
    return redirect(text_page, 303)


@studio_files.get("/files/")
def ask_new(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """Add a file: its name, and its text or a file from this computer."""
    return _new_page(at, change_id, {}, "")


@studio_files.post("/files/")
def add(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """Add it; a file of that name that was taken out comes back with the new text."""
    name, text = request.form.get("name", "").strip(), request.form.get("text", "")
    sent = request.files.get("file")
    try:
        if sent is not None and sent.filename:
            name, text = name or sent.filename, sent.read().decode("utf-8")
        known = {row.name: row for row in changes.change_files(at.session, change_id)}
        if name in known and known[name].text is not None:
            raise Refused("The change holds a file of this name. Open it to change it.")
        revision = known[name].revision if name in known else 0
        verbs.save(at.session, at.viewer, change_id, name, text.replace("\r\n", "\n"), revision=revision)
    except UnicodeDecodeError:
        return _new_page(at, change_id, request.form, "This file is not text in UTF-8."), 422
    except Refused as no:
        return _new_page(at, change_id, request.form, str(no)), 422
    titled = file_titles(changes.files_of(at.session, change_id)).get(name, name)
    flash(f"“{titled}” is added.")
    return redirect(url_for("studio_changes.show", change_id=change_id), 303)


@studio_files.post("/take-out/<path:name>")
def take_out(at: Visit, change_id: UUID, name: str) -> ResponseReturnValue:
    """Take a file out of the bundle. Its text stays in its history."""
    revision = request.form.get("revision", 0, type=int)
    try:
        verbs.save(at.session, at.viewer, change_id, name, None, revision=revision)
        flash(f"{name} is taken out. Go back to an earlier text of it to have it again.")
    except (StaleFile, Refused) as no:
        flash(str(no) if isinstance(no, Refused) else f"{name} was saved meanwhile. Look at it again.")
    return redirect(url_for("studio_changes.show", change_id=change_id), 303)


def _saved_by_editor(at: Visit, change_id: UUID, name: str) -> ResponseReturnValue:
    told: Any = request.get_json(silent=True)
    text, revision = (told.get("text"), told.get("revision")) if isinstance(told, dict) else (None, None)
    if not isinstance(text, str) or not isinstance(revision, int) or isinstance(revision, bool):
        return jsonify(sentence="A save needs the text and the revision it began from."), 422
    try:
        saved = verbs.save(at.session, at.viewer, change_id, name, text, revision=revision)
    except StaleFile as other:
        by, when = at.names.person(other.saved_by), clock_time(other.saved_at)
        return jsonify(revision=other.revision, text=other.text, saved_by=by, saved_at=when), 409
    except Refused as no:
        return jsonify(sentence=str(no)), 422
    found = [vars(each) for each in verbs.findings_now(at.session, change_id)]
    return jsonify(revision=saved, saved_at=clock_time(at.now), findings=found)


def _edits(at: Visit, row: changes.ChangeRow) -> bool:
    return may(at.session, at.viewer, verbs.EDIT) and row.status in ("editing", "returned")


def _file(at: Visit, change_id: UUID, name: str) -> changes.FileRow:
    for row in changes.change_files(at.session, change_id):
        if row.name == name:
            return row
    raise NotFound


def _text_page(
    at: Visit,
    change_id: UUID,
    file: changes.FileRow,
    text: str,
    *,
    other: StaleFile | None = None,
    refused: str = "",
) -> str:
    row = verbs.change_of(at.session, at.viewer, change_id)
    history = changes.change_history(at.session, change_id, file.name)
    at.names.need({file.saved_by, *(each.by for each in history)})
    errors = [{"text": refused, "href": "#text"}] if refused else []
    if other is not None:
        errors = [
            {
                "text": f"{at.names.person(other.saved_by)} saved this file while you wrote. "
                "Yours is not saved yet: compare the two below.",
                "href": "#text",
            }
        ]
    findings = [each for each in verbs.findings_now(at.session, change_id) if each.file == file.name]
    edits = _edits(at, row)
    facts = {"change": row, "file": file, "text": text, "other": other, "history": history}
    back = {"href": url_for("studio_changes.show", change_id=change_id), "text": "The change"}
    more = {
        "findings": findings,
        "edits": edits,
        "draws": editor_of(file.name) != "",
        "scenario": file.name.startswith(FOLDER) and file.text is not None,
        "found": [vars(each) for each in findings],
        "errors": errors,
        "back": back,
    }
    return render_template("studio/file_text.html", at=at, **facts, **more)


def _new_page(at: Visit, change_id: UUID, typed: Any, sentence: str) -> str:
    row = verbs.change_of(at.session, at.viewer, change_id)
    facts = {
        "change": row,
        "typed": typed,
        "errors": [{"text": sentence, "href": "#name"}] if sentence else [],
        "back": {"href": url_for("studio_changes.show", change_id=change_id), "text": "The change"},
    }
    return render_template("studio/file_new.html", at=at, **facts)
