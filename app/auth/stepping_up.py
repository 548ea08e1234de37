"""Confirm that it is you: a fresh proof for what a session alone must not open.

A route that asks for it stands in `STEP_UP` (app/pages/routes.py). When the last proof is older than 15
minutes its page leads here and then back; what was typed into a form stays on the page and is sent again. In
the demonstration, which has no passwords, it is a plain question. Who signs in with their organisation's
account does so again.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.auth.accounts import SIGN_IN, note
from app.auth.models import LocalAccount
from app.auth.proofs import Proof, code_is_right, proof
from app.auth.throttling import was_right
from app.auth.views import give_token, inside
from app.auth.waiting import refused, said
from app.requests import Visit, house, session_token

confirming = Blueprint("confirming", __name__)
WRONG = "This is wrong, or the code was used before. Wait for the next one in your app"


@confirming.get("/confirm")
def ask(at: Visit) -> ResponseReturnValue:
    """The code, or the password instead."""
    return _page(at, inside(request.args.get("next")), [])


@confirming.post("/confirm")
def confirm(at: Visit) -> ResponseReturnValue:
    """Right: a new token for the session, and back to what was asked for."""
    target = inside(request.form.get("next"))
    if not house().config.demonstration:
        typed = request.form.get("password") or request.form.get("code", "").strip()
        if not typed:
            return _page(at, target, [{"text": "Enter the code from your app", "href": "#code"}]), 422
        found = _proved(at)
        if not found.person:
            note(at.session, "sign_in.refused", at.viewer.person, SIGN_IN, "confirmation")
            field = "password" if request.form.get("password") else "code"
            return refused(_page(at, target, [said(found, WRONG, field)]), found.wait)
    response = redirect(target, 303)
    give_token(response, house().sessions.proved(at.session, session_token()))
    return response


def _proved(at: Visit) -> Proof:
    """What was typed: a password, which was compared before the transaction, or else a code."""
    if not request.form.get("password"):
        return code_is_right(at.session, at.viewer.person)
    found = proof()
    if found.person and found.made:
        was_right(at.session, found.made)
    return found


def _page(at: Visit, target: str, errors: list[dict[str, str]]) -> str:
    local = at.session.get(LocalAccount, at.viewer.person)
    way = "plain" if house().config.demonstration else "code" if local and local.factor else "again"
    return render_template("pages/confirm.html", next=target, errors=errors, way=way)
