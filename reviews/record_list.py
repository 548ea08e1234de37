"""The list of records to look at: kept by the worker once a day, read by the office. It destroys nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from engine import Database, NotFound, house, local_date, start_of_day
from reviews.holds import LOCK, knows_of, lock_records
from reviews.models import DestructionCertificate, RecordDue, Schedule
from reviews.permissions import Viewer
from reviews.record_types import DRAFT, EVENT_NAMES, NOT_ACCEPTED, NOTICES, REVIEW
from reviews.records_due import MONTH, Found, found_records
from reviews.recurring import DAILY, begin_once

BATCH = (DRAFT, NOTICES, EVENT_NAMES)  # low risk: one approval of many is enough (decision 13)


def daily(database: Database) -> int:
    """What the calendar begins, and the list of records, each on its own; how many cases began."""
    try:
        return begin_once(database)
    finally:
        list_once(database)
        wipe_what_is_left(database)


def begins(now: dt.datetime) -> ColumnElement[bool]:
    """That there is something for `daily`: a look that is due or was never taken, or space to overwrite."""
    later = select(Schedule.name).where(Schedule.next_at > now)
    looks = (~exists(later.where(Schedule.name == name)) for name in (DAILY, LOCK))
    return or_(*looks, exists().where(DestructionCertificate.wiped_at.is_(None)))


def list_once(database: Database) -> None:
    """Look once a day, whichever worker comes first: the row of the schedule is the lock."""
    with database.read() as session:
        known = session.get(Schedule, LOCK)
        if known is not None and known.next_at > database.clock.now():
            return
    database.retrying(_list_today)


def wipe_what_is_left(database: Database) -> None:
    """Overwrite the space that destroyed records left, where that has not been done (SQLite; 2.9)."""
    waits = select(DestructionCertificate).where(DestructionCertificate.wiped_at.is_(None))
    with database.read() as session:
        numbers = [row.number for row in session.scalars(waits)]
    if not numbers or not database.wipe_deleted():
        return

    def note(session: Session) -> None:
        for row in session.scalars(waits.where(DestructionCertificate.number.in_(numbers))):
            row.wiped_at = database.clock.now()

    database.retrying(note)


def look_again(session: Session) -> None:
    """Let the next tick of a worker look, not only tomorrow's: the schedule has changed."""
    lock_records(session)
    session.get_one(Schedule, LOCK).next_at = house(session).clock.now()


def _list_today(session: Session) -> None:
    now = house(session).clock.now()
    lock_records(session)
    row = session.get_one(Schedule, LOCK, populate_existing=True)
    if row.next_at > now:
        return  # another worker has just looked
    row.next_at = start_of_day(local_date(now) + dt.timedelta(days=1))
    list_records(session, local_date(now))


def list_records(session: Session, today: dt.date) -> None:
    """Bring the list to what is due today: each record once, and what is no longer due leaves it."""
    known = {(row.record, row.about, row.item): row for row in session.scalars(select(RecordDue))}
    found = {(each.record, each.about, each.item): each for each in found_records(session, today)}
    for place, row in known.items():
        if place not in found:
            session.delete(row)
    for place, each in found.items():
        _bring(session, known.get(place), each, today)


def _bring(session: Session, row: RecordDue | None, found: Found, today: dt.date) -> None:
    if row is None:
        row = RecordDue(
            record=found.record,
            about=found.about,
            item=found.item,
            due_on=found.due_on,
            look_on=found.due_on,
            why=found.why,
            state="waiting",
        )
        session.add(row)
    if row.kept_by is None:
        row.due_on, row.look_on, row.why = found.due_on, found.due_on, found.why
    if row.state == "waiting" and row.look_on <= today:
        row.state, row.listed_on = "listed", today
    elif row.state == "listed" and row.look_on > today:
        row.state, row.listed_on = "waiting", None


def to_review(session: Session, viewer: Viewer, *, state: str = "listed") -> list[RecordDue]:
    """The records that somebody looks at, the longest due first; without what this viewer may not know of."""
    query = select(RecordDue).where(RecordDue.state == state, RecordDue.record.not_in(BATCH))
    return _known(session, viewer, session.scalars(query.order_by(RecordDue.due_on, RecordDue.about)))


def in_batch(session: Session, viewer: Viewer) -> list[RecordDue]:
    """The drafts, months of notices and names of events that are due, the longest due first."""
    query = select(RecordDue).where(RecordDue.state == "listed", RecordDue.record.in_(BATCH))
    return _known(session, viewer, session.scalars(query.order_by(RecordDue.due_on, RecordDue.about)))


def record_named(session: Session, viewer: Viewer, record_id: UUID, *, lock: bool = False) -> RecordDue:
    """One record of the list. Raises NotFound for one that is not there or not this viewer's to know of."""
    query = select(RecordDue).where(RecordDue.id == record_id, RecordDue.record.not_in(BATCH))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalars(query).one_or_none()
    if row is None or row.state == "waiting" or not knows_of(session, viewer, row.about):
        raise NotFound
    return row


def forget_dates(session: Session, kind: str) -> None:
    """Count the days of one kind of record again: those nobody has decided about leave the list till then."""
    query = select(RecordDue).where(RecordDue.record == kind, RecordDue.state != "proposed")
    for row in session.scalars(query.where(RecordDue.kept_by.is_(None))):
        session.delete(row)
    look_again(session)


def _known(session: Session, viewer: Viewer, rows: Iterable[RecordDue]) -> list[RecordDue]:
    return [row for row in rows if row.about.startswith(MONTH) or knows_of(session, viewer, row.about)]


def is_whole(row: RecordDue) -> bool:
    """Whether destroying this destroys the whole case, not a part of it."""
    return row.record in (REVIEW, DRAFT, NOT_ACCEPTED)
