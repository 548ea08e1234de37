"""The tables of sign-in: sessions, local accounts, recovery codes, one-time links, attempts that failed; the
organisation's accounts that people are known by; tokens for programs.

A session is kept on the server, so that one can be ended; the browser holds a random token, we hold only its
digest. Times are the machine's, not the demonstration's.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment


class SignInSession(Base):
    """One browser in which somebody is signed in, or half of the way there.

    `stage` is "full"; or, once the password was right, "code" (the second factor is asked) or "enrol" (there
    is none yet). `role_changes` is what the person's counter was when it began.
    """

    __tablename__ = "sign_in_session"
    __table_args__ = (Index("ix_sign_in_session_person", "person"), UniqueConstraint("id"))

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(Uuid, default=uuid.uuid4)
    person: Mapped[str] = mapped_column(String(80))
    stage: Mapped[str] = mapped_column(String(20), default="full")
    browser: Mapped[str] = mapped_column(String(60), default="")
    role_changes: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime] = mapped_column(Moment)
    proved_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)


class LocalAccount(Base):
    """How a person signs in here without their organisation: a password and a second factor.

    Without `password` it was only invited. `factor` and `pending_factor` (shown, not confirmed yet) are
    sealed for this row; `last_step` is the newest 30 seconds whose code was taken.
    """

    __tablename__ = "local_account"

    person: Mapped[str] = mapped_column(String(80), ForeignKey("person.id"), primary_key=True)
    password: Mapped[str | None] = mapped_column(String(200))
    password_set_at: Mapped[datetime | None] = mapped_column(Moment)
    factor: Mapped[bytes | None] = mapped_column(LargeBinary)
    pending_factor: Mapped[bytes | None] = mapped_column(LargeBinary)
    factor_set_at: Mapped[datetime | None] = mapped_column(Moment)
    last_step: Mapped[int] = mapped_column(default=0)


class RecoveryCode(Base):
    """A code on paper that stands in for the second factor, once. Only its digest is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("ix_recovery_code_person", "person"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(80), ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class OneTimeLink(Base):
    """A link with which a person sets their password, once. `purpose` is "password", or "begin" where the
    second factor is set up anew, too."""

    __tablename__ = "one_time_link"
    __table_args__ = (Index("ix_one_time_link_person", "person"), UniqueConstraint("digest"))

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    digest: Mapped[str] = mapped_column(String(64))
    person: Mapped[str] = mapped_column(String(80), ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class SignInAttempt(Base):
    """Somebody tried a password or a code and has not been right since. Account and network are keyed
    digests; `browser` is a known one of the person, or empty."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account_at", "account", "at"),
        Index("ix_sign_in_attempt_network_at", "network", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    at: Mapped[datetime] = mapped_column(Moment)
    purpose: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(64))
    network: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(64), default="")


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
