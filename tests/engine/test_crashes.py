"""What the engine does in one transaction is never half done (promise R1): a crash at every statement, and
before the commit, leaves all of it or nothing. `make storm` does the same with kill -9, and with a review."""

from __future__ import annotations

import pytest

from bench.storm.half_done import ENOUGH, acts, services
from bench.storm.plug import crash_everywhere, raised
from engine import Database, ServiceRegistry
from engine.invariants import broken_invariants


@pytest.fixture(name="services")
def _services() -> ServiceRegistry:
    return services


def test_completing_a_step_is_all_or_nothing(database: Database) -> None:
    """And so is everything else that the engine does in one transaction: `acts` has the list."""

    def agrees() -> list[str]:
        with database.write() as session:
            return broken_invariants(session)

    for name, act in acts(database):
        points, wrong = crash_everywhere(database, act, raised, agrees)
        assert (name, wrong) == (name, [])
        assert points > ENOUGH, name
