"""Reviews: the list, one at a glance, where it stands, its timeline, its learning, and what changes it."""

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
    day,
    held,
    listed,
    maybe,
    moment,
    yes_or_no,
)
from app.api.shapes.tasks import TASK, NextThing, TaskLine
from app.states import GROUPS
from reviews.standing import STANDINGS

SHORTEST_REASON = 5


class ReviewQuery(Paged):
    """Which reviews."""

    q = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "Words of the reference, the pseudonym or the title."},
    )
    group = fields.String(
        load_default="",
        validate=validate.OneOf(("", *GROUPS)),
        metadata={"description": "Those that stand in one part of the way."},
    )
    standing = fields.String(
        load_default="",
        validate=validate.OneOf(("", *STANDINGS)),
        metadata={"description": "Those that stand at one point of it."},
    )
    agency = fields.String(
        load_default="",
        validate=validate.Length(max=60),
        metadata={"description": "Those that an agency referred or takes part in, by its id."},
    )
    open = fields.Boolean(load_default=False, metadata={"description": "Only those that are not closed."})


class ReviewLine(Shape):
    """A review as a list shows it."""

    ref = a_text()
    child = a_text("The child's pseudonym, never a name.")
    title = a_text()
    standing = a_text("Where it stands.")
    standing_word = a_text("The same as people say it.")
    sentence = a_text("What that means.")
    referring_agency = held(Named)
    chair = held(Named, none=True)
    referred_on = day()
    next_due = day("When the next open task is due.")
    open_tasks = a_number()
    restricted = yes_or_no("Whether only people on its list may open it.")
    ended = yes_or_no()


class ReviewPage(Shape):
    """One page of reviews."""

    items = listed(ReviewLine)
    next = maybe("The cursor of the next page; null on the last.")


class ReviewWhole(ReviewLine):
    """One review at a glance."""

    nature = a_text("What kind of case it is, in words.")
    themes = fields.List(fields.String(), required=True)
    accepted_on = day()
    met_on = day()
    next_meeting = day()
    plan_adopted_on = day()
    closed_on = day()
    held_since = day("Since when it is paused.")
    sections = fields.List(
        fields.String(), required=True, metadata={"description": "The parts this person may open."}
    )
    verbs = fields.List(
        fields.String(), required=True, metadata={"description": "What this person may do to it at any time."}
    )
    carries_on = maybe("The ended review that it carries on.")


class Now(Shape):
    """One thing that a review waits for."""

    what = a_text()
    who = fields.List(fields.String(), required=True)
    due_on = day()
    due = a_text("As people say it.")
    sum = a_text("How the day was counted.")


class Coming(Shape):
    """One step that may come next."""

    what = a_text()
    who = a_text()
    when = a_text("On which answer.")


class Position(Shape):
    """Where a review is, and what comes next."""

    ref = a_text()
    standing = a_text()
    standing_word = a_text()
    sentence = a_text()
    now = listed(Now, "What it waits for people to do.")
    waits = listed(NextThing, "What it waits for that is nobody's task.")
    next = listed(Coming, "What may come next.")
    beside = listed(Now, "Work beside it: actions, and passing the learning on.")
    others = a_number("How many open tasks of other agencies are not shown to this person.")
    ended = a_text("How it ended, where it has.")


class Entry(Shape):
    """One line of a timeline. It names steps and agencies, never what was written in them."""

    at = moment(none=False)
    by = a_text("Who, or nothing for what the service did.")
    kind = a_text("The kind of event.")
    words = a_text()
    detail = a_text()


class Timeline(Shape):
    """One page of a timeline, the newest first."""

    items = listed(Entry)
    next = maybe("The cursor of the next page; null on the last.")


class Point(Shape):
    """Something learned."""

    number = a_number()
    kind = a_text("strength, or development")
    statement = a_text()
    why = a_text()
    themes = fields.List(fields.String(), required=True)


class Recommended(Shape):
    """One recommendation."""

    number = a_number()
    text = a_text()
    agency = maybe()
    themes = fields.List(fields.String(), required=True)


class ReviewLearning(Shape):
    """What one review has learned."""

    ref = a_text()
    points = listed(Point)
    recommendations = listed(Recommended)
    briefing_published_on = day()


class Referring(Lasting):
    """For whom a referral is begun."""

    agency = fields.String(
        validate=validate.Length(1, 60),
        metadata={"description": "The agency that refers; needed where one acts for several."},
    )


class Begun(Shape):
    """A referral that has begun: a draft, with its first task."""

    ref = a_text()
    task = held(TaskLine)


class Reason(Lasting):
    """Why."""

    reason = fields.String(
        required=True,
        validate=validate.Length(SHORTEST_REASON, 2000),
        metadata={"description": "Why, in a sentence. It is kept with who said it and when."},
    )


class Standing(Shape):
    """Where a review stands now."""

    ref = a_text()
    standing = a_text()
    standing_word = a_text()
    sentence = a_text()
    held_since = day()
    ended = yes_or_no()


LINE: dict[str, Any] = {
    "ref": "MALR-2026-123",
    "child": "Aspen",
    "title": "Missing from school",
    "standing": "agency_preparation",
    "standing_word": "Agencies prepare",
    "sentence": "Agencies prepare for the meeting.",
    "referring_agency": {"id": "edu", "name": "Schools and Colleges"},
    "chair": {"id": "u_frankie", "name": "Frankie D."},
    "referred_on": "2026-04-13",
    "next_due": "2026-05-11",
    "open_tasks": 4,
    "restricted": False,
    "ended": False,
}
REVIEWS = {"items": [LINE], "next": None}
WHOLE = LINE | {
    "nature": "Neglect",
    "themes": ["Neglect"],
    "accepted_on": "2026-04-20",
    "met_on": None,
    "next_meeting": "2026-05-11",
    "plan_adopted_on": None,
    "closed_on": None,
    "held_since": None,
    "sections": ["agencies", "overview", "timeline"],
    "verbs": ["pause", "withdraw"],
    "carries_on": None,
}
POSITION = {
    "ref": "MALR-2026-123",
    "standing": "agency_preparation",
    "standing_word": "Agencies prepare",
    "sentence": "Agencies prepare for the meeting.",
    "now": [
        {
            "what": "Prepare for the meeting",
            "who": ["Schools and Colleges"],
            "due_on": "2026-05-11",
            "due": "in 5 working days",
            "sum": "5 working days from 4 May 2026",
        }
    ],
    "waits": [],
    "next": [{"what": "Write what was learned", "who": "Frankie D., review chair", "when": ""}],
    "beside": [],
    "others": 0,
    "ended": "",
}
TIMELINE = {
    "items": [
        {
            "at": "2026-05-04T09:00:00+00:00",
            "by": "Morgan F.",
            "kind": "task.completed",
            "words": "Done: Decide on the referral",
            "detail": "",
        }
    ],
    "next": None,
}
LEARNING = {
    "ref": "MALR-2026-123",
    "points": [
        {
            "number": 1,
            "kind": "strength",
            "statement": "The school nurse kept asking.",
            "why": "She had time to.",
            "themes": ["Neglect"],
        }
    ],
    "recommendations": [
        {"number": 1, "text": "Ask again after a week.", "agency": "edu", "themes": ["Neglect"]}
    ],
    "briefing_published_on": None,
}
BEGUN = {"ref": "MALR-2026-124", "task": TASK | {"step": "referral", "name": "Refer a case"}}
WHY = {"reason": "Waits for the outcome of the police investigation."}
STANDS = {
    "ref": "MALR-2026-123",
    "standing": "on_hold",
    "standing_word": "On hold",
    "sentence": "All clocks stand still.",
    "held_since": "2026-05-06",
    "ended": False,
}
