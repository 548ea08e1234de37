"""What a backup says of itself, inside its seal: the rows of each table, and where the audit log ended."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, Select, func, inspect, select, table, text

from engine import Outbox

LONGEST = 1_000_000


@dataclass(frozen=True)
class Manifest:
    """The facts that a restored database must agree with."""

    revision: str  # of the tables: the newest migration they have seen
    rows: dict[str, int]  # by table
    anchor: str  # the digest of the audit log's newest anchor
    waiting: int  # notices that had not left

    def packed(self) -> bytes:
        """As it stands in front of the copy: its length in four bytes, then the facts."""
        words = json.dumps(asdict(self), sort_keys=True).encode()
        return struct.pack(">I", len(words)) + words


def look(connection: Connection, anchor: str) -> Manifest:
    """Count everything in a database as the connection sees it."""
    names = sorted(inspect(connection).get_table_names())
    rows = {name: connection.execute(_count().select_from(table(name))).scalar_one() for name in names}
    revision = connection.execute(text("select version_num from alembic_version")).scalar_one()
    waits = _count().where(Outbox.status == "waiting", Outbox.kind == "mail")
    waiting = connection.execute(waits).scalar_one()
    return Manifest(revision=str(revision), rows=rows, anchor=anchor, waiting=waiting)


def unpacked(pieces: Iterator[bytes]) -> tuple[Manifest, Iterator[bytes]]:
    """The manifest at the beginning of the opened pieces, and the pieces of the copy behind it.

    Raises ValueError when it is none.
    """
    held = next(pieces, b"")
    try:
        (length,) = struct.unpack(">I", held[:4])
        if length > LONGEST:
            raise ValueError("The manifest is too long.")
        while len(held) < 4 + length:
            held += next(pieces)
        manifest = Manifest(**json.loads(held[4 : 4 + length]))
    except (struct.error, StopIteration, TypeError) as fault:
        raise ValueError("This is no manifest.") from fault
    return manifest, _rest(held[4 + length :], pieces)


def _rest(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from pieces


def _count() -> Select[int]:
    return select(func.count())
