"""Decision replay: a changed table, tried on the cases that really came. Nothing is stored."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.pages.studio.insight import count_words
from app.requests import Visit
from engine import NotFound, Refused, bundle_for, versions_of
from reviews.replaying import decisions_of, replay_table

replays = Blueprint("replays", __name__, url_prefix="/studio/<process>/insight/replay")
LARGEST = 1_000_000


@replays.get("/")
def ask(at: Visit, process: str) -> ResponseReturnValue:
    """Which decision, and which table."""
    return _page(at, process)


@replays.post("/")
def look(at: Visit, process: str) -> ResponseReturnValue:
    """What that table would have decided."""
    decision = request.form.get("decision", "")
    try:
        found = replay_table(at.session, at.viewer, process, decision, _table(at, process, decision))
    except Refused as no:
        return _page(at, process, str(no), decision), 422
    return render_template("studio/replay_shown.html", at=at, process=process, found=found, count=count_words)


def _table(at: Visit, process: str, decision: str) -> str:
    """The text of the table: the file sent in, or that of an earlier version. Raises Refused."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        content = sent.stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise Refused("This file is larger than 1 MB.", about="file")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Refused("The file is not text in UTF-8. Save it again as UTF-8.", about="file") from None
    number = request.form.get("version", "")
    known = [each for each in versions_of(at.session, process) if str(each) == number]
    if not known:
        raise Refused("Choose a file with a decision table, or a version.", about="file")
    bundle = bundle_for(at.session, process, known[0])
    try:
        return bundle.files[bundle.decision(decision).definitions.file]
    except NotFound:
        raise Refused("That version does not have this decision.", about="file") from None


def _page(at: Visit, process: str, error: str = "", decision: str = "") -> str:
    found = decisions_of(at.session, process)
    return render_template(
        "studio/replay.html",
        at=at,
        process=process,
        decisions=found,
        chosen=decision or (found[0] if found else ""),
        versions=versions_of(at.session, process),
        error=error,
    )
