"""Who a token or a session is: what a holder tries first."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.requests import Visit, token_holder
from reviews.roles import AGENCY_ROLES

me = Blueprint("api_me", __name__, url_prefix="/api/v1")


@me.get("/me")
def show(at: Visit) -> ResponseReturnValue:
    """The person, their roles today, and what the token allows until when (null for a session)."""
    held, mine = token_holder(), at.viewer.mine
    roles = [
        {"role": role, "name": at.names.role(role), "agency": agency}
        for role in sorted(mine.roles)
        for agency in (mine.agencies_as(role) if role in AGENCY_ROLES else (None,))
    ]
    return jsonify(
        person={"id": at.viewer.person, "name": at.names.person(at.viewer.person)},
        roles=roles,
        scopes=sorted(held.scopes) if held else None,
        until=held.until.isoformat() if held else None,
    )
