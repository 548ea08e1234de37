"""Is there room for one more review (P3)? Open reviews, the agreed limit, free chairs, who waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reviews.holders import holders
from reviews.models import Review
from reviews.settings import setting

AT_WORK = (
    "scheduling",
    "agency_preparation",
    "further_meeting",
    "summary_drafting",
    "awaiting_qa",
    "qa_returned",
)


@dataclass(frozen=True)
class Waiting:
    """A review that is suitable and waits for room."""

    ref: str
    pseudonym: str
    since: dt.date | None


@dataclass(frozen=True)
class Capacity:
    """The facts beside a triage decision."""

    open_reviews: int
    limit: int
    free_chairs: tuple[str, ...]
    waiting: tuple[Waiting, ...]

    @property
    def has_room(self) -> bool:
        """Whether one more review fits the limit and somebody can chair it."""
        return self.open_reviews < self.limit and bool(self.free_chairs)


def capacity(session: Session, on: dt.date) -> Capacity:
    """Capacity on a day. A review on hold does not count as at work: its chair is free for another."""
    at_work = Review.state.in_(AT_WORK), Review.held_since.is_(None)
    open_reviews = session.scalar(select(func.count()).select_from(Review).where(*at_work)) or 0
    loads = dict(
        session.execute(
            select(Review.chair, func.count())
            .where(*at_work, Review.chair.is_not(None))
            .group_by(Review.chair)
        ).all()
    )
    most = int(setting(session, "chair_load"))
    free = tuple(person for person in holders(session, "chair", on) if loads.get(person, 0) < most)
    waiting = session.scalars(
        select(Review).where(Review.state == "deferred_capacity").order_by(Review.referred_on, Review.ref)
    )
    return Capacity(
        open_reviews,
        int(setting(session, "review_limit")),
        free,
        tuple(Waiting(review.ref, review.pseudonym, review.referred_on) for review in waiting),
    )
