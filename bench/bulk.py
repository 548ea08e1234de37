"""Writing very many rows as text: COPY for PostgreSQL, INSERTs of many rows for SQLite.

A block of rows is made once and cut open where copies of it differ: the last part of each id, the reference,
and the people. What is written is what the product would have written, value for value.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.schema import CreateIndex

from engine import Database
from engine.models import Base

OWN, REF, PEOPLE, BYTES = "\x01", "\x02", "\x03", "\x04"
HYPHENED = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
PLAIN = re.compile(r"\b[0-9a-f]{32}\b")
PERSON = re.compile(r"\bu_[a-z]+\b")
ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
Row = dict[str, Any]


def cut(text: str, ids: Collection[str], ref: str, people: Collection[str]) -> str:
    """A text that is open where a copy of the case differs."""
    plain = {each.replace("-", "") for each in ids}
    text = HYPHENED.sub(lambda found: found[0][:24] + OWN if found[0] in ids else found[0], text)
    text = PLAIN.sub(lambda found: found[0][:20] + OWN if found[0] in plain else found[0], text)
    text = PERSON.sub(lambda found: found[0] + PEOPLE if found[0] in people else found[0], text)
    return text.replace(ref, REF)


class Bulk:
    """One transaction in which rows are written as text, unchecked: they are copies of rows that were."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._postgresql = database.engine.dialect.name == "postgresql"
        self._waiting: dict[str, list[str]] = {}
        tables = Base.metadata.tables.values()
        self._indexes = [index for table in tables for index in table.indexes if index.name]

    def __enter__(self) -> Self:
        self._connection = self.database.engine.raw_connection()
        cursor = self._connection.cursor()
        if self._postgresql:
            cursor.execute("set session_replication_role = replica")
        else:
            for pragma in ("foreign_keys = off", "synchronous = off", "cache_size = -400000"):
                cursor.execute(f"pragma {pragma}")
            cursor.execute("begin immediate")
        self._cursor = cursor
        for index in self._indexes:
            cursor.execute(f'drop index "{index.name}"')
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.write()
            for index in self._indexes:  # made of all rows at once, which takes half the time
                self._cursor.execute(str(CreateIndex(index).compile(dialect=self.database.engine.dialect)))
            self._cursor.execute("commit")
            if self._postgresql:
                # As a place that has grown over years is: autovacuum would do it while something is measured.
                self._connection.driver_connection.autocommit = True
                self._cursor.execute("vacuum (analyze)")
            self.database.learn_sizes()
        self._connection.detach()
        self._connection.close()

    def add(self, table: str, rows: str) -> None:
        """Keep rows of a table, as `text` gave them, to be written."""
        self._waiting.setdefault(table, []).append(rows)

    def write(self) -> None:
        """Write what was added."""
        for name, blocks in self._waiting.items():
            columns = ", ".join(f'"{column.name}"' for column in Base.metadata.tables[name].columns)
            if self._postgresql:
                with self._cursor.copy(f'copy "{name}" ({columns}) from stdin') as copy:
                    copy.write("".join(blocks))
            else:
                self._cursor.execute(f'insert into "{name}" ({columns}) values {",".join(blocks)}')
        self._waiting.clear()

    def text(self, table: Table, rows: list[Row]) -> str:
        """Rows as they are written into their table."""
        names = [column.name for column in table.columns]
        if self._postgresql:
            return "".join("\t".join(_copied(row.get(name)) for name in names) + "\n" for row in rows)
        return ",".join(f"({','.join(_quoted(row.get(name)) for name in names)})" for row in rows)

    def with_bytes(self, row: str, value: bytes) -> str:
        """A row whose one open value is given."""
        return row.replace(BYTES, value.hex())


def _copied(value: Any) -> str:
    match value:
        case None:
            return "\\N"
        case bool():
            return "t" if value else "f"
        case bytes():
            return f"\\\\x{value.hex() or BYTES}"
        case dict() | list():
            return json.dumps(value).translate(ESCAPED)
    return str(value).translate(ESCAPED)


def _quoted(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case bool() | int() | float():
            return str(int(value)) if isinstance(value, bool) else str(value)
        case bytes():
            return f"X'{value.hex() or BYTES}'"
        case UUID():
            return f"'{value.hex}'"
        case dt.datetime():
            naive = value.astimezone(dt.UTC).replace(tzinfo=None)
            return f"'{naive.isoformat(sep=' ', timespec='microseconds')}'"
        case dict() | list():
            return _text(json.dumps(value))
    return _text(str(value))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
