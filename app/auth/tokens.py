"""Tokens for programs that act in a person's name through the API.

A token gives at most what its person may do on the day, narrowed to its scopes. It ends by time, when
somebody ends it, and for good when its person is switched off. Only its digest is kept: it is random and
long, so a plain SHA-256 is enough and no salt is needed.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth.models import ApiToken
from engine import Actor, Database, NotFound, Refused, record
from engine.clock import Clock
from reviews.acting import mail
from reviews.models import Person
from reviews.people import ABOUT

PREFIX = "rt_"  # so that a token that was left lying about is recognised as one
ANY = "any"  # for routes that any token opens
SCOPES: dict[str, str] = {
    "tasks:read": "Read my work",
    "tasks:write": "Do my work: take on, draft, complete, hand over",
    "reviews:read": "Read the reviews I may see",
    "reviews:write": "Refer cases, and pause or change reviews",
    "actions:read": "Read actions",
    "actions:write": "Update actions",
    "learning:read": "Read what was learned",
    "measures:read": "Read measures",
    "processes:read": "Read processes",
    "processes:check": "Check processes",
}
USUAL_DAYS, MOST_DAYS = 90, 366
MOST_TOKENS = 20
LONGEST_NAME = 100
TOUCH = timedelta(minutes=1)


@dataclass(frozen=True)
class Holder:
    """Whose token a request brings, what it allows and until when."""

    person: str
    scopes: frozenset[str]
    until: datetime


@dataclass(frozen=True)
class Tokens:
    """The tokens of one database. `clock` is the machine's, as for sessions."""

    database: Database
    clock: Clock

    def make(
        self, session: Session, person: str, *, name: str, scopes: Iterable[str], days: int, by: Actor
    ) -> tuple[ApiToken, str]:
        """A new token of a person, and its secret, which nobody can read again. Raises Refused."""
        name, wanted = name.strip(), set(scopes)
        if not session.scalar(select(Person.active).where(Person.id == person)):
            raise Refused("There is no such person, or they have left.")
        if not 0 < len(name) <= LONGEST_NAME:
            raise Refused(f"Enter a name of up to {LONGEST_NAME} characters", about="name")
        if not wanted or not wanted <= set(SCOPES):
            raise Refused(f"Select what the token may do: {', '.join(SCOPES)}", about="scopes")
        if not 1 <= days <= MOST_DAYS:
            raise Refused(f"A token lasts between 1 and {MOST_DAYS} days", about="days")
        if len([each for each in self.of(session, person) if self.is_live(each)]) >= MOST_TOKENS:
            raise Refused(f"End one first: a person has at most {MOST_TOKENS} tokens.")
        secret, now = PREFIX + secrets.token_urlsafe(32), self.clock.now()
        row = ApiToken(
            digest=_digest(secret),
            person=person,
            name=name,
            scopes=" ".join(each for each in SCOPES if each in wanted),
            made_at=now,
            made_by=by.id,
            expires_at=now + timedelta(days=days),
        )
        session.add(row)
        session.flush()
        _note(session, "token.made", row, by)
        mail(session, [person], "token_made", ABOUT, {"date": row.expires_at.date().isoformat()})
        return row, secret

    def end(self, session: Session, token: UUID, *, by: Actor, person: str | None = None) -> ApiToken:
        """End a token, of that person where one is named. One that has ended stays so. Raises NotFound."""
        row = self.one(session, token, person=person)
        if row.ended_at is None:
            self._end(session, row, by)
            mail(session, [row.person], "token_ended", ABOUT)
        return row

    def one(self, session: Session, token: UUID, *, person: str | None = None) -> ApiToken:
        """A token, of that person where one is named. Raises NotFound."""
        row = session.get(ApiToken, token)
        if row is None or (person is not None and row.person != person):
            raise NotFound("There is no such token.")
        return row

    def end_all(self, session: Session, person: str, *, by: Actor) -> None:
        """End every token of a person, in the transaction that switches them off."""
        for row in self.of(session, person):
            if row.ended_at is None:
                self._end(session, row, by)

    def of(self, session: Session, person: str | None = None) -> Sequence[ApiToken]:
        """The tokens of a person, or of everybody; newest first."""
        query = select(ApiToken).order_by(ApiToken.made_at.desc(), ApiToken.id)
        return session.scalars(query.where(ApiToken.person == person) if person else query).all()

    def is_live(self, row: ApiToken) -> bool:
        """Whether a token still opens anything."""
        return row.ended_at is None and self.clock.now() < row.expires_at

    def recognise(self, token: str) -> Holder | None:
        """Whose token it is, or None when it is over or never was. One of somebody who left ends for good."""
        now = self.clock.now()
        with self.database.read() as session:
            row = session.scalars(select(ApiToken).where(ApiToken.digest == _digest(token))).one_or_none()
            if row is None or not self.is_live(row):
                return None
            left = session.scalar(select(Person.active).where(Person.id == row.person)) is not True
            stale = row.used_at is None or now >= row.used_at + TOUCH
            found = Holder(row.person, frozenset(row.scopes.split()), row.expires_at)
            known = row.id
        if left or stale:
            self._touch(known, now, left=left)
        return None if left else found

    def _touch(self, token: UUID, now: datetime, *, left: bool) -> None:
        with self.database.write() as session:
            row = session.get_one(ApiToken, token)
            if left:
                self._end(session, row, Actor.system("sign_in"))
            else:
                row.used_at = now

    def _end(self, session: Session, row: ApiToken, by: Actor) -> None:
        row.ended_at = self.clock.now()
        _note(session, "token.ended", row, by)


def person_named(session: Session, words: str) -> str:
    """A person by id, or by e-mail address. Raises NotFound."""
    same = func.lower(Person.email) == words.lower()
    found = session.scalars(select(Person.id).where((Person.id == words) | same)).all()
    if len(found) != 1:
        raise NotFound(f"There is no person {words}.")
    return found[0]


def _note(session: Session, kind: str, row: ApiToken, by: Actor) -> None:
    details = {"person": row.person, "token": str(row.id), "scopes": row.scopes.split()}
    record(session, kind=kind, business_key=row.person, actor=by, details=details)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
