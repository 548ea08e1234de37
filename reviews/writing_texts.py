"""The words of notices about writing a summary together: purpose, subject, body."""

from __future__ import annotations

WRITING_TEXTS: dict[str, tuple[str, str, str]] = {
    "asked_to_write": (
        "Somebody is asked to write parts of a summary",
        "{reference}: you are asked to write parts of the summary",
        "The author of the summary of {reference} asks you to write parts of it. You find them in your work.",
    ),
    "agency_view": (
        "An agency has written what it sees differently",
        "{reference}: an agency sees something differently",
        "An agency has written what it sees differently about {reference}. It stands in the summary.",
    ),
}
