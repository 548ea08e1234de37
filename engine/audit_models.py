"""The tables of the audit log: events, and what shows tampering with them: seals, heads, anchors, tombstones.

Every event has one seal. The seals of one business key are numbered from 1 without a gap and form a chain:
each holds the SHA-256 digest of the digest before it and of its event. The head of a chain holds its end and
the HMAC of that. A seal stands in its event; seals made before tables 0033 stand in rows of their own, each
with an HMAC, and stay as they are: nothing of the log is written anew. An anchor holds the heads that moved
since the anchor before it, and the digest of both: whoever keeps that one digest outside the database can
show later that nothing before it was changed.

The database itself refuses to change or remove any of these rows (engine.audit_guards).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import WIDE, Base

DIGEST = String(64)  # of SHA-256 and HMAC-SHA256, in hexadecimal


class Event(Base):
    """The audit log: append only. `number` and `digest` are its seal; those of old entries stand apart."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_business_key_seq", "business_key", "seq"),
        Index("ix_event_business_key_number", "business_key", "number", unique=True),
    )

    seq: Mapped[int] = mapped_column(WIDE, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(60))
    business_key: Mapped[str] = mapped_column(String(100))
    instance_id: Mapped[UUID | None]
    task_id: Mapped[UUID | None]
    subject: Mapped[str | None] = mapped_column(String(200))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    number: Mapped[int | None]
    digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class EventSeal(Base):
    """One event in its chain, as sealed before tables 0033, and by a release before them that runs beside."""

    __tablename__ = "event_seal"
    __table_args__ = (UniqueConstraint("business_key", "number"),)

    event_seq: Mapped[int] = mapped_column(WIDE, primary_key=True, autoincrement=False)
    business_key: Mapped[str] = mapped_column(String(100))
    number: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(DIGEST)
    mac: Mapped[str] = mapped_column(DIGEST)


class AuditHead(Base):
    """The end of one chain: how many events it has, and the newest seal. Its row is the chain's lock."""

    __tablename__ = "audit_head"

    business_key: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(DIGEST)
    mac: Mapped[str] = mapped_column(DIGEST)


class AuditAnchor(Base):
    """One link of the chain of chain heads."""

    __tablename__ = "audit_anchor"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(DIGEST)
    mac: Mapped[str] = mapped_column(DIGEST)


class AuditAnchorHead(Base):
    """A chain as an anchor found it, where it had moved since the anchor before."""

    __tablename__ = "audit_anchor_head"

    business_key: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    anchor: Mapped[int] = mapped_column(Integer, index=True)
    digest: Mapped[str] = mapped_column(DIGEST)


class AuditTombstone(Base):
    """What is left of the events of a destroyed case: how many there were, and the first and the last seal.

    Its chain goes on from there: a later event has the number `count` + 1.
    """

    __tablename__ = "audit_tombstone"

    business_key: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(100))
    first_digest: Mapped[str] = mapped_column(DIGEST)
    digest: Mapped[str] = mapped_column(DIGEST)
    mac: Mapped[str] = mapped_column(DIGEST)
