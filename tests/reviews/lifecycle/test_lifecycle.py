"""The lifecycle holds whatever people do (R6); `python -m bench.storm.lifecycle` tries much more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import make_tables
from tests.reviews.lifecycle.machine import Lifecycle
from tests.reviews.lifecycle.world import World, databases_world, files_world, furnish
from tests.sharing import Kept

BOUNDED = settings(
    max_examples=3,
    stateful_step_count=12,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def world(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> World:
    """Where cases live: copies of one furnished database."""
    make: dict[str, Callable[[], World]] = {
        "sqlite": lambda: _files(tmp_path),
        "postgresql": lambda: _databases(request.getfixturevalue("kept")),
    }
    return make[database_kind]()


def _files(folder: Path) -> World:
    template = folder / "world.sqlite"
    make_tables(f"sqlite:///{template}")
    return files_world(template, furnish(f"sqlite:///{template}"))


def _databases(kept: Kept) -> World:
    template = kept.copy(None)
    make_tables(kept.server.url(template))
    return databases_world(kept.server, template, furnish(kept.server.url(template)))


@pytest.mark.slow
def test_the_lifecycle_holds_whatever_people_do(world: World) -> None:
    run_state_machine_as_test(type("Here", (Lifecycle,), {"world": world}), settings=BOUNDED)
