"""Meetings of the Board and its sub-groups: the agenda of each, its papers, and arranging it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import questions
from app.pages.documents import line_of
from app.requests import Visit
from app.words import day
from reviews.agendas import arranging
from reviews.agendas.items import Item
from reviews.agendas.papers import ask_for_papers, offered_papers
from reviews.agendas.reading import agenda, bodies, meetings, next_of
from reviews.bodies import body_facts
from reviews.documents.kinds import Asking, kind_named, offered
from reviews.documents.printed import pdf_can_be_made
from reviews.permissions import may

agendas = Blueprint("agendas", __name__, url_prefix="/meetings-of-bodies")


@agendas.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """The bodies whose agendas this person sees, each with its next meeting and those that are over."""
    found = [
        {
            "id": body,
            "name": body_facts(at.session, body).name,
            "next": next_of(at.session, at.viewer, body),
            "over": [each for each in meetings(at.session, at.viewer, body) if each < at.today],
        }
        for body in bodies(at.session, at.viewer)
    ]
    return render_template(
        "pages/agendas.html", at=at, found=found, reports=may(at.session, at.viewer, "see_board_reports")
    )


@agendas.get("/<body>/<on>")
def show(at: Visit, body: str, on: str) -> ResponseReturnValue:
    """One agenda: what waits, in its order; afterwards what was decided."""
    return _page(at, body, on)


@agendas.post("/<body>/<on>/place")
def place(at: Visit, body: str, on: str) -> ResponseReturnValue:
    """Move an item one place up or down."""
    key, up = request.form.get("key", "")[:120], request.form.get("do") == "up"
    arranging.place(at.session, at.viewer, body, on, key, up=up)
    return redirect(url_for(".show", body=body, on=on, _anchor=f"item-{key}"), 303)


@agendas.post("/<body>/<on>/items")
def add(at: Visit, body: str, on: str) -> ResponseReturnValue:
    """Add an item by hand."""
    asked = questions("agenda_item", at)
    if not asked.sent(at, lambda told: arranging.add(at.session, at.viewer, body, on, str(told["words"]))):
        return _page(at, body, on, asked), 422
    flash("The item is on the agenda.")
    return redirect(url_for(".show", body=body, on=on), 303)


@agendas.post("/<body>/<on>/take-off")
def take_off(at: Visit, body: str, on: str) -> ResponseReturnValue:
    """Take an item off that was added by hand."""
    arranging.take_off(at.session, at.viewer, body, on, request.form.get("key", "")[:120])
    flash("The item is off the agenda.")
    return redirect(url_for(".show", body=body, on=on), 303)


@agendas.post("/<body>/<on>/carry")
def carry(at: Visit, body: str, on: str) -> ResponseReturnValue:
    """Carry an item to the following meeting."""
    to = arranging.carry(at.session, at.viewer, body, on, request.form.get("key", "")[:120])
    flash(f"The item is carried to {day(to)}.")
    return redirect(url_for(".show", body=body, on=on), 303)


@agendas.post("/<body>/<on>/papers/<form>")
def papers(at: Visit, body: str, on: str, form: str) -> ResponseReturnValue:
    """Have every paper made as a file: long work."""
    work = ask_for_papers(at.session, at.viewer, body, on, form)
    return redirect(url_for("long_work.show", work_id=work.id), 303)


def _page(at: Visit, body: str, on: str, asked: Any = None) -> str:
    found = agenda(at.session, at.viewer, body, on)
    printed = [
        line_of(at, kind, offer.part, offer.words)
        for kind, offer in offered(Asking(at.session, at.viewer), only=frozenset({"body_agenda"}))
        if offer.part == f"{body}-{on}"
    ]
    facts = {
        "found": found,
        "papers": {item.key: _papers_of(at, item) for item in found.items},
        "printed": printed[0] if printed else None,
        "others": [each for each in meetings(at.session, at.viewer, body) if each != found.on],
        "linked": at.open_to_them(item.review for item in found.items if item.review),
        "pdf": pdf_can_be_made(),
    }
    return (asked or questions("agenda_item", at)).page("agenda", at, **facts)


def _papers_of(at: Visit, item: Item) -> list[Any]:
    found = []
    for asking, what, piece in offered_papers(at.session, at.viewer, item):
        words = next(offer.words for offer in what.offers(asking) if offer.part == piece)
        found.append(line_of(at, kind_named(what.id), piece, words, asking.of))
    return found
