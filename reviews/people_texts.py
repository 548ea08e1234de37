"""The words of notices about absence, cover, roles and leaving: purpose, subject, body."""

from __future__ import annotations

PEOPLE_TEXTS: dict[str, tuple[str, str, str]] = {
    "cover_named": (
        "A deputy is named",
        "You are named as a deputy from {date}",
        (
            "A colleague is away from {date}, and you are named to act for them. Their work is in yours, "
            "marked with their name. Where it needs approval, we tell you when it is given."
        ),
    ),
    "cover_asked": (
        "A cover waits for approval",
        "A cover from {date} waits for you",
        (
            "For a colleague who is away from {date}, somebody would see reviews that they do not see now. "
            "Please approve or refuse it on the page “Cover”."
        ),
    ),
    "cover_approved": (
        "A cover is approved",
        "The cover from {date} is approved",
        "The cover that begins on {date} is approved.",
    ),
    "cover_refused": (
        "A cover is refused",
        "The cover from {date} is not approved",
        "The cover that begins on {date} was not approved. Please choose another deputy.",
    ),
    "cover_ended": (
        "A cover ends",
        "You no longer act for a colleague",
        "You are no longer asked to act for a colleague who is away. Their work is no longer in yours.",
    ),
    "deputy_left": (
        "A deputy has left",
        "Your deputy from {date} has left",
        "Who was named to act for you from {date} has left. Please choose another deputy.",
    ),
    "role_given": (
        "A role begins",
        "A role is yours from {date}",
        "From {date} you hold another role. Its work is then in yours.",
    ),
    "leaver_done": (
        "A colleague has left",
        "What a colleague held is handed over",
        (
            "A colleague has left, and what they held was handed over as arranged. What nobody was named for "
            "went to the team of its role. The page of the person says how much that is."
        ),
    ),
    "chair_left": (
        "A review has lost its chair",
        "{reference}: the chair has left",
        (
            "The chair of {reference} has left, and nobody was named in their place. Please choose another "
            "chair. Until then their steps are yours."
        ),
    ),
}
