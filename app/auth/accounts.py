"""Local accounts: whose they are, inviting somebody, and changing how somebody signs in.

Every change is in the audit log, ends what it must end, and is told to the person by mail at once. None
holds more than that it happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth import links
from app.auth.models import LocalAccount
from app.auth.second_factor import drop_factor
from app.auth.sessions import Sessions
from engine import Actor, Outbox, Refused, record
from reviews.acting import mail
from reviews.models import Person

ABOUT = "account"
SIGN_IN = Actor.system("sign_in")
LINK_TEXTS = frozenset({"account_invited", "password_link"})


@dataclass(frozen=True)
class Standing:
    """How far somebody's account is: "none", "invited" or "active"; and whether it has a second factor."""

    state: str = "none"
    factor: bool = False


def person_with(session: Session, email: str) -> Person | None:
    """The active person with an e-mail address, however it is spelled; or nobody."""
    found = select(Person).where(func.lower(Person.email) == email.strip().lower(), Person.active.is_(True))
    return session.scalars(found.limit(1)).first()


def account_of(session: Session, person: str) -> LocalAccount:
    """A person's account. Raises Refused where they have none."""
    row = session.get(LocalAccount, person)
    if row is None:
        raise Refused("You sign in with your organisation’s account.")
    return row


def standings(session: Session, people: Iterable[str]) -> dict[str, Standing]:
    """How far the accounts of some people are; nobody is left out."""
    asked = set(people)
    rows = session.scalars(select(LocalAccount).where(LocalAccount.person.in_(asked)))
    found = {
        row.person: Standing("active" if row.password else "invited", row.factor is not None) for row in rows
    }
    return {person: found.get(person, Standing()) for person in asked}


def make_link(session: Session, person: str, *, anew: bool, by: Actor, now: datetime) -> UUID:
    """A link with which somebody sets their password; `anew`, or for somebody new, their second factor is
    set up again with it. Raises Refused for somebody who has left."""
    row = session.get_one(Person, person)
    if not row.active:
        raise Refused("This person has left or is switched off.")
    account = session.get(LocalAccount, person)
    if account is None:
        session.add(LocalAccount(person=person))
        session.flush()
    purpose = links.BEGIN if anew or account is None or account.password is None else links.PASSWORD
    note(session, "account.changed", person, by, "link_made", {"purpose": purpose})
    return links.new_link(session, person, purpose, now)


def mail_link(session: Session, person: str, link: UUID, text: str) -> None:
    """Send a link by mail, at once. The outbox holds its id, not where it leads."""
    mail(session, [person], text, ABOUT, {"link": str(link)}, urgent=True)


def place_in(session: Session, notice: Outbox) -> str:
    """Where the link of a queued notice leads, as the end of an address; "" for every other notice."""
    if notice.payload.get("text") not in LINK_TEXTS:
        return ""
    return links.place_of(session, UUID(str(notice.payload["facts"]["link"])))


def set_password(
    session: Session, sessions: Sessions, account: LocalAccount, kept: str, *, anew: bool = False
) -> None:
    """Keep a new password (as its hash). Every session and link of the person ends."""
    now = sessions.clock.now()
    account.password, account.password_set_at = kept, now
    if anew:
        drop_factor(session, account)
    links.end_links(session, account.person, now)
    changed(session, sessions, account.person, "password", "password_changed")


def changed(session: Session, sessions: Sessions, person: str, subject: str, text: str) -> None:
    """How somebody signs in has changed: their sessions end, they are told, the log says it."""
    sessions.end_all(session, person)
    note(session, "account.changed", person, Actor(person), subject)
    tell(session, person, text)


def tell(session: Session, person: str, text: str) -> None:
    """Tell somebody by mail, at once, what happened to their account."""
    mail(session, [person], text, ABOUT, {}, urgent=True)


def note(
    session: Session,
    kind: str,
    person: str,
    by: Actor,
    subject: str | None = None,
    details: Mapping[str, str] | None = None,
) -> None:
    """A line of the audit log about how somebody signs in. An unknown person leaves no name."""
    facts = {"person": person} if person else {}
    record(
        session,
        kind=kind,
        business_key=person,
        actor=by,
        subject=subject,
        details={**facts, **(details or {})},
    )
