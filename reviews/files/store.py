"""The bytes of files in the database, sealed in pieces of 1 MB, so that one backup holds all (decision 12).

Each piece's seal names the file, its place and how many there are: none can be moved, left out or put back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import StateUnreadable, house
from engine.secrecy import derive_key, open_sealed, seal
from reviews.files.kinds import MB
from reviews.models import File, FilePiece

PIECE = MB


@dataclass(frozen=True)
class Label:
    """What is sealed of a file beside its bytes: its name, and what its adder says it is."""

    name: str
    words: str = ""


def keep_bytes(session: Session, file: UUID, content: bytes) -> None:
    """Seal and keep a file's bytes."""
    key, pieces = house(session).file_key, -(-len(content) // PIECE)
    for number in range(pieces):
        plain = content[number * PIECE : (number + 1) * PIECE]
        sealed = seal(plain, key, _place(file, number, pieces))
        session.add(FilePiece(file=file, number=number, sealed=sealed))


def bytes_of(session: Session, file: File) -> bytes:
    """A file's bytes. Raises StateUnreadable where a piece is missing, moved, altered or of another key."""
    key, pieces = house(session).file_key, -(-file.size // PIECE)
    rows = select(FilePiece.sealed).where(FilePiece.file == file.id).order_by(FilePiece.number)
    found = list(session.scalars(rows))
    if len(found) != pieces:
        raise StateUnreadable("A piece of a file is missing.")
    opened = (
        open_sealed(sealed, key, _place(file.id, number, pieces)) for number, sealed in enumerate(found)
    )
    return b"".join(opened)


def destroy_bytes(session: Session, file: UUID) -> None:
    """Take a file's bytes away for good."""
    session.execute(delete(FilePiece).where(FilePiece.file == file))


def seal_label(session: Session, file: UUID, label: Label) -> bytes:
    """A file's name and words, sealed."""
    plain = json.dumps({"name": label.name, "words": label.words}).encode()
    return seal(plain, house(session).file_key, f"file|label|{file}")


def label_of(session: Session, file: File) -> Label:
    """A file's name and words. Raises StateUnreadable."""
    plain = json.loads(open_sealed(file.sealed, house(session).file_key, f"file|label|{file.id}"))
    return Label(str(plain["name"]), str(plain["words"]))


def seal_files_again(session: Session, old_secret: bytes) -> int:
    """Seal names and bytes of every file with another secret of the deployment's; how many files.

    Raises StateUnreadable where one of them was not sealed with `old_secret`.
    """
    old, new = derive_key(old_secret, "file"), house(session).file_key
    files = list(session.scalars(select(File)))
    for file in files:
        label = f"file|label|{file.id}"
        file.sealed = seal(open_sealed(file.sealed, old, label), new, label)
        pieces = -(-file.size // PIECE)
        numbers = list(session.scalars(select(FilePiece.number).where(FilePiece.file == file.id)))
        for number in numbers:  # one at a time: a file may be large
            piece, place = session.get_one(FilePiece, (file.id, number)), _place(file.id, number, pieces)
            piece.sealed = seal(open_sealed(piece.sealed, old, place), new, place)
            session.flush()
            session.expunge(piece)
    return len(files)


def _place(file: UUID, number: int, pieces: int) -> str:
    return f"file|{file}|{number}|{pieces}"
