"""Published learning: briefings of reviews, for everybody who has a role."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reviews.models import Briefing, KeptBriefing, Review
from reviews.option_lists import words_of
from reviews.permissions import Viewer, may_be_read
from reviews.searching.reading import holding


@dataclass(frozen=True)
class Published:
    """One briefing, under the reference of its review."""

    ref: str
    briefing: Briefing | KeptBriefing  # kept: its review was destroyed, and learning is permanent


def published(
    session: Session, viewer: Viewer, *, words: str = "", theme: str = "", most: int = 200
) -> list[Published]:
    """Published briefings, newest first. A conflict of interest or a restriction closes a briefing, too."""
    query = (
        select(Briefing, Review.ref)
        .join(Review, Review.id == Briefing.review)
        .where(may_be_read(viewer))
        .order_by(Briefing.published_on.desc(), Briefing.title)
        .limit(most)
    )
    if words:
        query = query.where(holding(session, Briefing.id, "briefing", words))
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
        .where(Review.ref == ref, may_be_read(viewer))
    )
    found: Briefing | KeptBriefing | None = session.scalars(query).one_or_none()
    if found is None:
        kept = select(KeptBriefing).where(KeptBriefing.ref == ref, KeptBriefing.restricted.is_(False))
        found = session.scalars(kept).one_or_none()
    return Published(ref, found) if found else None


def related(session: Session, viewer: Viewer, to: Published, *, most: int = 3) -> list[Published]:
    """Other briefings that share its themes, those that share most of them first."""
    own = set(to.briefing.themes)
    others = [
        row for row in published(session, viewer) if row.ref != to.ref and own & set(row.briefing.themes)
    ]
    return sorted(others, key=lambda row: -len(own & set(row.briefing.themes)))[:most]


def _kept(session: Session, words: str, most: int) -> list[Published]:
    query = select(KeptBriefing).where(KeptBriefing.restricted.is_(False)).limit(most)
    if words:
        query = query.where(holding(session, KeptBriefing.ref, "kept_briefing", words))
    newest = query.order_by(KeptBriefing.published_on.desc())
    return [Published(row.ref, row) for row in session.scalars(newest)]


def theme_names(session: Session) -> dict[str, str]:
    """Every theme by id, also those out of use."""
    return words_of(session, "themes")
