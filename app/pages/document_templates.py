"""The Word templates of documents, for the Board's office: take one, add another, try it, use it, go back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import questions
from app.pages.documents import as_file
from app.requests import Visit
from app.uploads import uploaded
from engine import Refused
from reviews.documents import templates as reading
from reviews.documents.kinds import KINDS, Kind, kind_named
from reviews.documents.placeholders import AROUND
from reviews.documents.word import TYPE
from reviews.long_work.kinds import Made
from reviews.partnership import history_of, times_changed

document_templates = Blueprint("document_templates", __name__, url_prefix="/office/document-templates")
Errors = list[dict[str, str]]


@document_templates.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """Every kind of document, and whose template it is made from."""
    rows = [(kind, reading.in_use(at.session, kind)) for kind in KINDS.values()]
    return render_template("pages/document_templates.html", at=at, rows=rows)


@document_templates.get("/<paper>")
def show(at: Visit, paper: str) -> ResponseReturnValue:
    """The templates of one kind."""
    return _page(at, _kind(paper), [])


@document_templates.post("/<paper>")
def add(at: Visit, paper: str) -> ResponseReturnValue:
    """Add another. It is not in use yet."""
    kind, came = _kind(paper), uploaded()
    errors = [{"text": came.problem, "href": "#file"}] if came.problem else []
    if came.examined is not None:
        try:
            row = reading.add_template(at.session, at.viewer, kind, came.examined.name, came.examined.content)
        except Refused as no:
            errors = [{"text": str(no), "href": f"#{no.about or 'file'}"}]
    if errors:
        return _page(at, kind, errors), came.status
    flash(f"Template {row.number} is added. Look at its example, then put it into use.")
    return redirect(url_for(".show", paper=paper), 303)


@document_templates.get("/<paper>/<int:template>/file")
def file(at: Visit, paper: str, template: int) -> Response:
    """A template itself."""
    kind = _kind(paper)
    name = f"template-{paper}-{template}.docx"
    return as_file(Made(name, TYPE, reading.numbered(at.session, kind, template)))


@document_templates.get("/<paper>/<int:template>/example")
def example(at: Visit, paper: str, template: int) -> Response:
    """A template filled in with an example."""
    name = f"example-{paper}-{template}.docx"
    return as_file(Made(name, TYPE, reading.try_out(at.session, _kind(paper), template)))


@document_templates.get("/<paper>/<int:template>/use")
def ask_use(at: Visit, paper: str, template: int) -> ResponseReturnValue:
    """Why it is put into use."""
    return _use_page(at, paper, template, questions("reason", at))


@document_templates.post("/<paper>/<int:template>/use")
def use(at: Visit, paper: str, template: int) -> ResponseReturnValue:
    """Put it into use."""
    asked, kind, seen = questions("reason", at), _kind(paper), request.form.get("seen", type=int)

    def act(told: dict[str, Any]) -> None:
        reading.use_template(at.session, at.viewer, kind, template, reason=told["reason"], seen=seen)

    if not asked.sent(at, act):
        return _use_page(at, paper, template, asked), 422
    flash("The template is in use: documents are made from it from now on.")
    return redirect(url_for(".show", paper=paper), 303)


def _kind(paper: str) -> Kind:
    return kind_named(paper.replace("-", "_"))


def _use_page(at: Visit, paper: str, template: int, asked: Any) -> str:
    kind = _kind(paper)
    reading.numbered(at.session, kind, template)
    seen = times_changed(at.session, reading.key_of(kind))
    page: str = asked.page("document_template_use", at, kind=kind, paper=paper, number=template, seen=seen)
    return page


def _page(at: Visit, kind: Kind, errors: Errors) -> str:
    rows, used = reading.own_templates(at.session, kind), reading.in_use(at.session, kind)
    history = history_of(at.session, reading.key_of(kind))
    at.names.need([*(row.added_by for row in rows), *(row.changed_by for row in history)])
    return render_template(
        "pages/document_template.html",
        at=at,
        kind=kind,
        paper=kind.id.replace("_", "-"),
        rows=rows,
        used=used.number if used else 0,
        history=history,
        around=AROUND,
        errors=errors,
    )
