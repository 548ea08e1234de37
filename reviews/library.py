"""Published learning: briefings of reviews, for everybody who has a role; and what a search finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.orm import Session

from reviews.models import Action, Briefing, KeptBriefing, Review
from reviews.option_lists import words_of
from reviews.permissions import Viewer, visible_actions, visible_reviews

MOST_FOUND = 20


@dataclass(frozen=True)
class Published:
    """One briefing, under the reference of its review."""

    ref: str
    briefing: Briefing | KeptBriefing  # kept: its review was destroyed, and learning is permanent


@dataclass(frozen=True)
class Found:
    """What a search found, of each kind."""

    reviews: list[Review]
    learning: list[Published]
    actions: list[Action]

    @property
    def total(self) -> int:
        """How many things were found."""
        return len(self.reviews) + len(self.learning) + len(self.actions)


def published(
    session: Session, viewer: Viewer, *, words: str = "", theme: str = "", most: int = 200
) -> list[Published]:
    """Published briefings, newest first. A conflict of interest or a restriction closes a briefing, too."""
    query = (
        select(Briefing, Review.ref)
        .join(Review, Review.id == Briefing.review)
        .where(Review.restricted.is_(False))
        .order_by(Briefing.published_on.desc(), Briefing.title)
        .limit(most)
    )
    if words:
        query = query.where(_contains(words, Briefing.title, cast(Briefing.sections, String)))
    rows = [Published(ref, briefing) for briefing, ref in session.execute(query)]
    rows += _kept(session, words, most)
    rows.sort(key=lambda row: row.briefing.published_on, reverse=True)
    rows = rows[:most]
    return [row for row in rows if not theme or theme in row.briefing.themes]


def briefing_of(session: Session, viewer: Viewer, ref: str) -> Published | None:
    """The briefing of one review, or None."""
    query = (
        select(Briefing)
        .join(Review, Review.id == Briefing.review)
        .where(Review.ref == ref, Review.restricted.is_(False))
    )
    found: Briefing | KeptBriefing | None = session.scalars(query).one_or_none()
    if found is None:
        kept = select(KeptBriefing).where(KeptBriefing.ref == ref, KeptBriefing.restricted.is_(False))
        found = session.scalars(kept).one_or_none()
    return Published(ref, found) if found else None


def _kept(session: Session, words: str, most: int) -> list[Published]:
    query = select(KeptBriefing).where(KeptBriefing.restricted.is_(False)).limit(most)
    if words:
        query = query.where(_contains(words, KeptBriefing.title, cast(KeptBriefing.sections, String)))
    newest = query.order_by(KeptBriefing.published_on.desc())
    return [Published(row.ref, row) for row in session.scalars(newest)]


def theme_names(session: Session) -> dict[str, str]:
    """Every theme by id, also those out of use."""
    return words_of(session, "themes")


def search(session: Session, viewer: Viewer, words: str) -> Found:
    """Reviews, published learning and actions with these words in them, as far as this person may see."""
    reviews = visible_reviews(viewer).where(_contains(words, Review.ref, Review.pseudonym, Review.title))
    actions = visible_actions(viewer).where(_contains(words, Action.ref, Action.text))
    return Found(
        list(session.scalars(reviews.order_by(Review.ref.desc()).limit(MOST_FOUND))),
        published(session, viewer, words=words, most=MOST_FOUND),
        list(session.scalars(actions.order_by(Action.due).limit(MOST_FOUND))),
    )


def _contains(words: str, *columns: Any) -> ColumnElement[bool]:
    return or_(*(column.icontains(words, autoescape=True) for column in columns))
