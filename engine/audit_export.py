"""The audit log as JSON lines, each with what proves it: for `roundtable audit verify --file`.

An entry carries the digest before it, its own digest and its MAC; after the entries come all anchors. Digests
need no key to be checked, so a partner agency can do it; MACs are of use to the service only, whose key never
leaves it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from engine.audit_chain import NOTHING_BEFORE, moment
from engine.audit_models import AuditAnchor, AuditAnchorHead, AuditTombstone, EventSeal
from engine.models import Event


def export_lines(session: Session, conditions: Sequence[ColumnElement[bool]]) -> Iterator[dict[str, Any]]:
    """The entries that meet every condition on `event`, oldest first, then every anchor."""
    earlier = aliased(EventSeal)
    before = func.coalesce(earlier.digest, AuditTombstone.digest, NOTHING_BEFORE)
    query = (
        select(Event, EventSeal.number, EventSeal.digest, EventSeal.mac, before)
        .join(EventSeal, EventSeal.event_seq == Event.seq)
        .outerjoin(
            earlier,
            and_(earlier.business_key == EventSeal.business_key, earlier.number == EventSeal.number - 1),
        )
        .outerjoin(
            AuditTombstone,
            and_(
                AuditTombstone.business_key == EventSeal.business_key,
                AuditTombstone.count == EventSeal.number - 1,
            ),
        )
        .where(*conditions)
        .order_by(Event.seq)
    )
    for event, number, digest, mac, known in session.execute(query):
        yield {
            "business_key": event.business_key,
            "number": number,
            "seq": event.seq,
            "at": moment(event.at),
            "actor": event.actor,
            "kind": event.kind,
            "instance_id": str(event.instance_id) if event.instance_id else None,
            "task_id": str(event.task_id) if event.task_id else None,
            "subject": event.subject,
            "details": event.details,
            "before": known,
            "digest": digest,
            "mac": mac,
        }
    yield from _anchors(session)


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
