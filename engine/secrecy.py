"""Sealing bytes so that nobody without the key reads them and nobody at all moves or alters them.

AES-256-GCM with a fresh nonce; the associated text names the place (table, column, row, revision), so that a
sealed value
copied to another row, or an older one put back, is refused. Keys are derived from the deployment's secret
with HKDF, one per purpose.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.errors import StateUnreadable

NONCE_BYTES = 12


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
