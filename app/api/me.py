"""Who a token or a session is: what a holder tries first."""

from __future__ import annotations

from typing import Any

from app.api.calls import Calls
from app.api.shapes import me as shapes
from app.requests import Visit, token_holder
from reviews.roles import AGENCY_ROLES

me = Calls("me", "Who asks, and what they may")


@me.reads("/me", answer=shapes.Me(), example=shapes.ME)
def show(at: Visit) -> dict[str, Any]:
    """Who am I

    The person, their roles today, and what the token allows until when (null for a session)."""
    held, mine = token_holder(), at.viewer.mine
    roles = [
        {"role": role, "name": at.names.role(role), "agency": agency}
        for role in sorted(mine.roles)
        for agency in (mine.agencies_as(role) if role in AGENCY_ROLES else (None,))
    ]
    return {
        "person": {"id": at.viewer.person, "name": at.names.person(at.viewer.person)},
        "roles": roles,
        "scopes": sorted(held.scopes) if held else None,
        "until": held.until if held else None,
    }
