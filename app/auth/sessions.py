"""Begin, recognise and end a sign-in session.

A session ends after a while without use, at the latest some hours after it began, and at once when its
person signs out or is switched off. `used_at` moves at most once a minute, so that reading pages does not
become a stream of writes.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.auth.models import SignInSession
from engine import Database
from engine.clock import Clock
from reviews.models import Person

TOUCH = timedelta(minutes=1)


@dataclass(frozen=True)
class SignedIn:
    """Who a request comes from, and how long their session has left without use."""

    person: str
    left: timedelta


@dataclass(frozen=True)
class Sessions:
    """The sessions of one database. `clock` is the machine's: a demonstration that travels in time signs
    nobody out."""

    database: Database
    clock: Clock
    idle: timedelta
    longest: timedelta

    def begin(self, session: Session, person: str) -> str:
        """Begin a session for a person; the token to give to their browser. Sweeps away sessions that have
        ended, and those of people who have left."""
        token = secrets.token_urlsafe(32)
        now = self.clock.now()
        session.execute(delete(SignInSession).where(SignInSession.ends_at < now))
        gone = select(Person.id).where(Person.active.is_(False))
        session.execute(delete(SignInSession).where(SignInSession.person.in_(gone)))
        session.add(
            SignInSession(
                digest=_digest(token), person=person, began_at=now, used_at=now, ends_at=now + self.longest
            )
        )
        return token

    def recognise(self, token: str) -> SignedIn | None:
        """Whose session a token belongs to, or None when it has ended or never was."""
        now = self.clock.now()
        with self.database.read() as session:
            row = session.get(SignInSession, _digest(token))
            if row is None or now >= row.ends_at or now >= row.used_at + self.idle:
                return None
            if session.scalar(select(Person.active).where(Person.id == row.person)) is False:
                return None
            found, stale = SignedIn(row.person, min(self.idle, row.ends_at - now)), now >= row.used_at + TOUCH
        if stale:
            self._touch(_digest(token), now)
        return found

    def end(self, session: Session, token: str) -> None:
        """End a session; its token is worth nothing from now on."""
        session.execute(delete(SignInSession).where(SignInSession.digest == _digest(token)))

    def end_all(self, session: Session, person: str) -> None:
        """End every session of a person, in the transaction that switches them off."""
        session.execute(delete(SignInSession).where(SignInSession.person == person))

    def _touch(self, digest: str, now: datetime) -> None:
        with self.database.write() as session:
            row = session.get(SignInSession, digest)
            if row is not None:
                row.used_at = now


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
