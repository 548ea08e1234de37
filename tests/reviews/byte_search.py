"""Searching a whole database for words that must not be in it, however they are written or packed."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from engine import Database
from engine.models import Base

Needles = Mapping[str, frozenset[bytes]]


def needles(facts: Iterable[Mapping[str, Any]]) -> Needles:
    """What to look for, by the word it stands for: names, streets, numbers and dates of birth of children."""
    words: set[str] = set()
    for known in facts:
        words |= {word for key in ("name", "other_names") for word in str(known.get(key) or "").split()}
        words |= {str(row["person_name"]) for row in known.get("family") or [] if row.get("person_name")}
        words |= set(_street(str(known.get("address") or "")))
        words |= {str(known.get("identifier") or "")}
        words |= set(dates(known["date_of_birth"])) if known.get("date_of_birth") else set()
    return {word: frozenset(packed(word)) for word in words if len(word) >= 5}


def dates(born: str | dt.date) -> Iterator[str]:
    """A day in the spellings that people and programs use."""
    day = born if isinstance(born, dt.date) else dt.date.fromisoformat(born)
    for spelling in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d"):
        yield day.strftime(spelling)
    yield f"{day.day}/{day.month}/{day.year}"
    yield f"{day.day} {day:%B %Y}"
    yield f"{day.day} {day:%b %Y}"
    yield f'"day": "{day.day}", "month": "{day.month}", "year": "{day.year}"'


def packed(word: str) -> Iterator[bytes]:
    """A word as bytes: plain, in UTF-16, as hexadecimal digits, and in base64 at each of three offsets."""
    for spelled in {word, word.upper(), word.lower()}:
        plain = spelled.encode()
        yield plain.lower()  # what is searched is made lower, too
        yield spelled.encode("utf-16-le").lower()
        yield spelled.encode("utf-16-be").lower()
        yield binascii.hexlify(plain)
        for offset in range(3):
            encoded = base64.b64encode(bytes(offset) + plain).rstrip(b"=")
            yield encoded[(0, 2, 3)[offset] : -1]


def found_in(hay: bytes, wanted: Needles) -> set[str]:
    """The words that some bytes hold. What is written small is looked for whatever the case."""
    lower = hay.lower()
    return {
        word
        for word, ways in wanted.items()
        if any(way in (lower if way == way.lower() else hay) for way in ways)
    }


def files_of(database: Database) -> Iterator[tuple[str, bytes]]:
    """The files of a SQLite database as they lie on the disk, and again once the log is written into them."""
    path = Path(str(database.url.database))
    for name in (path, Path(f"{path}-wal")):
        if name.exists():
            yield name.name, name.read_bytes()
    database.dispose()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("commit")
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    yield f"{path.name} after its log", path.read_bytes()


def columns_of(connection: Connection) -> Iterator[tuple[str, bytes]]:
    """Every column of every table, all its values one after the other: as text, and bytes as they are.

    What is packed by zlib alone is unpacked: packing hides a word from a search, and from nobody else.
    """
    quote = connection.dialect.identifier_preparer.quote
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            of = text(f"select {quote(column.name)} from {quote(table.name)}")
            values = [value for value in connection.execute(of).scalars() if value is not None]
            yield f"{table.name}.{column.name}", b"\n".join(_bytes(value) for value in values)


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes | memoryview):
        plain = bytes(value)
        with suppress(zlib.error):
            plain += zlib.decompress(plain)
        return plain
    return str(value).encode()


def _street(address: str) -> Iterator[str]:
    """An address as a whole, and its street without number and town."""
    yield address
    yield address.split(",", maxsplit=1)[0].lstrip("0123456789 ")
