"""Seals, heads and anchors of the audit log, and triggers that refuse to change it; what exists is sealed.

A migration stands alone: the canonical form and the triggers are written out here once more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import context, op
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BATCH = 1000
SENTENCE = "Rows of the audit log are only ever added."
FORGOTTEN_EVENT = (
    "exists (select 1 from audit_tombstone t join event_seal s on s.business_key = t.business_key"
    " and s.number <= t.count where s.event_seq = old.seq and t.business_key = old.business_key)"
)
FORGOTTEN_SEAL = (
    "exists (select 1 from audit_tombstone t where t.business_key = old.business_key"
    " and old.number <= t.count)"
)
RULES = (
    *(
        (t, "update", "")
        for t in ("event", "event_seal", "audit_anchor", "audit_anchor_head", "audit_tombstone")
    ),
    *((t, "delete", "") for t in ("audit_head", "audit_anchor", "audit_anchor_head", "audit_tombstone")),
    ("event", "delete", f"not ({FORGOTTEN_EVENT})"),
    ("event_seal", "delete", f"not ({FORGOTTEN_SEAL})"),
    ("audit_head", "update", "new.count <= old.count or new.business_key <> old.business_key"),
)
TABLES = ("event", "event_seal", "audit_head", "audit_anchor", "audit_anchor_head", "audit_tombstone")


def upgrade() -> None:
    """Make the tables, seal every event that is there, then set the guards."""
    if op.get_bind().execute(sa.text("select seq from event limit 1")).first():
        _key()  # refuse before anything is made: SQLite keeps tables of an upgrade that failed
    _tables()
    _seal(op.get_bind())
    for statement in _guards(op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    """Take them away again."""
    bind = op.get_bind()
    for table, act, _ in RULES:
        bind.exec_driver_sql(_drop(bind.dialect.name, table, act))
    if bind.dialect.name == "postgresql":
        for table in TABLES:
            bind.exec_driver_sql(_drop("postgresql", table, "truncate"))
    for table in reversed(TABLES[1:]):
        op.drop_table(table)


def _tables() -> None:
    key, digest = sa.String(length=100), sa.String(length=64)
    wide = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "event_seal",
        sa.Column("event_seq", wide, autoincrement=False, nullable=False),
        sa.Column("business_key", key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", digest, nullable=False),
        sa.Column("mac", digest, nullable=False),
        sa.PrimaryKeyConstraint("event_seq", name=op.f("pk_event_seal")),
        sa.UniqueConstraint("business_key", "number", name=op.f("uq_event_seal_business_key_number")),
    )
    op.create_table(
        "audit_head",
        sa.Column("business_key", key, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("digest", digest, nullable=False),
        sa.Column("mac", digest, nullable=False),
        sa.PrimaryKeyConstraint("business_key", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_anchor",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", digest, nullable=False),
        sa.Column("mac", digest, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_anchor")),
    )
    op.create_table(
        "audit_anchor_head",
        sa.Column("business_key", key, nullable=False),
        sa.Column("count", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("anchor", sa.Integer(), nullable=False),
        sa.Column("digest", digest, nullable=False),
        sa.PrimaryKeyConstraint("business_key", "count", name=op.f("pk_audit_anchor_head")),
    )
    op.create_index("ix_audit_anchor_head_anchor", "audit_anchor_head", ["anchor"])
    op.create_table(
        "audit_tombstone",
        sa.Column("business_key", key, nullable=False),
        sa.Column("count", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", key, nullable=False),
        sa.Column("first_digest", digest, nullable=False),
        sa.Column("digest", digest, nullable=False),
        sa.Column("mac", digest, nullable=False),
        sa.PrimaryKeyConstraint("business_key", "count", name=op.f("pk_audit_tombstone")),
    )


def _seal(bind: sa.Connection) -> None:
    """Seal what is there, in the order in which it was written, a thousand at a time."""
    after, heads = 0, {}
    read = sa.text(
        "select seq, at, actor, kind, business_key, instance_id, task_id, subject,"
        " cast(details as text) as details from event where seq > :after order by seq limit :batch"
    )
    add = sa.text("insert into event_seal values (:event_seq, :business_key, :number, :digest, :mac)")
    while rows := bind.execute(read, {"after": after, "batch": BATCH}).all():
        key, seals = _key(), []
        for row in rows:
            number, digest, _ = heads.get(row.business_key, (0, "0" * 64, ""))
            digest = _digest(digest, number + 1, row)
            mac = hmac.new(key, digest.encode(), hashlib.sha256).hexdigest()
            heads[row.business_key] = (number + 1, digest, mac)
            names = ("event_seq", "business_key", "number", "digest", "mac")
            values = (row.seq, row.business_key, number + 1, digest, mac)
            seals.append(dict(zip(names, values, strict=True)))
        bind.execute(add, seals)
        after = rows[-1].seq
    if heads:
        rows = [dict(zip("kcdm", (name, *head), strict=True)) for name, head in heads.items()]
        bind.execute(sa.text("insert into audit_head values (:k, :c, :d, :m)"), rows)


def _key() -> bytes:
    secret = context.config.attributes.get("secret_key")
    if not secret:
        raise RuntimeError("The audit log is sealed with ROUNDTABLE_SECRET_KEY: set it, then upgrade again.")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"audit").derive(secret)


def _digest(before: str, number: int, row: Any) -> str:
    at = row.at if isinstance(row.at, datetime) else datetime.fromisoformat(row.at)
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    ids = [str(UUID(str(each))) if each else None for each in (row.instance_id, row.task_id)]
    body = [
        number,
        row.seq,
        at.isoformat(timespec="microseconds"),
        row.actor,
        row.kind,
        row.business_key,
        *ids,
        row.subject,
        json.loads(row.details),
    ]
    written = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(before.encode() + written.encode()).hexdigest()


def _guards(dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"create trigger audit_guard_{table}_{act} before {act} on {table}"
            f"{f' when {condition}' if condition else ''} begin select raise(abort, '{SENTENCE}'); end"
            for table, act, condition in RULES
        ]
    return [
        statement
        for table, act, condition in (*RULES, *((table, "truncate", "") for table in TABLES))
        for statement in _postgresql(table, act, condition)
    ]


def _postgresql(table: str, act: str, condition: str) -> tuple[str, str]:
    name = f"audit_guard_{table}_{act}"
    result = {"truncate": "null", "delete": "old", "update": "new"}[act]
    each = "statement" if act == "truncate" else "row"
    function = (
        f"create function {name}() returns trigger language plpgsql as $$ begin"
        f" if {condition or 'true'} then raise exception '{SENTENCE}'; end if; return {result}; end $$"
    )
    return (
        function,
        f"create trigger {name} before {act} on {table} for each {each} execute function {name}()",
    )


def _drop(dialect: str, table: str, act: str) -> str:
    name = f"audit_guard_{table}_{act}"
    return f"drop function {name}() cascade" if dialect == "postgresql" else f"drop trigger {name}"
