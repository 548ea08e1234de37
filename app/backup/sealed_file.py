"""A long file sealed in pieces: each is encrypted, bound to its place, and the last says that it is the last.

This is the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over AES-256-GCM: the nonce of a
piece is its number and whether it is the last, so that pieces cannot be left out, added or put in another
order without the file refusing to open. Each file has a key of its own, made from the deployment's and the
file's id; the open line in front of it is bound to every piece.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine import derive_key

FIRST_LINE = b"ROUNDTABLE BACKUP 1\n"
PIECE = 1024 * 1024
TAG = 16
LONGEST_HEADER = 10_000


class Unreadable(Exception):
    """The file is no backup, is damaged, or was sealed with another secret; the words say which."""


class SealedWriter:
    """Writes bytes of any length into a sealed file. Without `close`, which writes the last piece, it never
    opens."""

    def __init__(self, file: IO[bytes], secret: bytes, header: Mapping[str, str]) -> None:
        line = json.dumps(dict(header), sort_keys=True).encode() + b"\n"
        file.write(FIRST_LINE + line)
        self._file, self._line, self._number, self._held = file, line, 0, bytearray()
        self._cipher = AESGCM(derive_key(secret, f"backup {header['id']}"))

    def write(self, data: bytes) -> int:
        """Take `data`; whole pieces are sealed at once. The number of bytes taken."""
        self._held += data
        while len(self._held) > PIECE:
            self._seal(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def close(self) -> None:
        """Seal what is left as the last piece."""
        self._seal(bytes(self._held), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), plain, self._line))
        self._number += 1


def read_header(file: IO[bytes]) -> tuple[dict[str, str], bytes]:
    """The open line of a backup, as facts and as it stands. Raises Unreadable for a file that is none."""
    if file.read(len(FIRST_LINE)) != FIRST_LINE:
        raise Unreadable("This file is not a backup of Roundtable.")
    line = file.readline(LONGEST_HEADER)
    try:
        header = json.loads(line)
        return {str(name): str(value) for name, value in header.items()}, line
    except (ValueError, AttributeError) as fault:
        raise Unreadable("The first lines of this backup are damaged.") from fault


def opened_pieces(file: IO[bytes], secret: bytes, header: Mapping[str, str], line: bytes) -> Iterator[bytes]:
    """The pieces of a sealed file after its header, opened, in order.

    Raises Unreadable at the first piece that is not what was written there; and at the end, when the last
    piece is missing. Nothing that was read may be used before the end has come.
    """
    cipher = AESGCM(derive_key(secret, f"backup {header.get('id')}"))
    number, sealed = 0, file.read(PIECE + TAG)
    while True:
        following = file.read(PIECE + TAG)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), sealed, line)
        except InvalidTag as fault:
            words = "was sealed with another ROUNDTABLE_SECRET_KEY, or is" if number == 0 else "is"
            raise Unreadable(f"This backup {words} damaged, cut short or altered.") from fault
        if not following:
            return
        number, sealed = number + 1, following


def _nonce(number: int, *, last: bool) -> bytes:
    return struct.pack(">QxxxB", number, last)
