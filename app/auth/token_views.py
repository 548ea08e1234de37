"""Tokens for programs: one's own, made and shown once, ended."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.auth.tokens import SCOPES
from app.page_forms import questions
from app.requests import Visit, house

tokens = Blueprint("tokens", __name__, url_prefix="/account/tokens")


@tokens.get("")
def index(at: Visit) -> ResponseReturnValue:
    """One's own tokens; not what they are."""
    return _page(at)


@tokens.get("/new")
def ask(at: Visit) -> ResponseReturnValue:
    """What a token is for, what it may do and for how long."""
    return questions("api_token", at).page("token_new", at)


@tokens.post("/new")
def make(at: Visit) -> ResponseReturnValue:
    """Make it, and show it this once."""
    asked, made = questions("api_token", at), []
    if not asked.sent(at, lambda told: made.append(_made(at, told))):
        return asked.page("token_new", at), 422
    return _page(at, made[0])


@tokens.get("/<uuid:token_id>/end")
def ending(at: Visit, token_id: UUID) -> ResponseReturnValue:
    """Is it really to end."""
    row = house().tokens.one(at.session, token_id, person=at.viewer.person)
    return render_template("pages/token_end.html", at=at, token=row)


@tokens.post("/<uuid:token_id>/end")
def end(at: Visit, token_id: UUID) -> ResponseReturnValue:
    """End it."""
    row = house().tokens.end(at.session, token_id, by=at.actor, person=at.viewer.person)
    flash(f"The token “{row.name}” no longer works.")
    return redirect(url_for(".index"), 303)


def _made(at: Visit, told: dict[str, object]) -> str:
    person, scopes = at.viewer.person, told["scopes"]
    assert isinstance(scopes, list)
    _, secret = house().tokens.make(
        at.session,
        person,
        name=str(told["name"]),
        scopes=[each.replace("_", ":") for each in scopes],  # a form's values hold no colon
        days=int(str(told["days"])),
        by=at.actor,
    )
    return secret


def _page(at: Visit, secret: str = "") -> str:
    held = house().tokens
    rows = [(row, held.is_live(row)) for row in held.of(at.session, at.viewer.person)]
    live = [row for row, lives in rows if lives]
    over = [row for row, lives in rows if not lives]
    return render_template("pages/tokens.html", at=at, live=live, over=over, secret=secret, words=SCOPES)
