"""My work: four lists, and taking on, giving back and handing over what is in them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.auth.views import inside
from app.paging import MOST_ROWS, PER_PAGE, Chain, counted_up_to, csv_file
from app.requests import Visit
from app.words import counted, day
from engine import NotFound, Refused, TaskRow
from engine import task as task_by_id
from reviews import worklist as reading
from reviews.feedback.giving import asked_of
from reviews.handing_over import (
    SHORTEST_REASON,
    common_receivers,
    give_back,
    hand_over_task,
    may_hand_over,
    take_on,
)
from reviews.long_work.asking import asked_by
from reviews.permissions import may, may_do
from reviews.studio.changes import waiting_for
from reviews.studio.migration import moves_asked_by
from reviews.writing.writers import asked_to_write

work = Blueprint("work", __name__)


@work.get("/")
def inbox(at: Visit) -> ResponseReturnValue:
    """One tab of my work."""
    view, filters = _view(), reading.Filters.read(request.args)
    found, listed = _listed(at, view, filters)
    named = (each for row in listed.rows for each in (row.task.assignee, row.task.completed_for, row.chair))
    at.names.need([at.viewer.person, *named])
    return render_template(
        "pages/work.html",
        at=at,
        view=view,
        views=reading.VIEWS,
        filters=filters,
        counts={
            tab: counted_up_to(number, reading.MOST_COUNTED, behind="+")
            for tab, number in found.counts.items()
        },
        roles=found.roles,
        list=listed,
        made=asked_by(at.session, at.viewer),
        moves=moves_asked_by(at.session, at.viewer),
        changes=waiting_for(at.session, at.viewer) if view == "todo" else [],
        experiences=asked_of(at.session, at.viewer) if view == "todo" else [],
        asked=asked_to_write(at.session, at.viewer) if view == "todo" else [],
        decides_time=may(at.session, at.viewer, "see_time_requests"),
    )


def _listed(at: Visit, view: str, filters: reading.Filters) -> tuple[reading.Inbox, Chain[reading.Work]]:
    """The rows after the task that the address names, or before it; the first ones where it names none."""
    back = "before" in request.args
    place = _place(at, view, filters, request.args.get("before" if back else "after", ""))
    back = back and place is not None
    found = reading.inbox(
        at.session,
        at.viewer,
        view,
        filters,
        at.today,
        beside=place,
        back=back,
        rows=PER_PAGE + 1,
    )
    more = len(found.rows) > PER_PAGE
    rows = found.rows[-PER_PAGE:] if back else found.rows[:PER_PAGE]
    earlier, later = (more, True) if back else (place is not None, more)
    return found, Chain(
        rows,
        url_for(".inbox"),
        _asked(view, filters),
        before=str(rows[0].task.id) if rows and earlier else "",
        after=str(rows[-1].task.id) if rows and later else "",
        total=None if filters.narrow else found.counts.get(view),
        most=reading.MOST_COUNTED,
    )


def _place(at: Visit, view: str, filters: reading.Filters, asked: str) -> reading.Place | None:
    try:
        return reading.place_of(at.session, UUID(asked), view, filters) if asked else None
    except ValueError:
        return None


@work.get("/work.csv")
def export(at: Visit) -> ResponseReturnValue:
    """The same tab as a spreadsheet."""
    view, filters = _view(), reading.Filters.read(request.args)
    rows = reading.work(at.session, at.viewer, view, filters, at.today, rows=MOST_ROWS)
    headings = ["Task", "Review", "Child (pseudonym)", "For", "Held by", "Due", "Completed"]
    cells = (
        [
            row.task.name,
            row.task.business_key,
            row.pseudonym,
            at.names.role(row.task.role, row.task.agency),
            at.names.person(row.task.assignee),
            row.task.due_on,
            day(row.task.completed_at),
        ]
        for row in rows
    )
    return csv_file(f"work-{view}", headings, cells)


@work.post("/work/act")
def act(at: Visit) -> ResponseReturnValue:
    """Take on, give back or hand over the tasks that were ticked."""
    chosen, what = _chosen(at, request.form.getlist("task")), request.form.get("act", "")
    if not chosen:
        flash("Tick at least one task first.")
    elif what == "hand_over":
        return redirect(url_for(".hand_over", task=[str(task.id) for task in chosen]), 303)
    else:
        flash(_take_or_give(at, chosen, what))
    return redirect(url_for(".inbox", view=_view()), 303)


@work.get("/work/hand-over")
def hand_over(at: Visit) -> ResponseReturnValue:
    """To whom, and why."""
    chosen = _chosen(at, request.args.getlist("task"), to_give=True)
    if not chosen:
        raise NotFound
    return _hand_over_page(at, chosen, {}, [])


@work.post("/work/hand-over")
def hand_over_to(at: Visit) -> ResponseReturnValue:
    """Hand the chosen tasks to one person."""
    chosen = _chosen(at, request.form.getlist("task"), to_give=True)
    asked = {
        "to": request.form.get("to", ""),
        "reason": request.form.get("reason", "").strip()[:500],
        "back": inside(request.form.get("back")),
    }
    people, errors = _receivers(at, chosen), []
    if asked["to"] not in people:
        errors.append({"text": "Select who to hand over to", "href": "#to"})
    if len(asked["reason"]) < SHORTEST_REASON:
        errors.append({"text": "Enter why you hand this over, in a few words", "href": "#reason"})
    if errors:
        return _hand_over_page(at, chosen, asked, errors), 422
    for task in chosen:
        hand_over_task(at.session, at.viewer, task.id, to=asked["to"], reason=asked["reason"])
    flash(f"{counted(len(chosen), 'task')} handed over to {people[asked['to']]}.")
    return redirect(asked["back"], 303)


def _hand_over_page(
    at: Visit, chosen: list[TaskRow], asked: dict[str, str], errors: list[dict[str, str]]
) -> str:
    back = asked.get("back") or inside(request.args.get("back"))
    return render_template(
        "pages/hand_over.html",
        at=at,
        tasks=chosen,
        people=_receivers(at, chosen),
        asked=asked,
        back_to=back,
        errors=errors,
    )


def _view() -> str:
    asked = request.values.get("view", "todo")
    return asked if asked in reading.VIEWS else "todo"


def _asked(view: str, filters: reading.Filters) -> dict[str, str]:
    return {
        "view": view if view != "todo" else "",
        "review": filters.review,
        "role": filters.role,
        "overdue": "yes" if filters.overdue else "",
        "sort": filters.sort if filters.sort != "due" else "",
    }


def _chosen(at: Visit, ids: list[str], *, to_give: bool = False) -> list[TaskRow]:
    """The tasks that were ticked, as far as this person may do them, or may give them to another."""
    found = []
    for each in dict.fromkeys(ids[:200]):
        try:
            task = task_by_id(at.session, UUID(each))
        except ValueError:
            raise NotFound from None
        if not (may_hand_over if to_give else may_do)(at.session, at.viewer, task):
            raise NotFound
        found.append(task)
    return found


def _take_or_give(at: Visit, chosen: list[TaskRow], what: str) -> str:
    verb, words = {"claim": (take_on, "taken on"), "release": (give_back, "given back")}.get(what, (None, ""))
    if verb is None:
        raise NotFound
    refused = []
    for task in chosen:
        try:
            verb(at.session, at.viewer, task)
        except Refused as no:
            refused.append(f"“{task.name}” ({task.business_key}): {no}")
    done = len(chosen) - len(refused)
    return " ".join([f"{counted(done, 'task')} {words}.", *refused])


def _receivers(at: Visit, tasks: list[TaskRow]) -> dict[str, str]:
    """Who could do every one of these tasks, by name."""
    common = common_receivers(at.session, at.viewer, tasks, at.today)
    at.names.need(common)
    return {person: at.names.person(person) for person in sorted(common, key=at.names.person)}
