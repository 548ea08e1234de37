"""The audit log as JSON lines, each with what proves it: for `roundtable audit verify --file`.

An entry carries the digest before it and its own, an old one its MAC, too; after the entries come all
anchors. Digests need no key to be checked, so a partner agency can do it; MACs are of use to the service
only, whose key never leaves it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from engine.audit_chain import NOTHING_BEFORE, moment
from engine.audit_models import AuditAnchor, AuditAnchorHead, AuditTombstone, Event, EventSeal


def export_lines(session: Session, conditions: Sequence[ColumnElement[bool]]) -> Iterator[dict[str, Any]]:
    """The entries that meet every condition on `event`, oldest first, then every anchor."""
    earlier, earlier_seal = aliased(Event), aliased(EventSeal)
    number = func.coalesce(Event.number, EventSeal.number)
    before = [
        and_(of.business_key == Event.business_key, place == number - 1)
        for of, place in (
            (earlier, earlier.number),
            (earlier_seal, earlier_seal.number),
            (AuditTombstone, AuditTombstone.count),
        )
    ]
    query = (
        select(Event, EventSeal, earlier.digest, earlier_seal.digest, AuditTombstone.digest)
        .outerjoin(EventSeal, EventSeal.event_seq == Event.seq)
        .outerjoin(earlier, before[0])
        .outerjoin(earlier_seal, before[1])
        .outerjoin(AuditTombstone, before[2])
        .where(number.is_not(None), *conditions)
        .order_by(Event.seq)
    )
    for event, seal, inside, apart, stone in session.execute(query):
        yield _entry(event, seal, inside.hex() if inside else apart or stone or NOTHING_BEFORE)
    yield from _anchors(session)


def _entry(event: Event, seal: EventSeal | None, before: str) -> dict[str, Any]:
    """One entry. `seq` and `mac` are part of what proves it where its seal stands apart."""
    sealed = {"number": event.number, "digest": event.digest.hex()} if event.digest else {}
    if seal is not None:
        sealed = {"number": seal.number, "digest": seal.digest, "mac": seal.mac}
    return {
        "business_key": event.business_key,
        "seq": event.seq,
        "at": moment(event.at),
        "actor": event.actor,
        "kind": event.kind,
        "instance_id": str(event.instance_id) if event.instance_id else None,
        "task_id": str(event.task_id) if event.task_id else None,
        "subject": event.subject,
        "details": event.details,
        "before": before,
        **sealed,
    }


def _anchors(session: Session) -> Iterator[dict[str, Any]]:
    heads: dict[int, list[tuple[str, int, str]]] = {}
    for row in session.scalars(select(AuditAnchorHead)):
        heads.setdefault(row.anchor, []).append((row.business_key, row.count, row.digest))
    for anchor in session.scalars(select(AuditAnchor).order_by(AuditAnchor.number)):
        yield {
            "anchor": anchor.number,
            "at": moment(anchor.at),
            "heads": sorted(heads.get(anchor.number, [])),
            "digest": anchor.digest,
            "mac": anchor.mac,
        }
