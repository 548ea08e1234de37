"""The partnership of the page tests on each kind of database, and programs that act in people's names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from engine import Database, Domain, VirtualClock
from reviews.services import registry
from tests.app.api.asking import Program, program_of
from tests.app.conftest import MORNING, House, live
from tests.conftest import SECRET_KEY
from tests.postgresql import PostgreSQL

Programs = Callable[..., Program]


def _opened(url: str) -> House:
    clock = VirtualClock(MORNING)
    return House(Database(url, clock=clock, domain=Domain(registry), secret_key=SECRET_KEY), clock)


@pytest.fixture(scope="session")
def _lived(_postgresql: PostgreSQL, _postgresql_template: str) -> Iterator[str]:
    """A database in which the partnership has been lived through, to be copied."""
    with _postgresql.database(template=_postgresql_template) as name:
        lived = _opened(_postgresql.url(name))
        live(lived)
        lived.database.dispose()
        yield name


@pytest.fixture
def _postgresql_lived(_postgresql: PostgreSQL, _lived: str) -> Iterator[str]:
    with _postgresql.database(template=_lived) as name:
        yield _postgresql.url(name)


@pytest.fixture
def _sqlite_lived(_world: Path, tmp_path: Path) -> str:
    copy = tmp_path / "api.sqlite"
    copy.write_bytes(_world.read_bytes())
    return f"sqlite:///{copy}"


@pytest.fixture
def house(database_kind: str, request: pytest.FixtureRequest) -> Iterator[House]:
    """Two reviews, one of them at preparation, this test's own copy."""
    lived = _opened(request.getfixturevalue(f"_{database_kind}_lived"))
    lived.clock.advance(timedelta(minutes=5))
    yield lived
    lived.database.dispose()


@pytest.fixture
def program(application: Flask) -> Programs:
    """A program of a person, for everything unless scopes are named."""
    tokens = application.extensions["roundtable"].tokens
    return lambda person, *scopes: program_of(tokens, application.test_client(), person, *scopes)
