"""Who the child is: read once, for a reason, with a trace in the audit log and in the record of what was
shared."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app.requests import Visit
from engine import record
from engine.calendars import short_date
from reviews.identity import read_identity
from reviews.models import Disclosure, Review

LABELS = {
    "child_name": "Name",
    "name": "Name",
    "other_names": "Other names",
    "date_of_birth": "Date of birth",
    "address": "Address",
    "identifier": "Identifier",
}


def show_identity(at: Visit, review: Review, reason: str) -> list[tuple[str, str]]:
    """What is known of who the child is, as label and words; the trace is written in the same transaction."""
    record(at.session, kind="identity.shown", business_key=review.ref, actor=at.actor, subject="identity")
    at.session.add(
        Disclosure(
            review=review.id,
            at=at.now,
            by=at.viewer.person,
            to=at.viewer.person,
            what="identity",
            purpose=reason,
        )
    )
    return [
        (LABELS.get(key, key.replace("_", " ").capitalize()), _words(value))
        for key, value in read_identity(at.session, review.id).items()
        if value
    ]


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_words(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(_words(part) for part in value.values() if part)
    text = str(value)
    if len(text) == 10 and text[4] == text[7] == "-":
        return short_date(dt.date.fromisoformat(text))
    return text
