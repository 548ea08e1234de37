"""The leaver's wizard: last day, who takes over the roles, then the work, a look at it all, done."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.dates import boxes, read_date
from app.requests import Visit, house
from engine import NotFound, Refused
from reviews import leaving as arranging
from reviews.leaving_work import in_hand
from reviews.models import Leaving
from reviews.people import person_of

leaving = Blueprint("leaving", __name__, url_prefix="/people/<person>/leaver")
WORK = ("reviews", "actions", "tasks", "covers")
Errors = list[dict[str, str]]


@leaving.get("")
def begin(at: Visit, person: str) -> ResponseReturnValue:
    """When the last day is."""
    return _first(at, person, [])


@leaving.post("")
def last_day(at: Visit, person: str) -> ResponseReturnValue:
    """Keep the last day."""
    last, errors = read_date(request.form, "last", "The last day")
    if last is not None:
        try:
            arranging.begin_leaving(at.session, at.viewer, person, last)
        except Refused as no:
            errors = [{"text": str(no), "href": "#last-day"}]
    if errors:
        return _first(at, person, errors), 422
    return redirect(url_for(".roles", person=person), 303)


@leaving.get("/roles")
def roles(at: Visit, person: str) -> ResponseReturnValue:
    """Who takes over each role."""
    return _choose(at, person, ("roles",), [])


@leaving.post("/roles")
def keep_roles(at: Visit, person: str) -> ResponseReturnValue:
    """Keep the successors."""
    return _keep(at, person, ("roles",), "leaving.work")


@leaving.get("/work")
def work(at: Visit, person: str) -> ResponseReturnValue:
    """Who takes over each review, action, task and cover."""
    return _choose(at, person, WORK, [])


@leaving.post("/work")
def keep_work(at: Visit, person: str) -> ResponseReturnValue:
    """Keep who takes over what."""
    return _keep(at, person, WORK, "leaving.check")


@leaving.get("/check")
def check(at: Visit, person: str) -> ResponseReturnValue:
    """All of it, before it is arranged; afterwards what was arranged."""
    row = _known(at, person)
    return _page(at, person, row, "pages/leaver_check.html", (*arranging.KINDS,), [])


@leaving.post("/check")
def confirm(at: Visit, person: str) -> ResponseReturnValue:
    """Arrange it."""
    row = arranging.confirm_leaving(at.session, at.viewer, person)
    if row.state == "done":
        house().sessions.end_all(at.session, person)
        house().tokens.end_all(at.session, person, by=at.actor)
    name = at.names.person(person)
    flash(f"{name} has left, and all is handed over." if row.state == "done" else f"Arranged: {name} leaves.")
    return redirect(url_for("people.show", person=person), 303)


@leaving.post("/undo")
def undo(at: Visit, person: str) -> ResponseReturnValue:
    """They stay after all."""
    arranging.undo_leaving(at.session, at.viewer, person)
    flash(f"{at.names.person(person)} stays. Their roles go on as before.")
    return redirect(url_for("people.show", person=person), 303)


def _known(at: Visit, person: str) -> Leaving:
    row = arranging.leaving_of(at.session, person)
    if row is None:
        raise NotFound
    return row


def _first(at: Visit, person: str, errors: Errors) -> str:
    row, who = arranging.leaving_of(at.session, person), person_of(at.session, person)
    kept = row.last_day if row else None
    last = boxes("last", "What is the last day?", request.form, errors, hint="Like 27 3 2027", on=kept)
    return render_template("pages/leaver.html", at=at, person=who, row=row, last=last, errors=errors)


def _choose(at: Visit, person: str, kinds: tuple[str, ...], errors: Errors) -> str:
    return _page(at, person, _known(at, person), "pages/leaver_choose.html", kinds, errors)


def _page(at: Visit, person: str, row: Leaving, template: str, kinds: tuple[str, ...], errors: Errors) -> str:
    held = in_hand(at.session, at.viewer, person, row.last_day)
    offered = arranging.choices(at.session, held, row.plan, person, at.today)
    at.names.need(each for kind in offered.values() for people in kind.values() for each in people)
    at.names.need(cover.person for cover in held.covers)
    return render_template(
        template,
        at=at,
        person=person_of(at.session, person),
        row=row,
        held=held,
        offered=offered,
        kinds=kinds,
        errors=errors,
        typed=request.form,
    )


def _keep(at: Visit, person: str, kinds: tuple[str, ...], following: str) -> ResponseReturnValue:
    wanted: dict[str, dict[str, str]] = {kind: {} for kind in kinds}
    for field, value in request.form.items():
        kind, _, key = field.partition(".")
        if kind in wanted and key:
            wanted[kind][key] = value
    try:
        arranging.plan_leaving(at.session, at.viewer, person, kinds, wanted)
    except Refused as no:
        return _choose(at, person, kinds, [{"text": str(no), "href": f"#{no.about}"}]), 422
    return redirect(url_for(following, person=person), 303)
