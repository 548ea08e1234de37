"""The results of long work: sealed, taken away a week after they were made."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import house
from reviews.acting import now_of
from reviews.files.pieces import opened, sealed_pieces
from reviews.long_work.kinds import Made
from reviews.models import LongWork, LongWorkPiece

KEPT = dt.timedelta(days=7)


def keep_result(session: Session, work: LongWork, made: Made) -> None:
    """Seal and keep what came of it."""
    for number, sealed in sealed_pieces(made.content, house(session).file_key, _about(work)):
        session.add(LongWorkPiece(work=work.id, number=number, sealed=sealed))
    work.file_name, work.file_type, work.size = made.name, made.type, len(made.content)


def result_of(session: Session, work: LongWork) -> bytes:
    """The bytes of a result. Raises StateUnreadable where one is missing, altered or of another key."""
    rows = select(LongWorkPiece.sealed).where(LongWorkPiece.work == work.id).order_by(LongWorkPiece.number)
    return opened(list(session.scalars(rows)), work.size or 0, house(session).file_key, _about(work))


def destroy_result(session: Session, work: LongWork) -> None:
    """Take a result away for good."""
    session.execute(delete(LongWorkPiece).where(LongWorkPiece.work == work.id))
    work.size = None


def destroy_old(session: Session) -> int:
    """Take away the results of a week ago, and forget what was stopped or failed then; how many."""
    old = select(LongWork).where(LongWork.ended_at <= now_of(session) - KEPT)
    rows = list(session.scalars(old.with_for_update(skip_locked=True)))
    for row in rows:
        destroy_result(session, row)
        session.flush()
        session.delete(row)
    return len(rows)


def forget_results(session: Session) -> int:
    """Take every result away, as the secret they are sealed with ends; how many."""
    rows = list(session.scalars(select(LongWork).where(LongWork.size.is_not(None))))
    for row in rows:
        destroy_result(session, row)
        row.state, row.problem = (
            "failed",
            "It was sealed with a key that is no longer used. Ask for it again.",
        )
    return len(rows)


def _about(work: LongWork) -> str:
    return f"long work|{work.id}"
