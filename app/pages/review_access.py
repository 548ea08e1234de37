"""Who can open a restricted review: its list, naming somebody, taking them off, lifting the restriction."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.page_forms import Questions, questions
from app.requests import Visit
from engine import NotFound, Refused
from reviews.access import named_on
from reviews.permissions import may
from reviews.restricting import end_access, give_access, open_access, waiting_for_nobody

review_access = Blueprint("review_access", __name__, url_prefix="/reviews/<ref>/access")


@review_access.get("/")
def show(at: Visit, ref: str) -> ResponseReturnValue:
    """The list, and the steps that wait for nobody on it."""
    return _page(at, _asked(at))


@review_access.post("/")
def name(at: Visit, ref: str) -> ResponseReturnValue:
    """Name somebody."""
    asked = _asked(at)
    if not asked.sent(
        at,
        lambda told: give_access(at.session, at.viewer, ref, person=told["person"], reason=told["reason"]),
    ):
        return _page(at, asked), 422
    flash("They are on the list. What they see and do is still what their role gives them.")
    return redirect(url_for(".show", ref=ref), 303)


@review_access.post("/<person>/take-off")
def take_off(at: Visit, ref: str, person: str) -> ResponseReturnValue:
    """Take somebody off the list."""
    if not at.review.restricted:
        raise NotFound
    try:
        end_access(at.session, at.viewer, ref, person=person)
    except Refused as no:
        asked = _asked(at)
        asked.errors = {"": str(no)}
        return _page(at, asked), 422
    flash("They are no longer on the list, and cannot open this review.")
    gone = person == at.viewer.person
    return redirect(url_for("work.inbox") if gone else url_for(".show", ref=ref), 303)


@review_access.post("/lift")
def lift(at: Visit, ref: str) -> ResponseReturnValue:
    """Lift the restriction."""
    if not at.review.restricted:
        raise NotFound
    open_access(at.session, at.viewer, ref)
    flash("This review is open again to everybody whose role includes it.")
    return redirect(url_for("reviews.show", ref=ref), 303)


def _asked(at: Visit) -> Questions:
    """The questions of the page. There is no such page for a review that is not restricted."""
    if not at.review.restricted:
        raise NotFound
    asked = questions("name_access", at, review=at.review)
    listed = {row.person for row in named_on(at.session, at.review)}
    asked.options["anybody"] = [pair for pair in asked.options["anybody"] if pair[0] not in listed]
    return asked


def _page(at: Visit, asked: Questions) -> str:
    rows = named_on(at.session, at.review)
    at.names.need([row.person for row in rows] + [row.given_by for row in rows])
    return asked.page(
        "review_access",
        at,
        review=at.review,
        rows=rows,
        waiting=waiting_for_nobody(at.session, at.review),
        may_lift=may(at.session, at.viewer, "restrict_access", at.review),
    )
