"""Services of the statutory route and of the ways a review ends early (A1, A2, A4)."""

from __future__ import annotations

from sqlalchemy import select

from engine import ServiceCall, cancel, instances
from reviews.access import name_if_restricted
from reviews.models import OPEN_STATUSES, Action, Involvement, Redirect, Review, Screen
from reviews.posts import those_told
from reviews.services.answers import given, review_of, words
from reviews.services.registry import registry


@registry.service("hand_over_to_scr")
def hand_over_to_scr(call: ServiceCall) -> None:
    """Send the case to the Serious Case Review sub-group, from the screen, from triage or at any later time.

    Reached through the message `statutory_threshold` nobody waits for a reply here: the review ends.
    """
    review = review_of(call)
    told = call.variables.get("statutory_threshold") or {}
    reason = str(told.get("reason") or "") or _reason(call, review)
    call.session.add(Redirect(review=review.id, sent_on=call.today, reason=reason))
    receivers = those_told(call.session, "scr_chair", None, call.today)
    name_if_restricted(call.session, review, receivers, reason="Handed over", by=call.actor, now=call.now)
    for person in receivers:
        call.mail(to=person, text="handed_over", about=review.ref, urgent=True)
    call.mail(to=review.referrer, text="referral_outcome", about=review.ref)
    if told:
        review.outcome = "redirect_scr"
        _end(call, review)
        _stop_beside(call, review, reason)
        _tell_agencies(call, review, "review_ended")


@registry.service("record_scr_reply")
def record_scr_reply(call: ServiceCall) -> None:
    """Keep the sub-group's reply; what they do not take goes back to triage (A2)."""
    review, answers = review_of(call), given(call)
    row = call.session.scalars(
        select(Redirect).where(Redirect.review == review.id).order_by(Redirect.sent_on.desc()).limit(1)
    ).one_or_none()
    if row is None:
        row = Redirect(review=review.id, sent_on=call.today)
        call.session.add(row)
    row.reply = words(answers, "outcome")
    row.reply_note = " ".join(filter(None, [words(answers, "their_reference"), words(answers, "reason")]))
    row.replied_by, row.replied_on = call.actor.id, call.today
    for person in those_told(call.session, "hosl", None, call.today):
        call.mail(to=person, text="scr_replied", about=review.ref)


@registry.service("close_redirected")
def close_redirected(call: ServiceCall) -> None:
    """The sub-group has taken the case: it ends here, its reference and learning stay linked (A2)."""
    review = review_of(call)
    review.outcome = "redirect_scr"
    _end(call, review)
    call.mail(to=review.referrer, text="referral_outcome", about=review.ref)


@registry.service("withdraw_review")
def withdraw_review(call: ServiceCall) -> None:
    """Close a review that was withdrawn, with the reason, and tell those involved."""
    review = review_of(call)
    told = call.variables.get("withdraw") or {}
    review.state, review.closed_on, review.held_since = "closed_withdrawn", call.today, None
    review.outcome_reason = str(told.get("reason") or "")
    review.duplicate_of = str(told["duplicate_of"]) if told.get("duplicate_of") else None
    _stop_beside(call, review, review.outcome_reason)
    call.mail(to=review.referrer, text="review_withdrawn", about=review.ref)
    _tell_agencies(call, review, "review_withdrawn")


def _end(call: ServiceCall, review: Review) -> None:
    review.state, review.closed_on, review.held_since = "closed_redirected", call.today, None


def _stop_beside(call: ServiceCall, review: Review, reason: str) -> None:
    """What runs beside the review stops with it: open actions, each owner told, and sharing its learning."""
    at_work = select(Action.process_instance).where(
        Action.review == review.id,
        Action.status.in_(OPEN_STATUSES),
        Action.process_instance.is_not(None),
    )
    for action in call.session.scalars(at_work):
        if action is not None:
            call.send("cancel_action", to=action, payload={"reason": reason, "by": call.actor.id})
    for row in instances(call.session, review.ref):
        if row.process == "dissemination" and row.status in ("running", "paused"):
            cancel(call.session, row.id, reason=reason, by=call.actor)


def _reason(call: ServiceCall, review: Review) -> str:
    """The words of the decision that sent it on: triage's when it got that far, else the screen's."""
    if review.outcome == "redirect_scr" and review.outcome_reason:
        return review.outcome_reason
    screens = select(Screen.reason).where(Screen.review == review.id).order_by(Screen.checked_on.desc())
    return call.session.scalars(screens.limit(1)).first() or ""


def _tell_agencies(call: ServiceCall, review: Review, text: str) -> None:
    """Only agencies that were told of the review hear that it ended."""
    told = select(Involvement.agency).where(
        Involvement.review == review.id, Involvement.notified_on.is_not(None)
    )
    people = {
        person
        for agency in call.session.scalars(told)
        for person in those_told(call.session, "safeguarding_lead", agency, call.today)
    }
    for person in sorted((people | ({review.chair} if review.chair else set())) - {review.referrer}):
        call.mail(to=person, text=text, about=review.ref)
