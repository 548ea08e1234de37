"""Sealing the audit log: each event is written in its chain when its transaction ends; anchors hold the ends.

The lock order of the product is: the process instance, then everything else, then the heads of the chains in
the order of their keys. `seal_events` runs last, just before the commit (engine.db), so that a head is held
for a moment only and no two transactions wait for each other in a circle.

`engine.audit_check` reads the same log without this module, so that a fault here does not hide itself.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.audit_models import AuditAnchor, AuditAnchorHead, AuditHead, Event
from engine.unsealed import Row, take

NOTHING_BEFORE = "0" * 64
HEADS = "heads of chains"  # in the session's own notes
Head = tuple[int, str]  # how many events a chain holds, and the digest of its newest

# Asked by every transaction that leaves a trace, so put together once.
_ADD = insert(Event)
_MOVE = (
    update(AuditHead)
    .where(AuditHead.business_key == bindparam("key"))
    .where(AuditHead.count == bindparam("was"), AuditHead.digest == bindparam("ended"))
    .values(count=bindparam("new_number"), digest=bindparam("new_digest"), mac=bindparam("new_mac"))
)


@dataclass(frozen=True)
class Anchor:
    """One anchor, as it is given outside: its number, when it was made, its digest."""

    number: int
    at: datetime
    digest: str


def seal_events(session: Session, key: bytes) -> None:
    """Give every event of this transaction its number and its seal, and write them. The last thing before a
    commit."""
    rows = take(session)
    if not rows:
        return
    session.flush()  # the heads of chains are locked after everything else
    rows.sort(key=itemgetter("business_key"))  # of one case, they stay in the order in which they happened
    seal_chains(
        session, key, {name: list(group) for name, group in groupby(rows, itemgetter("business_key"))}
    )


def write_unsealed(session: Session) -> None:
    """Write the events of this transaction without seals: for a rehearsal."""
    rows = take(session)
    if rows:
        session.connection().execute(_ADD, [{**row, "number": None, "digest": None} for row in rows])


def seal_chains(session: Session, key: bytes, chains: Mapping[str, Sequence[Row]]) -> None:
    """Put events behind the ends of their chains, which are given in the order of their keys.

    Where a single chain ended when this transaction read it is tried first: it may have moved since.
    """
    known = session.info.pop(HEADS, {})
    heads = {each: known[each] for each in chains if each in known}
    if len(chains) != 1 or not heads or not _extended(session, key, chains, heads):
        _extended(session, key, chains, lock_heads(session, list(chains)))


def _extended(
    session: Session, key: bytes, chains: Mapping[str, Sequence[Row]], heads: Mapping[str, Head]
) -> bool:
    """Move the heads of chains to their newest entries, and write these; False, and nothing written, where a
    single head is no longer where it was."""
    entries: list[Row] = []
    moves: list[Row] = []
    for business_key, (count, digest) in heads.items():
        theirs = _sealed(chains[business_key], count, digest)
        number, last = theirs[-1]["number"], theirs[-1]["digest"].hex()
        new = {"new_number": number, "new_digest": last, "new_mac": mac_of(key, last)}
        moves.append({"key": business_key, "was": count, "ended": digest, **new})
        entries.extend(theirs)
    connection = session.connection()
    moved = connection.execute(_MOVE, moves)
    if len(moves) == 1 and not moved.rowcount:
        return False
    connection.execute(_ADD, entries)
    return True


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


def know_head(session: Session, business_key: str, count: int, digest: str) -> None:
    """Keep where a chain ended when this transaction read it, without its lock."""
    session.info.setdefault(HEADS, {})[business_key] = (count, digest)


def lock_head(session: Session, business_key: str) -> Head:
    """Lock the head of a chain, making it where there is none: its count and its newest digest."""
    return lock_heads(session, [business_key])[business_key]


def lock_heads(session: Session, business_keys: Sequence[str]) -> dict[str, Head]:
    """Lock the heads of chains in the order of their keys (sorted already), making those that are missing."""
    found = _locked_heads(session, business_keys)
    missing = [key for key in business_keys if key not in found]
    if missing:
        kind = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        new = [{"business_key": key, "count": 0, "digest": NOTHING_BEFORE, "mac": ""} for key in missing]
        session.execute(kind.insert(AuditHead).values(new).on_conflict_do_nothing())
        found |= _locked_heads(session, missing)
    return {key: found[key] for key in business_keys}


def _locked_heads(session: Session, keys: Sequence[str]) -> dict[str, Head]:
    wanted = select(AuditHead.business_key, AuditHead.count, AuditHead.digest)
    wanted = wanted.where(AuditHead.business_key.in_(keys)).order_by(AuditHead.business_key)
    return {key: (count, digest) for key, count, digest in session.execute(wanted.with_for_update())}


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


def _sealed(rows: Sequence[Row], count: int, digest: str) -> list[Row]:
    """Events that follow one another in a chain, after its count and digest, each with its seal."""
    sealed: list[Row] = []
    for number, row in enumerate(rows, count + 1):
        digest = digest_of(digest, _body(number, row))
        sealed.append({**row, "number": number, "digest": bytes.fromhex(digest)})
    return sealed


def _body(number: int, row: Row) -> list[Any]:
    return [
        number,
        moment(row["at"]),
        row["actor"],
        row["kind"],
        row["business_key"],
        str(row["instance_id"]) if row["instance_id"] else None,
        str(row["task_id"]) if row["task_id"] else None,
        row["subject"],
        row["details"],
    ]
