"""What a step is about: the review of its reference, the action of its process. Many places ask for it; it is
read once in a transaction."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import Session

from engine.models import Base
from reviews.models import Action, Review

T = TypeVar("T", bound=Base)

_READ = "what steps are about"  # in the session's own notes


def review_by_reference(session: Session, ref: str) -> Review | None:
    """The review, or None. One that this transaction has read is the same row, as any question gives it."""
    return _once(session, ref, select(Review).where(Review.ref == ref))


def action_by_process(session: Session, instance: UUID) -> Action | None:
    """The action that a process is about, or None. As with a review."""
    return _once(session, instance, select(Action).where(Action.process_instance == instance))


def keep_review(session: Session, review: Review | None) -> None:
    """Keep a review that was read with something else."""
    if review is not None:
        session.info.setdefault(_READ, {})[review.ref] = review


def _once(session: Session, name: Hashable, query: Select[T]) -> T | None:
    known: T | None = session.info.get(_READ, {}).get(name)
    if known is not None and inspect(known, raiseerr=True).persistent:
        return known
    found = session.scalars(query).one_or_none()
    if found is not None:
        session.info.setdefault(_READ, {})[name] = found
    return found
