"""People, for the Board's office: the list, one person with roles and absences, giving and ending a role."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.auth.accounts import standings
from app.dates import boxes, read_date, read_optional
from app.paging import Listing, page_number
from app.requests import Visit, house
from app.words import day
from engine import NotFound, Refused, tasks
from reviews import people as reading
from reviews.absences import absences, covering, covers_of
from reviews.handing_over import may_hand_over
from reviews.leaving import leaving_of
from reviews.models import Agency, PersonRole
from reviews.roles import AGENCY_ROLES, ROLES

people = Blueprint("people", __name__, url_prefix="/people")
Errors = list[dict[str, str]]


@people.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """Everybody, by name."""
    words, left = request.args.get("q", "").strip()[:60], request.args.get("left") == "yes"
    page = page_number(request.args.get("page"))
    rows, total = reading.people(at.session, at.today, words=words, left=left, page=page)
    asked = {"q": words, "left": "yes" if left else ""}
    listing = Listing(rows, total, page, url_for(".index"), asked, reading.PER_PAGE)
    return render_template("pages/people.html", at=at, list=listing, words=words, left=left)


@people.get("/<person>")
def show(at: Visit, person: str) -> ResponseReturnValue:
    """One person: roles, absences, open work."""
    row = reading.person_of(at.session, person)
    held = tasks(at.session, assignee=person)
    seen = [task for task in held if may_hand_over(at.session, at.viewer, task)]
    away = [(each, covers_of(at.session, each)) for each in absences(at.session, person, at.today)]
    given = covering(at.session, person, at.today)
    at.names.need(cover.covered_by for _, covers in away for cover in covers)
    at.names.need(cover.person for cover in given)
    return render_template(
        "pages/person.html",
        at=at,
        person=row,
        roles=reading.roles_with_dates(at.session, person),
        held=len(held),
        seen=seen,
        away=away,
        given=given,
        leaving=leaving_of(at.session, person),
        mine=person == at.viewer.person,
        standing=None if house().config.demonstration else standings(at.session, [person])[person],
    )


@people.get("/<person>/roles/new")
def new_role(at: Visit, person: str) -> ResponseReturnValue:
    """Which role, for which agency, from when."""
    return _role_form(at, person, [])


@people.post("/<person>/roles/new")
def give_role(at: Visit, person: str) -> ResponseReturnValue:
    """Give it."""
    first, wrong_first = read_date(request.form, "from", "The first day")
    last, wrong_last = read_optional(request.form, "to", "The last day")
    role, errors = request.form.get("role", ""), wrong_first + wrong_last
    if not role:
        errors.insert(0, {"text": "Select a role", "href": "#role"})
    elif not errors and first is not None:
        try:
            agency = request.form.get("agency") or None
            reading.give_role(
                at.session, at.viewer, person, role=role, agency=agency, from_on=first, to_on=last
            )
        except Refused as no:
            errors = [_at_field(no)]
    if errors:
        return _role_form(at, person, errors), 422
    flash(f"{at.names.person(person)} holds the role from {day(first)}.")
    return redirect(url_for(".show", person=person), 303)


@people.get("/<person>/roles/<uuid:role_id>/end")
def ending(at: Visit, person: str, role_id: UUID) -> ResponseReturnValue:
    """On which day a role ends."""
    return _end_form(at, person, role_id, [])


@people.post("/<person>/roles/<uuid:role_id>/end")
def end_role(at: Visit, person: str, role_id: UUID) -> ResponseReturnValue:
    """End it."""
    last, errors = read_date(request.form, "to", "The last day")
    if last is not None:
        try:
            reading.end_role(at.session, at.viewer, person, role_id, last_day=last)
        except Refused as no:
            errors = [_at_field(no)]
    if errors:
        return _end_form(at, person, role_id, errors), 422
    flash(f"The role ends with {day(last)}.")
    return redirect(url_for(".show", person=person), 303)


def _at_field(no: Refused) -> dict[str, str]:
    about = f"{no.about}-day" if no.about in ("from", "to") else no.about or "role"
    return {"text": str(no), "href": f"#{about}"}


def _role_form(at: Visit, person: str, errors: Errors) -> str:
    query = select(Agency.id, Agency.name).where(Agency.active.is_(True)).order_by(Agency.name)
    row = reading.person_of(at.session, person)
    return render_template(
        "pages/role_form.html",
        at=at,
        person=row,
        roles=[(each.id, each.name, each.id in AGENCY_ROLES) for each in ROLES.values()],
        agencies=[(each.id, each.name) for each in at.session.execute(query)],
        asked=request.form or {"agency": row.agency},
        first=boxes("from", "First day", request.form, errors, on=at.today),
        last=boxes("to", "Last day (optional)", request.form, errors),
        errors=errors,
    )


def _end_form(at: Visit, person: str, role_id: UUID, errors: Errors) -> str:
    row = reading.person_of(at.session, person)
    held = next((each for each in reading.roles_with_dates(at.session, person) if each.id == role_id), None)
    return render_template(
        "pages/role_end.html",
        at=at,
        person=row,
        held=_found(held),
        last=boxes("to", "Last day in this role", request.form, errors, on=at.today),
        errors=errors,
    )


def _found(held: PersonRole | None) -> PersonRole:
    if held is None:
        raise NotFound
    return held
