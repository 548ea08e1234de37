"""The learning library: published learning for everybody, and themes that come back (A13, I2, 2.10)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviews.models import Briefing, LearningPoint, OtherLearning, Review
from reviews.option_lists import words_of
from reviews.permissions import Viewer, allowed, may
from reviews.settings import setting

YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class Lesson:
    """A learning point that this viewer may read, with where it comes from."""

    review: str
    kind: str
    statement: str
    why: str
    themes: list[str]
    agencies: list[str]
    published_on: dt.date | None
    title: str


@dataclass(frozen=True)
class ThemeAlert:
    """A theme that has come up in several reviews within a year (I2)."""

    theme: str
    name: str
    reviews: int
    strengths: int
    developments: int


def learning_library(
    session: Session,
    viewer: Viewer,
    *,
    theme: str | None = None,
    kind: str | None = None,
    agency: str | None = None,
    text: str = "",
) -> list[Lesson]:
    """Learning points: of published briefings for everybody with a role, of other reviews for those who may.

    Newest first. An unpublished point is shown only to somebody who may open the review's learning.
    """
    if not may(session, viewer, "see_learning"):
        return []
    published = Briefing.id.is_not(None) & Review.restricted.is_(False)
    query = (
        select(LearningPoint, Review.ref, Review.title, Briefing.title, Briefing.published_on)
        .join(Review, Review.id == LearningPoint.review)
        .join(Briefing, Briefing.review == Review.id, isouter=True)
        .where(published | allowed(viewer, "learning"))
        .order_by(LearningPoint.recorded_on.desc(), Review.ref, LearningPoint.number)
    )
    if kind:
        query = query.where(LearningPoint.kind == kind)
    wanted = text.strip().casefold()
    found = []
    for point, ref, title, briefing, day in session.execute(query):
        if theme and theme not in point.themes:
            continue
        if agency and agency not in point.agencies:
            continue
        if wanted and wanted not in f"{point.statement} {point.why} {briefing or title}".casefold():
            continue
        found.append(
            Lesson(
                ref,
                point.kind,
                point.statement,
                point.why,
                point.themes,
                point.agencies,
                day,
                briefing or title,
            )
        )
    return found


def published_briefings(session: Session, viewer: Viewer) -> list[Briefing]:
    """Every published briefing, newest first, for anybody with a role."""
    if not may(session, viewer, "see_learning"):
        return []
    query = (
        select(Briefing)
        .join(Review, Review.id == Briefing.review)
        .where(Review.restricted.is_(False))
        .order_by(Briefing.published_on.desc())
    )
    return list(session.scalars(query))


def theme_alerts(session: Session, *, today: dt.date) -> list[ThemeAlert]:
    """Themes in at least as many reviews of the last twelve months as the setting says, most first (I2).

    Counts only: no review is named, so that anybody who may see measures may see them.
    """
    reviews: dict[str, set[object]] = defaultdict(set)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    points = session.execute(
        select(LearningPoint.review, LearningPoint.kind, LearningPoint.themes).where(
            LearningPoint.recorded_on > today - YEAR
        )
    )
    for review, kind, themes in points:
        for theme in themes:
            reviews[theme].add(review)
            kinds[theme][kind] += 1
    names = words_of(session, "themes")
    least = int(setting(session, "theme_alert"))
    found = [
        ThemeAlert(
            theme,
            names.get(theme, theme),
            len(where),
            kinds[theme]["strength"],
            kinds[theme]["development"],
        )
        for theme, where in reviews.items()
        if len(where) >= least
    ]
    return sorted(found, key=lambda alert: (-alert.reviews, alert.name))


def other_learning(session: Session, viewer: Viewer) -> list[OtherLearning]:
    """Learning from serious case reviews, audits and others, newest first (I3)."""
    if not may(session, viewer, "see_learning"):
        return []
    return list(session.scalars(select(OtherLearning).order_by(OtherLearning.received_on.desc())))
