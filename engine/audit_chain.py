"""Sealing the audit log: each event joins its chain when its transaction ends; anchors hold the ends.

The lock order of the product is: the process instance, then everything else, then the heads of the chains in
the order of their keys. `seal_events` runs last, just before the commit (engine.db), so that a head is held
for a moment only and no two transactions wait for each other in a circle.

`engine.audit_check` reads the same log without this module, so that a fault here does not hide itself.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import exists, insert, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.audit_models import AuditAnchor, AuditAnchorHead, AuditHead, EventSeal
from engine.models import Event

NOTHING_BEFORE = "0" * 64
UNSEALED = "unsealed events"


@dataclass(frozen=True)
class Anchor:
    """One anchor, as it is given outside: its number, when it was made, its digest."""

    number: int
    at: datetime
    digest: str


def seal_events(session: Session, key: bytes) -> None:
    """Give every event of this transaction its number and its seal. The last thing before a commit."""
    if not session.info.get(UNSEALED):
        return
    session.flush()
    added = [event for event in session.info.pop(UNSEALED) if inspect(event).persistent]
    added.sort(key=lambda event: (event.business_key, event.seq))
    for business_key, group in groupby(added, key=lambda event: str(event.business_key)):
        _extend(session, key, business_key, list(group))


def mac_of(key: bytes, digest: str) -> str:
    """The HMAC-SHA256 of a digest."""
    return hmac.new(key, digest.encode(), hashlib.sha256).hexdigest()


def digest_of(before: str, body: Any) -> str:
    """The SHA-256 digest of the digest before and of plain JSON in its canonical form."""
    written = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(before.encode() + written.encode()).hexdigest()


def moment(at: datetime) -> str:
    """A moment in its canonical form: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def lock_head(session: Session, business_key: str) -> tuple[int, str]:
    """Lock the head of a chain, making it where there is none: its count and its newest digest."""
    wanted = select(AuditHead.count, AuditHead.digest).where(AuditHead.business_key == business_key)
    found = session.execute(wanted.with_for_update()).one_or_none()
    if found is None:
        kind = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        new = {"business_key": business_key, "count": 0, "digest": NOTHING_BEFORE, "mac": ""}
        session.execute(kind.insert(AuditHead).values(new).on_conflict_do_nothing())
        found = session.execute(wanted.with_for_update()).one()
    return found[0], found[1]


def write_anchor(session: Session, key: bytes, now: datetime) -> Anchor:
    """Hold the end of every chain that has moved since the last anchor; the newest anchor, new or old."""
    last = newest_anchor(session)
    known = exists().where(
        AuditAnchorHead.business_key == AuditHead.business_key, AuditAnchorHead.count == AuditHead.count
    )
    query = select(AuditHead.business_key, AuditHead.count, AuditHead.digest)
    moved = sorted(tuple(row) for row in session.execute(query.where(AuditHead.count > 0, ~known)))
    if last is not None and not moved:
        return last
    number = last.number + 1 if last else 1
    digest = digest_of(last.digest if last else NOTHING_BEFORE, [number, moment(now), moved])
    session.execute(insert(AuditAnchor).values(number=number, at=now, digest=digest, mac=mac_of(key, digest)))
    if moved:
        columns = ("business_key", "count", "digest")
        session.execute(
            insert(AuditAnchorHead),
            [{**dict(zip(columns, row, strict=True)), "anchor": number} for row in moved],
        )
    return Anchor(number, now, digest)


def newest_anchor(session: Session) -> Anchor | None:
    """The last anchor that was written, or None."""
    columns = (AuditAnchor.number, AuditAnchor.at, AuditAnchor.digest)
    row = session.execute(select(*columns).order_by(AuditAnchor.number.desc()).limit(1)).one_or_none()
    return Anchor(*row) if row else None


def _extend(session: Session, key: bytes, business_key: str, events: Sequence[Event]) -> None:
    count, digest = lock_head(session, business_key)
    seals: list[dict[str, Any]] = []
    for number, event in enumerate(events, count + 1):
        digest = digest_of(digest, _body(number, event))
        seals.append(
            {
                "event_seq": event.seq,
                "business_key": business_key,
                "number": number,
                "digest": digest,
                "mac": mac_of(key, digest),
            }
        )
    session.execute(insert(EventSeal), seals)
    newest = seals[-1]
    session.execute(
        update(AuditHead)
        .where(AuditHead.business_key == business_key)
        .values(count=newest["number"], digest=digest, mac=newest["mac"])
    )


def _body(number: int, event: Event) -> list[Any]:
    return [
        number,
        event.seq,
        moment(event.at),
        event.actor,
        event.kind,
        event.business_key,
        str(event.instance_id) if event.instance_id else None,
        str(event.task_id) if event.task_id else None,
        event.subject,
        event.details,
    ]
