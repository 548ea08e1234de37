"""Requests for more time: those that wait for this person's decision, and deciding one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import date_in, questions
from app.requests import Visit
from reviews.time_requests import decide, request_named, waiting_requests

time_requests = Blueprint("time_requests", __name__, url_prefix="/time-requests")


@time_requests.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """The requests of reviews that this person may see, oldest first."""
    rows = waiting_requests(at.session, at.viewer)
    at.names.need(row.asked_by for row in rows)
    linked = at.open_to_them(row.about for row in rows)
    return render_template("pages/time_requests.html", at=at, rows=rows, linked=linked)


@time_requests.get("/<uuid:request_id>")
def show(at: Visit, request_id: UUID) -> ResponseReturnValue:
    """What is asked, and the decision to be made."""
    row = request_named(at.session, at.viewer, request_id)
    known = {"request.until": row.until.isoformat() if row.until else None}
    return questions("time_decision", at, known=known).page("time_request", at, row=row)


@time_requests.post("/<uuid:request_id>")
def answer(at: Visit, request_id: UUID) -> ResponseReturnValue:
    """Agree, or not."""
    row, asked = request_named(at.session, at.viewer, request_id), questions("time_decision", at)

    def act(told: dict[str, Any]) -> None:
        agreed = told["outcome"] == "agreed"
        until = date_in(told, "new_due")
        decide(at.session, at.viewer, request_id, agreed=agreed, until=until, reason=told["reason"])

    if not asked.sent(at, act):
        return asked.page("time_request", at, row=row), 422
    flash("Decided. Those concerned are told.")
    return redirect(url_for(".index"), 303)
