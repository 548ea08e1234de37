"""Keeping the words beside what they are from: whenever a row is written, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, event, inspect, select
from sqlalchemy.orm import Session, UOWTransaction

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
from reviews.models.searching import SOURCES
from reviews.searching.words import folded

KINDS: dict[type[Base], tuple[str, tuple[str, ...]]] = {  # what is kept of a row under which kind
    Review: ("review", ("ref", "pseudonym", "title")),
    LearningPoint: ("learning_point", ("statement", "why")),
    Summary: ("summary", ("title", "full", "shareable")),
    Recommendation: ("recommendation", ("text",)),
    Action: ("action", ("ref", "text", "difference")),
    Briefing: ("briefing", ("title", "sections")),
    KeptBriefing: ("kept_briefing", ("title", "sections")),
    LearningEvent: ("learning_event", ("title", "programme", "questions", "report")),
    OtherLearning: ("other_learning", ("title", "summary")),
}


def keep_words(session: Session, context: UOWTransaction) -> None:
    """Write the words of each row that a flush has added or changed."""
    known = session.info.get("house")
    if known is not None and known.remembered is not None:  # nobody searches a rehearsal
        return
    for row in session.new:
        if type(row) in KINDS:
            _write(session, row, is_new=True)
    for row in session.dirty:
        if type(row) in KINDS and _words_changed(row):
            _write(session, row, is_new=False)


event.listen(Session, "after_flush", keep_words)


def keep_all_words(session: Session) -> int:
    """Write the words of every row anew, as after an upgrade; how many rows."""
    session.execute(delete(SearchText))
    count = 0
    for model in KINDS:
        for row in session.scalars(select(model)):
            _write(session, row, is_new=True)
            count += 1
    return count


def keep_missing_words(connection: Connection) -> int:
    """Write the words of a database from before there was a search; how many rows."""
    with Session(bind=connection) as session:
        if session.scalar(select(SearchText.number).limit(1)) is not None:
            return 0
        return keep_all_words(session)


def about(row: Base) -> str:
    """The key of a row as `SearchText.about` holds it."""
    _, key, _ = SOURCES[KINDS[type(row)][0]]
    value = getattr(row, key)
    return value.hex if isinstance(value, UUID) else str(value)


def texts_of(row: Base) -> list[str]:
    """What a row says, one text after the other, as people wrote it."""
    _, columns = KINDS[type(row)]
    return [text for column in columns for text in _texts(getattr(row, column))]


def _write(session: Session, row: Base, *, is_new: bool) -> None:
    kind, _ = KINDS[type(row)]
    told = {"kind": kind, "about": about(row), "words": folded(" ".join(texts_of(row)))}
    connection, table = session.connection(), SearchText.__table__
    if not is_new:
        gone = delete(SearchText).where(SearchText.kind == kind, SearchText.about == told["about"])
        connection.execute(gone)
    connection.execute(table.insert(), told)  # type: ignore[attr-defined]


def _words_changed(row: Base) -> bool:
    _, columns = KINDS[type(row)]
    state: Any = inspect(row)
    return any(state.attrs[column].history.has_changes() for column in columns)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
