"""The keys of identity: sealing with the newest, opening with whichever a value names, and what they seal.

Several keys may be in use at a time, newest first. `SEALED` is the one list of what they seal: rotation, the
count of values per key and `roundtable doctor` go by it, so a new sealed column is added here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute, Session

from engine import house
from engine.secrecy import open_named, seal_named
from reviews.models import ChildIdentity, ChildIndexKey, IdentityChange, PartText, Preparation


@dataclass(frozen=True)
class Sealed:
    """One column of sealed values: what they are, in words, and the place that each is bound to."""

    words: str
    key: InstrumentedAttribute[Any]
    column: InstrumentedAttribute[Any]
    place: Callable[[Any], str]
    review: InstrumentedAttribute[Any] | None = None  # the review a value is about


def seal_apart(session: Session, plain: bytes, place: str) -> bytes:
    """Seal for a place (table, column, row and revision) with the newest identity key."""
    return seal_named(plain, house(session).identity_keys[0], place)


def open_apart(session: Session, sealed: bytes, place: str) -> bytes:
    """The bytes sealed for a place with one of the identity keys. Raises StateUnreadable."""
    return open_named(sealed, house(session).identity_keys, place)


def place_of_identity(row: ChildIdentity) -> str:
    """Where the identity of one review belongs; a row from before revisions has none in its place."""
    revision = f"|{row.revision}" if row.revision else ""
    return f"child_identity|sealed|{row.review}{revision}"


def place_of_change(row: IdentityChange) -> str:
    """Where what was known before a correction belongs."""
    return f"identity_change|sealed|{row.id}"


def place_of_note(row: Preparation) -> str:
    """Where an agency's sealed note belongs."""
    return f"preparation|sealed_note|{row.id}"


def place_of_part(row: PartText) -> str:
    """Where a text of a part belongs: its step, its part and its revision."""
    return f"part_text|answers|{row.task}|{row.part}|{row.revision}"


def place_of_index_key(row: ChildIndexKey) -> str:
    """Where the key of the blind index belongs."""
    return f"child_index_key|sealed|{row.id}"


SEALED: tuple[Sealed, ...] = (
    Sealed("key of the index", ChildIndexKey.id, ChildIndexKey.sealed, place_of_index_key),
    Sealed(
        "child", ChildIdentity.review, ChildIdentity.sealed, place_of_identity, review=ChildIdentity.review
    ),
    Sealed(
        "correction",
        IdentityChange.id,
        IdentityChange.sealed,
        place_of_change,
        review=IdentityChange.review,
    ),
    Sealed("sealed note", Preparation.id, Preparation.sealed_note, place_of_note, review=Preparation.review),
    Sealed("part of a summary", PartText.id, PartText.answers, place_of_part),
)
