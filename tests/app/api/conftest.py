"""The partnership of the page tests on each kind of database, and programs that act in people's names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask

from engine import Database, Domain, VirtualClock
from reviews.services import registry
from tests.app.api.asking import Program, program_of
from tests.app.conftest import MORNING, House, live
from tests.conftest import SECRET_KEY

Programs = Callable[..., Program]


@pytest.fixture
def house(database_url: str, database_kind: str, request: pytest.FixtureRequest) -> Iterator[House]:
    """Two reviews, one of them at preparation: a copy where that is a file, lived through elsewhere."""
    clock = VirtualClock(MORNING)
    if database_kind == "sqlite":
        copy = request.getfixturevalue("tmp_path") / "api.sqlite"
        copy.write_bytes(request.getfixturevalue("_world").read_bytes())
        database_url = f"sqlite:///{copy}"
    database = Database(database_url, clock=clock, domain=Domain(registry), secret_key=SECRET_KEY)
    lived = House(database, clock)
    if database_kind != "sqlite":
        live(lived)
    clock.advance(timedelta(minutes=5))
    yield lived
    database.dispose()


@pytest.fixture
def program(application: Flask) -> Programs:
    """A program of a person, for everything unless scopes are named."""
    tokens = application.extensions["roundtable"].tokens
    return lambda person, *scopes: program_of(tokens, application.test_client(), person, *scopes)
