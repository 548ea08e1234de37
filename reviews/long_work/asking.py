"""Asking for long work, looking at it, opening its result, stopping it: only by whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from engine import NotFound, Refused
from reviews.acting import now_of
from reviews.long_work.kinds import KINDS
from reviews.long_work.results import destroy_result, result_of
from reviews.models import LongWork, Review
from reviews.permissions import Viewer, visible_reviews

MOST_AT_ONCE = 5  # of one person: more would only stand in each other's way
UNDER_WAY = ("waiting", "at_work")
_ASKED_BY = (  # each opening of My work asks it
    select(LongWork)
    .where(
        LongWork.asked_by == bindparam("person"),
        or_(LongWork.state.in_(UNDER_WAY), LongWork.opened_at.is_(None)),
        LongWork.state != "stopped",
    )
    .order_by(LongWork.asked_at.desc(), LongWork.id)
)


def ask_for(
    session: Session,
    viewer: Viewer,
    kind: str,
    title: str,
    wanted: Mapping[str, Any],
    *,
    review: Review | None = None,
) -> LongWork:
    """Have work done; the command that calls this has asked permission and left its trace.

    The same work, while it waits or is being done, is not begun twice. Raises Refused for too much at once.
    """
    if kind not in KINDS:
        raise ValueError(f"There is no long work called {kind}.")
    mine = select(LongWork).where(LongWork.asked_by == viewer.person, LongWork.state.in_(UNDER_WAY))
    under_way = list(session.scalars(mine))
    for row in under_way:
        if (row.kind, row.wanted, row.review) == (kind, dict(wanted), review.id if review else None):
            return row
    if len(under_way) >= MOST_AT_ONCE:
        raise Refused(f"{MOST_AT_ONCE} pieces of work are being done for you. Wait until one is finished.")
    row = LongWork(
        kind=kind,
        title=title,
        wanted=dict(wanted),
        review=review.id if review else None,
        asked_by=viewer.person,
        asked_at=now_of(session),
    )
    session.add(row)
    session.flush()
    return row


def work_of(session: Session, viewer: Viewer, work: UUID) -> LongWork:
    """One piece of work of theirs. Raises NotFound, also where its review is not open to them any more."""
    row = session.get(LongWork, work)
    if row is None or row.asked_by != viewer.person:
        raise NotFound
    if row.review is not None:
        seen = visible_reviews(viewer).with_only_columns(Review.id).where(Review.id == row.review)
        if session.scalar(seen) is None:
            raise NotFound
    return row


def asked_by(session: Session, viewer: Viewer) -> list[LongWork]:
    """What is being done for somebody, and what is finished and was not opened yet, newest first."""
    return list(session.scalars(_ASKED_BY, {"person": viewer.person}))


def stop(session: Session, viewer: Viewer, work: UUID) -> LongWork:
    """Have it stopped, or take its result away. Raises NotFound."""
    row = work_of(session, viewer, work)
    locked = select(LongWork).where(LongWork.id == row.id).with_for_update()
    row = session.scalars(locked.execution_options(populate_existing=True)).one()
    row.state, row.held_until = "stopped", None
    row.ended_at = row.ended_at or now_of(session)
    destroy_result(session, row)
    return row


def open_result(session: Session, viewer: Viewer, work: UUID) -> tuple[LongWork, bytes]:
    """The file that came of it; from then on it is out of My work. Raises NotFound where there is none."""
    row = work_of(session, viewer, work)
    if row.state != "done" or row.size is None:
        raise NotFound
    content = result_of(session, row)
    row.opened_at = row.opened_at or now_of(session)
    return row, content
