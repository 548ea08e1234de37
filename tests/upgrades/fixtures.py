"""The databases that earlier releases wrote, as SQLite files and as databases of PostgreSQL."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import lzma
import sqlite3
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, DateTime, MetaData, Table, Uuid, create_engine, text

from app.migrate import upgrade

FOLDER = Path(__file__).parent
MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
KEY = str(MANIFEST["key"])
MOMENT = dt.datetime.fromisoformat(MANIFEST["moment"])


@dataclass(frozen=True)
class Fixture:
    """What one release left: its name, the number of its last migration, how many reviews there are."""

    name: str
    file: str
    tables: str
    reviews: int
    sha256: str

    def unpack(self, place: Path) -> None:
        """Write the database to `place`, as it was."""
        packed = (FOLDER / self.file).read_bytes()
        assert hashlib.sha256(packed).hexdigest() == self.sha256, f"{self.file} was changed"
        place.write_bytes(lzma.decompress(packed))

    def fill(self, place: Path, url: str) -> None:
        """The same in the empty PostgreSQL database at `url`: the tables of that release, and every row."""
        self.unpack(place)
        upgrade(url, self.tables, secret_key=KEY.encode())
        engine = create_engine(url)
        found = MetaData()
        found.reflect(engine)
        with engine.begin() as connection, sqlite3.connect(place) as rows:
            for table in found.sorted_tables:
                if table.name != "alembic_version":
                    connection.execute(table.delete())  # what a migration puts into new tables is in the file
            for table in found.sorted_tables:
                if table.name != "alembic_version":
                    _copy(table, rows, connection)
        rows.close()
        engine.dispose()


def fixtures() -> Iterator[Fixture]:
    """Every fixture, the oldest first."""
    for told in MANIFEST["fixtures"]:
        yield Fixture(**{name: told[name] for name in Fixture.__annotations__})


def _copy(table: Table, rows: sqlite3.Connection, connection: Connection) -> None:
    columns = [column for column in table.columns if column.computed is None]
    names = ", ".join(f'"{column.name}"' for column in columns)
    plain = rows.execute("SELECT wr FROM pragma_table_list WHERE name = ?", (table.name,)).fetchone() == (0,)
    order = "ORDER BY rowid" if plain else ""  # as they were written: who is named by another comes first
    found = rows.execute(f'SELECT {names} FROM "{table.name}" {order}').fetchall()
    given = [
        {column.name: _value(column, each) for column, each in zip(columns, row, strict=True)}
        for row in found
    ]
    if given:
        connection.execute(table.insert(), given)
    for column in table.primary_key.columns:
        serial = text("select pg_get_serial_sequence(:table, :column)")
        if connection.scalar(serial, {"table": table.name, "column": column.name}) and found:
            last = text(
                "select setval(pg_get_serial_sequence(:table, :column), "
                f'(select max("{column.name}") from "{table.name}"))'
            )
            connection.execute(last, {"table": table.name, "column": column.name})


def _value(column: Column[Any], value: Any) -> Any:
    """A value of SQLite as this column of PostgreSQL has it."""
    if value is None:
        return None
    if isinstance(column.type, JSON):
        return json.loads(value)
    if isinstance(column.type, Uuid):
        return uuid.UUID(value)
    if isinstance(column.type, Boolean):
        return bool(value)
    if isinstance(column.type, DateTime):
        moment = dt.datetime.fromisoformat(value)
        return moment if moment.tzinfo or not column.type.timezone else moment.replace(tzinfo=dt.UTC)
    return value
