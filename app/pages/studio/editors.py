"""The editors of the studio, and what they ask of the server while somebody works: how a deadline reads, and
how people will see a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.clauses import CLAUSES
from app.form_preview import NoPreview, preview_of
from app.requests import Visit
from engine import Finding, changes, working_calendar
from engine.calendars import CalendarEnds, long_date
from engine.clock import ZONE
from engine.deadlines import Cycle, Deadline, DeadlineError, parse_cycle, parse_deadline
from reviews.studio import choices
from reviews.studio.titles import file_titles

studio_editors = Blueprint("studio_editors", __name__, url_prefix="/studio")

EDITORS = {"bpmn": "diagram", "dmn": "table", "form": "form"}
LONGEST_SENTENCE = 200


def editor_of(name: str) -> str:
    """Which editor a file has by its ending; "" for none."""
    return EDITORS.get(name.rpartition(".")[2], "") if "/" not in name else ""


def editor_page(
    at: Visit, change: changes.ChangeRow, file: changes.FileRow, findings: Iterable[Finding]
) -> str:
    """The page on which a file of a change is drawn."""
    kind = editor_of(file.name)
    titled = file_titles(changes.files_of(at.session, change.id)).get(file.name, file.name)
    found = [vars(each) for each in findings]
    facts = {"change": change, "file": file, "titled": titled, "found": found}
    back = {"href": url_for("studio_changes.show", change_id=change.id), "text": "The change"}
    offered = _offered(at, change, kind)
    return render_template(f"studio/{kind}_editor.html", at=at, back=back, offered=offered, **facts)


def _offered(at: Visit, change: changes.ChangeRow, kind: str) -> dict[str, Any]:
    if kind == "form":
        return {"option_lists": choices.option_lists()}
    if kind == "table":
        return {}
    files = changes.files_of(at.session, change.id)
    return {
        "roles": choices.roles(),
        "services": choices.services(),
        "clauses": CLAUSES,
        "forms": [{**each, "href": _address(change, each["name"])} for each in choices.forms_of(files)],
        "decisions": [
            {**each, "href": _address(change, each["file"])} for each in choices.decisions_of(files)
        ],
        "file_url": _address(change, "__name__"),
    }


def _address(change: changes.ChangeRow, name: str) -> str:
    return url_for("studio_files.show", change_id=change.id, name=name)


@studio_editors.post("/preview-form")
def preview_form(at: Visit) -> ResponseReturnValue:
    """A form as people will see it, from its present text: a part of a page. Nothing is kept."""
    told: Any = request.get_json(silent=True)
    known = told if isinstance(told, dict) else {}
    text, process, file, screen = (known.get(name) for name in ("text", "process", "file", "screen"))
    if not (isinstance(text, str) and isinstance(process, str) and isinstance(file, str)):
        return jsonify(sentence="A preview needs the text of the form, its process and its file."), 422
    try:
        form, view, shown = preview_of(at, text, f"{process}/{file}", str(screen or ""))
    except NoPreview as no:
        return render_template("studio/_form_preview.html", wrong=no.sentences)
    return render_template("studio/_form_preview.html", form=form, view=view, shown=shown, wrong=[])


@studio_editors.get("/deadline")
def deadline(at: Visit) -> ResponseReturnValue:
    """What a deadline's sentence means, with an example that counts from now."""
    sentence = request.args.get("sentence", "").strip()
    if len(sentence) > LONGEST_SENTENCE:
        return jsonify(words="A deadline is one short sentence.", reads=False)
    try:
        if request.args.get("repeats"):
            words = _cycle_words(at, parse_cycle(sentence))
        else:
            words = _deadline_words(at, parse_deadline(sentence))
    except DeadlineError as wrong:
        return jsonify(words=str(wrong), reads=False)
    except CalendarEnds:
        return jsonify(words="It reads, but lies beyond the calendar of bank holidays.", reads=True)
    return jsonify(words=words, reads=True)


def _deadline_words(at: Visit, found: Deadline) -> str:
    bases = sorted(found.bases())
    named = {base: "the deadline of its step" if base == "due" else base for base in bases}
    known: dict[str, Any] = {}
    for base in bases:
        _put(known, base.split("."), at.today.isoformat())
    until = found.moment(at.now, known, working_calendar(at.session), due=at.today)
    if until is None:
        return f"{_first_upper(found.words(named))}."
    end = long_date(until.on) if until.on else _wall(until.at)
    since = (
        f"If {' and '.join(named[base] for base in bases)} were today"
        if bases
        else "For a step that opens now"
    )
    return f"{_first_upper(found.words(named))}. {since}: until {end}."


def _cycle_words(at: Visit, found: Cycle) -> str:
    first = found.next(at.now, working_calendar(at.session))
    return f"{_first_upper(found.words())}. If it began now, first on {_wall(first)}."


def _put(known: dict[str, Any], path: list[str], value: str) -> None:
    for name in path[:-1]:
        inner = known.get(name)
        known[name] = inner if isinstance(inner, dict) else {}
        known = known[name]
    known[path[-1]] = value


def _wall(moment: dt.datetime) -> str:
    local = moment.astimezone(ZONE)
    return f"{long_date(local.date())}, {local:%H:%M}"


def _first_upper(words: str) -> str:
    return words[:1].upper() + words[1:]
