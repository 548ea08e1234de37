"""The register of themes: over the learning points of reviews, learning from elsewhere and termly events.

Who holds `see_theme_counts` sees each number. Everybody else sees a number of reviews only from five on, and
no part of one (by quarter, strengths apart): what is left out of a sum could be worked out from its parts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.deadlines.span import add_months
from reviews.models import EventSource, LearningEvent, LearningPoint, OtherLearning, Review
from reviews.option_lists import words_of
from reviews.permissions import Viewer, may

LEAST_SHOWN = 5  # reviews: below this a number is not shown to everybody
REVIEW = "review"
SOURCES = {
    REVIEW: "Learning reviews",
    "serious_case_review": "Serious case review",
    "national_review": "National review",
    "single_agency_review": "Single agency review",
    "audit": "Audit",
    "inspection": "Inspection",
    "complaint": "Complaint",
    "other": "Another source",
}
KINDS = {"strength": "Strengths", "development": "To develop"}
SHOWN_MONTHS = 12  # what the register shows when no quarter is chosen


@dataclass(frozen=True)
class Mention:
    """A theme that was named once: by what, as a strength or as something to develop, and when."""

    theme: str
    source: str
    kind: str
    on: dt.date
    about: str  # a review's key or an id of other learning: never shown


@dataclass(frozen=True)
class Quarter:
    """Three months of a calendar."""

    starts: dt.date

    @property
    def id(self) -> str:
        """ "2026-q3"."""
        return f"{self.starts.year}-q{self.starts.month // 3 + 1}"

    @property
    def words(self) -> str:
        """ "July to September 2026"."""
        return f"{self.starts:%B} to {add_months(self.starts, 2):%B} {self.starts.year}"

    @property
    def ends(self) -> dt.date:
        """Its last day."""
        return add_months(self.starts, 3) - dt.timedelta(days=1)

    def holds(self, day: dt.date) -> bool:
        """Whether a day is in it."""
        return self.starts <= day <= self.ends


@dataclass
class Counts:
    """How often one theme was named: reviews once each, whatever they say of it."""

    reviews: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)
    strengths: int = 0
    developments: int = 0

    def add(self, mention: Mention) -> None:
        """Count one mention."""
        (self.reviews if mention.source == REVIEW else self.elsewhere).add(mention.about)
        self.strengths += mention.kind == "strength"
        self.developments += mention.kind == "development"


@dataclass(frozen=True)
class Line:
    """One theme as the register shows it. None: a number that is too small for this reader; of strengths
    and developments both are None for somebody who may not see parts."""

    theme: str
    name: str
    reviews: int | None
    elsewhere: int
    events: int
    strengths: int | None
    developments: int | None


def quarter_of(day: dt.date) -> Quarter:
    """The quarter that a day is in."""
    return Quarter(dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1))


def quarters(today: dt.date, count: int = 8) -> list[Quarter]:
    """This quarter and those before it, newest first."""
    now = quarter_of(today).starts
    return [Quarter(add_months(now, -3 * place)) for place in range(count)]


def mentions(session: Session, *, since: dt.date, until: dt.date) -> list[Mention]:
    """Every theme of every learning point, and of all learning from elsewhere, between two days (both in)."""
    points = session.execute(
        select(LearningPoint.review, LearningPoint.kind, LearningPoint.themes, LearningPoint.recorded_on)
        .where(LearningPoint.recorded_on >= since, LearningPoint.recorded_on <= until)
        .order_by(LearningPoint.recorded_on)
    )
    found = [
        Mention(theme, REVIEW, kind, on, str(review))
        for review, kind, themes, on in points
        for theme in dict.fromkeys(themes)
    ]
    others = session.scalars(
        select(OtherLearning).where(
            OtherLearning.received_on >= since,
            OtherLearning.received_on <= until,
            OtherLearning.withdrawn_on.is_(None),
        )
    )
    found += [
        Mention(theme, row.source, row.kind, row.received_on, row.id)
        for row in others
        for theme in dict.fromkeys(row.themes)
    ]
    return found


def sees_counts(session: Session, viewer: Viewer) -> bool:
    """Whether a viewer may see each number of the register, however small."""
    return may(session, viewer, "see_theme_counts")


def register(
    session: Session,
    viewer: Viewer,
    *,
    today: dt.date,
    quarter: Quarter | None = None,
    kind: str = "",
    source: str = "",
) -> list[Line]:
    """The themes that were named, most reviews first; of the last twelve months, or of one quarter.

    A quarter, a kind and a source are parts of a number: who may not see parts gets the twelve months.
    """
    exact = sees_counts(session, viewer)
    if not exact:
        quarter, kind, source = None, "", ""
    since, until = _span(today, quarter)
    chosen = [
        each
        for each in mentions(session, since=since, until=until)
        if (not kind or each.kind == kind) and (not source or each.source == source)
    ]
    counted = counts(chosen)
    shown = events_by_theme(session, since=since, until=until)
    names = words_of(session, "themes")
    named = sorted(counted, key=lambda theme: (-_weight(counted[theme], exact), names.get(theme, theme)))
    return [
        _line(theme, names.get(theme, theme), counted[theme], len(shown.get(theme, ())), exact)
        for theme in named
    ]


def counts(named: Iterable[Mention]) -> dict[str, Counts]:
    """Mentions by theme."""
    found: dict[str, Counts] = {}
    for mention in named:
        found.setdefault(mention.theme, Counts()).add(mention)
    return found


def events_by_theme(session: Session, *, since: dt.date, until: dt.date) -> dict[str, list[LearningEvent]]:
    """The learning events held between two days, by the themes of what was shown at them."""
    rows = session.execute(
        select(LearningEvent, EventSource.kind, EventSource.source)
        .join(EventSource, EventSource.event == LearningEvent.id)
        .where(LearningEvent.held_on >= since, LearningEvent.held_on <= until)
        .where(LearningEvent.status.in_(("held", "reported")), EventSource.used.is_(True))
        .order_by(LearningEvent.held_on)
    ).all()
    of_review = _themes_of_reviews(session, {source for _, kind, source in rows if kind == "review"})
    found: dict[str, list[LearningEvent]] = {}
    for event, kind, source in rows:
        other = session.get(OtherLearning, source) if kind == "other" else None
        for theme in other.themes if other else of_review.get(source, ()):
            held = found.setdefault(theme, [])
            if event not in held:
                held.append(event)
    return found


def _themes_of_reviews(session: Session, refs: set[str]) -> dict[str, set[str]]:
    rows = session.execute(
        select(Review.ref, LearningPoint.themes)
        .join(LearningPoint, LearningPoint.review == Review.id)
        .where(Review.ref.in_(refs))
    )
    found: dict[str, set[str]] = {}
    for ref, themes in rows:
        found.setdefault(ref, set()).update(themes)
    return found


def _span(today: dt.date, quarter: Quarter | None) -> tuple[dt.date, dt.date]:
    if quarter is not None:
        return quarter.starts, quarter.ends
    return add_months(today, -SHOWN_MONTHS) + dt.timedelta(days=1), today


def _weight(counted: Counts, exact: bool) -> int:
    """What the order goes by. A number that is not shown must not be told by its place either."""
    number = len(counted.reviews)
    return number if exact or number >= LEAST_SHOWN else 0


def _line(theme: str, name: str, counted: Counts, shown: int, exact: bool) -> Line:
    number = len(counted.reviews)
    return Line(
        theme,
        name,
        number if exact or not number or number >= LEAST_SHOWN else None,
        len(counted.elsewhere),
        shown,
        counted.strengths if exact else None,
        counted.developments if exact else None,
    )
