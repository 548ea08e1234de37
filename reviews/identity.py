"""The child's identity: sealed apart from the review, shown with a reason, found again by a blind index.

Nothing of it goes into drafts' plain part, submissions, process variables, logs, notices or addresses.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import unicodedata
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import StateUnreadable
from engine.secrecy import derive_key, open_sealed, seal
from reviews.models import ChildIdentity, Review

INDEX_CHARACTERS = 10  # enough to find a child again, too short to identify one


def keep_identity(
    session: Session, review: UUID, facts: dict[str, Any], *, by: str, now: dt.datetime
) -> None:
    """Seal what was told about who the child is; what is told later joins what is known."""
    row = session.get(ChildIdentity, review)
    known = _opened(session, row) if row is not None else {}
    merged = {**known, **{key: value for key, value in facts.items() if value not in (None, "", [])}}
    if not merged:
        return
    if row is None:
        row = ChildIdentity(review=review)
        session.add(row)
    keys = identity_keys(session)
    row.sealed = seal(json.dumps(merged, sort_keys=True).encode(), keys[0], _place(review))
    row.name_index = _index(merged, keys[-1])
    row.changed_at, row.changed_by = now, by


def read_identity(session: Session, review: UUID) -> dict[str, Any]:
    """What is known of who the child is, or nothing. The caller has asked permission and logs it."""
    row = session.get(ChildIdentity, review)
    return _opened(session, row) if row is not None else {}


def likely_same_child(session: Session, review: UUID) -> list[str]:
    """References of other reviews about what seems to be the same child (same name and date of birth)."""
    index = session.scalar(select(ChildIdentity.name_index).where(ChildIdentity.review == review))
    if index is None:
        return []
    rows = session.scalars(
        select(Review.ref)
        .join(ChildIdentity, ChildIdentity.review == Review.id)
        .where(ChildIdentity.name_index == index, Review.id != review)
        .order_by(Review.ref)
    )
    return list(rows)


def identity_keys(session: Session) -> tuple[bytes, ...]:
    """The keys of identity, newest first: the deployment's own, else one derived from its secret."""
    house = session.info["house"]
    given = getattr(house, "identity_keys", None)
    return tuple(given) if given else (derive_key(house.state_key, "identity"),)


def open_with_any(session: Session, sealed: bytes, place: str) -> bytes:
    """The bytes sealed for a place with one of the identity keys. Raises StateUnreadable where none fits."""
    for key in identity_keys(session):
        try:
            return open_sealed(sealed, key, place)
        except StateUnreadable:
            continue  # sealed with an older key: try that one
    raise StateUnreadable("This was sealed with a key that is not here.")


def _opened(session: Session, row: ChildIdentity) -> dict[str, Any]:
    found = json.loads(open_with_any(session, row.sealed, _place(row.review)))
    assert isinstance(found, dict)
    return found


def _place(review: UUID) -> str:
    return f"child_identity|sealed|{review}"


def _index(facts: dict[str, Any], key: bytes) -> str | None:
    name, born = facts.get("name"), facts.get("date_of_birth")
    if not name or not born:
        return None
    spelled = unicodedata.normalize("NFKD", str(name)).casefold().split()
    parts = sorted("".join(letter for letter in part if letter.isalnum()) for part in spelled)
    plain = f"{' '.join(parts)}|{born}"
    index_key = hmac.new(key, b"index", hashlib.sha256).digest()
    return hmac.new(index_key, plain.encode(), hashlib.sha256).hexdigest()[:INDEX_CHARACTERS]
