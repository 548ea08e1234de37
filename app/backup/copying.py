"""What the databases' own tools do: a copy of everything as of one moment, and putting such a copy back.

SQLite is copied page by page by its online backup. PostgreSQL is copied by pg_dump, and filled by pg_restore
in one transaction; both must be at least as new as the server.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

import pysqlite3
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, create_engine, inspect, text

PIECE = 1024 * 1024
TOOLS_MISSING = (
    "{tool} was not found. Install PostgreSQL's client programs, of the server's version or newer, and see "
    "that they are on the PATH."
)


class CopyFailed(Exception):
    """A copy could not be made or put back; the words say what to do."""


@contextmanager
def copy_of_sqlite(path: Path) -> Iterator[Path]:
    """A copy of a database file as it is now, for as long as the block runs; the service may go on writing.

    It stands in the database's own folder, for the one who asks only: what is secret there stays there.
    """
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as folder:
        copy = Path(folder) / "copy.sqlite"
        copy.touch(mode=0o600)
        with (
            closing(pysqlite3.connect(f"file:{path}?mode=rw", uri=True)) as here,
            closing(pysqlite3.connect(str(copy))) as there,
        ):
            here.backup(there)
        yield copy


def write_sqlite(copy: Path, write: Callable[[bytes], object]) -> None:
    """Give a copied file, made small, to `write`."""
    small = zlib.compressobj(6)
    with copy.open("rb") as file:
        while piece := file.read(PIECE):
            write(small.compress(piece))
    write(small.flush())


def read_sqlite(pieces: Iterator[bytes], path: Path) -> None:
    """Make the file again from what `write_sqlite` gave. Raises CopyFailed when it is not whole."""
    large = zlib.decompressobj()
    with path.open("xb") as file:
        path.chmod(0o600)
        for piece in pieces:
            file.write(large.decompress(piece))
        file.write(large.flush())
        file.flush()
        os.fsync(file.fileno())
    with closing(pysqlite3.connect(str(path))) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise CopyFailed("The database in this backup is damaged.")


@contextmanager
def snapshot_of_postgresql(url: URL) -> Iterator[tuple[Any, str]]:
    """A connection that sees one moment, and the name under which pg_dump sees the same one."""
    engine = create_engine(url, isolation_level="REPEATABLE READ")
    try:
        with engine.begin() as connection:
            yield connection, str(connection.execute(text("select pg_export_snapshot()")).scalar_one())
    finally:
        engine.dispose()


def write_postgresql(url: URL, snapshot: str, write: Callable[[bytes], object]) -> None:
    """Give what pg_dump says of one moment to `write`. Raises CopyFailed."""
    tool, environment, target = _tool("pg_dump", url)
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603  (a program of PostgreSQL's, its options ours)
            [tool, *options, f"--dbname={target}"], stdout=subprocess.PIPE, stderr=said, env=environment
        ) as running,
    ):
        assert running.stdout is not None
        while piece := running.stdout.read(PIECE):
            write(piece)
        if running.wait():
            raise CopyFailed(f"pg_dump could not copy the database: {_last_words(said)}")


def read_postgresql(pieces: Iterator[bytes], url: URL) -> None:
    """Fill an empty database with what `write_postgresql` gave, all or nothing. Raises CopyFailed."""
    tool, environment, target = _tool("pg_restore", url)
    options = ["--single-transaction", "--no-owner", "--no-privileges", f"--dbname={target}"]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603  (a program of PostgreSQL's, its options ours)
            [tool, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=environment,
        ) as running,
    ):
        assert running.stdin is not None
        try:
            for piece in pieces:
                running.stdin.write(piece)
            running.stdin.close()
        except BrokenPipeError:
            running.wait()  # it has ended already, and says why
        except BaseException:
            running.kill()  # before it has the last piece: its transaction is lost with it
            raise
        if running.wait():
            raise CopyFailed(f"pg_restore could not fill the database: {_last_words(said)}")


def tables_in(url: URL) -> list[str]:
    """The names of the tables of a database; none for a file that is not there."""
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return []
    module: dict[str, Any] = {"module": pysqlite3} if url.get_backend_name() == "sqlite" else {}
    engine = create_engine(url, **module)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()


def _tool(name: str, url: URL) -> tuple[str, Mapping[str, str], str]:
    """One of PostgreSQL's programs, its environment and its target: the password is never an argument, which
    everybody on the machine could read."""
    found = shutil.which(name)
    if found is None:
        raise CopyFailed(TOOLS_MISSING.format(tool=name))
    _, told = url.get_dialect()().create_connect_args(url)
    password = told.pop("password", None)
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    return found, environment, make_conninfo(**told)


def _last_words(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no reason given"
