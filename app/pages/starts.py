"""Two ways in: refer a case as a safeguarding lead, or suggest one to your own lead."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.requests import Visit
from engine import tasks
from reviews.commands import start_referral, suggest_case
from reviews.settings import setting

starts = Blueprint("starts", __name__)


@starts.get("/refer")
def refer(at: Visit) -> ResponseReturnValue:
    """What a referral is for, before one is begun."""
    danger = setting(at.session, "immediate_danger")
    return render_template(
        "pages/refer.html", at=at, danger=danger, agencies=_agencies(at, "safeguarding_lead")
    )


@starts.post("/refer")
def begin_referral(at: Visit) -> ResponseReturnValue:
    """Begin a referral and go to its first step."""
    review = start_referral(at.session, at.viewer, agency=request.form.get("agency") or None)
    return redirect(_first_step(at, review.ref), 303)


@starts.get("/suggest")
def suggest(at: Visit) -> ResponseReturnValue:
    """What a suggestion is for, before one is begun."""
    danger = setting(at.session, "immediate_danger")
    return render_template("pages/suggest.html", at=at, danger=danger, agencies=sorted(at.viewer.agencies))


@starts.post("/suggest")
def begin_suggestion(at: Visit) -> ResponseReturnValue:
    """Begin a suggestion and go to its three questions."""
    suggestion = suggest_case(at.session, at.viewer, agency=request.form.get("agency") or None)
    return redirect(_first_step(at, suggestion.key), 303)


def _first_step(at: Visit, key: str) -> str:
    at.session.flush()
    first = tasks(at.session, business_keys=[key])[0]
    return url_for("steps.show", task_id=first.id, step=first.step.replace("_", "-"))


def _agencies(at: Visit, role: str) -> list[str]:
    return list(at.viewer.agencies_as(role))
