"""Documents: what there is for this person; each to print, as a Word file, as a PDF where one can be made."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from app.requests import Visit, note_reading
from reviews.documents import every_kind, printed  # noqa: F401  (registers what there is to make)
from reviews.documents.giving import ABOUT, give
from reviews.documents.kinds import Asking, Kind, document, kind_named, offered
from reviews.long_work.kinds import Made
from reviews.models import LongWork, Review
from reviews.settings import setting

documents = Blueprint("documents", __name__, url_prefix="/documents")
review_documents = Blueprint("review_documents", __name__, url_prefix="/reviews/<ref>/papers")


@dataclass(frozen=True)
class Line:
    """One document in a list: its words, and where each way out leads."""

    kind: str
    words: str
    handling: str
    print: str
    word: str
    pdf: str  # "" where PDF cannot be made


@documents.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """Documents that are of no one review."""
    lines = lines_for(at)
    return render_template("pages/documents.html", at=at, lines=lines, pdf=printed.pdf_can_be_made())


@documents.get("/<paper>/<piece>")
def show(at: Visit, paper: str, piece: str) -> ResponseReturnValue:
    """One of them, to read and to print: a page that can be printed is as good as a file."""
    kind = _kind(paper, of_review=False)
    page = _page(Asking(at.session, at.viewer), kind, piece, url_for(".index"))
    note_reading(at, ABOUT, kind="file.opened", part=f"{kind.id} {piece}")
    return page


@documents.post("/<paper>/<piece>/<form>")
def take(at: Visit, paper: str, piece: str, form: str) -> ResponseReturnValue:
    """One of them as a file."""
    return _file(Asking(at.session, at.viewer), _kind(paper, of_review=False), piece, form)


@documents.get("/<paper>.css")
def style(at: Visit, paper: str) -> Response:
    """How a kind of document looks, on the screen and on paper."""
    kind = _kind(paper)
    partnership = str(setting(at.session, "board_name"))
    return Response(printed.style(partnership, kind.title, kind.classification), mimetype="text/css")


@review_documents.get("/<paper>/<piece>")
def show_paper(at: Visit, ref: str, paper: str, piece: str) -> ResponseReturnValue:
    """A document of a review, to read and to print."""
    back = url_for("reviews.show", ref=ref)
    return _page(Asking(at.session, at.viewer, at.review), _kind(paper, of_review=True), piece, back)


@review_documents.post("/<paper>/<piece>/<form>")
def take_paper(at: Visit, ref: str, paper: str, piece: str, form: str) -> ResponseReturnValue:
    """A document of a review as a file."""
    return _file(Asking(at.session, at.viewer, at.review), _kind(paper, of_review=True), piece, form)


def lines_for(at: Visit, *only: str, of_review: bool = False, piece: str = "") -> list[Line]:
    """The documents of this review, or of none, that this person may have; `only` some kinds, one piece."""
    asking = Asking(at.session, at.viewer, at.review if of_review else None)
    found = offered(asking, only=frozenset(only))
    of = asking.of
    return [
        line_of(at, kind, offer.part, offer.words, of) for kind, offer in found if piece in ("", offer.part)
    ]


def line_of(at: Visit, kind: Kind, piece: str, words: str, review: Review | None = None) -> Line:
    """One document in a list, with its ways out."""
    show, take = ("documents.show", "documents.take")
    if review is not None:
        show, take = ("review_documents.show_paper", "review_documents.take_paper")
    named: dict[str, Any] = {"paper": kind.id.replace("_", "-"), "piece": piece}
    if review is not None:
        named["ref"] = review.ref
    pdf = url_for(take, form="pdf", **named) if printed.pdf_can_be_made() else ""
    word = url_for(take, form="word", **named)
    return Line(kind.title, words, kind.classification, url_for(show, **named), word, pdf)


def _kind(paper: str, *, of_review: bool | None = None) -> Kind:
    return kind_named(paper.replace("-", "_"), of_review=of_review)


def _page(asking: Asking, kind: Kind, piece: str, back: str) -> str:
    style = url_for("documents.style", paper=kind.id.replace("_", "-"))
    return printed.page(document(asking, kind, piece), style=style, back=back)


def _file(asking: Asking, kind: Kind, piece: str, form: str) -> ResponseReturnValue:
    made = give(asking, kind, piece, form)
    if isinstance(made, LongWork):
        return redirect(url_for("long_work.show", work_id=made.id), 303)
    return as_file(made)


def as_file(made: Made) -> Response:
    """A file to be saved: never shown in a page of ours (OWASP ASVS 5.0, 5.4)."""
    return send_file(
        io.BytesIO(made.content),
        mimetype=made.type,
        as_attachment=True,
        download_name=made.name,
        conditional=False,
        etag=False,
    )
