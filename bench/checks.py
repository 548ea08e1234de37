"""How long the checks of all shipped bundles take (promise P4: at most 1 s)."""

from __future__ import annotations

from collections.abc import Iterator

import reviews.domain
from bench.figures import Asked, Figure, milliseconds, spread
from reviews.shipped import CHASING, bundle_files, check_files, shipped_processes

assert reviews.domain  # loaded as a service starts, and no part of a check
ROUNDS = 5
MOST_SECONDS = 1.0


def measures(told: Asked) -> Iterator[Figure]:
    """The first round, which reads the standard's schema and makes the parser's tables, and those after."""
    del told  # no database takes part
    bundles = {process: bundle_files(process) for process in [CHASING, *shipped_processes()]}
    rounds = [milliseconds(lambda: _check(bundles)) / 1000 for _ in range(ROUNDS)]
    yield Figure("P4", "checks of all shipped bundles, first time", "-", rounds[0], "s", at_most=MOST_SECONDS)
    middle, most = spread(rounds[1:])
    what = "checks of all shipped bundles, again"
    yield Figure("P4", what, "-", middle, "s", at_most=MOST_SECONDS, p95=most, samples=len(rounds) - 1)


def _check(bundles: dict[str, dict[str, str]]) -> None:
    for process, files in bundles.items():
        assert not check_files(process, files)
