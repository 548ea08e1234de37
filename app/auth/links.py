"""One-time links to set a password: for somebody new, and for somebody who has forgotten theirs.

A link is good for 24 hours and once; it sets a password and signs nobody in, so the second factor is asked
all the same. A token is made from its row's id with the deployment's key: the outbox and the database hold
no token, and a letter is written with it only when it leaves.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.auth.models import OneTimeLink
from engine import derive_key, house

LASTS = timedelta(hours=24)
PASSWORD, BEGIN = "password", "begin"


def new_link(session: Session, person: str, purpose: str, now: datetime) -> UUID:
    """Make a link; those of before are worth nothing from now on. `place_of` says where it leads."""
    end_links(session, person, now)
    id_ = uuid4()
    digest = _digest(_token(session, id_))
    session.add(
        OneTimeLink(id=id_, digest=digest, person=person, purpose=purpose, made_at=now, ends_at=now + LASTS)
    )
    session.flush()
    return id_


def place_of(session: Session, link: UUID) -> str:
    """Where a link leads, as the end of an address."""
    return f"set-password/{_token(session, link)}"


def link_of(session: Session, token: str, now: datetime) -> OneTimeLink | None:
    """The link of a token, while it is good."""
    good = OneTimeLink.used_at.is_(None), OneTimeLink.ends_at > now
    return session.scalars(
        select(OneTimeLink).where(OneTimeLink.digest == _digest(token), *good)
    ).one_or_none()


def use(session: Session, link: OneTimeLink, now: datetime) -> bool:
    """Use a link up; False where another request was first."""
    mine = update(OneTimeLink).where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
    return bool(session.execute(mine.values(used_at=now).returning(OneTimeLink.id)).all())


def end_links(session: Session, person: str, now: datetime) -> None:
    """End every link of a person."""
    open_ones = update(OneTimeLink).where(OneTimeLink.person == person, OneTimeLink.used_at.is_(None))
    session.execute(open_ones.values(used_at=now))


def _token(session: Session, link: UUID) -> str:
    key = derive_key(house(session).state_key, "one-time link")
    return base64.urlsafe_b64encode(hmac.new(key, link.bytes, hashlib.sha256).digest()).decode().rstrip("=")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
