"""The words of notices that ask what it was like to take part: purpose, subject, body."""

from __future__ import annotations

_ANONYMOUS = (
    "Your name is not kept beside what you answer, and answers are shown only where "
    "five or more people answered."
)
_HAND_ON = (
    "Practitioners of your agency came to the meeting of {reference}. Please hand each of them a link, to be "
    "used until {date}. You do not learn what they answer."
)
_FAMILY = (
    "The family of {reference} told us their view. Please ask them until {date} what that was like for them, "
    "or hand them a link."
)
FEEDBACK_TEXTS: dict[str, tuple[str, str, str]] = {
    "feedback_asked": (
        "Asked what it was like to take part",
        "{reference}: what was it like to take part?",
        "You took part in {reference}. Please tell us until {date} what it was like: two questions, one "
        "minute. " + _ANONYMOUS,
    ),
    "feedback_reminder": (
        "Asked once more what it was like",
        "{reference}: what was it like to take part?",
        "There is still time, until {date}, to tell us what it was like to take part in {reference}. "
        + _ANONYMOUS,
    ),
    "feedback_to_pass_on": (
        "Links to hand on to practitioners",
        "{reference}: please ask your practitioners what it was like",
        _HAND_ON,
    ),
    "feedback_of_family": (
        "Ask the family what it was like",
        "{reference}: please ask the family what it was like",
        _FAMILY,
    ),
}
