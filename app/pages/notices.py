"""Notices for the office: the log of what was sent, and the texts as they are in use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.paging import Listing, page_number
from app.requests import Visit
from engine import NotFound
from reviews.models import Person
from reviews.notice_files import file_of, words_in_use
from reviews.notice_log import STATES, Wanted, notice_log, readers
from reviews.notice_texts import all_texts, files_in_use, shipped_text
from reviews.notices import preview
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
        may_change=may(at.session, at.viewer, "see_processes"),
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
    """Every text in use by what it is for."""
    rows = all_texts(files_in_use(at.session))
    return render_template("pages/notice_texts.html", at=at, rows=rows)


@notices.get("/texts/<text>")
def text(at: Visit, text: str) -> ResponseReturnValue:
    """The words of one notice in use, and how it reads."""
    shipped_text(text)
    return render_template(
        "pages/notice_text.html",
        at=at,
        words=words_in_use(at.session, text),
        own=file_of(text) in files_in_use(at.session),
        shown=preview(at.session, text),
    )


def _listing(at: Visit, wanted: Wanted, path: str, asked: dict[str, str] | None = None) -> Listing[Any]:
    page = page_number(request.args.get("page"))
    rows, total = notice_log(at.session, at.viewer, wanted, page=page)
    at.names.need(row.recipient for row in rows)
    return Listing(rows, total, page, path, asked or {})
