"""Bytes in pieces of 1 MB, each sealed with its place among how many: none can be moved or left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine import StateUnreadable
from engine.secrecy import open_sealed, seal
from reviews.files.kinds import MB

PIECE = MB


def pieces_of(size: int) -> int:
    """How many pieces so many bytes have."""
    return -(-size // PIECE)


def sealed_pieces(content: bytes, key: bytes, about: str) -> Iterator[tuple[int, bytes]]:
    """The pieces of `content` with their numbers; `about` names what they belong to."""
    pieces = pieces_of(len(content))
    for number in range(pieces):
        plain = content[number * PIECE : (number + 1) * PIECE]
        yield number, seal(plain, key, place(about, number, pieces))


def opened(found: Sequence[bytes], size: int, key: bytes, about: str) -> bytes:
    """The bytes again. Raises StateUnreadable where a piece is missing, moved, altered or of another key."""
    pieces = pieces_of(size)
    if len(found) != pieces:
        raise StateUnreadable("A piece of a file is missing.")
    plain = (open_sealed(sealed, key, place(about, number, pieces)) for number, sealed in enumerate(found))
    return b"".join(plain)


def place(about: str, number: int, pieces: int) -> str:
    """What the seal of one piece names."""
    return f"{about}|{number}|{pieces}"
