"""Somebody new, for the Board's office: a person with a first role; and a link with which they, or somebody
who cannot get in, set a password. The office never sees or chooses a password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.auth.accounts import mail_link, make_link, standings
from app.page_forms import questions
from app.requests import Visit, house
from engine import Refused
from reviews.adding_people import add_person
from reviews.people import person_of

inviting = Blueprint("inviting", __name__, url_prefix="/people")
sending = Blueprint("sending", __name__, url_prefix="/people")  # not for a demonstration: it has no passwords


@inviting.get("/new")
def ask_add(at: Visit) -> ResponseReturnValue:
    """Name, e-mail, agency, first role."""
    return questions("person_new", at).page("person_new", at)


@inviting.post("/new")
def add(at: Visit) -> ResponseReturnValue:
    """Add them; how they get in is asked for on their page."""
    asked, made = questions("person_new", at), []
    if not asked.sent(at, lambda told: made.append(add_person(at.session, at.viewer, **told))):
        return asked.page("person_new", at), 422
    flash(f"{made[0].name} is added.")
    return redirect(url_for("people.show", person=made[0].id), 303)


@sending.get("/<person>/link")
def ask_link(at: Visit, person: str) -> ResponseReturnValue:
    """Whether they forgot a password, or have lost their phone as well."""
    return _link_page(at, person, [])


@sending.post("/<person>/link")
def send_link(at: Visit, person: str) -> ResponseReturnValue:
    """Send it to their address."""
    row, standing = person_of(at.session, person), standings(at.session, [person])[person]
    chosen = request.form.get("what", "begin" if standing.state != "active" else "")
    if chosen not in ("password", "begin"):
        return _link_page(at, person, [{"text": "Select what the link is for", "href": "#what"}]), 422
    if person == at.viewer.person:
        raise Refused("Use “I have forgotten my password” on the sign-in page for yourself.")
    now = house().sessions.clock.now()
    link = make_link(at.session, person, anew=chosen == "begin", by=at.actor, now=now)
    mail_link(at.session, person, link, "account_invited" if standing.state != "active" else "password_link")
    flash(f"A link was sent to {row.name}. It works once, within 24 hours.")
    return redirect(url_for("people.show", person=person), 303)


def _link_page(at: Visit, person: str, errors: list[dict[str, str]]) -> str:
    return render_template(
        "pages/person_link.html",
        at=at,
        person=person_of(at.session, person),
        standing=standings(at.session, [person])[person],
        errors=errors,
    )
