"""Documents of a review: add one, download it, remove it, make a copy for sharing and share it."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import questions
from app.requests import Visit, house
from app.uploads import uploaded
from engine import NotFound, Refused
from reviews.disclosure_check.marks import KINDS, STRENGTHS
from reviews.files.commands import Place, attach, destroy_now, places_for, remove
from reviews.files.kinds import COPIED_KINDS, KIND_WORDS, TYPES
from reviews.files.reading import FileRow, row_of, takes_back
from reviews.files.sharing import copy_for_sharing, marks_of_copy, share
from reviews.files.store import bytes_of, label_of
from reviews.permissions import may, sections

files = Blueprint("files", __name__)
Errors = list[dict[str, str]]
LONGEST_WORDS = 300


@files.get("/reviews/<ref>/documents/add")
def ask(at: Visit, ref: str) -> ResponseReturnValue:
    """Which file, and what it is."""
    return _add_page(at, [])


@files.post("/reviews/<ref>/documents/add")
def add(at: Visit, ref: str) -> ResponseReturnValue:
    """Keep it."""
    came, place, to_scan = uploaded(), _chosen(at), bool(house().config.clamd)
    errors = [{"text": came.problem, "href": "#file"}] if came.problem else []
    errors += [] if place else [{"text": "Select what it belongs to", "href": "#place"}]
    if came.examined is not None and place is not None:
        try:
            attach(
                at.session, at.viewer, ref, came.examined, place=place, words=typed_words(), to_scan=to_scan
            )
        except Refused as no:
            errors = [{"text": str(no), "href": f"#{no.about or 'file'}"}]
    if errors or place is None:
        return _add_page(at, errors), came.status
    flash("The document is added." + (" It can be opened once it is checked for viruses." if to_scan else ""))
    return redirect(where_listed(at, place.kind), 303)


@files.get("/files/<uuid:file_id>")
def download(at: Visit, file_id: UUID) -> Response:
    """The file itself, to be saved: never shown in a page of ours (OWASP ASVS 5.0, 5.4)."""
    return send_file(
        io.BytesIO(bytes_of(at.session, at.file)),
        mimetype=TYPES[at.file.type].mime,
        as_attachment=True,
        download_name=label_of(at.session, at.file).name,
        conditional=False,
        etag=False,
    )


@files.get("/files/<uuid:file_id>/remove")
def ask_remove(at: Visit, file_id: UUID) -> ResponseReturnValue:
    """Why."""
    return questions("reason", at).page("file_remove", at, review=at.review, row=_removable(at))


@files.post("/files/<uuid:file_id>/remove")
def take_away(at: Visit, file_id: UUID) -> ResponseReturnValue:
    """Remove it."""
    asked, row = questions("reason", at), _removable(at)
    if not asked.sent(at, lambda told: _remove(at, told["reason"])):
        return asked.page("file_remove", at, review=at.review, row=row), 422
    flash("The document is removed. Its content is destroyed after 30 days.")
    return redirect(where_listed(at, row.file.kind), 303)


@files.get("/files/<uuid:file_id>/destroy")
def ask_destroy(at: Visit, file_id: UUID) -> ResponseReturnValue:
    """Whether to destroy a removed file's content without waiting."""
    if at.file.removed_at is None or at.file.destroyed_at is not None:
        raise NotFound
    return render_template(
        "pages/file_destroy.html", at=at, review=at.review, row=row_of(at.session, at.file)
    )


@files.post("/files/<uuid:file_id>/destroy")
def destroy(at: Visit, file_id: UUID) -> ResponseReturnValue:
    """Destroy it."""
    destroy_now(at.session, at.viewer, file_id)
    flash("The content of the document is destroyed.")
    return redirect(where_listed(at, at.file.kind), 303)


@files.get("/files/<uuid:file_id>/copy")
def ask_copy(at: Visit, file_id: UUID) -> ResponseReturnValue:
    """What a copy for sharing leaves out."""
    return _confirm(at, "file_copy", [])


@files.post("/files/<uuid:file_id>/copy")
def copy(at: Visit, file_id: UUID) -> ResponseReturnValue:
    """Make it; the original stays."""
    try:
        copy_for_sharing(at.session, at.viewer, file_id, to_scan=bool(house().config.clamd))
    except Refused as no:
        return _confirm(at, "file_copy", [{"text": str(no), "href": "#copy"}]), 422
    flash("A copy is made. Somebody else reads it and shares it.")
    return redirect(where_listed(at, "shareable"), 303)


@files.get("/files/<uuid:file_id>/share")
def ask_share(at: Visit, file_id: UUID) -> ResponseReturnValue:
    """The second reader's question: can anybody be recognised?"""
    return _confirm(at, "file_share", [])


@files.post("/files/<uuid:file_id>/share")
def share_copy(at: Visit, file_id: UUID) -> ResponseReturnValue:
    """Share it with everybody who sees what this review shares."""
    try:
        if request.form.get("read") != "yes":
            raise Refused("Confirm that you have read the copy", about="read")
        with at.session.begin_nested():
            share(at.session, at.viewer, file_id, why=request.form.get("why", ""))
    except Refused as no:
        return _confirm(at, "file_share", [{"text": str(no), "href": f"#{no.about or 'read'}"}]), 422
    flash("The copy is shared with the agencies of this review.")
    return redirect(url_for("reviews.part", ref=at.review.ref, section="sharing"), 303)


def typed_words() -> str:
    """What was typed about a file."""
    return " ".join(request.form.get("words", "").split())[:LONGEST_WORDS]


def where_listed(at: Visit, kind: str) -> str:
    """The part of the review in which this person finds files of a kind."""
    opened = sections(at.session, at.viewer, at.review)
    part = {"referral": "referral", "preparation": "agencies", "evidence": "actions"}.get(kind, "documents")
    section = "documents" if "documents" in opened else part
    return url_for("reviews.part", ref=at.review.ref, section=section)


def _add_page(at: Visit, errors: Errors) -> str:
    places = places_for(at.session, at.viewer, at.review)
    if not places:
        raise NotFound
    options = [(_value(place), _place_words(at, place)) for place in places]
    back = where_listed(at, places[0].kind)
    return render_template(
        "pages/file_add.html",
        at=at,
        review=at.review,
        places=options,
        asked=request.form,
        errors=errors,
        listed=back,
    )


def _value(place: Place) -> str:
    return f"{place.kind}:{place.agency}" if place.agency else place.kind


def _place_words(at: Visit, place: Place) -> str:
    if place.agency:
        return f"The preparation of {at.names.agency(place.agency)}"
    return KIND_WORDS[place.kind]


def _chosen(at: Visit) -> Place | None:
    """The place that was chosen; the only one where there is no choice."""
    places = places_for(at.session, at.viewer, at.review)
    if len(places) == 1:
        return places[0]
    return next((each for each in places if _value(each) == request.form.get("place")), None)


def _removable(at: Visit) -> FileRow:
    theirs = takes_back(at.viewer, at.review, at.file)
    if at.file.removed_at is not None or not (theirs or may(at.session, at.viewer, "remove_file", at.review)):
        raise NotFound
    return row_of(at.session, at.file)


def _remove(at: Visit, reason: str) -> None:
    remove(at.session, at.viewer, at.file.id, reason=reason)


def _confirm(at: Visit, template: str, errors: Errors) -> str:
    row = row_of(at.session, at.file)
    kinds = ("shareable",) if template == "file_share" else COPIED_KINDS
    if not row.opens or at.file.kind not in kinds:
        raise NotFound
    facts: dict[str, Any] = {"kinds": KINDS, "strengths": STRENGTHS, "why": request.form.get("why", "")}
    if template == "file_share":
        by = at.actor if request.method == "POST" else None
        facts["check"] = marks_of_copy(at.session, at.viewer, at.file.id, by=by)
    return render_template(f"pages/{template}.html", at=at, review=at.review, row=row, errors=errors, **facts)
