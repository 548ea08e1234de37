"""The child's identity: sealed apart from the review, and shown only with a reason.

Nothing of it goes into drafts' plain part, submissions, process variables, logs, notices or addresses.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviews.child_index import index_child
from reviews.identity_keys import open_apart, place_of_change, place_of_identity, seal_apart
from reviews.models import ChildIdentity, IdentityChange


@dataclass(frozen=True)
class ShownIdentity:
    """Who the child is, and what was known before each correction (when it was made), latest first."""

    now: dict[str, Any]
    earlier: list[tuple[dt.datetime, dict[str, Any]]]


def keep_identity(
    session: Session, review: UUID, facts: dict[str, Any], *, by: str, now: dt.datetime
) -> None:
    """Seal what was told about who the child is; what is told later joins what is known."""
    told = {key: value for key, value in facts.items() if value not in (None, "", [])}
    if told:
        put_identity(session, review, {**read_identity(session, review), **told}, by=by, now=now)


def put_identity(session: Session, review: UUID, facts: dict[str, Any], *, by: str, now: dt.datetime) -> None:
    """Seal these facts in place of what is known, under a new revision, and index them."""
    query = select(ChildIdentity).where(ChildIdentity.review == review).with_for_update()
    row = session.scalars(query).one_or_none() or ChildIdentity(review=review, revision=0)
    row.revision += 1
    row.sealed = seal_apart(session, json.dumps(facts, sort_keys=True).encode(), place_of_identity(row))
    row.changed_at, row.changed_by = now, by
    session.add(row)
    index_child(session, review, facts)


def read_identity(session: Session, review: UUID) -> dict[str, Any]:
    """What is known of who the child is, or nothing. The caller has asked permission and logs it.

    Raises StateUnreadable where it was altered, moved, put back, or sealed with a key that is not here.
    """
    row = session.get(ChildIdentity, review)
    return _facts(open_apart(session, row.sealed, place_of_identity(row))) if row is not None else {}


def keep_earlier(session: Session, row: IdentityChange, facts: dict[str, Any]) -> None:
    """Seal into a correction what was known before it."""
    row.sealed = seal_apart(session, json.dumps(facts, sort_keys=True).encode(), place_of_change(row))
    session.add(row)


def earlier_identity(session: Session, review: UUID) -> list[tuple[dt.datetime, dict[str, Any]]]:
    """What was known before each correction, latest first. As careful as `read_identity`."""
    query = select(IdentityChange).where(IdentityChange.review == review).order_by(IdentityChange.at.desc())
    return [
        (row.at, _facts(open_apart(session, row.sealed, place_of_change(row))))
        for row in session.scalars(query)
    ]


def _facts(text: bytes) -> dict[str, Any]:
    found = json.loads(text)
    assert isinstance(found, dict)
    return found
