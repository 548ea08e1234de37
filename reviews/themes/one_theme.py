"""One theme: how often it came up in each quarter, and what a reader may open on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.deadlines.span import add_months
from reviews.models import LearningEvent, LearningPoint, OtherLearning, Review, ThemeAlert
from reviews.permissions import Viewer, allowed
from reviews.themes.alerts import open_alerts
from reviews.themes.elsewhere import from_elsewhere
from reviews.themes.register import (
    Counts,
    Quarter,
    counts,
    events_by_theme,
    mentions,
    quarters,
    sees_counts,
)
from reviews.themes.repeats import Repeat, repeats

YEARS_BACK = 2


@dataclass(frozen=True)
class Point:
    """A learning point that the reader may open, with its review."""

    ref: str
    kind: str
    statement: str
    on: dt.date


@dataclass(frozen=True)
class OneTheme:
    """What there is on one theme. Quarters and repeated recommendations are for those who see counts."""

    quarters: list[tuple[Quarter, Counts]]
    points: list[Point]
    elsewhere: list[OtherLearning]
    events: list[LearningEvent]
    repeats: list[Repeat]
    alert: ThemeAlert | None


def one_theme(session: Session, viewer: Viewer, theme: str, *, today: dt.date) -> OneTheme:
    """A theme over two years, newest first, as far as the viewer may see it."""
    exact = sees_counts(session, viewer)
    since = add_months(today, -12 * YEARS_BACK)
    events = events_by_theme(session, since=since, until=today).get(theme, [])
    return OneTheme(
        _quarters(session, theme, today) if exact else [],
        _points(session, viewer, theme),
        from_elsewhere(session, theme=theme),
        events[::-1],
        [each for each in repeats(session, today=today) if each.theme == theme] if exact else [],
        next((row for row in open_alerts(session) if row.theme == theme), None),
    )


def _quarters(session: Session, theme: str, today: dt.date) -> list[tuple[Quarter, Counts]]:
    known = quarters(today, 4 * YEARS_BACK)
    named = [each for each in mentions(session, since=known[-1].starts, until=today) if each.theme == theme]
    found = [
        (quarter, counts([each for each in named if quarter.holds(each.on)]).get(theme, Counts()))
        for quarter in known
    ]
    return [(quarter, counted) for quarter, counted in found if counted.reviews or counted.elsewhere]


def _points(session: Session, viewer: Viewer, theme: str) -> list[Point]:
    rows = session.execute(
        select(LearningPoint, Review.ref)
        .join(Review, Review.id == LearningPoint.review)
        .where(allowed(viewer, "learning"))
        .order_by(LearningPoint.recorded_on.desc(), Review.ref, LearningPoint.number)
    )
    return [Point(ref, row.kind, row.statement, row.recorded_on) for row, ref in rows if theme in row.themes]
