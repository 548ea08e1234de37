"""Changing the keys of identity: which key seals how many values, and sealing again what an older key sealed.

To rotate: put a new key in front of the others, start the service with both, rotate, look that nothing is
left, take the old key away. Rotation works in small transactions while the service runs, and begins where it
was broken off: what is left is told by the values themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from engine import Database, StateUnreadable, house
from engine.secrecy import PREFIX_BYTES, name_of, named_in, prefix_of
from reviews.child_index import index_child
from reviews.identity import read_identity
from reviews.identity_keys import SEALED, Sealed, open_apart, seal_apart
from reviews.models import ChildIdentity, ChildIndexKey, Review

BATCH = 100
UNNAMED = "none"  # sealed before keys had names; any of the keys may fit


@dataclass(frozen=True)
class KeyUse:
    """One key and the values that it seals; not `here` where they say a key that the settings do not have."""

    name: str
    here: bool
    newest: bool
    values: dict[str, int]

    @property
    def count(self) -> int:
        """How many values it seals."""
        return sum(self.values.values())


@dataclass(frozen=True)
class Rotated:
    """What a rotation came to. `unreadable` names what no key here opens: its review, and what it is."""

    key: str
    done: int
    left: int
    unreadable: list[str]


def keys_in_use(session: Session) -> list[KeyUse]:
    """Every key of the settings, newest first, then those that only values name; with what each seals."""
    counted: dict[str, dict[str, int]] = {name_of(key): {} for key in house(session).identity_keys}
    here = list(counted)
    for sealed in SEALED:
        prefix = func.substr(sealed.column, 1, PREFIX_BYTES)
        for found, number in session.execute(_values(sealed, prefix, func.count()).group_by(prefix)):
            values = counted.setdefault(named_in(bytes(found)) or UNNAMED, {})
            values[sealed.words] = values.get(sealed.words, 0) + number
    return [KeyUse(name, name in here, name == here[0], values) for name, values in counted.items()]


def unreadable(session: Session) -> list[str]:
    """What cannot be opened with the keys that are here: each value that a newer key is to seal is tried."""
    found: list[str] = []
    for sealed in SEALED:
        rows = session.scalars(_left(session, sealed))
        found += [_called(session, sealed, row) for row in rows if _opened(session, sealed, row) is None]
    return sorted(found)


def rotate(database: Database, *, leave_unreadable: bool = False, batch: int = BATCH) -> Iterator[Rotated]:
    """Seal with the newest key whatever another sealed, a batch at a time; says after each how far it is.

    Children sealed again are indexed again. Where a value cannot be opened nothing is changed at all, unless
    `leave_unreadable`: then it alone is left as it is.
    """
    with database.read() as session:
        closed, newest = unreadable(session), name_of(house(session).identity_keys[0])
        left = _count_left(session)
    if closed and not leave_unreadable:
        yield Rotated(newest, 0, left, closed)
        return
    done = 0
    for sealed in SEALED:
        after: Any = None
        while True:
            counted, after = database.retrying(partial(_batch, sealed=sealed, after=after, size=batch))
            done += counted
            if after is None:
                break
            with database.read() as session:
                yield Rotated(newest, done, _count_left(session), closed)
    with database.read() as session:
        yield Rotated(newest, done, _count_left(session), closed)


def index_again(session: Session) -> int:
    """Give the index a new key and make all of it anew, in one transaction; how many children it holds.

    For a key of the index that is lost or was seen. Raises StateUnreadable where a child cannot be read: then
    nothing has changed.
    """
    session.execute(delete(ChildIndexKey))
    children = list(session.scalars(select(ChildIdentity.review)))
    for review in children:
        index_child(session, review, read_identity(session, review))
    return len(children)


def _values(sealed: Sealed, *columns: Any) -> Select[Any]:
    return select(*columns).where(sealed.column.is_not(None))


def _left(session: Session, sealed: Sealed) -> Select[Any]:
    """The rows that another key than the newest seals."""
    prefix = prefix_of(house(session).identity_keys[0])
    return _values(sealed, sealed.column.class_).where(func.substr(sealed.column, 1, PREFIX_BYTES) != prefix)


def _count_left(session: Session) -> int:
    return sum(
        session.scalar(_left(session, sealed).with_only_columns(func.count())) or 0 for sealed in SEALED
    )


def _batch(session: Session, sealed: Sealed, after: Any, size: int) -> tuple[int, Any]:
    """Seal the next rows again; how many, and the last row seen (None at the end)."""
    query = _left(session, sealed).order_by(sealed.key).limit(size).with_for_update()
    if after is not None:
        query = query.where(sealed.key > after)
    rows = list(session.scalars(query))
    done = 0
    for row in rows:
        plain = _opened(session, sealed, row)
        if plain is None:
            continue
        setattr(row, sealed.column.key, seal_apart(session, plain, sealed.place(row)))
        done += 1
        if isinstance(row, ChildIdentity):
            session.flush()
            index_child(session, row.review, read_identity(session, row.review))
    return done, getattr(rows[-1], sealed.key.key) if rows else None


def _opened(session: Session, sealed: Sealed, row: Any) -> bytes | None:
    try:
        return open_apart(session, getattr(row, sealed.column.key), sealed.place(row))
    except StateUnreadable:
        return None


def _called(session: Session, sealed: Sealed, row: Any) -> str:
    if sealed.review is None:
        return sealed.words
    review: UUID = getattr(row, sealed.review.key)
    return f"{session.get_one(Review, review).ref} ({sealed.words})"
