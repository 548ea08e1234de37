"""My account: who I am, how I sign in, and where I am signed in. Passwords and codes are not for a
demonstration, which has none."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.auth.accounts import account_of, changed, note, set_password, tell
from app.auth.local_views import chosen_errors, codes_page, factor_page, first_code
from app.auth.models import LocalAccount
from app.auth.passwords import LONGEST, SHORTEST
from app.auth.proofs import new_hash, proof
from app.auth.second_factor import new_recovery_codes, new_secret, recovery_codes_left
from app.auth.throttling import was_right
from app.auth.views import begin_session, signed_out, with_session
from app.auth.waiting import refused, said
from app.requests import Visit, house, signed_in
from engine import NotFound
from reviews.models import Person

account = Blueprint("account", __name__, url_prefix="/account")
credentials = Blueprint("credentials", __name__, url_prefix="/account")


@account.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """All of it on one page."""
    here = signed_in()
    return render_template(
        "pages/account.html",
        at=at,
        person=at.session.get_one(Person, at.viewer.person),
        local=at.session.get(LocalAccount, at.viewer.person),
        codes=recovery_codes_left(at.session, at.viewer.person),
        sessions=house().sessions.of(at.session, at.viewer.person),
        here=here.id if here else None,
    )


@account.post("/sessions/<uuid:session_id>/end")
def end_session(at: Visit, session_id: UUID) -> ResponseReturnValue:
    """Sign out in one browser; in this one it is like any sign-out."""
    here = signed_in()
    if not house().sessions.end_one(at.session, at.viewer.person, session_id):
        raise NotFound
    note(at.session, "sign_in.ended", at.viewer.person, at.actor, "one_browser")
    if here and here.id == session_id:
        return signed_out("You have signed out.")
    flash("That browser is signed out.")
    return redirect(url_for(".index"), 303)


@account.post("/sign-out-everywhere")
def end_all(at: Visit) -> ResponseReturnValue:
    """Sign out in every browser, this one too."""
    house().sessions.end_all(at.session, at.viewer.person)
    note(at.session, "sign_in.ended", at.viewer.person, at.actor, "everywhere")
    return signed_out("You have signed out everywhere.")


@credentials.get("/password")
def ask_password(at: Visit) -> ResponseReturnValue:
    """The present password and a new one."""
    account_of(at.session, at.viewer.person)
    return _password_page([])


@credentials.post("/password")
def change_password(at: Visit) -> ResponseReturnValue:
    """Keep the new one. Every other session ends, and this one goes on under a new token."""
    found, person = proof(), at.viewer.person
    if not found.person:
        if found.made:
            note(at.session, "sign_in.refused", person, at.actor, "password")
        missing = "" if request.form.get("password") else "Enter your present password"
        return refused(
            _password_page([said(found, missing or "Your present password is wrong", "password")]), found.wait
        )
    if found.made:
        was_right(at.session, found.made)
    errors = chosen_errors(at, person)
    if errors:
        return _password_page(errors), 422
    set_password(at.session, house().sessions, account_of(at.session, person), new_hash())
    return _again(at, "Your password is changed. Other browsers are signed out.")


@credentials.get("/second-factor/begin")
def ask_begin(at: Visit) -> ResponseReturnValue:
    """What it means to change the app."""
    account_of(at.session, at.viewer.person)
    return render_template("pages/second_factor_begin.html", errors=[])


@credentials.post("/second-factor/begin")
def begin_factor(at: Visit) -> ResponseReturnValue:
    """Make a new secret; the old one counts until the new one's first code."""
    new_secret(at.session, account_of(at.session, at.viewer.person))
    return redirect(url_for(".ask_factor"), 303)


@credentials.get("/second-factor")
def ask_factor(at: Visit) -> ResponseReturnValue:
    """The new square code."""
    return factor_page(at, at.viewer.person, [], renewed=True)


@credentials.post("/second-factor")
def check_factor(at: Visit) -> ResponseReturnValue:
    """Its first code: from now on it counts, with new recovery codes; other sessions end."""
    person = at.viewer.person
    found, errors = first_code(at, person)
    if not found.person:
        return refused(factor_page(at, person, errors, renewed=True), found.wait)
    changed(at.session, house().sessions, person, "second_factor", "factor_changed")
    codes = new_recovery_codes(at.session, person, house().sessions.clock.now())
    return with_session(at, person, lambda: codes_page(codes, url_for("account.index")))


@credentials.get("/recovery-codes")
def ask_codes(at: Visit) -> ResponseReturnValue:
    """Whether to make new ones."""
    account_of(at.session, at.viewer.person)
    return render_template("pages/recovery_codes_new.html", errors=[])


@credentials.post("/recovery-codes")
def make_codes(at: Visit) -> ResponseReturnValue:
    """Make them, and show them this once."""
    person = account_of(at.session, at.viewer.person).person
    codes = new_recovery_codes(at.session, person, house().sessions.clock.now())
    note(at.session, "account.changed", person, at.actor, "recovery_codes")
    tell(at.session, person, "recovery_codes_made")
    return codes_page(codes, url_for("account.index"))


def _again(at: Visit, words: str) -> ResponseReturnValue:
    response = begin_session(at, at.viewer.person, url_for("account.index"))
    flash(words)
    return response


def _password_page(errors: list[dict[str, str]]) -> str:
    return render_template("pages/password_change.html", errors=errors, shortest=SHORTEST, longest=LONGEST)
