"""Another key for the seals of the audit log: what was sealed stays as it was, its digests are not touched.

Done with the service stopped. A seal that the old key did not make ends it, and nothing has changed: a new
seal must not make good what somebody had tampered with.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from engine.audit_chain import digest_of, mac_of, moment
from engine.audit_guards import guards, lifting
from engine.audit_models import AuditAnchor, AuditHead, AuditTombstone, EventSeal
from engine.db import house
from engine.errors import StateUnreadable
from engine.secrecy import derive_key

CHANGED = ("event_seal", "audit_head", "audit_anchor", "audit_tombstone")


def seal_log_again(session: Session, old_secret: bytes) -> int:
    """Seal every row of the log with this house's key; how many. Raises StateUnreadable."""
    old, new = derive_key(old_secret, "audit"), house(session).audit_key
    connection, dialect = session.connection(), session.get_bind().dialect.name
    for statement in lifting(dialect, CHANGED):  # for this transaction alone, however it ends
        connection.exec_driver_sql(statement)
    done = 0
    for change, mac, digest in _seals(session):
        if not hmac.compare_digest(mac, mac_of(old, digest)):
            raise StateUnreadable("An entry of the audit log was not sealed with the old key.")
        session.execute(change.values(mac=mac_of(new, digest)))
        done += 1
    for statement in guards(dialect):
        connection.exec_driver_sql(statement)
    return done


def _seals(session: Session) -> Iterator[tuple[Any, str, str]]:
    """Each row that has a seal: how it is changed, its seal, and what was sealed."""
    for seal in _rows(session, EventSeal.event_seq, EventSeal.mac, EventSeal.digest):
        yield update(EventSeal).where(EventSeal.event_seq == seal.event_seq), seal.mac, seal.digest
    for head in _rows(session, AuditHead.business_key, AuditHead.mac, AuditHead.digest):
        yield update(AuditHead).where(AuditHead.business_key == head.business_key), head.mac, head.digest
    for anchor in _rows(session, AuditAnchor.number, AuditAnchor.mac, AuditAnchor.digest):
        yield update(AuditAnchor).where(AuditAnchor.number == anchor.number), anchor.mac, anchor.digest
    for stone in session.scalars(select(AuditTombstone)).all():
        told = [stone.business_key, stone.count, moment(stone.at), stone.by, stone.first_digest]
        here = AuditTombstone.business_key == stone.business_key, AuditTombstone.count == stone.count
        yield update(AuditTombstone).where(*here), stone.mac, digest_of(stone.digest, told)


def _rows(session: Session, *columns: Any) -> list[Row[Any]]:
    return list(session.execute(select(*columns)))
