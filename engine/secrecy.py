"""Sealing bytes so that nobody without the key reads them and nobody at all moves or alters them.

AES-256-GCM with a fresh nonce; the associated text names the place (table, column, row, revision), so that a
sealed value
copied to another row, or an older one put back, is refused. Keys are derived from the deployment's secret
with HKDF, one per purpose. Where several keys are in use at a time, a value says in front which one sealed it
(`seal_named`): a short name that tells nothing of the key.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.errors import StateUnreadable

NONCE_BYTES = 12
MARK = b"RT1"  # in front of a value that names its key
NAME_BYTES = 4
PREFIX_BYTES = len(MARK) + NAME_BYTES


def derive_key(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose ("state", "identity"), from the deployment's secret."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret)


def seal(plain: bytes, key: bytes, place: str) -> bytes:
    """Encrypt and authenticate `plain` for `place`; the nonce goes in front."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def open_sealed(sealed: bytes, key: bytes, place: str) -> bytes:
    """The bytes sealed for `place`. Raises StateUnreadable when altered, moved, or sealed with another
    key."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
    except (InvalidTag, ValueError) as fault:
        raise StateUnreadable(
            "A sealed value does not belong here, was altered, or has another key."
        ) from fault


def name_of(key: bytes) -> str:
    """The short name of a key: eight letters and digits that tell nothing of it."""
    return HKDF(algorithm=SHA256(), length=NAME_BYTES, salt=None, info=b"name").derive(key).hex()


def prefix_of(key: bytes) -> bytes:
    """What stands in front of every value that a key sealed by `seal_named`."""
    return MARK + bytes.fromhex(name_of(key))


def named_in(prefix: bytes) -> str | None:
    """The name of the key in the first bytes of a sealed value; None for one sealed before keys had names."""
    if not prefix.startswith(MARK) or len(prefix) < PREFIX_BYTES:
        return None
    return prefix[len(MARK) : PREFIX_BYTES].hex()


def seal_named(plain: bytes, key: bytes, place: str) -> bytes:
    """As `seal`, with the key's name in front; the name is part of the associated text, too."""
    return prefix_of(key) + seal(plain, key, f"{name_of(key)}|{place}")


def open_named(sealed: bytes, keys: Sequence[bytes], place: str) -> bytes:
    """The bytes sealed for `place` with the one of `keys` that the value names.

    A value from before keys had names is tried with each. Raises StateUnreadable when it was altered or
    moved, and with other words when its key is not among `keys`.
    """
    named = named_in(sealed)
    key = next((each for each in keys if named == name_of(each)), None)
    if key is not None:
        return open_sealed(sealed[PREFIX_BYTES:], key, f"{named}|{place}")
    for each in keys:
        try:
            return open_sealed(sealed, each, place)
        except StateUnreadable:
            continue
    raise StateUnreadable("This was sealed with a key that is not here.")
