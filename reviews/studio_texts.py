"""The words of notices about changes of a process: purpose, subject, body."""

from __future__ import annotations

STUDIO_TEXTS: dict[str, tuple[str, str, str]] = {
    "change_asked": (
        "A change of a process waits for approval",
        "A change of a process waits for your approval",
        (
            "A process owner asks you to approve a change of a process. In the studio you see in words what "
            "would be different, and what it would do, before you decide."
        ),
    ),
    "change_not_asked": (
        "A scenario of a change does not hold",
        "Approval of your change was not asked for",
        (
            "You asked for approval of a change of a process, and its scenarios were played. At least one "
            "does not hold. The studio says which, and what was seen instead."
        ),
    ),
    "change_approved": (
        "A change of a process is approved",
        "Your change of a process is approved",
        "It can now be put into use in the studio. Cases at work stay as they are until you move them.",
    ),
    "change_returned": (
        "A change of a process is given back",
        "Your change of a process was given back",
        "What should be different stands with the change in the studio.",
    ),
}
