"""Offering a notice to the post: between two short transactions, never inside one.

A mail server may hang. Nobody waits for it: on SQLite a writing transaction keeps every other writer out. And
what cannot be written down must not leave: with a full disk the same letter would go out with every tick.
So a notice is first marked as on its way (`sent_at`), which also keeps other workers and later reminders
away from it; then it is offered; then what became of it is written down. A worker that dies in between leaves
a notice that is offered again after LEASE, under the same key.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Protocol
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.db import Database, house, locked
from engine.giving_up import give_up, note
from engine.models import Outbox
from engine.services import Actor

LEASE = timedelta(minutes=5)  # longer than any post takes for one notice
POST_AWAY = timedelta(minutes=5)
LONGEST_FAULT = 300
PLAIN = {"synchronize_session": False}  # the session knows no row yet that would have to follow
WORKER = Actor.system("worker")


class Post(Protocol):
    """Whoever delivers notices. Raises Undeliverable when a notice can never be delivered as it is, PostAway
    when none can be at this moment; anything else when this one was not taken this time: it will be offered
    again under the same key."""

    def send(self, session: Session, notice: Outbox) -> None:
        """Deliver one notice. May read, must not write."""


def offer(database: Database, post: Post, outbox_id: UUID) -> bool:
    """Offer a notice that is due; False when somebody else is at it. Raises what the post raises."""
    if not database.retrying(partial(_sets_out, outbox_id=outbox_id)):
        return False
    with database.read() as session:
        post.send(session, session.get_one(Outbox, outbox_id))
    return database.retrying(partial(_arrived, outbox_id=outbox_id))


def offer_within(session: Session, outbox_id: UUID, post: Post) -> bool:
    """The same in one transaction: for a rehearsal, in whose database nobody else waits."""
    row = taken(session, outbox_id)
    if row is None:
        return False
    post.send(session, row)
    row.status, row.sent_at = "sent", house(session).clock.now()
    note(session, row, "notice.sent", WORKER)
    return True


def taken(session: Session, outbox_id: UUID, *, anyhow: bool = False) -> Outbox | None:
    """A row of the outbox that waits, under its lock; None when it does not, or somebody has it. `anyhow`
    waits for who has it: what became of a letter is written down, whoever looks at it meanwhile."""
    row = locked(session, Outbox, outbox_id, skip_locked=not anyhow)
    return row if row is not None and row.status == "waiting" else None


def wait_for_post(session: Session, outbox_id: UUID, name: str) -> bool:
    """Come back later without counting: an outage makes nobody's address wrong."""
    row = taken(session, outbox_id, anyhow=True)
    if row is None:
        return False
    row.fault, row.sent_at = name, None
    row.next_at = house(session).clock.now() + POST_AWAY
    return True


def refuse(session: Session, outbox_id: UUID, sentence: str) -> bool:
    """Give a notice up that can never be delivered as it is; the sentence says why."""
    row = taken(session, outbox_id, anyhow=True)
    if row is None:
        return False
    row.attempts += 1
    row.fault, row.sent_at = sentence[:LONGEST_FAULT], None
    give_up(session, row, WORKER)
    return True


def _sets_out(session: Session, outbox_id: UUID) -> bool:
    """Mark a notice, unless somebody has it: by one statement, as there are very many."""
    now = house(session).clock.now()
    free = select(Outbox.id).where(Outbox.id == outbox_id, Outbox.status == "waiting", Outbox.next_at <= now)
    mine = free.with_for_update(skip_locked=True).scalar_subquery()
    mark = update(Outbox).where(Outbox.id == mine).values(sent_at=now, next_at=now + LEASE)
    return session.scalars(mark.returning(Outbox.id), execution_options=PLAIN).first() is not None


def _arrived(session: Session, outbox_id: UUID) -> bool:
    sent = {"status": "sent", "sent_at": house(session).clock.now()}
    mark = update(Outbox).where(Outbox.id == outbox_id, Outbox.status == "waiting").values(sent)
    row = session.scalars(mark.returning(Outbox), execution_options=PLAIN).one_or_none()
    if row is None:  # it took longer than the lease, and somebody else has offered it again
        return False
    note(session, row, "notice.sent", WORKER)
    return True
