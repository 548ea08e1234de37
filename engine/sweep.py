"""One tick of a worker: due timers, due reminders, the outbox. The database owns all due work; a tick only
asks for it.

Each row has its own transaction and its own fate: what fails backs off and is tried again, and never stops
the sweep.
Run by any number of workers at once: rows are taken with SKIP LOCKED (PostgreSQL) or BEGIN IMMEDIATE
(SQLite), then read again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine import chasing
from engine.audit_chain import write_anchor
from engine.backing_off import back_off
from engine.commands import fire_timer, send_message
from engine.db import Database, house, locked
from engine.errors import NotFound, PostAway, Refused, Undeliverable
from engine.giving_up import give_up, note
from engine.migration.batches import do_case, due_cases
from engine.models import Deadline, Outbox, ProcessInstance, Timer, UserTask
from engine.outbox import MAIL, MESSAGE
from engine.services import Actor

log = logging.getLogger("roundtable.sweep")
BATCH = 200
ANCHOR_EVERY = timedelta(hours=1)
ROUNDS = 50
LONGEST_FAULT = 300
POST_AWAY = timedelta(minutes=5)
WORKER = Actor.system("worker")
Due = Callable[[datetime], Select[UUID]]
Work = Callable[[Session, UUID], bool]


class Post(Protocol):
    """Whoever delivers notices. Raises Undeliverable when a notice can never be delivered as it is, PostAway
    when none can be at this moment; anything else when this one was not taken this time: it will be offered
    again under the same key."""

    def send(self, session: Session, notice: Outbox) -> None:
        """Deliver one notice. May read, must not write."""


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
    """Do everything that is due now, until nothing more is or the bound of rounds is reached."""
    report = Report()
    _begin(database, report)
    _anchor(database, report)
    for _ in range(ROUNDS):
        done = _round(database, post, report)
        if not done:
            break
    return report


def waiting_since(session: Session) -> datetime | None:
    """Since when the oldest piece of due work waits for a worker; None when nothing is due.

    A worker that lives keeps it at seconds. Aware, UTC.
    """
    now = house(session).clock.now()
    oldest = [
        session.scalar(due(now).with_only_columns(func.min(column)).order_by(None))
        for due, column in (
            (_due_timers, Timer.next_at),
            (_due_reminders, Deadline.next_chase_at),
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


def _round(database: Database, post: Post, report: Report) -> int:
    """One turn through every kind of work that is due, or that this turn has made due; how much was done."""
    kinds: list[tuple[str, Due, Work]] = [
        ("timers", _due_timers, _fire),
        ("messages", _due_messages, _deliver),
        ("reminders", _due_reminders, _remind),
        ("notices", _due_notices, partial(_post, post=post)),
        ("moved", due_cases, do_case),
    ]
    done = 0
    with database.read() as session:
        waits = session.execute(select(*(due(database.clock.now()).exists() for _, due, _ in kinds))).one()
    for (name, due, work), waiting in zip(kinds, waits, strict=True):
        if waiting or done:
            count = _each(database, due, work, report)
            setattr(report, name, getattr(report, name) + count)
            done += count
    return done


def _each(database: Database, due: Due, work: Work, report: Report) -> int:
    with database.read() as session:
        rows = session.scalars(due(database.clock.now()).limit(BATCH)).all()
    if database.alone and (together := _together(database, work, rows)) is not None:
        return together
    done = 0
    for row in rows:
        try:
            done += _attempt(database, work, row)
        except Undeliverable as refusal:  # an answer, not a fault: nobody's attempts are counted
            report.undeliverable += 1
            done += _attempt(database, partial(_refuse, sentence=str(refusal)), row)
        except PostAway as away:
            name = type(away).__name__
            report.failed.append(f"{_called(work)}: {name}")
            log.error("The post takes no notices now; they wait: %s", name)
            _attempt(database, partial(_wait_for_post, name=name), row)
            break  # one question a tick is enough to learn that it is back
        except Exception as fault:  # noqa: BLE001  (the loop's edge: one case's failure stops nobody else)
            name = type(fault).__name__
            report.failed.append(f"{_called(work)}: {name}")
            log.error("A due row could not be done and will be tried again: %s %s", name, row)
            _attempt(database, partial(back_off, name=name, by=WORKER), row)
    return done


def _together(database: Database, work: Work, rows: Sequence[UUID]) -> int | None:
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


def _due_timers(now: datetime) -> Select[UUID]:
    """Those of stuck cases wait until somebody tries again: they would fill the batch and stop others."""
    return (
        select(Timer.id)
        .join(ProcessInstance, ProcessInstance.id == Timer.instance_id)
        .where(Timer.status == "waiting", Timer.next_at <= now, ProcessInstance.status == "running")
        .order_by(Timer.next_at)
    )


def _due_reminders(now: datetime) -> Select[UUID]:
    return select(Deadline.id).where(Deadline.next_chase_at <= now).order_by(Deadline.next_chase_at)


def _due_messages(now: datetime) -> Select[UUID]:
    return _due_outbox(now, MESSAGE)


def _due_notices(now: datetime) -> Select[UUID]:
    return _due_outbox(now, MAIL)


def _due_outbox(now: datetime, kind: str) -> Select[UUID]:
    waiting = (Outbox.status == "waiting", Outbox.next_at <= now, Outbox.kind == kind)
    return select(Outbox.id).where(*waiting).order_by(Outbox.next_at, Outbox.created_at)


def _fire(session: Session, timer_id: UUID) -> bool:
    return fire_timer(session, timer_id, by=WORKER)


def _remind(session: Session, deadline_id: UUID) -> bool:
    with _stored_later(session):  # what a rehearsal has written it remembers
        return _reminded(session, deadline_id)


def _reminded(session: Session, deadline_id: UUID) -> bool:
    deadline = locked(session, Deadline, deadline_id, skip_locked=True)
    if deadline is None or deadline.next_chase_at is None:
        return False
    task = session.get(UserTask, deadline.task_id)
    if task is None or task.status != "open":
        deadline.next_chase_at = None
        return False
    chasing.chase(session, task, WORKER)
    deadline.next_chase_at = chasing.next_chase_at(session, task)
    return True


def _deliver(session: Session, outbox_id: UUID) -> bool:
    row = _taken(session, outbox_id)
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


def _post(session: Session, outbox_id: UUID, post: Post) -> bool:
    with _stored_later(session):  # nothing that is read for a notice is written by sending another
        row = _taken(session, outbox_id)
        if row is None:
            return False
        post.send(session, row)
        row.status, row.sent_at = "sent", house(session).clock.now()
        note(session, row, "notice.sent", WORKER)
    return True


def _stored_later(session: Session) -> AbstractContextManager[object]:
    """In a rehearsal, which remembers: rows of many reminders or notices are written together, not before
    each look."""
    return nullcontext() if house(session).remembered is None else session.no_autoflush


def _taken(session: Session, outbox_id: UUID) -> Outbox | None:
    row = locked(session, Outbox, outbox_id, skip_locked=True)
    return row if row is not None and row.status == "waiting" else None


def _wait_for_post(session: Session, outbox_id: UUID, name: str) -> bool:
    """Come back later without counting: an outage makes nobody's address wrong."""
    row = _taken(session, outbox_id)
    if row is None:
        return False
    row.fault = name
    row.next_at = house(session).clock.now() + POST_AWAY
    return True


def _refuse(session: Session, outbox_id: UUID, sentence: str) -> bool:
    row = _taken(session, outbox_id)
    if row is None:
        return False
    row.attempts += 1
    row.fault = sentence[:LONGEST_FAULT]
    give_up(session, row, WORKER)
    return True
