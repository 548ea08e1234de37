"""Fixtures of the review tests: the domain's services and reminders on a fresh database of each kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from engine import Database, Domain, ServiceRegistry, VirtualClock
from reviews.demonstration import load_demonstration
from reviews.recipients import recipients
from reviews.services import registry
from tests.conftest import make_tables
from tests.reviews.worlds import NOW, populate
from tests.sharing import Kept, Shelf

SHOWN_AT = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)  # the moment at which the demonstration stands
SHOWN_KEY = b"only for tests"


@pytest.fixture
def clock() -> VirtualClock:
    """Monday 23 November 2026, 9:00 in London."""
    return VirtualClock(NOW)


@pytest.fixture
def services() -> ServiceRegistry:
    """Every service that a diagram may name."""
    return registry


@pytest.fixture
def database(database_url: str, clock: VirtualClock, services: ServiceRegistry) -> Iterator[Database]:
    """The product's database: engine and domain, with the domain's answer to who is reminded."""
    opened = Database(
        database_url, clock=clock, secret_key=b"only for tests", domain=Domain(services, recipients)
    )
    yield opened
    opened.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session with agencies and people and no review."""
    with database.write() as session:
        populate(session)
        yield session


@pytest.fixture(scope="module")
def demonstration(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The URL of a copy of the demonstration, one for each test file. It is played once a run and kind."""
    if database_kind == "sqlite":
        shelf: Shelf = request.getfixturevalue("shelf")
        played = Path(shelf.once("demonstration", lambda: _played_in_a_file(shelf)))
        copy = tmp_path_factory.mktemp("demonstration") / "demo.sqlite"
        copy.write_bytes(played.read_bytes())
        return f"sqlite:///{copy}"
    kept: Kept = request.getfixturevalue("kept")
    return kept.server.url(kept.copy(kept.shelf.once("demonstration", lambda: _played_on_a_server(kept))))


def _played_in_a_file(shelf: Shelf) -> str:
    path = shelf.path("demonstration.sqlite")
    _play(f"sqlite:///{path}")
    assert not Path(f"{path}-wal").exists()  # the last connection that closed has emptied it into the file
    return str(path)


def _played_on_a_server(kept: Kept) -> str:
    name = kept.copy(None)
    _play(kept.server.url(name))
    return name


def _play(url: str) -> None:
    make_tables(url)
    load_demonstration(url, secret_key=SHOWN_KEY, now=SHOWN_AT)
