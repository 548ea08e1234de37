"""The words of notices about places at a learning event: purpose, subject, body."""

from __future__ import annotations

EVENT_TEXTS: dict[str, tuple[str, str, str]] = {
    "event_open": (
        "Places at a learning event can be booked",
        "Learning event on {date}: places can be booked",
        (
            "The learning event of this term is on {date}. Book your place, and places for your staff, on "
            "its page."
        ),
    ),
    "event_booked": (
        "Somebody booked for you at a learning event",
        "Learning event on {date}: you are on the list",
        (
            "You are on the list of the learning event on {date}. Its page says whether you have a place or "
            "wait for one, and lets you cancel."
        ),
    ),
    "event_thanks": (
        "Somebody came to a learning event",
        "Learning event on {date}: what do you take from it?",
        (
            "Thank you for coming to the learning event on {date}. Its page has your certificate, and asks "
            "what you take from it. Nobody can see who gave which answer."
        ),
    ),
    "event_place": (
        "Somebody who waited has a place at a learning event",
        "Learning event on {date}: a place is free",
        (
            "At the learning event on {date}, you, or somebody you booked for, now have a place. Its page "
            "says who. Cancel it there if it is not needed, so that the next in line can come."
        ),
    ),
}
