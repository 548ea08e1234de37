"""Doing long work: one piece at a time, read in one transaction, its progress written in others beside it.

Any number of workers may do this. A piece is taken for `HELD` and held on to while steps are done; where a
worker dies, another takes the piece when that time is over and begins it again.
"""

from __future__ import annotations

import datetime as dt
import logging
from functools import partial
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from engine import Database, EngineError, house, local_date
from reviews.long_work.kinds import KINDS, Made, Step
from reviews.long_work.results import KEPT, destroy_old, keep_result
from reviews.models import LongWork
from reviews.permissions import viewer_for

log = logging.getLogger("roundtable.long_work")
HELD = dt.timedelta(minutes=2)
TOLD_EVERY = dt.timedelta(seconds=1)  # how often progress is written
MOST_ATTEMPTS = 3
FAULT = "Something went wrong. Nothing is lost: ask for it again, or tell the Board’s office."


def do_due(database: Database) -> int:
    """Do every piece of work that waits, and take old results away; how many pieces were done."""
    with database.read() as session:  # mostly there is nothing, and then nobody has to wait for a writer
        waits = session.scalars(_due(session).limit(1)).first() is not None
        old = session.scalars(_old(session).limit(1)).first() is not None
    if old:
        database.retrying(destroy_old)
    done = 0
    while waits and (work := database.retrying(_take)) is not None:
        _do(database, work)
        done += 1
    return done


def _due(session: Session) -> Select[UUID]:
    now = house(session).clock.now()
    left = and_(LongWork.state == "at_work", LongWork.held_until < now)
    query = select(LongWork.id).where(or_(LongWork.state == "waiting", left))
    return query.order_by(LongWork.asked_at, LongWork.id)


def _old(session: Session) -> Select[UUID]:
    return select(LongWork.id).where(LongWork.ended_at <= house(session).clock.now() - KEPT)


def _take(session: Session) -> UUID | None:
    """Take the next piece. One that brought three workers down is given up."""
    for work in session.scalars(_due(session)):
        row = session.scalars(
            select(LongWork).where(LongWork.id == work).with_for_update(skip_locked=True)
        ).one_or_none()
        if row is None:
            continue
        if row.attempts >= MOST_ATTEMPTS:
            _end(session, row, "failed", FAULT)
            continue
        row.state, row.done, row.total = "at_work", 0, None
        row.attempts, row.held_until = row.attempts + 1, house(session).clock.now() + HELD
        return row.id
    return None


def _do(database: Database, work: UUID) -> None:
    try:
        made = _make(database, work)
    except EngineError as no:
        why = str(no) or "You may not have this any more."
        database.retrying(lambda session: _fail(session, work, why))
    except Exception as fault:  # one piece that cannot be done must not keep the others
        log.exception("Long work could not be done: %s %s", work, type(fault).__name__)
        database.retrying(lambda session: _fail(session, work, FAULT))
    else:
        if made is not None:
            database.retrying(lambda session: _finish(session, work, made))


def _make(database: Database, work: UUID) -> Made | None:
    """What came of it; None where it was stopped meanwhile."""
    with database.read() as session:
        row = session.get_one(LongWork, work)
        now = database.clock.now()
        viewer, told_at = viewer_for(session, row.asked_by, local_date(now)), now
        for each in KINDS[row.kind](session, viewer, row.wanted):
            if isinstance(each, Made):
                return each
            now = database.clock.now()
            if each.done in (1, each.total) or now - told_at >= TOLD_EVERY:
                told_at = now
                if not database.retrying(partial(_tell, work=work, step=each)):
                    return None
    raise RuntimeError(f"Long work of the kind {row.kind} ended without a result.")


def _tell(session: Session, work: UUID, step: Step) -> bool:
    row = _still_at_work(session, work)
    if row is None:
        return False
    row.done, row.total = step.done, step.total
    row.held_until = house(session).clock.now() + HELD
    return True


def _finish(session: Session, work: UUID, made: Made) -> None:
    row = _still_at_work(session, work)
    if row is not None:
        keep_result(session, row, made)
        row.done = row.total = row.total or 1
        _end(session, row, "done")


def _fail(session: Session, work: UUID, why: str) -> None:
    row = _still_at_work(session, work)
    if row is not None:
        _end(session, row, "failed", why)


def _still_at_work(session: Session, work: UUID) -> LongWork | None:
    query = select(LongWork).where(LongWork.id == work, LongWork.state == "at_work").with_for_update()
    return session.scalars(query).one_or_none()


def _end(session: Session, row: LongWork, state: str, problem: str = "") -> None:
    row.state, row.problem, row.held_until = state, problem, None
    row.ended_at = house(session).clock.now()
