"""The words of notices about texts that are checked before they are shared: purpose, subject, body."""

from __future__ import annotations

DISCLOSURE_TEXTS: dict[str, tuple[str, str, str]] = {
    "summary_changes": (
        "The second reader asks for changes",
        "{reference}: changes to the shareable version",
        "The second reader of {reference} asks for changes before it can be shared.",
    ),
    "briefing_changes": (
        "The second reader of a briefing asks for changes",
        "{reference}: changes to the briefing",
        "The second reader of the briefing of {reference} asks for changes before it can be published.",
    ),
}
