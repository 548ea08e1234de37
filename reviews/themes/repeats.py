"""Recommendations that were made before: the same theme and the same agency within 24 months.

A recommendation is about the themes it names; where it names none, about those of the learning points that
are for its agency (or for no agency in particular).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.deadlines.span import add_months
from reviews.models import LearningPoint, Recommendation, Review

WITHIN_MONTHS = 24


@dataclass(frozen=True)
class Recommended:
    """One recommendation with its review, the day its learning was recorded, and its themes."""

    review: UUID
    ref: str
    text: str
    agency: str
    on: dt.date
    themes: frozenset[str]


@dataclass(frozen=True)
class Repeat:
    """The same theme and agency in several reviews, the newest first."""

    theme: str
    agency: str
    made: tuple[Recommended, ...]

    @property
    def reviews(self) -> int:
        """In how many reviews."""
        return len({each.review for each in self.made})


def repeats(session: Session, *, today: dt.date) -> list[Repeat]:
    """What was recommended to one agency on one theme by more than one review, most reviews first.

    Not of restricted reviews: that there is one is not for every reader of the register.
    """
    found: dict[tuple[str, str], list[Recommended]] = {}
    for each in _recommended(session, since=add_months(today, -WITHIN_MONTHS)):
        for theme in each.themes:
            found.setdefault((theme, each.agency), []).append(each)
    all_of = [Repeat(theme, agency, tuple(made)) for (theme, agency), made in found.items()]
    several = [each for each in all_of if each.reviews > 1]
    return sorted(several, key=lambda each: (-each.reviews, each.theme, each.agency))


def made_before(session: Session, review: Review, *, today: dt.date) -> list[Repeat]:
    """What other reviews recommended, on the themes of this one, to the agencies its learning is for.

    For the chair who writes the next recommendation (2.6).
    """
    points = session.execute(
        select(LearningPoint.themes, LearningPoint.agencies).where(LearningPoint.review == review.id)
    ).all()
    wanted = {(theme, agency) for themes, agencies in points for theme in themes for agency in agencies}
    for_all = {theme for themes, agencies in points if not agencies for theme in themes}
    found: dict[tuple[str, str], list[Recommended]] = {}
    for each in _recommended(session, since=add_months(today, -WITHIN_MONTHS)):
        if each.review == review.id:
            continue
        for theme in each.themes:
            if (theme, each.agency) in wanted or theme in for_all:
                found.setdefault((theme, each.agency), []).append(each)
    return [Repeat(theme, agency, tuple(made)) for (theme, agency), made in sorted(found.items())]


def _recommended(session: Session, *, since: dt.date) -> list[Recommended]:
    points = _points(session)
    rows = session.execute(
        select(Recommendation, Review.ref)
        .join(Review, Review.id == Recommendation.review)
        .where(
            Recommendation.retired_on.is_(None),
            Recommendation.agency.is_not(None),
            Review.restricted.is_(False),
        )
        .order_by(Review.ref.desc(), Recommendation.number)
    )
    found = []
    for row, ref in rows:
        told = points.get(row.review, [])
        on = max((point.recorded_on for point in told), default=None)
        if on is not None and on >= since:
            themes = frozenset(row.themes) or _themes_for(told, row.agency or "")
            found.append(Recommended(row.review, ref, row.text, row.agency or "", on, themes))
    return found


def _points(session: Session) -> dict[UUID, list[LearningPoint]]:
    found: dict[UUID, list[LearningPoint]] = {}
    for point in session.scalars(select(LearningPoint).order_by(LearningPoint.number)):
        found.setdefault(point.review, []).append(point)
    return found


def _themes_for(points: Iterable[LearningPoint], agency: str) -> frozenset[str]:
    meant = [point for point in points if point.kind == "development"]
    return frozenset(
        theme for point in meant if agency in point.agencies or not point.agencies for theme in point.themes
    )
