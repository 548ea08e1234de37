"""Accounts of organisations and the people that they are here: known by issuer and subject, linked once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.auth.models import LinkedIdentity, UsedNonce
from app.auth.provider import Identity, SignInRefused
from engine import Actor, NotFound, record
from reviews.acting import mail
from reviews.models import Person
from reviews.people import ABOUT

NONCES_LAST = timedelta(days=1)  # longer than any cookie that could bring one again
ASK = "Ask the Board’s business team."


def person_behind(session: Session, identity: Identity, organisation: str, now: datetime) -> str:
    """The person that an account is, linked now if this is the first time. Raises SignInRefused.

    Linked only by an address that the provider has checked and that exactly one active person has, who has no
    other account of this issuer: an address that was given to somebody new does not open the old account.
    """
    _use_once(session, identity.nonce, now)
    known = session.scalars(
        select(LinkedIdentity).where(
            LinkedIdentity.issuer == identity.issuer, LinkedIdentity.subject == identity.subject
        )
    ).one_or_none()
    if known is None:
        known = _link(session, identity, organisation, now)
    elif not session.scalar(select(Person.active).where(Person.id == known.person)):
        raise SignInRefused(
            "closed", f"You are signed in to {organisation}, but your account here is closed.", ASK
        )
    known.used_at = now
    return known.person


def linked(session: Session) -> Sequence[LinkedIdentity]:
    """Every account that is linked, by person."""
    return session.scalars(select(LinkedIdentity).order_by(LinkedIdentity.person)).all()


def unlink(session: Session, link: UUID, by: Actor) -> None:
    """Forget an account; its person may be linked to another at their next sign-in. Raises NotFound."""
    row = session.get(LinkedIdentity, link)
    if row is None:
        raise NotFound("There is no such link.")
    _note(session, "account.unlinked", row, by)
    session.delete(row)


def _link(session: Session, identity: Identity, organisation: str, now: datetime) -> LinkedIdentity:
    here = f"You are signed in to {organisation}, but "
    if identity.email is None:
        raise SignInRefused(
            "address not verified",
            f"{here}it has not told us an email address of yours that it has checked.",
            "We need that the first time you sign in here. Ask your own IT support.",
        )
    same = func.lower(Person.email) == identity.email.lower()
    found = session.scalars(select(Person.id).where(same, Person.active.is_(True))).all()
    if len(found) != 1:
        whose = "nobody here has" if not found else "more than one person here has"
        raise SignInRefused("unknown address", f"{here}{whose} the address {identity.email}.", ASK)
    other = select(LinkedIdentity.id).where(
        LinkedIdentity.issuer == identity.issuer, LinkedIdentity.person == found[0]
    )
    if session.scalar(other) is not None:
        raise SignInRefused(
            "another account is linked",
            f"{here}whoever has your address here signs in with another account.",
            ASK,
        )
    row = LinkedIdentity(
        issuer=identity.issuer, subject=identity.subject, person=found[0], linked_at=now, used_at=now
    )
    session.add(row)
    _note(session, "account.linked", row, Actor(row.person))
    mail(session, [row.person], "account_linked", ABOUT)
    return row


def _note(session: Session, kind: str, row: LinkedIdentity, by: Actor) -> None:
    details = {"person": row.person, "issuer": row.issuer}
    record(session, kind=kind, business_key=row.person, actor=by, details=details)


def _use_once(session: Session, nonce: str, now: datetime) -> None:
    digest = hashlib.sha256(nonce.encode()).hexdigest()
    if session.get(UsedNonce, digest) is not None:
        raise SignInRefused("used before", "This sign-in was already used.")
    session.execute(delete(UsedNonce).where(UsedNonce.used_at < now - NONCES_LAST))
    session.add(UsedNonce(digest=digest, used_at=now))
