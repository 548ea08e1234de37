"""Beginning a referral: its reference, its pseudonym, its draft, its process."""

from __future__ import annotations

import datetime as dt
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from engine.clock import local_date
from reviews.models import Review
from reviews.references import new_pseudonym, next_reference


class Starter(Protocol):
    """Starts a process; a service call's `start`, or the engine's verb with session and actor filled in."""

    def __call__(self, process: str, *, business_key: str, variables: dict[str, object]) -> UUID: ...


def begin_referral(
    session: Session,
    *,
    referrer: str,
    agency: str,
    now: dt.datetime,
    start: Starter,
    ref: str | None = None,
    pseudonym: str | None = None,
) -> Review:
    """Make a draft referral and start its process; its first task is the referrer's (P1).

    `ref` and `pseudonym` are chosen unless given (an earlier file taken over).
    """
    review = Review(
        ref=ref or next_reference(session, local_date(now)),
        pseudonym=pseudonym or new_pseudonym(session),
        referrer=referrer,
        referring_agency=agency,
        started_at=now,
    )
    session.add(review)
    session.flush()
    review.process_instance = start(
        "learning_review",
        business_key=review.ref,
        variables={"review": {"ref": review.ref}, "referrer": {"person": referrer, "agency": agency}},
    )
    return review
