"""Tasks: what is asked of somebody, their draft, and what follows when it is answered."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.api.cursors import Paged
from app.api.shapes.parts import (
    Lasting,
    Named,
    Shape,
    a_number,
    a_reason,
    a_text,
    answers_of,
    day,
    held,
    listed,
    maybe,
    moment,
    yes_or_no,
)

VIEWS = {"mine": "todo", "team": "team", "waiting": "waiting", "done": "done"}
SORTS = ("due", "opened", "done")


class TaskQuery(Paged):
    """Which tasks, and in which order."""

    view = fields.String(
        load_default="mine",
        validate=validate.OneOf(list(VIEWS)),
        metadata={"description": "Mine to do, my team's, those that others owe, or those that I have done."},
    )
    role = fields.String(
        load_default="", validate=validate.Length(max=60), metadata={"description": "For this role only."}
    )
    overdue = fields.Boolean(load_default=False, metadata={"description": "Only what is overdue."})
    review = fields.String(
        load_default="",
        validate=validate.Length(max=60),
        metadata={"description": "Of reviews whose reference holds this."},
    )
    sort = fields.String(
        load_default="",
        validate=validate.OneOf(("", *SORTS)),
        metadata={"description": "By due date, or the newest first. Done tasks come newest first anyway."},
    )


class TaskLine(Shape):
    """A task as a list shows it."""

    id = fields.UUID(required=True)
    step = a_text("The step's name in the diagram, the form and the audit log.")
    name = a_text()
    review = a_text("The reference of what it is about.")
    child = a_text("The child's pseudonym, never a name.")
    action = a_text("What is to be done, where the task is about an action.")
    role = a_text("Whose work it is.")
    role_name = a_text()
    agency = maybe()
    agency_name = a_text()
    assignee = held(Named, "Who holds it.", none=True)
    status = a_text("open, completed or cancelled")
    opened_at = moment(none=False)
    completed_at = moment()
    due_on = day()
    overdue = yes_or_no()
    on_hold = yes_or_no("Whether its review is paused: then nothing becomes late.")


class TaskPage(Shape):
    """One page of tasks."""

    items = listed(TaskLine)
    next = maybe("The cursor of the next page; null on the last.")


class Option(Shape):
    """One thing that may be chosen."""

    value = a_text("What to send.")
    label = a_text("What people read.")


class FormQuestion(Shape):
    """One question of a form."""

    key = a_text("The key of its answer.")
    label = a_text()
    hint = a_text()
    kind = a_text("textfield, textarea, number, date, time, radio, select, checklist, checkbox, dynamiclist")
    required = yes_or_no("Asked for, where it is shown at all.")
    read_only = yes_or_no("Known already: what is sent for it counts for nothing.")
    who_the_child_is = yes_or_no("Says who a child is: kept apart and sealed.")
    longest = a_number("The most characters.", none=True)
    most_rows = a_number("Of a list of rows, how many at most.", none=True)
    hidden_when = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "FEEL expressions over the answers; where one is true it is not asked."},
    )
    options = listed(Option, "What may be chosen; empty for other kinds.")
    rows = fields.List(
        fields.Nested("FormQuestion"),
        required=True,
        metadata={"description": "The questions of each row of a list; empty for other kinds."},
    )


class FormPage(Shape):
    """The questions of one screen."""

    name = a_text()
    slug = a_text()
    questions = listed(FormQuestion)


class TaskForm(Shape):
    """What a step asks."""

    title = a_text()
    intro = a_text()
    pages = listed(FormPage)


class Due(Shape):
    """When a task is due, and how the day was counted."""

    on = day()
    at = moment()
    words = a_text("As people say it.")
    sum = a_text("How it was counted.")


class Draft(Shape):
    """What one has saved of the answers so far."""

    answers = answers_of("The answers so far.")
    revision = a_number("0 where nothing is saved yet.")
    saved_at = moment()


class TaskWhole(TaskLine):
    """One task: why it is asked, what it asks, and what is known and saved."""

    process = a_text()
    version = a_number("The version of the process that its review runs.")
    why = a_text()
    clause = a_text("The clause of the policy behind it.")
    due = held(Due)
    form = held(TaskForm)
    answers = answers_of("The answers to begin with: what is known, with one's own draft laid over it.")
    draft = held(Draft)
    completed_by = held(Named, none=True)


class DraftSent(Lasting):
    """Answers so far."""

    answers = answers_of("All answers so far, by the key of their question; those left out are gone.")


class Completing(Lasting):
    """The answers to a step."""

    answers = answers_of("Every answer, by the key of its question. Dates are sent as 2026-05-04.")


class HandOver(Lasting):
    """To whom, and why."""

    to = fields.String(
        required=True,
        validate=validate.Length(1, 80),
        metadata={"description": "The id of somebody who could do it."},
    )
    reason = a_reason()


class NextThing(Shape):
    """One thing that happens next."""

    what = a_text()
    who = a_text("Who does it, as people say it.")
    when = a_text("By when, as people say it.")
    task = maybe("Its id, where it is one's own.")
    due_on = day()


class Completed(Shape):
    """What happens next, now that a step is completed."""

    task = fields.UUID(required=True)
    step = a_text()
    review = a_text()
    completed_at = moment(none=False)
    next = listed(NextThing)


TASK: dict[str, Any] = {
    "id": "3f0c5d0e-6b7e-4a53-9c0b-0c4a4b1c9a11",
    "step": "agency_preparation",
    "name": "Prepare for the meeting",
    "review": "MALR-2026-123",
    "child": "Aspen",
    "action": "",
    "role": "safeguarding_lead",
    "role_name": "Agency safeguarding lead",
    "agency": "edu",
    "agency_name": "Schools and Colleges",
    "assignee": None,
    "status": "open",
    "opened_at": "2026-05-04T09:00:00+00:00",
    "completed_at": None,
    "due_on": "2026-05-11",
    "overdue": False,
    "on_hold": False,
}
TASKS = {"items": [TASK], "next": None}
QUESTION = {
    "key": "worked_well",
    "label": "What worked well?",
    "hint": "",
    "kind": "textarea",
    "required": True,
    "read_only": False,
    "who_the_child_is": False,
    "longest": 4000,
    "most_rows": None,
    "hidden_when": [],
    "options": [],
    "rows": [],
}
WHOLE = TASK | {
    "process": "learning_review",
    "version": 1,
    "why": "So that the meeting can look at what happened from every side.",
    "clause": "P4",
    "due": {
        "on": "2026-05-11",
        "at": "2026-05-11T22:59:59+00:00",
        "words": "in 5 working days",
        "sum": "5 working days from 4 May 2026",
    },
    "form": {
        "title": "Prepare for the meeting",
        "intro": "",
        "pages": [{"name": "Preparation", "slug": "preparation", "questions": [QUESTION]}],
    },
    "answers": {"worked_well": "The school nurse kept asking."},
    "draft": {
        "answers": {"worked_well": "The school nurse kept asking."},
        "revision": 3,
        "saved_at": "2026-05-05T10:30:00+00:00",
    },
    "completed_by": None,
}
ANSWERS = {"answers": {"worked_well": "The school nurse kept asking."}}
NEXT = {
    "task": TASK["id"],
    "step": "agency_preparation",
    "review": "MALR-2026-123",
    "completed_at": "2026-05-06T09:12:00+00:00",
    "next": [
        {
            "what": "Send the agenda",
            "who": "Board business support",
            "when": "by 8 May 2026",
            "task": None,
            "due_on": "2026-05-08",
        }
    ],
}
HANDED = {"to": "u_robin", "reason": "On leave from Monday."}


class HandedOver(Shape):
    """Who has a task now."""

    id = fields.UUID(required=True)
    name = a_text()
    to = held(Named)


HANDED_OVER = {"id": TASK["id"], "name": TASK["name"], "to": {"id": "u_robin", "name": "Robin J."}}
