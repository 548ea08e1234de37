"""Actions: the board, and what their owners and those who verify them say."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.api.cursors import Paged
from app.api.shapes.parts import (
    Lasting,
    Named,
    Shape,
    a_number,
    a_text,
    answers_of,
    day,
    held,
    listed,
    maybe,
    yes_or_no,
)
from reviews.brag import WORDS
from reviews.models.actions import ANSWERS


class ActionQuery(Paged):
    """Which actions."""

    review = fields.String(load_default="", validate=validate.Length(max=60))
    agency = fields.String(
        load_default="",
        validate=validate.Length(max=60),
        metadata={"description": "Of one agency, by its id."},
    )
    brag = fields.String(
        load_default="", validate=validate.OneOf(("", *WORDS)), metadata={"description": "How it is going."}
    )
    all = fields.Boolean(load_default=False, metadata={"description": "Also those that are done."})
    mine = fields.Boolean(load_default=False, metadata={"description": "Only those that I own."})


class ActionLine(Shape):
    """An action as the board shows it."""

    ref = a_text()
    review = a_text()
    child = a_text("The child's pseudonym, never a name.")
    measure = a_text("How it is seen that it was done.")
    agency = held(Named)
    owner = held(Named, none=True)
    status = a_text()
    due_on = day(none=False)
    first_due_on = day(none=False)
    forecast_on = day()
    brag = a_text("blue, red, amber, green or grey")
    brag_words = a_text()
    late = a_text("How late it is, in words.")
    working_days_late = a_number()
    last_update_on = day()
    waits_for_decision = yes_or_no("Whether more time is asked for and not decided.")
    mine = yes_or_no()
    text = a_text("What is to be done.")


class ActionPage(Shape):
    """One page of actions."""

    items = listed(ActionLine)
    next = maybe("The cursor of the next page; null on the last.")


class Actions(Shape):
    """All actions of one review."""

    items = listed(ActionLine)


class Update(Lasting):
    """How an action is going."""

    answer = fields.String(required=True, validate=validate.OneOf(sorted(ANSWERS)))
    note = fields.String(
        required=True,
        validate=validate.Length(1, 500),
        metadata={"description": "In a sentence. Do not name a child or family."},
    )
    forecast = fields.Date(metadata={"description": "When it will be done, where it needs longer."})
    worse = fields.String(
        validate=validate.OneOf(("no", "amber", "red")),
        metadata={"description": "Whether it goes worse than its dates show."},
    )


class MoreTime(Lasting):
    """More time, and why."""

    until = fields.Date(required=True)
    reason = fields.String(required=True, validate=validate.Length(5, 500))


class ActionAnswers(Lasting):
    """The answers to the step that is asked."""

    answers = answers_of("By the key of their question, as the form of the task asks them.")


ACTION: dict[str, Any] = {
    "ref": "MALR-2026-123-A1",
    "review": "MALR-2026-123",
    "child": "Aspen",
    "text": "Ask again after a week.",
    "measure": "Nine of ten are asked again.",
    "agency": {"id": "csc", "name": "Children's Social Care"},
    "owner": {"id": "u_ashby", "name": "Ashby C."},
    "status": "in_progress",
    "due_on": "2026-07-01",
    "first_due_on": "2026-07-01",
    "forecast_on": None,
    "brag": "green",
    "brag_words": "On track",
    "late": "",
    "working_days_late": 0,
    "last_update_on": "2026-06-02",
    "waits_for_decision": False,
    "mine": True,
}
BOARD = {"items": [ACTION], "next": None}
OF_REVIEW = {"items": [ACTION]}
UPDATE = {"answer": "on_track", "note": "Two of three teams have begun."}
LONGER = {"until": "2026-07-20", "reason": "The new form is late."}
EVIDENCE = {"answers": {"done": "All three teams ask again.", "shows": "Audit of 30 cases."}}
VERDICT = {"answers": {"outcome": "verified", "seen": "The audit."}}
