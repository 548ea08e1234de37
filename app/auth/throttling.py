"""Guessing is slowed down, in the database, so that every web process knows of every try.

Three counts, each with tries that are free and then waits that double: of an account from one place, of an
account from everywhere, and of one network address. A browser in which the person has signed in before is
known by a cookie: it is a place of its own, and the other two counts do not hold it up. So a stranger
who guesses cannot lock somebody out. A try is written down before it is looked at, and taken out when it was
right; what was refused for its haste was not looked at and counts for nothing.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from app.auth.models import SignInAttempt
from engine import derive_key, house

REMEMBERED = timedelta(hours=1)


@dataclass(frozen=True)
class Limit:
    """How many tries are free within the hour, how long the first wait is, and the longest."""

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, tries: int) -> timedelta:
        """How long to wait after so many tries."""
        over = tries - self.free
        return min(self.first * 2 ** min(over, 20), self.longest) if over >= 0 else timedelta(0)


@dataclass(frozen=True)
class Limits:
    """The three counts of one kind of try."""

    place: Limit
    account: Limit
    network: Limit


_MINUTE, _QUARTER = timedelta(minutes=1), timedelta(minutes=15)
LIMITS = {
    "password": Limits(
        Limit(5, timedelta(seconds=15), _QUARTER),
        Limit(10, timedelta(seconds=1), _MINUTE),
        Limit(30, timedelta(seconds=1), _MINUTE),
    ),
    # Who gets as far as the code knows the password: no stranger, and six digits are soon guessed.
    "code": Limits(
        Limit(5, timedelta(seconds=15), _QUARTER),
        Limit(10, timedelta(seconds=30), _QUARTER),
        Limit(30, timedelta(seconds=1), _MINUTE),
    ),
    # Asking for a link: three an hour for one address, whoever asks.
    "mail": Limits(
        Limit(3, REMEMBERED, REMEMBERED), Limit(3, REMEMBERED, REMEMBERED), Limit(30, _MINUTE, _QUARTER)
    ),
}


@dataclass(frozen=True)
class Place:
    """Where a try comes from: a network address, and the mark of a browser that is known, or nothing."""

    network: str
    browser: str = ""


@dataclass(frozen=True)
class Try:
    """One try: its row, or how long to wait before the next."""

    id: UUID | None
    wait: timedelta = timedelta(0)


def begin_try(session: Session, purpose: str, account: str, place: Place, now: datetime) -> Try:
    """Write a try down, or say how long it must wait. Sweeps away those of more than an hour ago.

    `account` is what was typed, whether or not somebody has it: both are slowed down alike.
    """
    session.execute(delete(SignInAttempt).where(SignInAttempt.at <= now - REMEMBERED))
    mark, network = keyed(session, "account", account), keyed(session, "network", place.network)
    limits = LIMITS[purpose]
    theirs = SignInAttempt.account == mark
    counts: list[tuple[Limit, tuple[ColumnElement[bool], ...]]]
    if place.browser:
        counts = [(limits.place, (theirs, SignInAttempt.browser == place.browser))]
    else:
        unknown = SignInAttempt.browser == ""
        counts = [
            (limits.place, (theirs, unknown, SignInAttempt.network == network)),
            (limits.account, (theirs, unknown)),
            (limits.network, (unknown, SignInAttempt.network == network)),
        ]
    wait = max(_left(session, purpose, limit, where, now) for limit, where in counts)
    if wait > timedelta(0):
        return Try(None, wait)
    row = SignInAttempt(at=now, purpose=purpose, account=mark, network=network, browser=place.browser)
    session.add(row)
    session.flush()
    return Try(row.id)


def was_right(session: Session, made: UUID) -> None:
    """A try was right: those before it from the same place are forgotten with it."""
    row = session.get(SignInAttempt, made)
    if row is None:
        return
    session.execute(
        delete(SignInAttempt).where(
            SignInAttempt.purpose == row.purpose,
            SignInAttempt.account == row.account,
            SignInAttempt.browser == row.browser,
            *(() if row.browser else (SignInAttempt.network == row.network,)),
        )
    )


def new_browser(session: Session, person: str) -> str:
    """The cookie by which a browser of a person is known from now on."""
    mark = secrets.token_hex(16)
    return f"{mark}.{keyed(session, 'browser', f'{person}|{mark}')}"


def known_browser(session: Session, cookie: str, person: str) -> str:
    """The mark of a browser in which this person has signed in before; "" for any other."""
    mark, _, proof = cookie.partition(".")
    return (
        mark
        if hmac.compare_digest(proof.encode(), keyed(session, "browser", f"{person}|{mark}").encode())
        else ""
    )


def keyed(session: Session, what: str, words: str) -> str:
    """A digest that nobody can try words against without the deployment's key."""
    key = derive_key(house(session).state_key, "sign-in")
    return hmac.new(key, f"{what}|{words}".encode(), sha256).hexdigest()


def _left(
    session: Session, purpose: str, limit: Limit, where: tuple[ColumnElement[bool], ...], now: datetime
) -> timedelta:
    query = select(func.count(), func.max(SignInAttempt.at)).where(SignInAttempt.purpose == purpose, *where)
    tries, last = session.execute(query).one()
    return last + limit.wait(tries) - now if tries else timedelta(0)
