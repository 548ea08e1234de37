"""What My work and an idle tick ask of the database does not depend on how much there is."""

from __future__ import annotations

from pathlib import Path

from bench.load import place_with
from bench.my_work import TASK, Inbox
from bench.processor import statements
from engine import Database, tick
from reviews.demonstration.loading import NoPost

HEAD = "u_morgan"  # of Safeguarding and Learning: what nobody else has to do is hers


def _asked(database: Database) -> tuple[int, int]:
    """The statements of the first page of My work, and of a tick with nothing due."""
    browser = Inbox(database).browser(HEAD)
    assert TASK.search(browser.get("/").text)
    with statements(database) as page:
        browser.get("/")
    while not tick(database, NoPost()).idle:
        pass
    with statements(database) as idle:
        tick(database, NoPost())
    return len(page), len(idle)


def test_a_page_and_an_idle_tick_ask_the_same_whatever_there_is(tmp_path: Path) -> None:
    few, many = (
        _asked(place_with(f"sqlite:///{tmp_path / str(number)}.sqlite", number)[0]) for number in (100, 2_000)
    )
    assert few == many
    assert many[1] == 1, "a tick with nothing due is one question"
