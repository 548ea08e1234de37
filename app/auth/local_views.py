"""Signing in with e-mail, password and a one-time code; setting a password with a one-time link.

For somebody unknown the pages say the same, with the same status, and work as long. Without a second factor
nobody gets further than the page that sets one up.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.auth import links
from app.auth.accounts import (
    SIGN_IN,
    account_of,
    changed,
    mail_link,
    make_link,
    note,
    person_with,
    set_password,
    tell,
)
from app.auth.models import LocalAccount, OneTimeLink
from app.auth.passwords import LONGEST, SHORTEST, problem_of
from app.auth.proofs import Proof, code_is_right, counted, new_hash, place_for, proof
from app.auth.second_factor import (
    confirm,
    new_recovery_codes,
    new_secret,
    pending_secret,
    recovery_codes_left,
    square_code,
)
from app.auth.throttling import begin_try, new_browser, was_right
from app.auth.views import begin_session, inside, with_session
from app.auth.waiting import refused, said
from app.requests import Visit, house, session_token
from app.words import counted as count_words
from engine import NotFound
from reviews.models import Person

local = Blueprint("local", __name__)
WRONG = "Your email address or your password is wrong"
WRONG_CODE = "This code is wrong or was used before. Wait for the next one in your app"
WRONG_RECOVERY = "This recovery code is wrong or was used before"
A_YEAR = timedelta(days=365)


@local.post("/sign-in")
def enter(at: Visit) -> ResponseReturnValue:
    """E-mail and password; then the second factor."""
    found, email, target = proof(), request.form.get("email", "").strip(), inside(request.form.get("next"))
    if not found.person:
        errors = _empty(email=email) or [said(found, WRONG, "email")]
        if found.made:
            note(at.session, "sign_in.refused", "", SIGN_IN, "password")
        page = render_template("pages/sign_in_local.html", next=target, errors=errors, email=email)
        return refused(page, found.wait)
    account = account_of(at.session, found.person)
    account.password = found.renewed or account.password
    if found.made:
        was_right(at.session, found.made)
    if account.factor is None:
        new_secret(at.session, account)
        return begin_session(at, found.person, url_for(".ask_factor", next=target), stage="enrol")
    return begin_session(at, found.person, url_for(".ask_code", next=target), stage="code")


@local.get("/sign-in/code")
def ask_code(at: Visit) -> ResponseReturnValue:
    """The one-time code, or a recovery code instead."""
    if not _half_way(at, "code"):
        return redirect(url_for("auth.sign_in"))
    return _code_page([])


@local.post("/sign-in/code")
def check_code(at: Visit) -> ResponseReturnValue:
    """Right: signed in."""
    person = _half_way(at, "code")
    if not person:
        return redirect(url_for("auth.sign_in"), 303)
    by_paper = bool(request.form.get("recovery_code", "").strip())
    if not by_paper and not request.form.get("code", "").strip():
        return _code_page([{"text": "Enter the code from your app", "href": "#code"}]), 422
    found = code_is_right(at.session, person)
    if not found.person:
        note(at.session, "sign_in.refused", person, SIGN_IN, "recovery_code" if by_paper else "code")
        field = "recovery_code" if by_paper else "code"
        return refused(
            _code_page([said(found, WRONG_RECOVERY if by_paper else WRONG_CODE, field)]), found.wait
        )
    response = _remember(at, person, begin_session(at, person, inside(request.args.get("next"))))
    if by_paper:
        _tell_of_paper(at, person)
    return response


@local.get("/sign-in/second-factor")
def ask_factor(at: Visit) -> ResponseReturnValue:
    """Set up a second factor: nothing else is open before it."""
    person = _half_way(at, "enrol")
    if not person:
        return redirect(url_for("auth.sign_in"))
    return factor_page(at, person, [])


@local.post("/sign-in/second-factor")
def check_factor(at: Visit) -> ResponseReturnValue:
    """The first code of the new factor: signed in, and shown the recovery codes."""
    person = _half_way(at, "enrol")
    if not person:
        return redirect(url_for("auth.sign_in"), 303)
    found, errors = first_code(at, person)
    if not found.person:
        return refused(factor_page(at, person, errors), found.wait)
    now = house().sessions.clock.now()
    codes = new_recovery_codes(at.session, person, now)
    changed(at.session, house().sessions, person, "second_factor", "factor_changed")
    target = inside(request.args.get("next"))
    return _remember(at, person, with_session(at, person, lambda: codes_page(codes, target)))


@local.get("/forgotten-password")
def ask_forgotten(at: Visit) -> ResponseReturnValue:
    """Ask for a link."""
    return render_template("pages/forgotten.html", errors=[], sent=False)


@local.post("/forgotten-password")
def forgotten(at: Visit) -> ResponseReturnValue:
    """Mail a link, where there is an account; the answer is the same in any case."""
    email = request.form.get("email", "").strip()
    if not email:
        return render_template("pages/forgotten.html", errors=_empty(email="")[:1], sent=False), 422
    now, person = house().sessions.clock.now(), person_with(at.session, email)
    place = place_for(at.session, "")
    allowed = begin_try(at.session, "mail", email.casefold(), place, now).id is not None
    if allowed and person is not None and at.session.get(LocalAccount, person.id) is not None:
        link = make_link(at.session, person.id, anew=False, by=SIGN_IN, now=now)
        mail_link(at.session, person.id, link, "password_link")
    return render_template("pages/forgotten.html", errors=[], sent=True)


@local.get("/set-password/<token>")
def ask_password(at: Visit, token: str) -> ResponseReturnValue:
    """Choose a password, with a link that is still good."""
    link = _link(at, token)
    return _password_page(at, link, []) if link else _link_over()


@local.post("/set-password/<token>")
def keep_password(at: Visit, token: str) -> ResponseReturnValue:
    """Keep it, and use the link up."""
    link = _link(at, token)
    if link is None:
        return _link_over()
    errors = chosen_errors(at, link.person)
    if errors:
        return _password_page(at, link, errors), 422
    if not links.use(at.session, link, house().sessions.clock.now()):
        return _link_over()
    account = account_of(at.session, link.person)
    set_password(at.session, house().sessions, account, new_hash(), anew=link.purpose == links.BEGIN)
    flash("Your password is set. Sign in with it.")
    return redirect(url_for("auth.sign_in"), 303)


def first_code(at: Visit, person: str) -> tuple[Proof, list[dict[str, str]]]:
    """Make the waiting second factor the one that counts, if its first code is right; or what is wrong."""
    code, now = request.form.get("code", ""), house().sessions.clock.now()
    if not code.strip():
        return Proof(), [{"text": "Enter the code from your app", "href": "#code"}]
    account = account_of(at.session, person)
    found = counted(at.session, person, lambda: confirm(at.session, account, code, now))
    return found, [] if found.person else [said(found, WRONG_CODE, "code")]


def factor_page(at: Visit, person: str, errors: list[dict[str, str]], **facts: Any) -> str:
    """The square code, the key in letters, and the first code. Raises NotFound where nothing waits."""
    row, secret = (
        at.session.get_one(Person, person),
        pending_secret(at.session, account_of(at.session, person)),
    )
    if not secret:
        raise NotFound
    spelled = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    picture = square_code(secret, row.email)
    return render_template("pages/second_factor.html", picture=picture, key=spelled, errors=errors, **facts)


def codes_page(codes: list[str], target: str) -> Response:
    """The recovery codes, this once, and where to go on."""
    return make_response(render_template("pages/recovery_codes.html", codes=codes, next=target))


def chosen_errors(at: Visit, person: str) -> list[dict[str, str]]:
    """What is wrong with the new password that was typed."""
    row, chosen = at.session.get_one(Person, person), request.form.get("new_password", "")
    words = problem_of(chosen, name=row.name, email=row.email) if chosen else "Enter a new password"
    return [{"text": words, "href": "#new_password"}] if words else []


def _empty(*, email: str) -> list[dict[str, str]]:
    found = [] if email else [{"text": "Enter your email address", "href": "#email"}]
    if not request.form.get("password"):
        found.append({"text": "Enter your password", "href": "#password"})
    return found


def _half_way(at: Visit, stage: str) -> str | None:
    """Whose password was right here a moment ago, while a second factor is what they lack, or have."""
    person = house().sessions.half_way(at.session, session_token(), stage)
    account = at.session.get(LocalAccount, person) if person else None
    return person if account and (account.factor is None) == (stage == "enrol") else None


def _code_page(errors: list[dict[str, str]]) -> str:
    paper = any(error["href"] == "#recovery_code" for error in errors)
    return render_template("pages/sign_in_code.html", errors=errors, paper=paper)


def _tell_of_paper(at: Visit, person: str) -> None:
    note(at.session, "account.changed", person, SIGN_IN, "recovery_code_used")
    tell(at.session, person, "recovery_code_used")
    left = recovery_codes_left(at.session, person)
    flash(f"That recovery code is used up. You have {count_words(left, 'code')} left.")


def _remember(at: Visit, person: str, response: Response) -> Response:
    """Know this browser from now on, so that a stranger's guessing does not slow its owner down."""
    response.set_cookie(
        current_app.config["BROWSER_COOKIE"],
        new_browser(at.session, person),
        max_age=A_YEAR,
        path="/",
        secure=house().config.secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _link(at: Visit, token: str) -> OneTimeLink | None:
    found = links.link_of(at.session, token, house().sessions.clock.now())
    active = found is not None and at.session.get_one(Person, found.person).active
    return found if active else None


def _link_over() -> ResponseReturnValue:
    return render_template("pages/link_over.html"), 404


def _password_page(at: Visit, link: OneTimeLink, errors: list[dict[str, str]]) -> str:
    person = at.session.get_one(Person, link.person)
    return render_template(
        "pages/set_password.html", person=person, errors=errors, shortest=SHORTEST, longest=LONGEST
    )
