"""Who asks."""

from __future__ import annotations

from marshmallow import fields

from app.api.shapes.parts import Named, Shape, a_text, held, listed, maybe, moment


class HeldRole(Shape):
    """A role that somebody has today."""

    role = a_text()
    name = a_text()
    agency = maybe("For which agency, where it is held for one.")


class Me(Shape):
    """The person behind a token or a session."""

    person = held(Named)
    roles = listed(HeldRole)
    scopes = fields.List(
        fields.String(),
        required=True,
        allow_none=True,
        metadata={"description": "What the token allows; null for a session."},
    )
    until = moment("When the token ends; null for a session.")


ME = {
    "person": {"id": "u_dale", "name": "Dale M."},
    "roles": [{"role": "safeguarding_lead", "name": "Agency safeguarding lead", "agency": "edu"}],
    "scopes": ["tasks:read", "tasks:write"],
    "until": "2026-08-03T09:00:00+00:00",
}
