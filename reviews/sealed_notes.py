"""What an agency wrote that must not be discussed openly: sealed, for the chair and the Head alone.

It is kept with the keys of identity, never in the submission, and opened one note at a time.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from reviews.identity_keys import open_apart, place_of_note, seal_apart
from reviews.models import Preparation


def seal_note(session: Session, row: Preparation, text: str) -> bytes:
    """The note as it is kept with an agency's preparation."""
    return seal_apart(session, text.encode(), place_of_note(row))


def open_note(session: Session, row: Preparation) -> str:
    """The note in words; empty where there is none. The caller has asked permission and logs it.

    Raises StateUnreadable where it was altered, moved, or sealed with a key that is not here.
    """
    return open_apart(session, row.sealed_note, place_of_note(row)).decode() if row.sealed_note else ""
