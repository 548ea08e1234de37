"""People who send at the same moment never overwrite or block each other (R3), on each database: a small form
of what `make storm` does, in threads."""

from __future__ import annotations

import pytest
from flask import Flask

from bench.storm.counting import Tally
from bench.storm.partnership import a_moment_later, at_preparation, more_agencies
from bench.storm.races import race, side_by_side, threaded, wrong_values
from tests.app.conftest import House


@pytest.fixture
def tally(database_kind: str) -> Tally:
    """What was counted."""
    return Tally("races", database_kind)


def test_one_wins_the_others_keep_their_text_and_nobody_blocks_anybody(
    tally: Tally, application: Flask, house: House
) -> None:
    agencies = more_agencies(house, 3, 4)
    ref = at_preparation(house, list(agencies))
    a_moment_later(house)
    race(tally, application, house, ref, "agency0", agencies["agency0"], threaded)
    leads = {agency: agencies[agency][0] for agency in ("agency1", "agency2")}
    wrong_values(tally, application, house, ref, leads, threaded)
    side_by_side(tally, application, house, ref, leads, threaded)
    assert tally.problems == []
    assert (tally.due, tally.lost, tally.doubled) == (8, 0, 0)
