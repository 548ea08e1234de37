"""The states of a review in people's words: a short tag, a colour that only repeats it, and a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from reviews.models import Review


@dataclass(frozen=True)
class State:
    """One state in words."""

    tag: str
    colour: str
    sentence: str


STATES: dict[str, State] = {
    "draft": State("Draft", "grey", "The referral is being written. It has not been sent."),
    "awaiting_triage": State(
        "Decision awaited", "blue", "It was referred. Whether to hold a review is being decided."
    ),
    "more_information": State(
        "More information asked for", "yellow", "The referrer was asked for more before it is decided."
    ),
    "deferred_capacity": State(
        "Waiting for room", "yellow", "It is suitable, and waits until there is room for one more review."
    ),
    "scheduling": State(
        "Being set up", "blue", "It was accepted. Agencies, a chair and a date are being settled."
    ),
    "agency_preparation": State("Agencies prepare", "blue", "Agencies are preparing for the meeting."),
    "further_meeting": State("Another meeting", "blue", "The agencies have met and will meet once more."),
    "summary_drafting": State(
        "Summary being written", "blue", "The agencies have met. The chair is writing the summary."
    ),
    "awaiting_qa": State("With the QA sub-group", "purple", "The findings go to the QA sub-group."),
    "qa_returned": State("Changes asked for", "yellow", "The QA sub-group asked for changes."),
    "monitoring": State(
        "Actions under way", "turquoise", "The plan is agreed, and its actions are under way."
    ),
    "dissemination": State("Learning being shared", "turquoise", "The learning is being passed on to staff."),
    "impact_review": State(
        "Checking what changed", "turquoise", "It is being checked whether practice has changed."
    ),
    "closed": State("Closed", "green", "The review is closed."),
    "closed_not_accepted": State(
        "Not taken further", "grey", "It was not taken further. What was learned is kept."
    ),
    "closed_redirected": State(
        "With the statutory review", "grey", "It went to the Serious Case Review sub-group."
    ),
    "closed_withdrawn": State("Withdrawn", "grey", "The review was withdrawn."),
}
PAUSED = State("Paused", "orange", "The review is paused, and its clocks stand still.")


def state_of(review: Review) -> State:
    """A review's state; paused goes before all others while it lasts."""
    if review.held_since is not None and not review.ended:
        return PAUSED
    return STATES[review.state]
