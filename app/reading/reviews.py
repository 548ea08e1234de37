"""The list of reviews: one query a page, from those this person may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.reading.paging import PER_PAGE
from engine.models import UserTask
from reviews.models import ENDED, Review
from reviews.permissions import Viewer, visible_reviews

GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "referred": ("Referred", ("draft", "awaiting_triage", "more_information", "deferred_capacity")),
    "review": ("At work", ("scheduling", "agency_preparation", "further_meeting", "summary_drafting")),
    "qa": ("With the QA sub-group", ("awaiting_qa", "qa_returned")),
    "after": ("Actions and sharing", ("monitoring", "dissemination", "impact_review")),
    "ended": ("Ended", ENDED),
}
SORTS: dict[str, tuple[Any, ...]] = {
    "ref": (Review.ref.desc(),),
    "state": (Review.state, Review.ref.desc()),
    "referred": (Review.referred_on.is_(None), Review.referred_on.desc()),
}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to."""

    words: str = ""
    group: str = ""
    paused: bool = False
    sort: str = "ref"

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> Filters:
        """The filters of an address; what it does not know is left out."""
        group, sort = asked.get("group", ""), asked.get("sort", "ref")
        return cls(
            asked.get("q", "").strip()[:100],
            group if group in GROUPS else "",
            asked.get("paused") == "yes",
            sort if sort in SORTS else "ref",
        )


@dataclass(frozen=True)
class Row:
    """One review in the list, with the earliest date by which somebody owes it something."""

    review: Review
    next_due: dt.date | None


def reviews(
    session: Session, viewer: Viewer, filters: Filters, *, page: int = 1, rows: int = PER_PAGE
) -> tuple[list[Row], int]:
    """One page of reviews, and how many there are in all."""
    next_due = (
        select(func.min(UserTask.due_on))
        .where(
            UserTask.business_key == Review.ref,
            UserTask.status == "open",
            UserTask.process == "learning_review",
        )
        .scalar_subquery()
    )
    query = (
        visible_reviews(viewer)
        .where(*_narrowed(filters))
        .add_columns(next_due, func.count().over())
        .order_by(*SORTS[filters.sort], Review.id)
        .limit(rows)
        .offset((page - 1) * rows)
    )
    found = session.execute(query).all()
    return [Row(review, due) for review, due, _ in found], found[0][-1] if found else 0


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.words:
        named = (Review.ref, Review.pseudonym, Review.title)
        found.append(or_(*(column.icontains(filters.words, autoescape=True) for column in named)))
    if filters.group:
        found.append(Review.state.in_(GROUPS[filters.group][1]))
    if filters.paused:
        found.append(Review.held_since.is_not(None))
    return found
