"""Where a list goes on: a text that only this service can make, for this list, this person and these filters.

It says after which row to go on, never what may be seen: every page is filtered anew by what its reader may
see on that day.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from flask import current_app, request
from marshmallow import fields, validate

from app.api.calls import NotReadable
from app.api.shapes.parts import Lasting
from app.requests import Visit

MOST, USUAL = 100, 25


class Paged(Lasting):
    """The part of a question that every list understands."""

    cursor = fields.String(
        load_default="",
        validate=validate.Length(max=500),
        metadata={"description": "What the page before gave as `next`; leave it out for the first page."},
    )
    limit = fields.Integer(
        load_default=USUAL,
        validate=validate.Range(1, MOST),
        metadata={"description": f"How many at most, up to {MOST}."},
    )


def place_after(at: Visit, asked: Mapping[str, Any]) -> list[Any]:
    """The place that a cursor names; nothing for the first page. Raises NotReadable for one that is not of
    this list."""
    if not asked["cursor"]:
        return []
    told, _, proof = asked["cursor"].partition(".")
    if not hmac.compare_digest(proof.encode(), _proof(at, asked, told).encode()):
        raise NotReadable({"cursor": ["This is no cursor of this list, person and filters."]})
    found = json.loads(urlsafe_b64decode(told))
    assert isinstance(found, list)
    return found


def cursor_at(at: Visit, asked: Mapping[str, Any], place: Sequence[Any]) -> str:
    """The cursor that goes on after a place."""
    told = urlsafe_b64encode(json.dumps(list(place)).encode()).decode()
    return f"{told}.{_proof(at, asked, told)}"


def _proof(at: Visit, asked: Mapping[str, Any], told: str) -> str:
    filters = sorted((name, str(value)) for name, value in asked.items() if name not in ("cursor", "limit"))
    words = json.dumps(["cursor", at.viewer.person, request.endpoint, filters, told])
    return hmac.new(current_app.config["SECRET_KEY"].encode(), words.encode(), sha256).hexdigest()
