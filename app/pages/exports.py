"""A whole case, to print or as a file: why and for whom first, then the case."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, json, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.case_export import printed
from app.case_parts import QUIET
from app.identity import in_words
from app.page_forms import questions
from app.requests import Visit
from reviews.exporting import Asked, export_case
from reviews.exporting_folder import ask_for_folder

exports = Blueprint("exports", __name__, url_prefix="/reviews/<ref>/export")


@exports.get("")
def ask(at: Visit, ref: str) -> ResponseReturnValue:
    """Why, for whom, on what basis, and in which form."""
    return questions("case_export", at).page("case_export", at, review=at.review)


@exports.post("")
def make(at: Visit, ref: str) -> ResponseReturnValue:
    """The case. Kept in the log of disclosures."""
    asked, review = questions("case_export", at), at.review
    made: list[tuple[Any, str]] = []

    def act(told: dict[str, Any]) -> None:
        why = told.get("identity_reason") or ""
        wanted = Asked(told["reason"], told["to"], told["basis"], told["form"], why)
        make = ask_for_folder if wanted.form == "folder" else export_case
        made.append((make(at.session, at.viewer, ref, wanted), told["form"]))

    if not asked.sent(at, act):
        return asked.page("case_export", at, review=review), 422
    told, form = made[0]
    if form == "folder":
        return redirect(url_for("long_work.show", work_id=told.id), 303)
    if form == "json":
        return _file(f"{ref}.json", json.dumps(told, ensure_ascii=False, indent=1))
    facts = {"parts": printed(told), "identity": in_words(told.get("identity", {}))}
    lines = [line for line in told["timeline"] if line["kind"] not in QUIET]
    return render_template("pages/case_printed.html", at=at, told=told, lines=lines, **facts)


def _file(name: str, text: str) -> Response:
    response = make_response(text)
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
