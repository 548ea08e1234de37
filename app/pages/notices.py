"""Notices for the office: the log of what was sent, and the texts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.paging import Listing, page_number
from app.requests import Visit
from engine import NotFound
from reviews.models import Person
from reviews.notice_log import STATES, Wanted, notice_log, readers
from reviews.notice_texts import (
    MEANINGS,
    all_texts,
    change_text,
    restore_text,
    shipped_text,
    text_history,
    wrong_words,
)
from reviews.notices import Notice, preview, text_of
from reviews.permissions import may

notices = Blueprint("notices", __name__, url_prefix="/notices")


@notices.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """Every notice that this person may know of, newest first."""
    state = request.args.get("state", "")
    wanted = Wanted(request.args.get("to", "")[:80], state if state in STATES else "")
    people = readers(at.session, at.viewer)
    at.names.need(people)
    return render_template(
        "pages/notices.html",
        at=at,
        wanted=wanted,
        list=_listing(at, wanted, url_for(".index"), {"to": wanted.person, "state": wanted.state}),
        people=sorted(people, key=at.names.person),
        may_change=may(at.session, at.viewer, "change_texts"),
    )


@notices.get("/people/<person>")
def person(at: Visit, person: str) -> ResponseReturnValue:
    """What was sent to one person."""
    found = at.session.get(Person, person)
    if found is None:
        raise NotFound
    listing = _listing(at, Wanted(person=person), url_for(".person", person=person))
    return render_template("pages/notices_person.html", at=at, person=found, list=listing)


@notices.get("/texts")
def texts(at: Visit) -> ResponseReturnValue:
    """Every text by what it is for."""
    rows = all_texts(at.session)
    at.names.need(row.changed_by for row in rows)
    return render_template("pages/notice_texts.html", at=at, rows=rows)


@notices.get("/texts/<text>")
def text(at: Visit, text: str) -> ResponseReturnValue:
    """The words of one notice, how it reads, and its history."""
    shipped_text(text)
    words = text_of(at.session, text)
    return _text_page(at, text, words.subject, words.body)


@notices.post("/texts/<text>")
def change(at: Visit, text: str) -> ResponseReturnValue:
    """Preview, save, or go back to the shipped words."""
    shipped_text(text)
    if request.form.get("do") == "restore":
        restore_text(at.session, at.viewer, text)
        flash("The text is as it was shipped.")
        return redirect(url_for(".text", text=text), 303)
    subject, body = _typed("subject"), _typed("body")
    problems = wrong_words(subject, body)
    if problems:
        errors = [{"text": sentence, "href": f"#{about}"} for about, sentence in problems]
        return _text_page(at, text, subject, body, errors=errors), 422
    if request.form.get("do") != "save":
        return _text_page(
            at, text, subject, body, shown=preview(at.session, text, subject=subject, body=body)
        )
    change_text(at.session, at.viewer, text, subject=subject, body=body)
    flash("The text is saved. Every notice sent from now on has these words.")
    return redirect(url_for(".text", text=text), 303)


def _listing(at: Visit, wanted: Wanted, path: str, asked: dict[str, str] | None = None) -> Listing[Any]:
    page = page_number(request.args.get("page"))
    rows, total = notice_log(at.session, at.viewer, wanted, page=page)
    at.names.need(row.recipient for row in rows)
    return Listing(rows, total, page, path, asked or {})


def _typed(name: str) -> str:
    """What was typed, with plain line breaks and no space around it."""
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def _text_page(
    at: Visit,
    text: str,
    subject: str,
    body: str,
    *,
    errors: list[dict[str, str]] | None = None,
    shown: Notice | None = None,
) -> str:
    shipped, history = shipped_text(text), text_history(at.session, text)
    in_force = text_of(at.session, text)
    at.names.need(each.by for each in history)
    return render_template(
        "pages/notice_text.html",
        at=at,
        purpose=shipped.purpose,
        subject=subject,
        body=body,
        own=(in_force.subject, in_force.body) != (shipped.subject, shipped.body),
        meanings=MEANINGS,
        history=history,
        shown=shown,
        errors=errors or [],
    )
