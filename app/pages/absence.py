"""Absence and cover: days away with a deputy for each role, and the covers that wait for approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.dates import boxes, read_date
from app.requests import Visit
from engine import Refused
from reviews import absences as planning
from reviews.covers import Held, roles_of, waits_for_approval
from reviews.models import Absence, Cover
from reviews.people import person_of

absence = Blueprint("absence", __name__)
Errors = list[dict[str, str]]


@dataclass(frozen=True)
class Asked:
    """One role of the form: its field, its words, who may stand in, and who does."""

    held: Held
    field: str
    words: str
    choices: dict[str, str]
    chosen: str


@absence.get("/absence/")
def index(at: Visit) -> ResponseReturnValue:
    """One's own absences, and for whom one stands in."""
    return _index(at, at.viewer.person)


@absence.get("/absence/new")
def new(at: Visit) -> ResponseReturnValue:
    """When one is away, and who stands in."""
    return _form(at, at.viewer.person, None, [])


@absence.post("/absence/new")
def add(at: Visit) -> ResponseReturnValue:
    """Plan it."""
    return _keep(at, at.viewer.person, None)


@absence.get("/people/<person>/absence/new")
def new_for(at: Visit, person: str) -> ResponseReturnValue:
    """The office enters it for somebody who is ill."""
    return _form(at, person_of(at.session, person).id, None, [])


@absence.post("/people/<person>/absence/new")
def add_for(at: Visit, person: str) -> ResponseReturnValue:
    """Enter it."""
    return _keep(at, person_of(at.session, person).id, None)


@absence.get("/absence/<uuid:absence_id>/change")
def change(at: Visit, absence_id: UUID) -> ResponseReturnValue:
    """Other days, other deputies."""
    row = planning.absence_of(at.session, at.viewer, absence_id)
    return _form(at, row.person, row, [])


@absence.post("/absence/<uuid:absence_id>/change")
def keep(at: Visit, absence_id: UUID) -> ResponseReturnValue:
    """Keep what was changed."""
    row = planning.absence_of(at.session, at.viewer, absence_id)
    return _keep(at, row.person, row)


@absence.post("/absence/<uuid:absence_id>/end")
def end(at: Visit, absence_id: UUID) -> ResponseReturnValue:
    """Back early, or not going."""
    person = planning.absence_of(at.session, at.viewer, absence_id).person
    planning.end_absence(at.session, at.viewer, absence_id)
    flash("The absence is over, and so is its cover.")
    return redirect(_home(at, person), 303)


@absence.get("/covers/")
def covers(at: Visit) -> ResponseReturnValue:
    """What waits for approval, and every cover there is."""
    waiting = planning.waiting_covers(at.session, at.today)
    others = [row for row in planning.current_covers(at.session, at.today) if row not in waiting]
    listed = (*waiting, *others)
    at.names.need(each for row in listed for each in (row.person, row.covered_by, row.decided_by))
    mine = {row.id for row in waiting if planning.may_decide(at.session, at.viewer, row)}
    return render_template(
        "pages/covers.html", at=at, waiting=waiting, others=others, mine=mine, state=_state(at)
    )


@absence.post("/covers/<uuid:cover_id>")
def decide(at: Visit, cover_id: UUID) -> ResponseReturnValue:
    """Approve or refuse one."""
    approve = request.form.get("decision") == "approve"
    row = planning.decide_cover(at.session, at.viewer, cover_id, approve=approve)
    both = f"{at.names.person(row.covered_by)} for {at.names.person(row.person)}"
    flash(f"{'Approved' if approve else 'Refused'}: {both}.")
    return redirect(url_for(".covers"), 303)


def _index(at: Visit, person: str) -> str:
    rows = [
        (row, planning.covers_of(at.session, row)) for row in planning.absences(at.session, person, at.today)
    ]
    given = planning.covering(at.session, person, at.today)
    at.names.need(each.covered_by for _, found in rows for each in found)
    at.names.need(each.person for each in given)
    return render_template("pages/absence.html", at=at, rows=rows, given=given, state=_state(at))


def _state(at: Visit) -> Callable[[Cover], tuple[str, str]]:
    """How a cover stands, in words and the colour of a tag."""

    def words(cover: Cover) -> tuple[str, str]:
        if cover.state == "refused":
            return "Not approved", "red"
        if waits_for_approval(at.session, cover, max(at.today, cover.from_on)):
            return "Waits for approval", "yellow"
        return ("In force", "green") if cover.from_on <= at.today else ("Planned", "blue")

    return words


def _form(at: Visit, person: str, row: Absence | None, errors: Errors) -> str:
    typed = request.form
    return render_template(
        "pages/absence_form.html",
        at=at,
        person=person,
        row=row,
        roles=_roles(at, person, row),
        first=boxes("from", "First day away", typed, errors, on=row.from_on if row else None),
        last=boxes("to", "Last day away", typed, errors, on=row.to_on if row else None),
        errors=errors,
        home=_home(at, person),
    )


def _keep(at: Visit, person: str, row: Absence | None) -> ResponseReturnValue:
    first, wrong_first = read_date(request.form, "from", "The first day")
    last, wrong_last = read_date(request.form, "to", "The last day")
    errors = wrong_first + wrong_last
    if first is not None and last is not None:
        errors = _planned(at, person, row, first, last)
    if errors:
        return _form(at, person, row, errors), 422
    flash("The absence is planned." if row is None else "The absence is changed.")
    return redirect(_home(at, person), 303)


def _planned(at: Visit, person: str, row: Absence | None, first: dt.date, last: dt.date) -> Errors:
    wanted = {each.held: each.chosen for each in _roles(at, person, row)}
    try:
        with at.session.begin_nested():
            if row is None:
                planning.plan_absence(at.session, at.viewer, person, first, last, wanted)
            else:
                planning.change_absence(at.session, at.viewer, row.id, first, last, wanted)
    except Refused as no:
        about = f"{no.about}-day" if no.about in ("from", "to") else no.about
        return [{"text": str(no), "href": f"#{about or 'from-day'}"}]
    return []


def _roles(at: Visit, person: str, row: Absence | None) -> list[Asked]:
    covers = planning.covers_of(at.session, row) if row else []
    kept = {(each.role, each.agency): each.covered_by for each in covers}
    found = []
    held = roles_of(at.session, person, at.today)
    for role, agency in sorted(held, key=lambda each: (each[0], each[1] or "")):
        people = planning.deputy_choices(at.session, person, role, agency, at.today)
        at.names.need(people)
        field = f"deputy.{role}.{agency or ''}"
        chosen = request.form.get(field, "") if request.form else kept.get((role, agency), "")
        names = {each: at.names.person(each) for each in sorted(people, key=at.names.person)}
        found.append(Asked((role, agency), field, at.names.role(role, agency), names, chosen))
    return found


def _home(at: Visit, person: str) -> str:
    return url_for("absence.index") if person == at.viewer.person else url_for("people.show", person=person)
