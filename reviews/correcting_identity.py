"""Correcting who the child is after the referral: what is wrong is replaced, what was known stays sealed.

The page shows nothing of what is known: whoever wants to see it asks for it with a reason of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from engine import Actor, Refused, record
from engine.clock import local_date
from reviews.acting import asked_on, now_of
from reviews.ages import age_band
from reviews.child_index import nhs_number_fails
from reviews.identity import keep_earlier, put_identity, read_identity
from reviews.models import IdentityChange
from reviews.permissions import Viewer
from reviews.same_child import names_the_child

FACTS = ("name", "date_of_birth", "other_names", "address", "identifier", "family")
NEEDED = ("name", "date_of_birth")  # what a child is found again by stays


def correct_identity(
    session: Session, viewer: Viewer, ref: str, told: Mapping[str, Any], *, remove: list[str], reason: str
) -> bool:
    """Replace what is told, take out what is to go, keep the rest; whether the identifier passes its check.

    The log names the facts, never what they say. Family members are replaced as a whole. Raises NotFound,
    Refused.
    """
    review = asked_on(session, viewer, "correct_identity", ref, reason)
    known, now = read_identity(session, review.id), now_of(session)
    new = _corrected(known, told, remove)
    changed = [key for key in FACTS if known.get(key) != new.get(key)]
    if not changed:
        raise Refused("Enter what is right, or select what is to be taken out.", about="name")
    if names_the_child(reason, known) or names_the_child(reason, new):
        raise Refused("Leave the child’s name out of the reason: the reason is kept.", about="reason")
    row = IdentityChange(id=uuid4(), review=review.id, at=now, by=viewer.person, reason=reason.strip())
    keep_earlier(session, row, {key: known.get(key) for key in changed})
    put_identity(session, review.id, new, by=viewer.person, now=now)
    if "date_of_birth" in changed:
        born = dt.date.fromisoformat(str(new["date_of_birth"])[:10])
        review.age_band = age_band(born, review.referred_on or local_date(now))
    for key in changed:
        record(
            session,
            kind="identity.corrected",
            business_key=ref,
            actor=Actor(viewer.person),
            subject=key,
        )
    return not nhs_number_fails(new)


def _corrected(known: Mapping[str, Any], told: Mapping[str, Any], remove: list[str]) -> dict[str, Any]:
    given = {key: told[key] for key in FACTS if told.get(key)}
    if isinstance(given.get("family"), str):
        lines = [line.strip() for line in given["family"].splitlines()]
        given["family"] = [{"person_name": line} for line in lines if line]
    gone = [key for key in remove if key in FACTS and key not in NEEDED and key not in given]
    return {key: value for key, value in {**known, **given}.items() if key not in gone}
