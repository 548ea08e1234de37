"""How long the checks of all shipped bundles take (promise P4: at most 1 s)."""

from __future__ import annotations

import time
from collections.abc import Iterator

import reviews.domain
from reviews.shipped import CHASING, bundle_files, check_files, shipped_processes

assert reviews.domain  # loaded as a service starts, and no part of a check
ROUNDS = 5
MOST_SECONDS = 1.0


def measures() -> Iterator[tuple[str, float, float]]:
    """What was measured, the seconds it took, and the seconds it may take: the first round, which reads the
    standard's schema and makes the parser's tables, and the middle one of those after it."""
    bundles = {process: bundle_files(process) for process in [CHASING, *shipped_processes()]}
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for process, files in bundles.items():
            assert not check_files(process, files)
        rounds.append(time.process_time() - began)
    yield f"checks of the {len(bundles)} shipped bundles, first time (s CPU)", rounds[0], MOST_SECONDS
    yield "the same again, the middle of 4 rounds (s CPU)", sorted(rounds[1:])[1], MOST_SECONDS
