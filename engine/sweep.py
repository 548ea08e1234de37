"""One tick of a worker: due timers, due reminders, the outbox. The database owns all due work; a tick only
asks for it.

Time limits and reminders are done some at a time (engine.due), all else one by one, and a notice in two
transactions (engine.posting). What fails is tried by itself, backs off and is tried again, and never stops
the sweep.
Run by any number of workers at once: rows are taken with SKIP LOCKED (PostgreSQL) or BEGIN IMMEDIATE
(SQLite), then read again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine.audit_chain import write_anchor
from engine.backing_off import back_off
from engine.commands import send_message
from engine.db import Database, house
from engine.due import (
    due_reminders,
    due_timers,
    fire,
    fire_together,
    remind,
    remind_together,
    stored_later,
)
from engine.errors import NotFound, PostAway, Refused, Undeliverable
from engine.migration.batches import do_case, due_cases
from engine.models import Deadline, Outbox, ProcessInstance, Timer
from engine.outbox import MAIL, MESSAGE
from engine.posting import WORKER, Post, offer, offer_within, refuse, taken, wait_for_post

log = logging.getLogger("roundtable.sweep")
BATCH = 200
ANCHOR_EVERY = timedelta(hours=1)
ROUNDS = 50
Due = Callable[[datetime], Select[UUID]]
Work = Callable[[Session, UUID], bool]
Attempt = Callable[[UUID], bool]
Together = Callable[[Session, Sequence[UUID]], int]


@dataclass(frozen=True)
class Kind:
    """A kind of due work: what finds its rows, what does one, and what does `some` in one transaction."""

    name: str
    due: Due
    work: Callable[..., bool]
    together: Together | None = None
    some: int = 1


@dataclass
class Report:
    """What a tick did."""

    begun: int = 0
    moved: int = 0
    timers: int = 0
    reminders: int = 0
    messages: int = 0
    notices: int = 0
    undeliverable: int = 0
    failed: list[str] = field(default_factory=list)

    @property
    def idle(self) -> bool:
        """True when nothing was due."""
        return not (
            self.begun
            or self.timers
            or self.reminders
            or self.messages
            or self.notices
            or self.undeliverable
            or self.moved
        )


def tick(database: Database, post: Post) -> Report:
    """Do everything that is due now, until nothing more is or the bound of rounds is reached.

    With nothing due this is one question, which indexes answer.
    """
    report = Report()
    _anchor(database, report)
    asked = _waits(database)
    if asked.begins:  # also what begins no case may leave a letter that is due at once
        _begin(database, report)
        asked = _waits(database)
    for _ in range(ROUNDS):
        if not any(asked.kinds) or not _round(database, post, asked.kinds, report):
            break
        asked = _waits(database)
    return report


def waiting_since(session: Session) -> datetime | None:
    """Since when the oldest piece of due work waits for a worker; None when nothing is due.

    A worker that lives keeps it at seconds. Aware, UTC.
    """
    now = house(session).clock.now()
    oldest = [
        session.scalar(due(now).with_only_columns(func.min(column)).order_by(None))
        for due, column in (
            (due_timers, Timer.next_at),
            (due_reminders, Deadline.next_chase_at),
            (_due_messages, Outbox.next_at),
            (_due_notices, Outbox.next_at),
        )
    ]
    return min((each for each in oldest if each is not None), default=None)


def next_due(session: Session) -> datetime | None:
    """The next moment at which something becomes due, after now; None when nothing ever will by itself.

    With it a rehearsal goes from due moment to due moment instead of tick by tick. Aware, UTC.
    """
    now = house(session).clock.now()
    timers = select(func.min(Timer.next_at)).join(ProcessInstance, ProcessInstance.id == Timer.instance_id)
    waiting = (Timer.status == "waiting", Timer.next_at > now, ProcessInstance.status == "running")
    kinds = (
        timers.where(*waiting),
        select(func.min(Deadline.next_chase_at)).where(Deadline.next_chase_at > now),
        select(func.min(Outbox.next_at)).where(Outbox.status == "waiting", Outbox.next_at > now),
    )
    soonest = session.execute(select(*(each.scalar_subquery() for each in kinds))).one()
    return min((each for each in soonest if each is not None), default=None)


def _begin(database: Database, report: Report) -> None:
    """Cases that time itself begins. What fails is tried again with the next tick, and stops nothing else."""
    try:
        report.begun += database.domain.beginnings(database)
    except Exception as fault:  # noqa: BLE001  (the loop's edge: nobody's reminders wait for the calendar)
        name = type(fault).__name__
        report.failed.append(f"_begin: {name}")
        log.error("The calendar could not begin what is due and will be asked again: %s", name)


def _anchor(database: Database, report: Report) -> None:
    """Hold the ends of the audit log's chains, once an hour; in the log, too, which goes elsewhere."""
    now = database.clock.now()
    if database.anchored_at is not None and now - database.anchored_at < ANCHOR_EVERY:
        return
    try:
        made = database.retrying(lambda session: write_anchor(session, database.audit_key, now))
        database.anchored_at = now
        log.info("The audit log is anchored: %s %s", made.number, made.digest)
    except Exception as fault:  # noqa: BLE001  (the loop's edge: nobody's reminders wait for an anchor)
        name = type(fault).__name__
        report.failed.append(f"_anchor: {name}")
        log.error("The audit log could not be anchored and will be tried again: %s", name)


@dataclass(frozen=True)
class _Waits:
    """What waits: whether time begins something, and whether something of each kind is due."""

    begins: bool
    kinds: tuple[bool, ...]


def _waits(database: Database) -> _Waits:
    now = database.clock.now()
    asked = [database.domain.begins(now), *(kind.due(now).exists() for kind in KINDS)]
    with database.read() as session:
        begins, *kinds = session.execute(select(*asked)).one()
    return _Waits(bool(begins), tuple(map(bool, kinds)))


def _round(database: Database, post: Post, waits: Sequence[bool], report: Report) -> int:
    """One turn through every kind of work that is due, or that this turn has made due; how much was done."""
    done = 0
    for kind, waiting in zip(KINDS, waits, strict=True):
        if waiting or done:
            posted = kind.work is _posted
            work = partial(kind.work, post=post) if posted else kind.work
            alone = partial(_attempt, database, work)
            attempt = partial(offer, database, post) if posted and not database.alone else alone
            count = _each(database, kind, work, attempt, report)
            setattr(report, kind.name, getattr(report, kind.name) + count)
            done += count
    return done


def _each(database: Database, kind: Kind, work: Work, attempt: Attempt, report: Report) -> int:
    with database.read() as session:
        rows = session.scalars(kind.due(database.clock.now()).limit(BATCH)).all()
    if database.alone and (count := _all_at_once(database, work, rows)) is not None:
        return count
    if kind.together is None:
        return _one_by_one(database, work, attempt, rows, report)
    return sum(
        _some(database, work, attempt, kind.together, rows[at : at + kind.some], report)
        for at in range(0, len(rows), kind.some)
    )


def _some(
    database: Database,
    work: Work,
    attempt: Attempt,
    together: Together,
    rows: Sequence[UUID],
    report: Report,
) -> int:
    """Some rows in one transaction; each for itself when that fails, so that one stops none of the others."""
    try:
        return database.retrying(lambda session: together(session, rows))
    except Exception:  # noqa: BLE001  (what failed is met again, and said, when each is tried for itself)
        return _one_by_one(database, work, attempt, rows, report)


def _one_by_one(
    database: Database, work: Work, attempt: Attempt, rows: Sequence[UUID], report: Report
) -> int:
    done = 0
    for row in rows:
        try:
            done += attempt(row)
        except Undeliverable as refusal:  # an answer, not a fault: nobody's attempts are counted
            report.undeliverable += 1
            done += _attempt(database, partial(refuse, sentence=str(refusal)), row)
        except PostAway as away:
            name = type(away).__name__
            report.failed.append(f"{_called(work)}: {name}")
            log.error("The post takes no notices now; they wait: %s", name)
            _attempt(database, partial(wait_for_post, name=name), row)
            break  # one question a tick is enough to learn that it is back
        except Exception as fault:  # noqa: BLE001  (the loop's edge: one case's failure stops nobody else)
            name = type(fault).__name__
            report.failed.append(f"{_called(work)}: {name}")
            log.error("A due row could not be done and will be tried again: %s %s", name, row)
            _attempt(database, partial(back_off, name=name, by=WORKER), row)
    return done


def _all_at_once(database: Database, work: Work, rows: Sequence[UUID]) -> int | None:
    """Everything in one transaction, where nobody else waits for any of it. None when anything failed: then
    nothing is done, and each is tried for itself."""
    try:
        with database.write() as session:
            return sum(work(session, row) for row in rows)
    except Exception:  # noqa: BLE001  (what failed is met again, and said, when each is tried for itself)
        return None


def _called(work: Work) -> str:
    """The name of a kind of work, for the log."""
    return str((work.func if isinstance(work, partial) else work).__name__)


def _attempt(database: Database, work: Work, row: UUID) -> bool:
    return database.retrying(lambda session: work(session, row))


def _due_messages(now: datetime) -> Select[UUID]:
    return _due_outbox(now, MESSAGE)


def _due_notices(now: datetime) -> Select[UUID]:
    return _due_outbox(now, MAIL)


def _due_outbox(now: datetime, kind: str) -> Select[UUID]:
    waiting = (Outbox.status == "waiting", Outbox.next_at <= now, Outbox.kind == kind)
    return select(Outbox.id).where(*waiting).order_by(Outbox.next_at, Outbox.created_at)


def _deliver(session: Session, outbox_id: UUID) -> bool:
    row = taken(session, outbox_id)
    if row is None:
        return False
    payload = row.payload
    try:
        heard = send_message(
            session,
            payload["message"],
            instance_id=UUID(payload["to"]),
            payload=payload["payload"],
            by=WORKER,
        )
    except (Refused, NotFound):
        heard = False
    row.status, row.sent_at = "sent", house(session).clock.now()
    row.fault = None if heard else "nobody waited for it"
    return True


def _posted(session: Session, outbox_id: UUID, post: Post) -> bool:
    with stored_later(session):  # nothing that is read for a notice is written by sending another
        return offer_within(session, outbox_id, post)


KINDS = (
    Kind("timers", due_timers, fire, fire_together, some=50),  # nobody should wait long for their case
    Kind("messages", _due_messages, _deliver),
    Kind("reminders", due_reminders, remind, remind_together, some=100),
    Kind("notices", _due_notices, _posted),
    Kind("moved", due_cases, do_case),
)
