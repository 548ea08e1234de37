"""What is done to a review: a referral begins it; it is paused, resumed, withdrawn, redirected, reopened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from app.api.calls import PREFIX, Calls, Known
from app.api.shapes import reviews as shapes
from app.api.tasks import told
from app.requests import Visit
from engine import tasks
from reviews import commands
from reviews.models import Review
from reviews.queries import overview
from reviews.reopening import reopen as open_again

review_changes = Calls("review_changes", "Referring a case, and changing a review")


def _begun(at: Visit, about: Known) -> tuple[dict[str, Any], dict[str, str]]:
    ref = about["about"]
    first = tasks(at.session, business_keys=[ref])
    row = next((each for each in first if each.step == "referral"), first[0])
    child, held = at.about(row)
    shown = {"ref": ref, "task": told(at, row, child=child, action="", on_hold=held)}
    return shown, {"Location": f"{PREFIX}/reviews/{ref}"}


@review_changes.acts(
    "/reviews",
    body=shapes.Referring(),
    sends={"agency": "edu"},
    answer=shapes.Begun(),
    example=shapes.BEGUN,
    shows=_begun,
    status=201,
)
def refer(at: Visit, sent: Mapping[str, Any]) -> Known:
    """Refer a case

    Begins a referral as a draft of one's own. Its first task asks what the referral form asks; completing it
    sends the referral."""
    review = commands.start_referral(at.session, at.viewer, agency=sent.get("agency"))
    at.session.flush()
    return {"about": review.ref}


def _stands(at: Visit, about: Known, *, ref: str) -> dict[str, Any]:
    review = at.session.scalars(select(Review).where(Review.ref == about["about"])).one()
    row = overview(at.session, at.viewer, review).row
    return {
        "ref": row.ref,
        "standing": row.standing,
        "standing_word": row.standing_word,
        "sentence": row.sentence,
        "held_since": review.held_since,
        "ended": review.ended,
    }


def _change(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return review_changes.acts(
        f"/reviews/<ref>/{name}",
        body=shapes.Reason(),
        sends=shapes.WHY,
        answer=shapes.Standing(),
        example=shapes.STANDS,
        shows=_stands,
    )


@_change("pause")
def pause(at: Visit, sent: Mapping[str, Any], ref: str) -> Known:
    """Pause a review

    All its clocks stop: nobody is reminded and nothing becomes late. Those involved are told."""
    commands.pause_review(at.session, at.viewer, ref, reason=sent["reason"])
    return {"about": ref}


@_change("withdraw")
def withdraw(at: Visit, sent: Mapping[str, Any], ref: str) -> Known:
    """Withdraw a review

    It ends here and those involved are told. What was learned is kept. This cannot be undone."""
    commands.withdraw(at.session, at.viewer, ref, reason=sent["reason"])
    return {"about": ref}


@_change("redirect")
def redirect(at: Visit, sent: Mapping[str, Any], ref: str) -> Known:
    """Redirect a review to the statutory route

    A child has died or was seriously harmed: it is handed over to the Serious Case Review sub-group, and the
    review stops. This cannot be undone."""
    commands.statutory_threshold(at.session, at.viewer, ref, reason=sent["reason"])
    return {"about": ref}


@_change("reopen")
def reopen(at: Visit, sent: Mapping[str, Any], ref: str) -> Known:
    """Open an ended review again

    It stays as it is. A new one carries it on, and is answered: it begins as a referral of one's own, filled
    in with what is known."""
    review = open_again(at.session, at.viewer, ref, reason=sent["reason"])
    at.session.flush()
    return {"about": review.ref}


@_change("resume")
def resume(at: Visit, sent: Mapping[str, Any], ref: str) -> Known:
    """Resume a paused review

    Its clocks run on with the time they had left. Those involved are told."""
    commands.resume_review(at.session, at.viewer, ref, reason=sent["reason"])
    return {"about": ref}
