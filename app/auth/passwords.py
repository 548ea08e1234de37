"""Passwords: which may be chosen, and how they are kept (argon2id, with the defaults of argon2-cffi).

Long ones, of any characters; no rule about capitals or signs, no forced change. Refused are the commonest
(`common_passwords.txt`, shipped, so that it works offline) and what others know of the person (ASVS 5.0,
6.2.1 to 6.2.11). A password is taken exactly as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 128
COMMON = Path(__file__).with_name("common_passwords.txt")
SERVICE = "roundtable"
FEWEST_CHARACTERS = 3  # of so few different ones, "aaaaaaaaaaaa" is made
_LONG_ENOUGH_TO_GIVE_AWAY = 4
_hasher = PasswordHasher()


def problem_of(password: str, *, name: str, email: str) -> str:
    """What is wrong with a new password, as a sentence for its owner; "" where nothing is."""
    if len(password) < SHORTEST:
        return f"Your password must have {SHORTEST} characters or more"
    if len(password) > LONGEST:
        return f"Your password must have {LONGEST} characters or fewer"
    said = password.casefold()
    letters = "".join(letter for letter in said if letter.isalpha())
    if said in _common() or letters in _common() or len(set(said)) <= FEWEST_CHARACTERS:
        return "This password is one of the first that others would try. Choose another"
    if any(word in said for word in _words_of(name, email)):
        return "Your password must not contain your name, your email address or the name of this service"
    return ""


def hashed(password: str) -> str:
    """How a password is kept. Slow by design: not for a place that holds up others."""
    return _hasher.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Whether a password is the one that is kept. Takes as long where none is."""
    try:
        _hasher.verify(kept or _nobodys(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_old(kept: str) -> bool:
    """Whether a password was kept with weaker parameters than those of today."""
    return _hasher.check_needs_rehash(kept)


def _words_of(name: str, email: str) -> Iterable[str]:
    parts = re.split(r"[\W_\d]+", f"{name} {email.partition('@')[0]}".casefold())
    return [SERVICE, email.casefold(), *(part for part in parts if len(part) >= _LONG_ENOUGH_TO_GIVE_AWAY)]


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split())


@cache
def _nobodys() -> str:
    """What is compared where there is no account, so that the answer takes as long."""
    return _hasher.hash("nobody's")
