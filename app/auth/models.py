"""The tables of sign-in: sessions on the server, so that one can be ended; the organisation's accounts that
people are known by; tokens for programs. Of every secret we hold only the digest."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment


class SignInSession(Base):
    """One browser in which somebody is signed in. Times are the machine's, not the demonstration's."""

    __tablename__ = "sign_in_session"
    __table_args__ = (Index("ix_sign_in_session_person", "person"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(80))
    began_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)


class LinkedIdentity(Base):
    """An account at an organisation's provider that is a person here, known by issuer and subject (OpenID
    Connect Core 1.0, 5.7). One account of an issuer for each person."""

    __tablename__ = "linked_identity"
    __table_args__ = (
        UniqueConstraint("issuer", "subject", name="uq_linked_identity_issuer_subject"),
        UniqueConstraint("issuer", "person", name="uq_linked_identity_issuer_person"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    person: Mapped[str] = mapped_column(String(80))
    linked_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime] = mapped_column(Moment)


class UsedNonce(Base):
    """A sign-in with an organisation's account that was completed: it cannot be completed again."""

    __tablename__ = "used_nonce"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(Moment)


class ApiToken(Base):
    """What a program sends in a person's name. `scopes` are names with a space between them."""

    __tablename__ = "api_token"
    __table_args__ = (
        UniqueConstraint("digest", name="uq_api_token_digest"),
        Index("ix_api_token_person", "person"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    digest: Mapped[str] = mapped_column(String(64))
    person: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[str] = mapped_column(String(400))
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
