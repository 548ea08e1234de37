"""What a search finds: one function for both databases, and only what the reader may see.

A row is found when it has every term, as a beginning of a word or in another form of it (child, children).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from engine.models import Base
from reviews.models import (
    Action,
    Briefing,
    KeptBriefing,
    LearningEvent,
    LearningPoint,
    OtherLearning,
    Recommendation,
    Review,
    SearchText,
    Summary,
)
from reviews.models.searching import AS_WRITTEN, LEXEMES, STEMS
from reviews.permissions import Viewer, allowed, may, may_be_read, visible_actions, visible_reviews
from reviews.searching.indexing import texts_of
from reviews.searching.words import folded, terms

MOST_FOUND = 20  # of each kind
Terms = list[tuple[str, ...]]
Key = InstrumentedAttribute[Any]
AROUND = 90  # characters of an excerpt on either side of the first word found


@dataclass(frozen=True)
class Hit:
    """One thing that was found: what it is called, whose review it belongs to, and the words around."""

    kind: str
    ref: str  # of its review, or of its event
    title: str
    excerpt: str = ""


@dataclass(frozen=True)
class Found:
    """What a search found, under each kind in the order of the page; kinds without a hit are left out."""

    hits: dict[str, list[Hit]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many things were found."""
        return sum(map(len, self.hits.values()))


def search(session: Session, viewer: Viewer, asked: str) -> Found:
    """Everything with these words in it that a viewer may see, the newest first within each kind."""
    wanted = terms(asked)
    if not wanted:
        return Found()
    found = {
        "review": _reviews(session, viewer, wanted),
        "learning": _learning(session, viewer, wanted),
        "briefing": _briefings(session, viewer, wanted),
        "action": _actions(session, viewer, wanted),
        "event": _events(session, viewer, wanted),
        "other_learning": _other(session, viewer, wanted),
    }
    return Found({kind: hits for kind, hits in found.items() if hits})


def holding(session: Session, key: Key, kind: str, asked: str) -> ColumnElement[bool]:
    """The condition on the rows of one kind that they hold every word that is asked for."""
    return _holding(session, key, kind, terms(asked))


def _holding(
    session: Session, key: InstrumentedAttribute[Any], kind: str, wanted: Terms
) -> ColumnElement[bool]:
    named = func.replace(cast(key, String), "-", "") if isinstance(key.type, Uuid) else key
    numbers = [_with(session, forms, place) for place, forms in enumerate(wanted)]
    has_all = and_(SearchText.kind == kind, *(SearchText.number.in_(each) for each in numbers))
    return named.in_(select(SearchText.about).where(has_all))


def _with(session: Session, forms: tuple[str, ...], place: int) -> Any:
    """The numbers of the texts with one term in any of its forms, by the full text of the database."""
    if session.get_bind().dialect.name == "sqlite":
        asked = " OR ".join(f'"{form}" *' for form in forms)  # folded: letters and digits only
        name = f"term_{place}"
        query = " union ".join(
            f"select rowid from {table} where {table} match :{name}"  # noqa: S608  # nosec B608
            for table in (STEMS, AS_WRITTEN)
        )
        return text(query).bindparams(bindparam(name, asked)).columns(column("rowid", Integer))
    asked = " | ".join(f"{form}:*" for form in forms)
    lexemes: Any = literal_column(LEXEMES)
    ways = (func.to_tsquery(literal_column(how), asked) for how in ("'english'", "'simple'"))
    matches = or_(*(lexemes.op("@@")(way) for way in ways))
    return select(SearchText.number).where(matches).correlate(None)


def _reviews(session: Session, viewer: Viewer, wanted: Terms) -> list[Hit]:
    query = visible_reviews(viewer).where(_holding(session, Review.id, "review", wanted))
    rows = session.scalars(query.order_by(Review.ref.desc()).limit(MOST_FOUND))
    return [Hit("review", row.ref, f"{row.ref}, {row.pseudonym}", row.title) for row in rows]


def _learning(session: Session, viewer: Viewer, wanted: Terms) -> list[Hit]:
    """Learning points, summaries and recommendations, under the review that they belong to."""
    hits: list[Hit] = []
    opened = allowed(viewer, "learning")
    points = select(LearningPoint, Review.ref).join(Review, Review.id == LearningPoint.review).where(opened)
    points = points.where(_holding(session, LearningPoint.id, "learning_point", wanted))
    advised = (
        select(Recommendation, Review.ref).join(Review, Review.id == Recommendation.review).where(opened)
    )
    advised = advised.where(
        Recommendation.retired_on.is_(None), _holding(session, Recommendation.id, "recommendation", wanted)
    )
    every = aliased(Summary)
    newest = select(func.max(every.version)).where(every.review == Summary.review).scalar_subquery()
    written = select(Summary, Review.ref).join(Review, Review.id == Summary.review)
    written = written.where(allowed(viewer, "documents"), Summary.version == newest)
    written = written.where(_holding(session, Summary.id, "summary", wanted))
    for name, query in (("Learning", points), ("Recommendation", advised), ("Summary", written)):
        for row, ref in _newest(session, query):
            hits.append(Hit("learning", ref, f"{name} of {ref}", _excerpt(row, wanted)))
    return hits[:MOST_FOUND]


def _newest(session: Session, query: Any) -> list[tuple[Base, str]]:
    return [(row[0], row[1]) for row in session.execute(query.order_by(Review.ref.desc()).limit(MOST_FOUND))]


def _briefings(session: Session, viewer: Viewer, wanted: Terms) -> list[Hit]:
    if not may(session, viewer, "see_learning"):
        return []
    published = (
        select(Briefing, Review.ref)
        .join(Review, Review.id == Briefing.review)
        .where(may_be_read(viewer), _holding(session, Briefing.id, "briefing", wanted))
        .order_by(Briefing.published_on.desc())
        .limit(MOST_FOUND)
    )
    kept = (
        select(KeptBriefing)
        .where(
            KeptBriefing.restricted.is_(False), _holding(session, KeptBriefing.ref, "kept_briefing", wanted)
        )
        .order_by(KeptBriefing.published_on.desc())
        .limit(MOST_FOUND)
    )
    hits = [
        Hit("briefing", ref, row.title, _excerpt(row, wanted, row.title))
        for row, ref in session.execute(published)
    ]
    hits += [
        Hit("briefing", row.ref, row.title, _excerpt(row, wanted, row.title)) for row in session.scalars(kept)
    ]
    return hits[:MOST_FOUND]


def _actions(session: Session, viewer: Viewer, wanted: Terms) -> list[Hit]:
    query = visible_actions(viewer).where(_holding(session, Action.id, "action", wanted))
    query = query.order_by(Action.due.desc(), Action.ref).limit(MOST_FOUND)
    return [
        Hit("action", ref, f"{row.ref}: {row.text}", _excerpt(row, wanted, row.text))
        for row, ref in session.execute(query.add_columns(Review.ref))
    ]


def _events(session: Session, viewer: Viewer, wanted: Terms) -> list[Hit]:
    if not may(session, viewer, "see_learning"):
        return []
    query = select(LearningEvent).where(_holding(session, LearningEvent.id, "learning_event", wanted))
    rows = session.scalars(query.order_by(LearningEvent.held_on.desc()).limit(MOST_FOUND))
    return [Hit("event", row.id, row.title, _excerpt(row, wanted, row.title)) for row in rows]


def _other(session: Session, viewer: Viewer, wanted: Terms) -> list[Hit]:
    if not may(session, viewer, "see_learning"):
        return []
    query = select(OtherLearning).where(
        OtherLearning.withdrawn_on.is_(None), _holding(session, OtherLearning.id, "other_learning", wanted)
    )
    query = query.where(OtherLearning.withdrawn_on.is_(None))
    rows = session.scalars(query.order_by(OtherLearning.received_on.desc()).limit(MOST_FOUND))
    return [Hit("other_learning", row.id, row.title, _excerpt(row, wanted, row.title)) for row in rows]


def _excerpt(row: Base, wanted: Terms, called: str = "") -> str:
    """The words around the first that was found, in the first text with it that is not the title."""
    starts = tuple({form[: max(4, len(form) - 3)] for forms in wanted for form in forms})
    for told in texts_of(row):
        if told == called:
            continue
        for word in re.finditer(r"\w+", told):
            if folded(word.group()).startswith(starts):
                return _around(told, word.start(), word.end())
    return ""


def _around(told: str, start: int, end: int) -> str:
    left, right = max(0, start - AROUND), min(len(told), end + AROUND)
    if left:
        left = told.find(" ", left, start) + 1 or start
    if right < len(told):
        right = told.rfind(" ", end, right) if " " in told[end:right] else end
    before, after = ("… " if left else ""), (" …" if right < len(told) else "")
    return before + " ".join(told[left:right].split()) + after
