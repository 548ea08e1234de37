"""Opening a review in an emergency. The answer is the same for a reference that does not exist and for one
that stays closed to whoever asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import questions
from app.requests import Visit
from reviews.break_glass import end_now, grants, open_in_emergency
from reviews.models import BreakGlass, Review

emergency = Blueprint("emergency", __name__, url_prefix="/emergency")
NOT_OPENED = (
    "We could not open a review with this reference. Check it, or telephone the Board’s business team"
)


@emergency.get("/")
def ask(at: Visit) -> ResponseReturnValue:
    """Which review, and why it is needed now."""
    return questions("emergency", at).page("emergency", at, open_now=_open_now(at))


@emergency.post("/")
def open_review(at: Visit) -> ResponseReturnValue:
    """Open it, or say that it could not be opened. Either is kept."""
    asked, opened = questions("emergency", at), list[str]()
    if asked.sent(at, lambda told: opened.extend(_opened(at, told))) and opened:
        return redirect(url_for("reviews.show", ref=opened[0]), 303)
    if not asked.errors:
        asked.errors = {"reference": NOT_OPENED}
    return asked.page("emergency", at, open_now=_open_now(at)), 422


@emergency.post("/<uuid:grant>/end")
def end(at: Visit, grant: UUID) -> ResponseReturnValue:
    """Close it again."""
    end_now(at.session, at.viewer, grant)
    flash("The review is closed to you again.")
    return redirect(url_for("work.inbox"), 303)


def _opened(at: Visit, told: dict[str, Any]) -> list[str]:
    ref = told["reference"].strip().upper()
    if at.sees(ref):  # open to them anyway: nothing to break
        return [ref]
    found = open_in_emergency(at.session, at.viewer, ref, why=told["why"], reason=told["reason"])
    return [found.ref] if found else []


def _open_now(at: Visit) -> list[tuple[str, BreakGlass]]:
    return [(at.session.get_one(Review, row.review).ref, row) for row in grants(at.session, at.viewer)]
