"""The bytes of files in the database, sealed in pieces of 1 MB, so that one backup holds all (decision 12).

Each piece's seal names the file, its place and how many there are: none can be moved, left out or put back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import house
from engine.secrecy import derive_key, open_sealed, seal
from reviews.files.pieces import opened, pieces_of, place, sealed_pieces
from reviews.models import File, FilePiece


@dataclass(frozen=True)
class Label:
    """What is sealed of a file beside its bytes: its name, and what its adder says it is."""

    name: str
    words: str = ""


def keep_bytes(session: Session, file: UUID, content: bytes) -> None:
    """Seal and keep a file's bytes."""
    for number, sealed in sealed_pieces(content, house(session).file_key, _about(file)):
        session.add(FilePiece(file=file, number=number, sealed=sealed))


def bytes_of(session: Session, file: File) -> bytes:
    """A file's bytes. Raises StateUnreadable where a piece is missing, moved, altered or of another key."""
    rows = select(FilePiece.sealed).where(FilePiece.file == file.id).order_by(FilePiece.number)
    return opened(list(session.scalars(rows)), file.size, house(session).file_key, _about(file.id))


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
        pieces = pieces_of(file.size)
        numbers = list(session.scalars(select(FilePiece.number).where(FilePiece.file == file.id)))
        for number in numbers:  # one at a time: a file may be large
            piece = session.get_one(FilePiece, (file.id, number))
            where = place(_about(file.id), number, pieces)
            piece.sealed = seal(open_sealed(piece.sealed, old, where), new, where)
            session.flush()
            session.expunge(piece)
    return len(files)


def _about(file: UUID) -> str:
    return f"file|{file}"
