"""Tasks: the lists of My work, and one task with its form, its draft and its date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.api.calls import Calls
from app.api.cursors import cursor_at, place_after
from app.api.shapes import tasks as shapes
from app.asking import Asking, asking
from app.requests import Visit
from app.words import due
from engine import TaskRow, submission, working_calendar
from engine import task as task_by_id
from forms import Page, Question, choices_of
from reviews.completing import Asked
from reviews.worklist import Filters, Place, Work, work

tasks = Calls("tasks", "What I have to do, what my team has, what others owe, what I have done")


@tasks.reads("/tasks", query=shapes.TaskQuery(), answer=shapes.TaskPage(), example=shapes.TASKS)
def index(at: Visit, asked: Mapping[str, Any]) -> dict[str, Any]:
    """My work

    One tab of My work, as far as this person may see it."""
    view, most = shapes.VIEWS[asked["view"]], asked["limit"]
    filters = Filters(
        review=asked["review"], role=asked["role"], overdue=asked["overdue"], sort=asked["sort"]
    )
    found = work(
        at.session, at.viewer, view, filters, at.today, after=_place(place_after(at, asked)), rows=most + 1
    )
    rows = found[:most]
    at.names.need(row.task.assignee for row in rows)
    more = len(found) > most
    return {
        "items": [line(at, row) for row in rows],
        "next": cursor_at(at, asked, _words(rows[-1])) if more else None,
    }


@tasks.reads("/tasks/<uuid:task_id>", answer=shapes.TaskWhole(), example=shapes.WHOLE)
def show(at: Visit, task_id: UUID) -> dict[str, Any]:
    """One task

    Why it is asked, its questions, what is known already and one's own draft; when it is due and how that
    was counted. Of a step that one has completed, the answers as they were sent, without those that say who
    a child is."""
    return whole(at)


def line(at: Visit, row: Work) -> dict[str, Any]:
    """A task as lists show it."""
    return told(at, row.task, child=row.pseudonym, action=row.action, on_hold=row.on_hold)


def whole(at: Visit) -> dict[str, Any]:
    """The task that the address names, as it stands now."""
    at.found(task=task_by_id(at.session, at.task.id))
    asked, row = asking(at), at.task
    sent = submission(at.session, row.id) if row.completed_by == at.viewer.person else None
    child, held = at.about(row)
    when = due(row.due_on, at.today, working_calendar(at.session), paused=held)
    return told(at, row, child=child, action="", on_hold=held) | {
        "process": row.process,
        "version": row.version,
        "why": row.why,
        "clause": row.clause,
        "due": {"on": row.due_on, "at": row.due_at, "words": when.words, "sum": row.due_sum},
        "form": form_told(asked.asked),
        "answers": sent if sent is not None else asked.answers,
        "draft": draft_told(asked),
        "completed_by": named(at, row.completed_by),
    }


def told(at: Visit, row: TaskRow, *, child: str, action: str, on_hold: bool) -> dict[str, Any]:
    """What every answer says of a task."""
    return {
        "id": row.id,
        "step": row.step,
        "name": row.name,
        "review": row.business_key,
        "child": child,
        "action": action,
        "role": row.role,
        "role_name": at.names.role(row.role),
        "agency": row.agency,
        "agency_name": at.names.agency(row.agency),
        "assignee": named(at, row.assignee),
        "status": row.status,
        "opened_at": row.opened_at,
        "completed_at": row.completed_at,
        "due_on": row.due_on,
        "overdue": row.status == "open" and row.due_on is not None and row.due_on < at.today and not on_hold,
        "on_hold": on_hold,
    }


def named(at: Visit, person: str | None) -> dict[str, str] | None:
    """Somebody by id and name, or nobody."""
    return {"id": person, "name": at.names.person(person)} if person else None


def draft_told(asked: Asking) -> dict[str, Any]:
    """One's own draft, or what stands in the parts of a step that is written together; revision 0 where there
    is none."""
    return {"answers": asked.kept, "revision": asked.revision, "saved_at": asked.kept_at}


def form_told(asked: Asked) -> dict[str, Any]:
    """The questions of a form, with what may be chosen in them."""
    form = asked.form
    return {
        "title": form.title,
        "intro": form.intro,
        "pages": [_page(page, asked) for page in form.pages],
    }


def _page(page: Page, asked: Asked) -> dict[str, Any]:
    return {
        "name": page.name,
        "slug": page.slug,
        "questions": [_question(each, asked) for each in page.questions],
    }


def _question(question: Question, asked: Asked) -> dict[str, Any]:
    chooses = question.kind in ("radio", "select", "checklist")
    return {
        "key": question.key,
        "label": question.label,
        "hint": question.hint,
        "kind": question.kind,
        "required": question.required,
        "read_only": question.readonly,
        "who_the_child_is": question.identity,
        "longest": question.max_length,
        "most_rows": question.max_rows if question.items else None,
        "hidden_when": list(question.hides),
        "options": [
            {"value": each.value, "label": each.label}
            for each in (choices_of(question, asked.options) if chooses else ())
        ],
        "rows": [_question(each, asked) for each in question.questions],
    }


def _words(row: Work) -> list[str]:
    place = row.place
    assert place is not None
    return [*(each.isoformat() for each in place.stands), str(place.id)]


def _place(told: list[Any]) -> Place | None:
    if not told:
        return None
    return Place(tuple(dt.datetime.fromisoformat(each) for each in told[:-1]), UUID(told[-1]))
