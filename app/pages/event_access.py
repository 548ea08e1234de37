"""Who may use the routes of learning events: a part of the table in `app.pages.routes`."""

from __future__ import annotations

from app.pages.rules import verb
from app.requests import Rule

EVENT_ACCESS: dict[str, Rule] = {
    **{
        f"events.{name}": verb("see_learning")
        for name in (
            "index",
            "show",
            "calendar",
            "book",
            "ask_cancel",
            "cancel",
            "ask_feedback",
            "give_feedback",
        )
    },
    "events.ask_book_for": verb("book_for_others"),
    "events.book_for": verb("book_for_others"),
    "event_people.index": verb("book_for_others"),
    **{
        f"event_people.{name}": verb("run_event")
        for name in (
            *("carry_over", "ask_attendance", "keep_attendance", "ask_walk_in", "add_walk_in"),
            "make_certificates",
        )
    },
    "event_people.ask_choice": verb("plan_event"),
    "event_people.choose": verb("plan_event"),
}
