"""Where a review stands: one word for lists, one sentence for its page."""

from __future__ import annotations

from collections.abc import Collection

from reviews.models import Review

# state -> (short word for a tag, sentence)
STANDINGS: dict[str, tuple[str, str]] = {
    "draft": ("Draft", "The referral is being written and has not been sent."),
    "awaiting_triage": (
        "Awaiting decision",
        "Referred. The Head of Safeguarding and Learning decides on it.",
    ),
    "declined": ("Not accepted", "Not taken further. The referrer may ask once for a second look."),
    "second_look": ("Second look", "The decision is being looked at a second time."),
    "handed_over": (
        "Handed over",
        "Handed over to the Serious Case Review sub-group, which has yet to reply.",
    ),
    "more_information": ("More information", "The referrer was asked for more information."),
    "deferred_capacity": ("Waiting for capacity", "Suitable for a review. It waits until there is room."),
    "scheduling": ("Being set up", "Accepted. Agencies are told, a chair is found and a date is fixed."),
    "agency_preparation": ("Agencies prepare", "Agencies prepare for the meeting."),
    "further_meeting": ("Further meeting", "The meeting was held, and another one is needed."),
    "summary_drafting": (
        "Being written up",
        "The meeting was held. The summary and the plan are being written.",
    ),
    "awaiting_qa": ("Awaiting QA", "On the agenda of the QA sub-group."),
    "qa_returned": ("Changes asked for", "The QA sub-group asked for changes."),
    "monitoring": ("Actions open", "The plan is agreed. Its actions are being followed."),
    "dissemination": ("Learning shared", "Every action is closed. The learning is being shared."),
    "awaiting_impact": ("Impact to come", "Actions closed and learning shared. Its impact is checked later."),
    "impact_review": ("Impact check", "What has changed for children is being looked at."),
    "on_hold": ("On hold", "Paused. Its dates stand still until it goes on."),
    "closed": ("Closed", "Closed, its impact shown."),
    "closed_not_accepted": ("Not accepted", "Closed. Not held as a review; what it taught is kept."),
    "closed_redirected": ("Redirected", "Closed. The Serious Case Review sub-group has it."),
    "closed_withdrawn": ("Withdrawn", "Closed. It was withdrawn."),
}


def standing(review: Review, open_steps: Collection[str], *, event_ahead: bool = False) -> str:
    """Where a review stands, as a key of STANDINGS, from its state and the steps open in its own process.

    `event_ahead` says that a termly event will still carry its learning: then sharing goes on.
    """
    if review.held_since is not None and not review.ended:
        return "on_hold"
    if {"impact_check", "impact_rating"} & set(open_steps):
        return "impact_review"
    if review.state == "awaiting_triage":
        return _in_triage(open_steps)
    if review.state == "dissemination" and review.disseminated_on is not None and not event_ahead:
        return "awaiting_impact"
    return review.state


def _in_triage(open_steps: Collection[str]) -> str:
    if "scr_reply" in open_steps:
        return "handed_over"
    if {"second_look", "second_look_ruling"} & set(open_steps):
        return "second_look"
    if "outcome_reply" in open_steps:
        return "declined"
    return "awaiting_triage"
