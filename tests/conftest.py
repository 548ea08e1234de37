"""Fixtures that every test may ask for: a fresh database of each kind, a clock that moves when told.

A test that asks for `database_url` (or `database`, built on it) runs twice: on SQLite and on PostgreSQL.
`pytest --database=sqlite` runs it once; the marks `sqlite_only` and `postgresql_only` do so for one test.

Fresh is cheap: the tables are made once per run in a template, and each test gets a copy of it (a file
copy on SQLite, `create database ... template ...` on PostgreSQL). Where the tables come from: `make_tables`.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from engine.clock import VirtualClock
    from engine.db import Database
    from engine.services import ServiceRegistry
    from tests.postgresql import PostgreSQL
    from tests.sharing import Kept, Shelf

ROOT = Path(__file__).resolve().parent.parent
SECRET_KEY = b"only for tests: not a secret at all"
KINDS = ("sqlite", "postgresql")
TABLES = ("reviews.models", "app.auth.models")

# A slow machine is not a failing property; the blob lets anybody repeat a failure.
settings.register_profile(
    "roundtable", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.register_profile("long", parent=settings.get_profile("roundtable"), max_examples=10_000)
settings.load_profile("roundtable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=[*KINDS, "both"],
        default="both",
        help="which databases the tests run on that need one (both)",
    )


def pytest_configure() -> None:
    from tests.compiled import careless_files, share_routes, share_statements

    share_statements()
    share_routes()
    careless_files()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that needs a database once per kind."""
    if "database_kind" not in metafunc.fixturenames:
        return
    chosen = metafunc.config.getoption("--database")
    kinds = list(KINDS) if chosen == "both" else [chosen]
    for kind in KINDS:
        if metafunc.definition.get_closest_marker(f"{kind}_only"):
            kinds = [each for each in kinds if each == kind]
    metafunc.parametrize("database_kind", kinds, scope="session")


def make_tables(url: str) -> None:
    """Make every table, the engine's, the reviews' and the app's, in the empty database at `url`.

    The one place where the tests' schema is made. It goes by the face of `engine.db`.
    """
    from engine.db import Database, create_schema

    for name in TABLES:  # so that their tables are known, too
        with suppress(ImportError):
            importlib.import_module(name)
    database = Database(url, secret_key=SECRET_KEY)
    try:
        create_schema(database.engine)
    finally:
        database.dispose()


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest) -> str:
    """The URL of a database of this test's own: every table there, no row."""
    url: str = request.getfixturevalue(f"_{database_kind}_copy")
    return url


@pytest.fixture
def empty_database_url(database_kind: str, request: pytest.FixtureRequest) -> str:
    """The URL of a database of this test's own without any table: for migrations."""
    url: str = request.getfixturevalue(f"_{database_kind}_empty")
    return url


@pytest.fixture
def clock() -> VirtualClock:
    """A clock that stands at Tuesday 5 May 2026, 10:00 in London, until it is told to move."""
    from engine.clock import VirtualClock

    return VirtualClock(datetime(2026, 5, 5, 9, 0, tzinfo=UTC))


@pytest.fixture
def services() -> ServiceRegistry:
    """A registry without services: a test registers those that its diagram calls."""
    from engine.services import ServiceRegistry

    return ServiceRegistry()


@pytest.fixture
def database(database_url: str, clock: VirtualClock, services: ServiceRegistry) -> Iterator[Database]:
    """The engine's database over a fresh copy, with `clock` and `services` of the same test."""
    from engine.db import Database
    from engine.domain import Domain

    opened = Database(database_url, clock=clock, domain=Domain(services), secret_key=SECRET_KEY)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """What the workers of this run make for each other, in files."""
    from tests.sharing import Shelf, folder_of_run

    return Shelf(folder_of_run(request.config, tmp_path_factory) / "shelf")


@pytest.fixture(scope="session")
def kept(
    _postgresql: PostgreSQL, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    """What the workers of this run make for each other, in databases of PostgreSQL."""
    from tests.sharing import Kept, folder_of_run

    with Kept(folder_of_run(request.config, tmp_path_factory) / "kept", _postgresql).joined() as found:
        yield found


# SQLite: a file with every table, copied.


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "tables.sqlite"
    make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture
def _sqlite_copy(_sqlite_template: Path, tmp_path: Path) -> str:
    copy = tmp_path / "roundtable.sqlite"
    copy.write_bytes(_sqlite_template.read_bytes())
    return f"sqlite:///{copy}"


@pytest.fixture
def _sqlite_empty(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'empty.sqlite'}"


# PostgreSQL: a private server (or TEST_DATABASE_URL), a template database, a database per test.


@pytest.fixture(scope="session")
def _postgresql(request: pytest.FixtureRequest) -> Iterator[PostgreSQL]:
    from tests.postgresql import PostgreSQL, private_server

    if given := os.environ.get("TEST_DATABASE_URL"):
        yield PostgreSQL(given)
        return
    run = getattr(request.config, "workerinput", {}).get("testrunuid", str(os.getpid()))
    with private_server(run) as url:
        yield PostgreSQL(url)


@pytest.fixture(scope="session")
def _postgresql_template(_postgresql: PostgreSQL) -> Iterator[str]:
    with _postgresql.database() as name:
        make_tables(_postgresql.url(name))
        yield name


@pytest.fixture
def _postgresql_copy(_postgresql: PostgreSQL, _postgresql_template: str) -> Iterator[str]:
    with _postgresql.database(template=_postgresql_template) as name:
        yield _postgresql.url(name)


@pytest.fixture
def _postgresql_empty(_postgresql: PostgreSQL) -> Iterator[str]:
    with _postgresql.database() as name:
        yield _postgresql.url(name)
