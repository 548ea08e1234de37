"""A database that cannot be written, or whose answer was lost (R10): people are told, what they typed is
still there, and sending it again does it once. `make storm` does the same at length, and cuts the power."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.storm.commits import lose
from bench.storm.counting import Tally
from bench.storm.disk import disk
from bench.storm.full import fill
from bench.storm.partnership import connected, kept, pages_of, sendings
from bench.storm.proxy import BreakingProxy
from tests.app.conftest import House
from tests.conftest import SECRET_KEY


@pytest.fixture
def tally(database_kind: str) -> Iterator[Tally]:
    """What was counted; nothing may have been found wrong."""
    counted = Tally("away", database_kind)
    yield counted
    assert counted.problems == []


@pytest.mark.sqlite_only
def test_a_full_disk_is_said_loses_nothing_and_is_over_by_itself(
    tally: Tally, house: House, tmp_path: Path
) -> None:
    house.database.dispose()
    with disk() as drive:
        made = sendings(house, pages_of(house), 2)
        for each, room in zip(made, (0, 20_000), strict=True):
            fill(tally, house, drive, each, tmp_path / "letters", room=room)
        house.database.dispose()
    assert [each.told for each in made] == [[503, 303], [503, 303]]
    assert sorted(kept(house, made).values()) == [1, 1]


@pytest.mark.postgresql_only
@pytest.mark.parametrize("how", ["before", "after"])
def test_a_lost_commit_is_said_and_sent_again_it_is_done_once(tally: Tally, house: House, how: str) -> None:
    house.database.dispose()
    proxy = BreakingProxy(house.database.url.render_as_string(hide_password=False))
    house.database = connected(proxy.url, house.clock, SECRET_KEY)
    (each,) = made = sendings(house, pages_of(house), 1)
    lose(tally, proxy, each, how)
    assert (proxy.cuts, each.told, list(kept(house, made).values())) == (1, [503, 303], [1])
    house.database.dispose()
    proxy.close()
