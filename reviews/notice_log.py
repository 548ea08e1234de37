"""The log of notices: what was sent to whom, when, and whether it arrived; per person and per case.

A row holds the subject and no body. Notices about a review that the viewer may not open are left out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from engine.models import Outbox
from engine.outbox import MAIL
from reviews.models import Review, UndeliveredNotice
from reviews.notices import subject_of
from reviews.permissions import Viewer, visible_reviews
from reviews.undelivered import why_not

FAILED = ("dead", "bounced")
_SETTLED = UndeliveredNotice.settled_at.is_not(None)
_STATES: dict[str, ColumnElement[bool]] = {
    "waiting": Outbox.status == "waiting",
    "sent": Outbox.status == "sent",
    "undelivered": and_(Outbox.status.in_(FAILED), or_(UndeliveredNotice.id.is_(None), ~_SETTLED)),
    "settled": and_(Outbox.status.in_(FAILED), _SETTLED),
}
STATES = tuple(_STATES)


@dataclass(frozen=True)
class NoticeRow:
    """One notice in the log. `why` says why it did not arrive, `note` what the office then did."""

    subject: str
    about: str
    recipient: str
    at: dt.datetime
    state: str
    held: bool  # it was offered, and not taken yet
    why: str = ""
    outcome: str = ""
    note: str = ""
    asked: bool = False  # business support has a task about it


@dataclass(frozen=True)
class Wanted:
    """What the log is narrowed to: a person, a state, a review's reference."""

    person: str = ""
    state: str = ""
    about: str = ""


def notice_log(
    session: Session, viewer: Viewer, wanted: Wanted, *, page: int = 1, rows: int = 25
) -> tuple[list[NoticeRow], int]:
    """One page of the notices that a viewer may know of, newest first, and how many there are."""
    total = session.scalar(_notices(viewer, wanted).with_only_columns(func.count())) or 0
    latest = func.coalesce(Outbox.sent_at, Outbox.created_at).desc()
    query = _notices(viewer, wanted).order_by(latest, Outbox.created_at.desc(), Outbox.id)
    found = session.execute(query.limit(rows).offset((page - 1) * rows)).all()
    return [_row(session, notice, known) for notice, known in found], total


def readers(session: Session, viewer: Viewer) -> list[str]:
    """Everybody to whom a notice went that the viewer may know of."""
    query = _notices(viewer, Wanted()).with_only_columns(Outbox.recipient).distinct()
    return [person for person in session.scalars(query) if person]


def _notices(viewer: Viewer, wanted: Wanted) -> Select[Outbox, UndeliveredNotice]:
    seen = visible_reviews(viewer).with_only_columns(Review.ref)
    query = (
        select(Outbox, UndeliveredNotice)
        .join(UndeliveredNotice, UndeliveredNotice.notice == Outbox.key, isouter=True)
        .where(Outbox.kind == MAIL, or_(Outbox.about.in_(seen), Outbox.about.not_in(select(Review.ref))))
    )
    if wanted.person:
        query = query.where(Outbox.recipient == wanted.person)
    if wanted.about:
        query = query.where(Outbox.about == wanted.about)
    return query.where(_STATES[wanted.state]) if wanted.state in _STATES else query


def _row(session: Session, notice: Outbox, known: UndeliveredNotice | None) -> NoticeRow:
    failed = notice.status in FAILED
    settled = known is not None and known.settled_at is not None
    return NoticeRow(
        subject=subject_of(session, notice),
        about=notice.about,
        recipient=notice.recipient or "",
        at=notice.sent_at or notice.created_at,
        state=("settled" if settled else "undelivered") if failed else notice.status,
        held=notice.status == "waiting" and notice.fault is not None,
        why=why_not(notice) if failed else "",
        outcome=(known.outcome or "") if known else "",
        note=known.note if known else "",
        asked=known is not None and known.process_instance is not None,
    )
