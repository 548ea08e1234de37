"""The colour of a review's standing on its tag: it repeats the word, and says nothing by itself."""

from __future__ import annotations

COLOURS: dict[str, str] = {
    "draft": "grey",
    "awaiting_triage": "blue",
    "declined": "grey",
    "second_look": "yellow",
    "handed_over": "yellow",
    "more_information": "yellow",
    "deferred_capacity": "yellow",
    "scheduling": "blue",
    "agency_preparation": "blue",
    "further_meeting": "blue",
    "summary_drafting": "blue",
    "awaiting_qa": "purple",
    "qa_returned": "yellow",
    "monitoring": "turquoise",
    "dissemination": "turquoise",
    "awaiting_impact": "turquoise",
    "impact_review": "turquoise",
    "on_hold": "orange",
    "closed": "green",
}
GROUPS: dict[str, tuple[str, frozenset[str]]] = {
    "referred": (
        "Referred",
        frozenset(
            {
                "draft",
                "awaiting_triage",
                "declined",
                "second_look",
                "handed_over",
                "more_information",
                "deferred_capacity",
            }
        ),
    ),
    "review": (
        "At work",
        frozenset({"scheduling", "agency_preparation", "further_meeting", "summary_drafting"}),
    ),
    "qa": ("With the QA sub-group", frozenset({"awaiting_qa", "qa_returned"})),
    "after": (
        "Actions, sharing, impact",
        frozenset({"monitoring", "dissemination", "awaiting_impact", "impact_review"}),
    ),
    "paused": ("On hold", frozenset({"on_hold"})),
    "ended": (
        "Ended",
        frozenset({"closed", "closed_not_accepted", "closed_redirected", "closed_withdrawn"}),
    ),
}


def colour_of(standing: str) -> str:
    """The colour of a tag for a standing: grey for what has none of its own."""
    return COLOURS.get(standing, "grey")
