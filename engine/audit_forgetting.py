"""Forgetting the events of a destroyed case without breaking the log: one tombstone takes their place.

The tombstone keeps how many events there were and the first and last digest, so that anchors made before
still hold, and the chain goes on from there. It is itself an event of the chain "destruction", whose anchors
show a tombstone that somebody made up.
"""

from __future__ import annotations

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from engine.audit import record
from engine.audit_chain import digest_of, lock_head, mac_of, moment
from engine.audit_models import AuditTombstone, Event, EventSeal
from engine.db import house
from engine.errors import Refused
from engine.services import Actor

DESTRUCTION = "destruction"  # the chain in which every tombstone is an event


def forget_case_events(session: Session, business_key: str, *, by: Actor) -> int:
    """Replace every sealed event of a case by one tombstone; how many there were. Raises Refused for none.

    Events recorded in the same transaction stay, and are sealed after the tombstone: first among them may be
    the one that says the case was destroyed.
    """
    count, digest = lock_head(session, business_key)
    first_digest = _first_digest(session, business_key)
    if first_digest is None:
        raise Refused("The audit log holds no events of this case.")
    now = house(session).clock.now()
    told = [business_key, count, moment(now), by.id, first_digest]
    session.execute(
        insert(AuditTombstone).values(
            business_key=business_key,
            count=count,
            at=now,
            by=by.id,
            first_digest=first_digest,
            digest=digest,
            mac=mac_of(house(session).audit_key, digest_of(digest, told)),
        )
    )
    sealed = select(EventSeal.event_seq).where(
        EventSeal.business_key == business_key, EventSeal.number <= count
    )
    session.execute(
        delete(Event).where(
            Event.business_key == business_key, or_(Event.number <= count, Event.seq.in_(sealed))
        ),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        delete(EventSeal).where(EventSeal.business_key == business_key, EventSeal.number <= count),
        execution_options={"synchronize_session": False},
    )
    record(
        session,
        kind="events.forgotten",
        business_key=DESTRUCTION,
        actor=by,
        subject=business_key,
        details={"count": count, "digest": digest},
    )
    return count


def _first_digest(session: Session, business_key: str) -> str | None:
    """The digest of the first entry of a case; where it was forgotten before, of what came after."""
    apart = session.execute(
        select(EventSeal.number, EventSeal.digest)
        .where(EventSeal.business_key == business_key)
        .order_by(EventSeal.number)
        .limit(1)
    ).all()
    inside = session.execute(
        select(Event.number, Event.digest)
        .where(Event.business_key == business_key, Event.number.is_not(None))
        .order_by(Event.number)
        .limit(1)
    ).all()
    found = [*apart, *((number, digest.hex()) for number, digest in inside if digest is not None)]
    return min(found)[1] if found else None
