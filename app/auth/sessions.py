"""Begin, recognise and end a sign-in session.

A session ends after a while without use, at the latest some hours after it began, and at once when its
person signs out, is switched off, or gets or loses a role. `used_at` moves at most once a minute, so that
reading pages does not become a stream of writes.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from app.auth.models import SignInSession
from engine import Database
from engine.clock import Clock
from reviews.models import Person

TOUCH = timedelta(minutes=1)
HALF_WAY = timedelta(minutes=10)  # between the password and the second factor
# Asked by every request, so put together once.
OF_A_TOKEN = (
    select(SignInSession, Person.active, Person.role_changes)
    .join(Person, Person.id == SignInSession.person)
    .where(SignInSession.digest == bindparam("digest"))
)


@dataclass(frozen=True)
class SignedIn:
    """Who a request comes from, how long their session has left without use, which of their sessions it is,
    and when they last proved who they are."""

    person: str
    left: timedelta
    id: UUID
    proved_at: datetime


@dataclass(frozen=True)
class Sessions:
    """The sessions of one database. `clock` is the machine's: a demonstration that travels in time signs
    nobody out."""

    database: Database
    clock: Clock
    idle: timedelta
    longest: timedelta

    def begin(self, session: Session, person: str, *, stage: str = "full", browser: str = "") -> str:
        """Begin a session for a person; the token to give to their browser. Sweeps away sessions that have
        ended, and those of people who have left."""
        token = secrets.token_urlsafe(32)
        now = self.clock.now()
        session.execute(delete(SignInSession).where(SignInSession.ends_at < now))
        gone = select(Person.id).where(Person.active.is_(False))
        session.execute(delete(SignInSession).where(SignInSession.person.in_(gone)))
        known = session.scalar(select(Person.role_changes).where(Person.id == person))
        session.add(
            SignInSession(
                digest=_digest(token),
                person=person,
                stage=stage,
                browser=browser,
                role_changes=known or 0,
                began_at=now,
                proved_at=now,
                used_at=now,
                ends_at=now + (self.longest if stage == "full" else HALF_WAY),
            )
        )
        return token

    def recognise(self, token: str) -> SignedIn | None:
        """Whose session a token belongs to, or None when it has ended or never was, or is half of the way
        there."""
        now = self.clock.now()
        with self.database.read() as session:
            row = self._found(session, token, now)
            if row is None or row.stage != "full":
                return None
            found = SignedIn(row.person, min(self.idle, row.ends_at - now), row.id, row.proved_at)
            stale = now >= row.used_at + TOUCH
        if stale:
            self._touch(_digest(token), now)
        return found

    def half_way(self, session: Session, token: str, stage: str) -> str | None:
        """Whose password was right in this browser a moment ago, at that stage; or None."""
        row = self._found(session, token, self.clock.now()) if token else None
        return row.person if row is not None and row.stage == stage else None

    def proved(self, session: Session, token: str) -> str:
        """The person has proved again who they are: a new token for the same session, the old one ends."""
        row, new = session.get_one(SignInSession, _digest(token)), secrets.token_urlsafe(32)
        session.execute(
            update(SignInSession)
            .where(SignInSession.digest == row.digest)
            .values(digest=_digest(new), proved_at=self.clock.now())
        )
        return new

    def of(self, session: Session, person: str) -> Sequence[SignInSession]:
        """The sessions in which a person is signed in now, the last used first."""
        now = self.clock.now()
        query = select(SignInSession).where(
            SignInSession.person == person,
            SignInSession.stage == "full",
            SignInSession.ends_at > now,
            SignInSession.used_at > now - self.idle,
        )
        return session.scalars(query.order_by(SignInSession.used_at.desc(), SignInSession.id)).all()

    def end(self, session: Session, token: str) -> None:
        """End a session; its token is worth nothing from now on."""
        session.execute(delete(SignInSession).where(SignInSession.digest == _digest(token)))

    def end_one(self, session: Session, person: str, id_: UUID) -> bool:
        """End one of a person's own sessions; whether there was such a one."""
        mine = SignInSession.person == person, SignInSession.id == id_
        there = session.scalar(select(SignInSession.id).where(*mine)) is not None
        session.execute(delete(SignInSession).where(*mine))
        return there

    def end_all(self, session: Session, person: str) -> None:
        """End every session of a person, in the transaction that switches them off or changes how they
        sign in."""
        session.execute(delete(SignInSession).where(SignInSession.person == person))

    def _found(self, session: Session, token: str, now: datetime) -> SignInSession | None:
        """The row of a token, unless its time or its person's has ended, or their roles have changed."""
        found = session.execute(OF_A_TOKEN, {"digest": _digest(token)}).one_or_none()
        if found is None:
            return None
        row, active, role_changes = found
        ended = now >= row.ends_at or now >= row.used_at + self.idle
        return None if ended or not active or role_changes != row.role_changes else row

    def _touch(self, digest: str, now: datetime) -> None:
        with self.database.write() as session:
            row = session.get(SignInSession, digest)
            if row is not None:
                row.used_at = now


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
