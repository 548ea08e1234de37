"""The words of notices in a change of the reminders: every text, and one with how it will read."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.pages.studio.drafts import opened
from app.requests import Visit
from engine import NotFound, Refused, StaleFile
from reviews.notice_checks import wrong_words
from reviews.notice_files import file_of, written
from reviews.notice_texts import MEANINGS, all_texts
from reviews.notices import Notice, preview
from reviews.shipped import CHASING
from reviews.studio import notices as verbs
from reviews.studio.changes import findings_now
from reviews.studio.drafting import Draft
from reviews.texts import Text

studio_notices = Blueprint("studio_notices", __name__, url_prefix="/studio/changes/<uuid:change_id>/notices")


@studio_notices.get("/")
def index(at: Visit, change_id: UUID) -> ResponseReturnValue:
    """Every text by what it is for, with its words in this change."""
    draft = opened(at, change_id)
    if draft.row.process != CHASING:
        raise NotFound
    back = {"href": url_for("studio_changes.show", change_id=change_id), "text": "The change"}
    rows, findings = all_texts(draft.files), findings_now(at.session, change_id)
    found = [each for each in findings if each.file.endswith(".notice")]
    return render_template(
        "studio/notices.html", at=at, change=draft.row, rows=rows, findings=found, back=back
    )


@studio_notices.get("/<text>")
def ask(at: Visit, change_id: UUID, text: str) -> ResponseReturnValue:
    """One text, to change it."""
    draft = opened(at, change_id)
    words = verbs.words_of(draft, text)
    return _page(at, draft, text, words.subject, words.body, shown=_read(at, text, words))


@studio_notices.post("/<text>")
def save(at: Visit, change_id: UUID, text: str) -> ResponseReturnValue:
    """Show how it will read, keep it in the change, or go back to the words of the release."""
    draft = opened(at, change_id)
    verbs.words_of(draft, text)
    subject, body, do = _typed("subject"), _typed("body"), request.form.get("do")
    problems = [] if do == "restore" else wrong_words(text, written(subject, body))
    if problems:
        return _page(at, draft, text, subject, body, problems=problems), 422
    if do == "preview":
        shown = preview(at.session, text, subject=subject, body=body)
        return _page(at, draft, text, subject, body, shown=shown)
    try:
        draft.agreed(file_of(text), request.form.get("revision", -1, type=int))
        if do == "restore":
            verbs.put_back(at.session, at.viewer, draft, text)
        else:
            verbs.change(at.session, at.viewer, draft, text, subject=subject, body=body)
    except StaleFile as other:
        return _page(at, draft, text, subject, body, other=other), 409
    except Refused as no:
        return _page(at, draft, text, subject, body, problems=[(no.about or "subject", str(no))]), 422
    flash("The words are kept in this change. They are sent once it is approved and in use.")
    return redirect(url_for(".index", change_id=change_id), 303)


def _typed(name: str) -> str:
    """What was typed, with plain line breaks and no space around it."""
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def _read(at: Visit, text: str, words: Text) -> Notice:
    return preview(at.session, text, subject=words.subject, body=words.body)


def _page(
    at: Visit,
    draft: Draft,
    text: str,
    subject: str,
    body: str,
    *,
    problems: list[tuple[str, str]] | None = None,
    shown: Notice | None = None,
    other: StaleFile | None = None,
) -> str:
    words = verbs.words_of(draft, text)
    if other is not None:
        at.names.need([other.saved_by])
    return render_template(
        "studio/notice.html",
        at=at,
        change=draft.row,
        edits=draft.editable,
        revision=draft.revision(file_of(text)),
        words=words,
        subject=subject,
        body=body,
        own=file_of(text) in draft.files,
        meanings=MEANINGS,
        shown=shown,
        other=other,
        now=_read(at, text, words) if other is not None else None,
        errors=[{"text": sentence, "href": f"#{about}"} for about, sentence in problems or []],
        back={"href": url_for(".index", change_id=draft.row.id), "text": "Words of notices"},
    )
