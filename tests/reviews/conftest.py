"""Fixtures of the review tests: the domain's services and reminders on a fresh database of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from engine import Database, Domain, ServiceRegistry, VirtualClock
from reviews.recipients import recipients
from reviews.services import registry
from tests.reviews.worlds import NOW, populate


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
