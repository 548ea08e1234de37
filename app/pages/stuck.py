"""Cases that cannot go on: which process, at which step, since when; and a button that tries again."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.paging import PER_PAGE, Listing, page_number
from app.requests import REFUSED, Visit
from engine import Refused
from reviews.stuck import stuck_cases, try_again

stuck = Blueprint("stuck", __name__, url_prefix="/stuck")


@stuck.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """The list. A review is named only to those who may see it."""
    found, page = stuck_cases(at.session, at.viewer), page_number(request.args.get("page"))
    rows = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    known = at.open_to_them(row.business_key for row in rows)
    listed = Listing(rows, len(found), page, url_for(".index"), {})
    return render_template("pages/stuck.html", at=at, list=listed, known=known)


@stuck.post("/<uuid:instance_id>/try-again")
def again(at: Visit, instance_id: UUID) -> ResponseReturnValue:
    """Let one run again."""
    try:
        try_again(at.session, at.viewer, instance_id)
        flash("The case runs again. If it cannot go on, it comes back to this list within two hours.")
    except Refused as no:
        flash(str(no), REFUSED)
    return redirect(url_for(".index"), 303)
