"""The words of notices about time: more of it, steps that cannot go on, cancelled meetings,
reviews that stop, go on, or are opened again.

Purpose, subject and body by id; `reviews.texts` has the frame around them and the placeholders.
"""

from __future__ import annotations

TIME_TEXTS: dict[str, tuple[str, str, str]] = {
    "meeting_cancelled": (
        "A meeting is cancelled",
        "{reference}: the meeting on {date} is cancelled",
        "The review meeting of {reference} on {date} is cancelled. You are told when there is a new date.",
    ),
    "time_asked": (
        "More time is asked for",
        "{reference}: more time is asked for",
        "Somebody asks for more time for a step of {reference}. Decide in My work, Requests for more time.",
    ),
    "time_agreed": (
        "More time for a step",
        "{reference}: more time, until {date}",
        "More time is agreed for a step of {reference}. It is now due {date}.",
    ),
    "time_refused": (
        "No more time for a step",
        "{reference}: the date stays {date}",
        "A step of {reference} stays due {date}. You can read the reason when you answer for the step.",
    ),
    "step_not_mine": (
        "A step needs somebody else",
        "{reference}: a step needs somebody else",
        "Somebody says that a step of {reference} is not theirs. Please look at who should do it.",
    ),
    "step_blocked": (
        "Something is in the way of a step",
        "{reference}: something is in the way",
        "Something is in the way of a step of {reference}. What it is stands on its page.",
    ),
    "action_time_asked": (
        "An owner needs more time or help",
        "{reference}: more time is asked for an action",
        "An owner on {reference} needs time or is blocked. Decide in My work, Requests for more time.",
    ),
    "review_paused": (
        "A review is paused",
        "{reference}: paused",
        "{reference} is paused. Its dates stand still until it goes on.",
    ),
    "review_resumed": (
        "A review goes on",
        "{reference}: going on",
        "{reference} goes on. Please look at its new dates.",
    ),
    "review_opened_again": (
        "A review is opened again",
        "{reference}: opened again",
        "{reference} had ended. It was opened again, under a new reference. Nothing is asked of you now.",
    ),
}
