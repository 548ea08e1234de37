"""Is the audit log whole? An independent routine: it reads the tables with SQL of its own, and knows the
canonical form, the keys and the chains by its own code, so that a fault of the writer is found here.

It imports nothing of the product (tests/architecture keeps it so). What it finds it says in words: which
case, which entry, what happened.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

ZERO = "0" * 64
LOOKED_AT = 12  # so many changed entries of one chain are compared with each other, to see whether they moved
GUARDED = {"event", "event_seal", "audit_head", "audit_anchor", "audit_anchor_head", "audit_tombstone"}
_TEXT = {"postgresql": "encode(e.digest, 'hex')", "sqlite": "lower(hex(e.digest))"}
_ENTRIES = """
    select s.business_key, s.number, s.digest, s.mac, e.seq, e.at, e.actor, e.kind,
           e.business_key as event_key, e.instance_id, e.task_id, e.subject,
           cast(e.details as text) as details
    from event_seal s left join event e on e.seq = s.event_seq
    where (cast(:case as varchar) is null or s.business_key = :case)
    union all
    select e.business_key, e.number, {digest}, null, e.seq, e.at, e.actor, e.kind,
           e.business_key, e.instance_id, e.task_id, e.subject, cast(e.details as text)
    from event e
    where e.number is not null and (cast(:case as varchar) is null or e.business_key = :case)
    order by 1, 2"""
_CLAIMS = """
    select business_key, count, anchor, digest from audit_anchor_head
    where (cast(:case as varchar) is null or business_key = :case)"""
_HEADS = """
    select business_key, count, digest, mac from audit_head
    where (cast(:case as varchar) is null or business_key = :case)"""
_UNSEALED = """
    select e.business_key, e.seq from event e left join event_seal s on s.event_seq = e.seq
    where s.event_seq is null and e.number is null
      and (cast(:case as varchar) is null or e.business_key = :case) order by e.seq"""
_STONES = """
    select business_key, count, at, by, first_digest, digest, mac from audit_tombstone order by count"""
_TOLD = "select subject, cast(details as text) from event where kind = 'events.forgotten'"
_TRIGGERS = {
    "postgresql": """
        select distinct event_object_table from information_schema.triggers
        where trigger_name like 'audit_guard_%'""",
    "sqlite": """
        select distinct tbl_name from sqlite_master
        where type = 'trigger' and name like 'audit_guard_%'""",
}


@dataclass(frozen=True)
class LogFinding:
    """One thing that is wrong: the case (business key), the entry's number in it, what, and a sentence."""

    case: str
    entry: int | None
    what: str
    sentence: str


@dataclass
class LogVerdict:
    """What was read, and what is wrong with it."""

    entries: int = 0
    cases: int = 0
    anchors: int = 0
    findings: list[LogFinding] = field(default_factory=list)

    def found(self, case: str, entry: int | None, what: str, sentence: str) -> None:
        """Add a finding."""
        self.findings.append(LogFinding(case, entry, what, sentence))


class Stone(NamedTuple):
    """What is left of a destroyed case: its last entry's number and digest."""

    last: int
    digest: str


def verify_log(
    connection: Connection, secret: bytes, *, case: str | None = None, anchors: Sequence[str] = ()
) -> LogVerdict:
    """Read the whole log, or one case of it, and every anchor. `secret` is the deployment's; `anchors` are
    digests that were kept outside. On PostgreSQL the connection should read one snapshot."""
    check = _Check(connection, _derived(secret), case)
    check.stones()
    check.chains()
    check.heads()
    check.without_seal()
    check.anchors(anchors)
    check.guards()
    return check.verdict


class _Check:
    def __init__(self, connection: Connection, key: bytes, case: str | None) -> None:
        self.connection = connection
        self.key = key
        self.case = case
        self.verdict = LogVerdict()
        self.stone: dict[str, Stone] = {}
        self.ends: dict[str, tuple[int, str]] = {}
        self.claims: dict[str, dict[int, tuple[int, str]]] = {}  # case -> count -> anchor, digest
        self._read_claims()

    def rows(self, statement: str, **values: Any) -> Iterator[Any]:
        """Rows of a statement, a thousand at a time."""
        found = self.connection.execute(text(statement), values, execution_options={"yield_per": 1000})
        yield from found

    def _signed(self, digest: str, mac: str) -> bool:
        return hmac.compare_digest(hmac.new(self.key, digest.encode(), hashlib.sha256).hexdigest(), mac)

    def _read_claims(self) -> None:
        for case, count, anchor, digest in self.rows(_CLAIMS, case=self.case):
            self.claims.setdefault(case, {})[count] = (anchor, digest)

    def stones(self) -> None:
        """Tombstones are ours, and each is told of in the log."""
        told = {
            (subject, json.loads(details)["count"], json.loads(details)["digest"])
            for subject, details in self.rows(_TOLD)
        }
        for case, count, at, by, first, digest, mac in self.rows(_STONES):
            body = [case, count, _utc(at), by, first]
            if not self._signed(chained(digest, body), mac):
                self.verdict.found(
                    case, None, "forged", f"{case}: its destruction note is not the service’s."
                )
            elif (case, count, digest) not in told:
                self.verdict.found(case, None, "forged", f"{case}: the log does not tell of its destruction.")
            else:
                self.stone[case] = Stone(count, digest)

    def chains(self) -> None:
        """Every entry follows from the one before it; an old one has a seal of ours, too."""
        asked = _ENTRIES.format(digest=_TEXT[self.connection.dialect.name])
        for case, entries in groupby(self.rows(asked, case=self.case), key=lambda row: str(row[0])):
            self.verdict.cases += 1
            self._chain(case, entries)

    def _chain(self, case: str, entries: Iterator[Any]) -> None:
        stone = self.stone.get(case, Stone(0, ZERO))
        number, before = stone.last, stone.digest
        known: str | None = before
        newest = 0
        odd: list[tuple[Any, str | None]] = []
        claims = self.claims.get(case, {})
        for row in entries:
            self.verdict.entries += 1
            if row.number != number + 1:
                self._gap(case, number + 1, row.number - 1)
                known = None
            if row.mac is not None and not self._signed(row.digest, row.mac):
                sentence = f"{case}, entry {row.number}: its seal is not the service’s; it was rewritten."
                self.verdict.found(case, row.number, "rewritten", sentence)
            elif row.seq is None:
                sentence = f"{case}, entry {row.number}: it is missing from the log."
                self.verdict.found(case, row.number, "missing", sentence)
            elif known is not None and chained(known, _body(row)) != row.digest:
                odd.append((row, known))
            elif row.event_key != case:
                self.verdict.found(
                    case, row.number, "changed", f"{case}, entry {row.number}: it was changed."
                )
            elif row.mac is None and row.seq < newest:
                sentence = f"{case}, entry {row.number}: it is out of order."
                self.verdict.found(case, row.number, "out of order", sentence)
            newest = row.seq if row.mac is None else newest
            self._keeps_claim(case, row.number, row.digest, claims)
            number, known = row.number, row.digest
            before = row.digest
        self.ends[case] = (number, before)
        self._say_odd(case, odd)

    def _gap(self, case: str, first: int, last: int) -> None:
        which = f"entry {first}" if first >= last else f"entries {first} to {last}"
        verb = "is" if first >= last else "are"
        self.verdict.found(case, first, "missing", f"{case}: {which} {verb} missing.")

    def _say_odd(self, case: str, odd: list[tuple[Any, str | None]]) -> None:
        near = odd[:LOOKED_AT]
        before = {digest for row, known in near for digest in (row.digest, known or ZERO)}
        for row, _ in odd:
            moved = any(
                chained(each, _body(row, number=other.number, seq=seq)) in (row.digest, other.digest)
                for other, _ in near
                if other.number != row.number and row in [one for one, _ in near]
                for seq in (row.seq, other.seq)
                for each in before
            )
            what, words = ("out of order", "is out of order") if moved else ("changed", "was changed")
            self.verdict.found(case, row.number, what, f"{case}, entry {row.number}: it {words}.")

    def _keeps_claim(self, case: str, number: int, digest: str, claims: dict[int, tuple[int, str]]) -> None:
        anchor, anchored = claims.get(number, (0, digest))
        if anchored != digest:
            sentence = f"{case}, entries up to {number}: rewritten after anchor {anchor} was made."
            self.verdict.found(case, number, "rewritten", sentence)

    def heads(self) -> None:
        """Each chain ends where its head says, and no head stands without its chain."""
        heads = {row[0]: row for row in self.rows(_HEADS, case=self.case)}
        for case in sorted(heads.keys() | self.ends.keys()):
            stone = self.stone.get(case)
            last, digest = self.ends.get(case, (stone.last, stone.digest) if stone else (0, ZERO))
            if case not in heads:
                self.verdict.found(case, None, "head", f"{case}: the head of its chain is gone.")
                continue
            _, count, ending, mac = heads[case]
            if count and not last:
                self.verdict.found(case, None, "case gone", f"{case}: all its {count} entries are gone.")
            elif count > last:
                sentence = f"{case}: its last entries, {last + 1} to {count}, were cut off."
                self.verdict.found(case, last + 1, "tail cut", sentence)
            elif count < last:
                sentence = f"{case}: entries after {count} were inserted behind its head."
                self.verdict.found(case, count + 1, "inserted", sentence)
            elif count and (ending != digest or not self._signed(ending, mac)):
                self.verdict.found(case, count, "rewritten", f"{case}: the head of its chain was rewritten.")

    def without_seal(self) -> None:
        """Every entry was written by the service."""
        for case, seq in self.rows(_UNSEALED, case=self.case):
            sentence = f"{case}: row {seq} of the log was inserted; the service did not seal it."
            self.verdict.found(case, None, "inserted", sentence)

    def anchors(self, given: Sequence[str]) -> None:
        """The anchors are a chain; what they hold is still there; those kept outside are among them."""
        held: dict[int, list[tuple[str, int, str]]] = {}
        for row in self.rows("select anchor, business_key, count, digest from audit_anchor_head"):
            held.setdefault(row[0], []).append((row[1], row[2], row[3]))
        before, number, seen = ZERO, 0, set()
        for row in self.rows("select number, at, digest, mac from audit_anchor order by number"):
            self.verdict.anchors += 1
            heads = sorted(held.pop(row.number, []))
            whole = (
                row.number == number + 1 and chained(before, [row.number, _utc(row.at), heads]) == row.digest
            )
            if not whole or not self._signed(row.digest, row.mac):
                sentence = (
                    f"Anchor {row.number} does not follow from the one before it: anchors were changed."
                )
                self.verdict.found("", None, "anchors", sentence)
            else:
                seen.add(row.digest)
            number, before = row.number, row.digest
        if held:
            self.verdict.found("", None, "anchors", "The newest anchors are gone, but what they held is not.")
        self._kept_claims()
        for digest in given:
            if digest not in seen:
                sentence = (
                    f"The log holds no anchor {digest}: it was rewritten, or an older copy was put back."
                )
                self.verdict.found("", None, "older copy", sentence)

    def _kept_claims(self) -> None:
        for case, claims in sorted(self.claims.items()):
            count = max(claims)
            anchor, digest = claims[count]
            last, _ = self.ends.get(case, (0, ZERO))
            stone = self.stone.get(case)
            if stone and count <= stone.last:
                if count == stone.last and digest != stone.digest:
                    sentence = f"{case}: its destruction note is not what anchor {anchor} held."
                    self.verdict.found(case, None, "forged", sentence)
            elif not last:
                sentence = f"{case}: the whole case is gone; anchor {anchor} held {count} entries of it."
                self.verdict.found(case, None, "case gone", sentence)
            elif count > last:
                sentence = f"{case}: entries {last + 1} to {count} were cut off; anchor {anchor} held them."
                self.verdict.found(case, last + 1, "tail cut", sentence)

    def guards(self) -> None:
        """The database refuses changes to the log."""
        found = {row[0] for row in self.rows(_TRIGGERS[self.connection.dialect.name])}
        for table in sorted(GUARDED - found):
            sentence = f"The database does not refuse changes to {table}: its trigger is gone."
            self.verdict.found("", None, "unguarded", sentence)


def _derived(secret: bytes) -> bytes:
    """HKDF-SHA256 (RFC 5869) of the deployment's secret for the purpose "audit": one block is enough."""
    first = hmac.new(b"\0" * 32, secret, hashlib.sha256).digest()
    return hmac.new(first, b"audit\x01", hashlib.sha256).digest()


def chained(before: str, body: Any) -> str:
    """The digest of what was before and of plain JSON in its canonical form."""
    written = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((before + written).encode("ascii")).hexdigest()


def _utc(at: Any) -> str:
    found = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found.isoformat(timespec="microseconds")


def _body(row: Any, *, number: int | None = None, seq: int | None = None) -> list[Any]:
    """What was sealed. Where the seal stands apart from its entry, the row it belongs to is part of that."""
    return [
        number or row.number,
        *([] if row.mac is None else [seq or row.seq]),
        _utc(row.at),
        row.actor,
        row.kind,
        row.event_key,
        str(UUID(str(row.instance_id))) if row.instance_id else None,
        str(UUID(str(row.task_id))) if row.task_id else None,
        row.subject,
        json.loads(row.details),
    ]
