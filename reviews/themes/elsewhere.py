"""Learning from elsewhere: statutory reviews, audits, inspections, complaints (I3, L2).

The Training sub-group and the business team enter, correct and withdraw it. It is anonymous like everything
that is published; withdrawn it stays in the record, but in no register, search or programme.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import Actor, NotFound, Refused, record
from reviews.acting import today_of
from reviews.learning_events.programme import leave_out
from reviews.learning_events.terms import event_for
from reviews.models import EventSource, OtherLearning
from reviews.models.learning import KINDS
from reviews.models.reference import LEARNING_SOURCES
from reviews.permissions import Viewer, may


@dataclass(frozen=True)
class Told:
    """What is said of one piece of learning."""

    source: str
    kind: str
    title: str
    summary: str
    themes: list[str]
    received_on: dt.date
    for_event: bool = False  # offer it to the next learning event (L2)


def enter(session: Session, viewer: Viewer, told: Told) -> OtherLearning:
    """Keep learning from elsewhere (I3), and offer it to the next learning event where asked (L2). Raises
    Refused.
    """
    _ask(session, viewer)
    _check(session, told)
    row = OtherLearning(
        id=_next_id(session, told.received_on.year),
        recorded_by=viewer.person,
        recorded_on=today_of(session),
    )
    _put(row, told)
    session.add(row)
    session.flush()
    _note(session, viewer, "other_learning_entered", row.id)
    _offer(session, row, told)
    return row


def correct(session: Session, viewer: Viewer, id_: str, told: Told) -> OtherLearning:
    """Put right what is said of it; the log keeps which parts were changed. Raises NotFound, Refused."""
    _ask(session, viewer)
    row = _standing(session, id_)
    _check(session, told)
    before = _told_of(row, told)
    _put(row, told)
    _offer(session, row, told)
    changed = [name for name in vars(before) if getattr(told, name) != getattr(before, name)]
    _note(session, viewer, "other_learning_corrected", row.id, changed=", ".join(changed) or "nothing")
    return row


def withdraw(session: Session, viewer: Viewer, id_: str, reason: str) -> OtherLearning:
    """Take it out of the register, of search, and of the programmes that have not been held.

    Raises NotFound, Refused.
    """
    _ask(session, viewer)
    row = _standing(session, id_)
    if not reason.strip():
        raise Refused("Give a reason.", about="reason")
    row.withdrawn_on, row.withdrawn_by, row.withdrawn_reason = (
        today_of(session),
        viewer.person,
        reason.strip(),
    )
    offered = select(EventSource).where(
        EventSource.kind == "other", EventSource.source == id_, EventSource.used.is_(False)
    )
    for source in session.scalars(offered):
        session.delete(source)
    leave_out(session, id_)
    _note(session, viewer, "other_learning_withdrawn", row.id)
    return row


def named(session: Session, viewer: Viewer, id_: str) -> OtherLearning:
    """One piece of learning, for a page. What is withdrawn is shown to those who enter it.

    Raises NotFound.
    """
    row = session.get(OtherLearning, id_)
    if row is None or (row.withdrawn_on and not may(session, viewer, "record_other_learning")):
        raise NotFound("There is no such learning.")
    return row


def from_elsewhere(session: Session, *, theme: str = "") -> list[OtherLearning]:
    """All that stands, newest first; of one theme when it is named."""
    query = select(OtherLearning).where(OtherLearning.withdrawn_on.is_(None))
    rows = session.scalars(query.order_by(OtherLearning.received_on.desc(), OtherLearning.id))
    return [row for row in rows if not theme or theme in row.themes]


def withdrawn(session: Session, viewer: Viewer) -> list[OtherLearning]:
    """What was withdrawn, for those who enter it; nobody else sees any."""
    if not may(session, viewer, "record_other_learning"):
        return []
    query = select(OtherLearning).where(OtherLearning.withdrawn_on.is_not(None))
    return list(session.scalars(query.order_by(OtherLearning.withdrawn_on.desc(), OtherLearning.id)))


def _ask(session: Session, viewer: Viewer) -> None:
    if not may(session, viewer, "record_other_learning"):
        raise Refused("Your role does not include this.")


def _check(session: Session, told: Told) -> None:
    if told.source not in LEARNING_SOURCES:
        raise Refused("Choose where it comes from.", about="source")
    if told.kind not in KINDS:
        raise Refused("Choose whether it is a strength or something to develop.", about="kind")
    if not told.title.strip():
        raise Refused("Enter a title.", about="title")
    if not told.themes:
        raise Refused("Choose at least one theme.", about="themes")
    if told.received_on > today_of(session):
        raise Refused("It cannot have come in the future.", about="received_on")


def _put(row: OtherLearning, told: Told) -> None:
    row.source, row.kind, row.received_on = told.source, told.kind, told.received_on
    row.title, row.summary, row.themes = told.title.strip()[:200], told.summary.strip(), list(told.themes)


def _told_of(row: OtherLearning, told: Told) -> Told:
    known = (row.source, row.kind, row.title, row.summary, row.themes, row.received_on)
    return Told(*known, for_event=told.for_event)


def _standing(session: Session, id_: str) -> OtherLearning:
    row = session.get(OtherLearning, id_)
    if row is None:
        raise NotFound("There is no such learning.")
    if row.withdrawn_on is not None:
        raise Refused("This has been withdrawn already.")
    return row


def _next_id(session: Session, year: int) -> str:
    """ "ol-2026-4": the year it came in, and a number; none is given twice."""
    known = set(session.scalars(select(OtherLearning.id)))
    number = (session.scalar(select(func.count()).select_from(OtherLearning)) or 0) + 1
    while f"ol-{year}-{number}" in known:
        number += 1
    return f"ol-{year}-{number}"


def _offer(session: Session, row: OtherLearning, told: Told) -> None:
    offered = select(EventSource.event).where(EventSource.kind == "other", EventSource.source == row.id)
    if not told.for_event or session.scalar(offered.limit(1)) is not None:
        return
    event = event_for(session, today_of(session))
    if event is None:
        words = "There is no school term in the calendar whose event it could be offered to."
        raise Refused(words, about="for_event")
    session.add(EventSource(event=event.id, source=row.id, kind="other"))


def _note(session: Session, viewer: Viewer, subject: str, about: str, **details: str) -> None:
    record(
        session,
        kind="record.changed",
        business_key=about,
        actor=Actor(viewer.person),
        subject=subject,
        details=details,
    )
