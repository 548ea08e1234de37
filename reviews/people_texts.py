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
    "opened_in_emergency": (
        "A review was opened in an emergency",
        "{reference}: opened in an emergency",
        (
            "Somebody who has no part in {reference} opened it in an emergency, for 60 minutes. The Head of "
            "Safeguarding and Learning looks at why, in My work."
        ),
    ),
    "emergency_not_looked_at": (
        "Nobody has looked at an emergency access",
        "{reference}: nobody has looked at an emergency access",
        (
            "{reference} was opened in an emergency, and nobody has looked at it for 2 working days. The "
            "Board’s business manager is asked to do so now."
        ),
    ),
    "emergency_justified": (
        "An emergency access was justified",
        "{reference}: your emergency access was looked at",
        "Thank you for your reason. That you opened {reference} in an emergency was found to be justified.",
    ),
    "emergency_not_justified": (
        "An emergency access was not justified",
        "{reference}: your emergency access was looked at",
        (
            "That you opened {reference} in an emergency was found not to be justified. Please talk with the "
            "Head of Safeguarding and Learning about what to do another time."
        ),
    ),
    "restricted_step_waits": (
        "Nobody may do a step of a restricted review",
        "{reference}: a step waits for somebody to be named",
        (
            "A step of {reference}, which is restricted, waits for a role of whom nobody is on its list. "
            "Somebody on the list can name one more on the page “Who can open this review”."
        ),
    ),
    "address_corrected": (
        "An e-mail address was corrected",
        "Your e-mail address was corrected",
        (
            "The Board’s office corrected your e-mail address in Roundtable, because a notice did not "
            "arrive. If this is not right, telephone the Board’s business team."
        ),
    ),
    "address_of_another_corrected": (
        "An e-mail address was corrected by business support",
        "An e-mail address was corrected",
        (
            "Business support corrected somebody’s e-mail address because a notice did not arrive. Please "
            "look at the notices that did not arrive: they say whose address it was."
        ),
    ),
}
