"""Sign in, stay, sign out. The one-click people of the demonstration exist in a demonstration only:
elsewhere there is no such route."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.auth.people import is_person_to_be, people_to_be
from app.requests import Visit, house
from engine import NotFound

auth = Blueprint("auth", __name__)
demonstration = Blueprint("demonstration", __name__)


@auth.get("/sign-in")
def sign_in(at: Visit) -> ResponseReturnValue:
    """The people to be, in a demonstration; elsewhere how to sign in."""
    if not house().config.demonstration:
        return render_template("pages/sign_in_closed.html", next=inside(request.args.get("next")))
    return render_template(
        "pages/sign_in.html", groups=people_to_be(at.session, at.today), next=inside(request.args.get("next"))
    )


@demonstration.post("/sign-in/<person>")
def become(at: Visit, person: str) -> ResponseReturnValue:
    """Become one of the people of the demonstration."""
    if not is_person_to_be(at.session, person):
        raise NotFound
    return begin_session(at, person, inside(request.form.get("next")))


@auth.post("/session/extend")
def stay(at: Visit) -> ResponseReturnValue:
    """Stay signed in: any request does that; this one is for the warning's button."""
    return "", 204


@auth.post("/sign-out")
def sign_out(at: Visit) -> ResponseReturnValue:
    """End the session on the server, not only in the browser."""
    house().sessions.end(at.session, request.cookies.get(current_app.config["SIGN_IN_COOKIE"], ""))
    there = cookie.get("organisation")  # signed in at their organisation, and still so there
    cookie.clear()
    if not there:
        flash("You have signed out.")
    response = redirect(url_for("organisation.signed_out" if there else "auth.sign_in"), 303)
    response.delete_cookie(
        current_app.config["SIGN_IN_COOKIE"], path="/", secure=house().config.secure, httponly=True
    )
    return response


def begin_session(at: Visit, person: str, target: str) -> Response:
    """A new session with a new token, whatever the browser sent; the one it had, and what its cookie held,
    are gone."""
    name, sessions = current_app.config["SIGN_IN_COOKIE"], house().sessions
    sessions.end(at.session, request.cookies.get(name, ""))
    cookie.clear()
    response = redirect(target, 303)
    token = sessions.begin(at.session, person)
    response.set_cookie(name, token, path="/", secure=house().config.secure, httponly=True, samesite="Lax")
    return response


def inside(target: str | None) -> str:
    """An address within this service, or the first page."""
    if (
        not target
        or not target.startswith("/")
        or target.startswith(("//", "/\\"))
        or "\n" in target
        or "\r" in target
    ):
        return url_for("work.inbox")
    return target
