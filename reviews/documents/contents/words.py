"""Words that several kinds of documents share: names, dates, the lines about a review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendars import long_date, short_date
from reviews.acting import today_of
from reviews.documents.kinds import Asking
from reviews.documents.structure import Document, Part
from reviews.holders import names
from reviews.models import Action, Agency, Meeting, Recommendation, Review
from reviews.permissions import sections, visible_actions
from reviews.settings import setting

PRIORITY = {"high": "High", "medium": "Medium", "low": "Low"}


def opens(asking: Asking, *parts: str) -> bool:
    """Whether the reader may open any of these parts of the review."""
    return bool(set(parts) & sections(asking.session, asking.viewer, asking.review))


def document_of(
    asking: Asking,
    kind: str,
    title: str,
    parts: tuple[Part, ...],
    *,
    classification: str,
    subtitle: str = "",
    name: str = "",
) -> Document:
    """A document of today. `name`: what its file is called after the kind; else the review's reference."""
    about = name or (asking.review.ref if asking.of is not None else "")
    return Document(
        kind=kind,
        title=title,
        subtitle=subtitle,
        classification=classification,
        partnership=str(setting(asking.session, "board_name")),
        dated=today_of(asking.session),
        file_name="-".join(filter(None, (about, kind.replace("_", "-")))),
        parts=parts,
    )


def on(day: dt.date | None) -> str:
    """A date in words, or nothing."""
    return long_date(day) if day else ""


def short(day: dt.date | None) -> str:
    """A date as a table has it, or nothing."""
    return short_date(day) if day else ""


def agencies(session: Session) -> dict[str, str]:
    """The names of every agency."""
    return {row.id: row.name for row in session.execute(select(Agency.id, Agency.name))}


def people(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    """The names of some people."""
    return names(session, {each for each in ids if each})


def fact(words: str, value: str) -> str:
    """A line that names a fact; nothing where there is none."""
    return f"{words}: {value}" if value else ""


def recommendations(session: Session, review: Review) -> list[Recommendation]:
    """The recommendations that stand, in their order."""
    query = select(Recommendation).where(
        Recommendation.review == review.id, Recommendation.retired_on.is_(None)
    )
    return list(session.scalars(query.order_by(Recommendation.number)))


def recommendation_rows(session: Session, review: Review) -> list[tuple[str, ...]]:
    """Recommendations as rows: number, text, agency, priority."""
    named = agencies(session)
    return [
        (
            str(row.number),
            row.text,
            named.get(row.agency or "", "All"),
            PRIORITY.get(row.priority, row.priority),
        )
        for row in recommendations(session, review)
    ]


def plan_rows(asking: Asking) -> list[tuple[str, ...]]:
    """The actions of the review that the reader may see, as rows: what, what changes, measure, who, due."""
    query = visible_actions(asking.viewer).where(
        Action.review == asking.review.id, Action.status != "cancelled"
    )
    rows = asking.session.scalars(query.order_by(Action.due, Action.ref)).all()
    named, persons = agencies(asking.session), people(asking.session, (row.owner for row in rows))
    return [
        (
            row.ref,
            row.text,
            row.difference,
            row.measure,
            f"{persons.get(row.owner, '')}, {named.get(row.agency, '')}",
            short(row.due),
        )
        for row in rows
    ]


def meetings(session: Session, review: Review) -> list[Meeting]:
    """The meetings of a review that were not cancelled."""
    query = select(Meeting).where(Meeting.review == review.id, Meeting.cancelled_on.is_(None))
    return list(session.scalars(query.order_by(Meeting.number)))
