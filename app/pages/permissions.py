"""The page of permissions: who may do what and when, made from the rows of the permission table."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.requests import Visit
from reviews.permission_words import VERB_WORDS, lines, steps_of
from reviews.roles import ROLES

permissions = Blueprint("permissions", __name__, url_prefix="/permissions")


@permissions.get("/")
def index(at: Visit) -> ResponseReturnValue:
    """Every row, or those of one role ("what can this role do") or of one verb ("who can do this")."""
    role, verb = request.args.get("role", ""), request.args.get("verb", "")
    role, verb = role if role in ROLES else "", verb if verb in VERB_WORDS else ""
    return render_template(
        "pages/permissions.html",
        at=at,
        role=ROLES.get(role),
        verb=verb,
        verbs=sorted(VERB_WORDS.items(), key=lambda pair: pair[1]),
        roles=list(ROLES.values()),
        lines=lines(role=role, verb=verb),
        steps=steps_of(role) if role else [],
    )
