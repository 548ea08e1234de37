"""Sign in, stay, sign out. The one-click people of the demonstration exist in a demonstration only:
elsewhere there is no such route, and one signs in with a password (`local_views`)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.auth.accounts import note
from app.auth.browsers import browser_family
from app.auth.people import is_person_to_be, people_to_be
from app.requests import Visit, house, session_token
from engine import Actor, NotFound

auth = Blueprint("auth", __name__)
demonstration = Blueprint("demonstration", __name__)


@auth.get("/sign-in")
def sign_in(at: Visit) -> ResponseReturnValue:
    """The people to be, in a demonstration; elsewhere e-mail and password."""
    target = inside(request.args.get("next"))
    if not house().config.demonstration:
        return render_template("pages/sign_in_local.html", next=target, errors=[], email="")
    return render_template("pages/sign_in.html", groups=people_to_be(at.session, at.today), next=target)


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
    house().sessions.end(at.session, session_token())
    if at.viewer.person:
        note(at.session, "sign_in.ended", at.viewer.person, at.actor)
    return signed_out("You have signed out.")


def signed_out(words: str) -> Response:
    """Lead back to sign-in, with nothing of the session left in the browser: no cookie, no kept page."""
    there = cookie.get("organisation")  # signed in at their organisation, and still so there
    cookie.clear()
    if not there:
        flash(words)
    response = redirect(url_for("organisation.signed_out" if there else "auth.sign_in"), 303)
    response.delete_cookie(
        current_app.config["SIGN_IN_COOKIE"], path="/", secure=house().config.secure, httponly=True
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # not "cookies": the form's is needed at once
    return response


def begin_session(at: Visit, person: str, target: str, *, stage: str = "full") -> Response:
    """A new session with a new token, whatever the browser sent; the one it had, and what its cookie held,
    are gone. The answer leads to `target`."""
    return with_session(at, person, lambda: redirect(target, 303), stage=stage)


def with_session(at: Visit, person: str, answer: Callable[[], Response], *, stage: str = "full") -> Response:
    """The same with any answer, made once the old cookie is emptied. A session half of the way there is no
    sign-in yet, and is not logged as one."""
    sessions = house().sessions
    sessions.end(at.session, session_token())
    cookie.clear()
    response = answer()
    family = browser_family(request.user_agent.string)
    give_token(response, sessions.begin(at.session, person, stage=stage, browser=family))
    if stage == "full":
        note(at.session, "sign_in.done", person, Actor(person))
    return response


def give_token(response: Response, token: str) -> None:
    """Give a session's token to the browser: for this service alone, out of reach of scripts."""
    name = current_app.config["SIGN_IN_COOKIE"]
    response.set_cookie(name, token, path="/", secure=house().config.secure, httponly=True, samesite="Lax")


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
