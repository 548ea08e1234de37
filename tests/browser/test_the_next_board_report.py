"""From the demonstration a new user builds the next report to the Board: as the chair of the QA sub-group,
from signing in, by clicks alone; and each number in it opens the list of what it counts.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect

from app import Config, create_app
from engine import Database, VirtualClock
from reviews.domain import LEARNING_REVIEWS
from tests.browser import people
from tests.browser.people import Everybody, Somebody
from tests.reviews.conftest import SHOWN_AT, SHOWN_KEY, demonstration

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]
everybody, looked_at = people.everybody, people.looked_at
_ = demonstration  # a fixture, found by its name
MOST_CLICKS = 15
SECRET = "only for tests: a key that is long enough to be taken"


@pytest.fixture
def application(demonstration: str) -> Iterator[Flask]:
    """The application with the demonstration in it, on the day at which that stands."""
    clock = VirtualClock(SHOWN_AT)
    database = Database(demonstration, clock=clock, secret_key=SHOWN_KEY, domain=LEARNING_REVIEWS)
    config = Config(secret_key=SECRET, identity_keys=(SECRET[::-1],), demonstration=True, testing=True)
    yield create_app(config, database)
    database.dispose()


def opens_each_number(somebody: Somebody) -> dict[str, int]:
    """Every number of the open report, by clicking on it: as many lines as it says, shown or said."""
    page, found = somebody.page, {}
    report = page.url
    names = [link.get_attribute("data-number") or "" for link in page.locator("a[data-number]").all()]
    for name in names:
        link = page.locator(f"a[data-number={name}]")
        number = int(link.inner_text().split(":")[0])
        somebody.press(link)
        lines = page.locator("tr[data-counted]").count()
        hidden = page.locator("[data-not-shown]")
        lines += int(hidden.get_attribute("data-not-shown") or 0) if hidden.count() else 0
        assert lines == number, f"{name}: {lines} lines behind {number}"
        somebody.look("board-report-list", keep=True)
        found[name] = number
        somebody.press(page.locator(".govuk-back-link"))
        assert page.url == report
    return found


def test_the_next_report_to_the_board(everybody: Everybody) -> None:
    rowan = everybody.rowan
    page = rowan.page
    rowan.press(page.locator("main tbody tr th a[href$='/chairs-report']"))
    rowan.look("step-chairs-report", keep=True)
    for key in ("begun", "finished", "learning", "overdue", "impact"):
        expect(page.locator(f"[name={key}]")).not_to_be_empty()
    page.locator("[name=asked_of_board]").fill("Capacity to share plans at weekends.")
    expect(page.locator("[data-draft-status]")).to_contain_text("Saved at")
    rowan.press(page.get_by_role("link", name="The report’s numbers, and the list behind each"))
    rowan.look("board-report-before-it-is-sent", keep=True)
    drafted = {
        each.get_attribute("data-number"): each.inner_text() for each in page.locator("a[data-number]").all()
    }
    rowan.press(page.get_by_role("button", name="Write the chair's report"))
    expect(page.locator("[name=asked_of_board]")).to_have_value("Capacity to share plans at weekends.")
    rowan.press(rowan.button("Send"))
    assert page.url.endswith("/done"), rowan.errors()
    rowan.press(page.get_by_role("link", name="Measures"))
    rowan.press(page.get_by_role("link", name="Reports to the Board"))
    rowan.look("board-reports", keep=True)
    rowan.press(page.get_by_role("link", name="16 December 2026"))
    assert rowan.clicks <= MOST_CLICKS, rowan.clicks
    expect(page.locator("main")).to_contain_text("Capacity to share plans at weekends.")
    rowan.look("board-report-sent", keep=True)
    found = opens_each_number(rowan)
    assert len(found) >= 12
    assert set(found) == set(drafted)
    lindsay = everybody.lindsay
    lindsay.press(lindsay.page.locator("main tbody tr th a[href$='/board-noting']"))
    link = lindsay.page.get_by_role("link", name="The report’s numbers, and the list behind each")
    lindsay.press(link)
    assert opens_each_number(lindsay) == found
