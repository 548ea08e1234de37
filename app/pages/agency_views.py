"""What an agency sees differently, written by its own people."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.requests import Visit
from engine import NotFound, Refused
from reviews.writing.views import LONGEST_VIEW, agencies_to_speak_for, view_of, write_view

agency_views = Blueprint("agency_views", __name__, url_prefix="/reviews/<ref>/agency-view")


@agency_views.get("/")
def index(at: Visit, ref: str) -> ResponseReturnValue:
    """What their agency wrote so far, for each agency that they speak for."""
    return _page(at)


@agency_views.post("/")
def write(at: Visit, ref: str) -> ResponseReturnValue:
    """Keep it."""
    agency, text = request.form.get("agency", ""), request.form.get("text", "")
    try:
        with at.session.begin_nested():
            write_view(at.session, at.viewer, ref, agency, text)
    except Refused as no:
        return _page(at, (agency, text, str(no))), 422
    flash("Saved. The chair sees it in your own words, and it stands in the full summary.")
    return redirect(url_for(".index", ref=ref), 303)


def _page(at: Visit, typed: tuple[str, str, str] | None = None) -> str:
    agencies = agencies_to_speak_for(at.session, at.viewer, at.review)
    if not agencies:
        raise NotFound
    rows = []
    for agency in agencies:
        kept = view_of(at.session, at.review, agency)
        again = typed if typed and typed[0] == agency else None
        rows.append(
            {
                "agency": agency,
                "text": again[1] if again else kept.text if kept else "",
                "wrong": again[2] if again else "",
                "kept": kept,
            }
        )
        at.names.need([kept.by] if kept else [])
    errors = [{"text": row["wrong"], "href": f"#text-{row['agency']}"} for row in rows if row["wrong"]]
    agreed = at.review.ended or at.review.plan_adopted_on is not None
    facts = {"rows": rows, "errors": errors, "agreed": agreed, "longest": LONGEST_VIEW}
    return render_template("pages/agency_view.html", at=at, review=at.review, **facts)
