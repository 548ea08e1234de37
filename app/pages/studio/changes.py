"""A change: its files, what the rules find, asking for approval, deciding, putting it into use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, questions
from app.pages.studio.leading import way_of
from app.pages.studio.scenarios import LOOK_AGAIN
from app.requests import Visit
from engine import Refused, changes
from reviews.permissions import may
from reviews.shipped import CHASING
from reviews.studio import changes as verbs
from reviews.studio.differing import bundle_differences
from reviews.studio.scenario_runs import played
from reviews.studio.titles import file_titles, title_of
from reviews.studio.versions import left_behind

studio_changes = Blueprint("studio_changes", __name__, url_prefix="/studio/changes")

# What is done with one button, and what is said then.
SAID = {
    "take-back": (verbs.take_back, "The change is being edited again. An approval that was given is gone."),
    "discard": (verbs.discard, "The change is put aside. It is kept, and can be brought back."),
    "bring-back": (verbs.bring_back, "The change is being edited again."),
}


@studio_changes.get("/<uuid:change_id>")
def show(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """The change: where it stands, its files, what is found, and what comes next."""
    answer = make_response(_page(at, change_id, _asked(at, change_id)))
    if changes.change(at.session, change_id).status == "trying":
        answer.headers["Refresh"] = str(LOOK_AGAIN)  # without a script; it ends when they were played
    return answer


@studio_changes.post("/<uuid:change_id>/ask")
def ask(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """Ask a second person to approve it, when its scenarios were played and hold: few were played just now
    (`play_a_few`), many are played by a worker."""
    asked = questions("process_ask", at)

    def act(told: dict[str, Any]) -> None:
        verbs.ask(at.session, at.viewer, change_id, why=told["why"])

    if not asked.sent(at, act):
        return _page(at, change_id, asked), 422
    if changes.change(at.session, change_id).status == "asked":
        flash("Approval is asked for. The Policy sub-group’s chair was told.")
    return redirect(url_for(".show", change_id=change_id), 303)


@studio_changes.post("/<uuid:change_id>/decision")
def decide(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """Approve the change as it was shown, or give it back."""
    asked, seen = questions("process_decision", at), request.form.get("checksum", "")

    def act(told: dict[str, Any]) -> None:
        comment = told.get("comment") or ""
        if told["decision"] == "approve":
            verbs.approve(at.session, at.viewer, change_id, checksum=seen, comment=comment)
        else:
            verbs.give_back(at.session, at.viewer, change_id, comment=comment)

    if not asked.sent(at, act):
        return _page(at, change_id, asked), 422
    flash("Your decision is kept. The authors were told.")
    return redirect(url_for(".show", change_id=change_id), 303)


@studio_changes.post("/<uuid:change_id>/move/<move>")
def move(at: Visit, change_id: UUID, move: str) -> ResponseReturnValue:
    """Take it back, put it aside, or bring it back."""
    if move not in SAID:
        return _said_no(at, change_id, "There is no such button.")
    act, said = SAID[move]
    try:
        act(at.session, at.viewer, change_id)
    except Refused as no:
        return _said_no(at, change_id, str(no))
    flash(said)
    return redirect(url_for(".show", change_id=change_id), 303)


@studio_changes.post("/<uuid:change_id>/bring-up")
def bring_up(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """Bring it up to the version in use."""
    chosen = {name.removeprefix("keep:"): value for name, value in request.form.items()}
    try:
        verbs.bring_up(at.session, at.viewer, change_id, chosen)
    except Refused as no:
        return _said_no(at, change_id, str(no))
    flash("The change now builds on the version in use.")
    return redirect(url_for(".show", change_id=change_id), 303)


@studio_changes.post("/<uuid:change_id>/deploy")
def deploy(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """Put it into use."""
    try:
        version = verbs.put_into_use(at.session, at.viewer, change_id)
    except Refused as no:
        return _said_no(at, change_id, str(no))
    flash(f"Version {version.number} is in use. New cases begin on it; those at work stay on theirs.")
    return redirect(url_for(".show", change_id=change_id), 303)


def _asked(at: Visit, change_id: UUID) -> Questions:
    row = verbs.change_of(at.session, at.viewer, change_id)
    if verbs.may_decide(at.session, at.viewer, row):
        return questions("process_decision", at)
    return questions("process_ask", at, known={"ask.why": row.why or row.title})


def _said_no(at: Visit, change_id: UUID, sentence: str) -> ResponseReturnValue:
    asked = _asked(at, change_id)
    asked.errors = {"": sentence}
    return _page(at, change_id, asked), 409


def _page(at: Visit, change_id: UUID, asked: Questions) -> str:
    row = verbs.change_of(at.session, at.viewer, change_id)
    files = changes.change_files(at.session, change_id)
    base = changes.version_files(at.session, row.process, row.base_number)
    now = changes.files_of(at.session, change_id)
    writers = changes.authors(at.session, change_id)
    known = played(at.session, row.process, now)
    at.names.need({*writers, row.decided_by, known.by, *(file.saved_by for file in files)})
    found = verbs.findings_now(at.session, change_id)
    titles = file_titles({file.name: file.text or base.get(file.name, "") for file in files})
    shown, rest = _by_kind(titles, now, base)
    facts = {
        "change": row,
        "title": title_of(row.process, now),
        "files": {file.name: file for file in files},
        "titles": titles,
        "shown": shown,
        "rest": rest,
        "base": base,
        "has_notices": row.process == CHASING,
        "differences": bundle_differences(base, now) if base else [],
        "findings": found,
        "played": known,
        "way": way_of(row, now, base, found, known),
        "left_behind": left_behind(at.session, row.process),
        "overtaken": changes.overtaken(at.session, change_id),
        "writers": sorted(writers),
        "edits": may(at.session, at.viewer, verbs.EDIT),
        "moves": may(at.session, at.viewer, "migrate"),
        "decides": verbs.may_decide(at.session, at.viewer, row),
        "back": {"href": url_for("studio.show", process=row.process), "text": "The process"},
    }
    return asked.page("studio/change", at, **facts)


def _by_kind(
    titles: Iterable[str], now: Mapping[str, str], base: Mapping[str, str]
) -> tuple[set[str], dict[str, list[str]]]:
    """The files that are shown at once (the diagram, the tables, what differs), and the others by kind."""
    shown, rest = set[str](), dict[str, list[str]]()
    for name in titles:
        kind = "Forms" if name.endswith(".form") else "Scenarios" if "/" in name else ""
        if not kind or now.get(name) != base.get(name):
            shown.add(name)
        else:
            rest.setdefault(kind, []).append(name)
    return shown, rest
