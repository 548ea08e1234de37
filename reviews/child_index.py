"""What a child can be found again by: names and numbers made plain, and a blind index over them.

The index keeps, for each review, short tokens: an HMAC of the plain value under a key of its own, cut to 40
bits, so that a token filters and does not identify; what it finds is opened and compared. Three kinds: each
whole name with the date of birth, each word of a name with the date of birth (a changed surname, one more
given name), each number. There is no index over the beginnings of names: it would give away their order. What
it does give away, to somebody who holds the database without a key: that two reviews are about one child, and
how many words and numbers a child has.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from reviews.identity_keys import open_apart, place_of_index_key, seal_apart
from reviews.models import ChildIndex, ChildIndexKey

TOKEN_CHARACTERS = 10  # 40 bits
THE_KEY = 1
SHORTEST_WORD, SHORTEST_NUMBER = 2, 4
# Letters that NFKD leaves whole although people write them without their stroke or as two.
WHOLE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
Facts = Mapping[str, Any]


def plain(text: str) -> str:
    """Letters and digits alone, without accents, in one case ("Zoë O’Neill" and "ZOE ONEILL" differ by a
    space)."""
    spelled = unicodedata.normalize("NFKD", text).casefold().translate(WHOLE)
    return "".join(letter for letter in spelled if letter.isalnum())


def words_of(name: str) -> frozenset[str]:
    """The words of a name made plain, in no order; a hyphen parts two words, an apostrophe does not."""
    return frozenset(filter(None, (plain(word) for word in re.split(r"[\s\-‐‑–—]+", name))))


def names_of(facts: Facts) -> set[frozenset[str]]:
    """Every name a child is known by, each as the words it is made of."""
    others = re.split(r"[,;/\n]|\bor\b|\band\b|\balso\b", str(facts.get("other_names") or ""))
    return {words_of(name) for name in (str(facts.get("name") or ""), *others)} - {frozenset()}


def numbers_of(facts: Facts) -> set[str]:
    """The numbers that identify a child, without spaces and without the words that say whose they are."""
    return set(_numbers(str(facts.get("identifier") or "")))


def _numbers(text: str) -> Iterator[str]:
    """A word without a digit, a comma and a new line each end a number: "NHS 943 476 5919, UPN ..."."""
    for part in re.split(r"[,;\n]", text):
        run = ""
        for word in [*part.split(), ""]:
            written = plain(word)
            if any(letter.isdigit() for letter in written):
                run += written
                continue
            if sum(letter.isdigit() for letter in run) >= SHORTEST_NUMBER:
                yield run
            run = ""


def nhs_number_fails(facts: Facts) -> bool:
    """Whether a number of ten digits is no NHS number: its last digit does not fit (modulus 11).

    One that is named as something else is not looked at.
    """
    text = str(facts.get("identifier") or "")
    if text and re.search(r"[A-Za-z]", text) and not re.search(r"\bnhs\b", text, re.IGNORECASE):
        return False
    return any(
        number.isdecimal() and len(number) == 10 and not _checks(number) for number in numbers_of(facts)
    )


def _checks(number: str) -> bool:
    weighed = sum(int(digit) * weight for digit, weight in zip(number, range(10, 1, -1), strict=False))
    return (11 - weighed % 11) % 11 == int(number[9])


def tokens(facts: Facts, key: bytes) -> set[tuple[str, str]]:
    """The (kind, token) pairs of what is known of a child."""
    born = str(facts.get("date_of_birth") or "")
    found = {("number", number) for number in numbers_of(facts)}
    if born:
        names = names_of(facts)
        words = {word for name in names for word in name if len(word) >= SHORTEST_WORD}
        found |= {("name", f"{' '.join(sorted(name))}|{born}") for name in names}
        found |= {("word", f"{word}|{born}") for word in words}
    return {(kind, _token(key, kind, value)) for kind, value in found}


def index_child(session: Session, review: UUID, facts: Facts) -> None:
    """Make the index of one review anew."""
    session.execute(delete(ChildIndex).where(ChildIndex.review == review))
    for kind, token in sorted(tokens(facts, index_key(session))):
        session.add(ChildIndex(review=review, kind=kind, token=token))
    session.flush()


def index_key(session: Session) -> bytes:
    """The key of the index; made when it is first needed. Raises StateUnreadable."""
    row = session.get(ChildIndexKey, THE_KEY)
    if row is None:
        row = ChildIndexKey(id=THE_KEY)
        made = secrets.token_bytes(32)
        row.sealed = seal_apart(session, made, place_of_index_key(row))
        session.add(row)
        session.flush()
        return made
    return open_apart(session, row.sealed, place_of_index_key(row))


def reviews_with(session: Session, facts: Facts) -> set[UUID]:
    """The reviews whose index has a token of these facts. Nothing where nothing was ever indexed."""
    row = session.get(ChildIndexKey, THE_KEY)
    if row is None:
        return set()
    asked = tokens(facts, open_apart(session, row.sealed, place_of_index_key(row)))
    found: set[UUID] = set()
    for kind in sorted({kind for kind, _ in asked}):
        wanted = [token for of, token in asked if of == kind]
        query = select(ChildIndex.review).where(ChildIndex.kind == kind, ChildIndex.token.in_(wanted))
        found.update(session.scalars(query))
    return found


def _token(key: bytes, kind: str, value: str) -> str:
    return hmac.new(key, f"{kind}|{value}".encode(), hashlib.sha256).hexdigest()[:TOKEN_CHARACTERS]
