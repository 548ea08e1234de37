"""What the first page of My work costs with 100,000 open tasks, beside the page with 100 (promise P2).

For every role: one of those who hold it opens the page as a browser does, signed in. Server time is processor
time, of the web process and of the database for it. Then one who has much goes from page to page to the end:
each task comes once. Other pages that people open each day are told, too, without a promise.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from sqlalchemy import select

from app import Config, create_app
from bench.figures import Asked, Figure, spread
from bench.load import SECRET, standing
from bench.processor import Processor, statements
from engine import Database, local_date
from reviews.models import PersonRole
from reviews.permissions import viewer_for
from reviews.roles import ROLES
from reviews.worklist import Filters, work

FEW = 100  # open tasks of the place that the large one is compared with
MOST_TIMES, MOST_MS, MOST_KB = 1.5, 15.0, 100.0
OPENED = 15  # times that each page is measured
WALKED = 200  # pages: one who has that many is walked to the end
OTHERS = {"reviews": "/reviews/", "case search": "/search?q=plan", "measures": "/measures/"}
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
NEXT = re.compile(r'govuk-pagination__next">\s*<a[^>]*href="([^"]+)"')
TASK = re.compile(r'name="task" value="([^"]+)"')


@dataclass
class Inbox:
    """The pages of one place, as its people open them."""

    database: Database

    def __post_init__(self) -> None:
        self.processor = Processor(self.database)
        config = Config(secret_key=SECRET.decode(), demonstration=True, testing=True)
        self.app = create_app(config, self.database)

    def browser(self, person: str) -> FlaskClient:
        """A browser in which somebody is signed in."""
        browser = self.app.test_client()
        found = TOKEN.search(browser.get("/help/contact").text)
        assert found
        assert browser.post(f"/sign-in/{person}", data={"csrf_token": found[1]}).status_code == 303
        return browser

    def costs(self, browser: FlaskClient, path: str, times: int = OPENED) -> list[float]:
        """Milliseconds of each opening of a page; the first ones compile what is kept, and do not count."""
        for _ in range(3):
            assert browser.get(path).status_code == 200, path
        return [self.processor.milliseconds(lambda: browser.get(path)) for _ in range(times)]


def measures(told: Asked) -> Iterator[Figure]:
    """The worst role of each database, and what else was seen there."""
    for kind in told.databases:
        small, large = Inbox(standing(kind, FEW)), Inbox(standing(kind, told.tasks))
        few = {role: small.costs(small.browser(person), "/") for role, person in _holders(small)}
        many = {role: large.costs(large.browser(person), "/") for role, person in _holders(large)}
        yield from _first_page(kind, few, many)
        yield from _walked(kind, large)
        yield from _others(kind, large)


def _first_page(kind: str, few: dict[str, list[float]], many: dict[str, list[float]]) -> Iterator[Figure]:
    worst = max(many, key=lambda role: spread(many[role])[0])
    middle, most = spread(many[worst])
    what = "first page of My work, worst role"
    yield Figure("P2", what, kind, middle, "ms", at_most=MOST_MS, p95=most, samples=OPENED)
    times = {role: spread(many[role])[0] / spread(few[role])[0] for role in many}
    yield Figure("P2", f"{what}, to {FEW} tasks", kind, max(times.values()), "times", at_most=MOST_TIMES)
    print("  " + ", ".join(f"{role} {spread(cost)[0]:.1f} ms" for role, cost in many.items()), flush=True)


def _walked(kind: str, inbox: Inbox) -> Iterator[Figure]:
    """From page to page, for who has the most: each task once, and the last page costs about the first."""
    person = max((each for _, each in _holders(inbox)), key=lambda each: len(_all_of(inbox, each)))
    wanted, browser, path = _all_of(inbox, person), inbox.browser(person), "/"
    page = browser.get(path)
    packed = len(gzip.compress(page.data)) / 1000
    yield Figure("P5", "inbox page, compressed", kind, packed, "kB", at_most=MOST_KB)
    with statements(inbox.database) as asked:
        browser.get(path)
    yield Figure("P2", "statements of My work", kind, len(asked), "statements")
    seen = TASK.findall(page.text)
    for _ in range(WALKED):
        if not (further := NEXT.search(page.text)):
            break
        path = further[1].replace("&amp;", "&")
        page = browser.get(path)
        seen += TASK.findall(page.text)
    assert parse_qs(urlsplit(path).query).get("after"), "there is more than a page"
    assert seen == wanted[: len(seen)], "each task once, in order"
    assert len(seen) == len(wanted) or len(seen) > WALKED * 25, "to the end"
    last, _ = spread(inbox.costs(browser, path))
    first, _ = spread(inbox.costs(browser, "/"))
    yield Figure("P2", "last page of My work, to the first", kind, last / first, "times", at_most=MOST_TIMES)


def _all_of(inbox: Inbox, person: str) -> list[str]:
    """The ids of everything that somebody has to do, in order, read at once."""
    today = local_date(inbox.database.clock.now())
    with inbox.database.read() as session:
        viewer = viewer_for(session, person, today)
        return [
            str(row.task.id) for row in work(session, viewer, "todo", Filters(), today, rows=WALKED * 25 + 26)
        ]


def _others(kind: str, inbox: Inbox) -> Iterator[Figure]:
    """Pages of which nothing is promised, opened once: some take long with so many reviews."""
    browser = inbox.browser(dict(_holders(inbox))["hosl"])
    for name, path in OTHERS.items():
        took = inbox.processor.milliseconds(partial(_opened, browser, path))
        yield Figure("P2", f"page at this load: {name}", kind, took, "ms")


def _opened(browser: FlaskClient, path: str) -> None:
    assert browser.get(path).status_code == 200, path


def _holders(inbox: Inbox) -> list[tuple[str, str]]:
    """Each role with one of those who hold it."""
    held = select(PersonRole.role, PersonRole.person).order_by(PersonRole.person)
    with inbox.database.read() as session:
        found = session.execute(held).all()
    first: dict[str, str] = {}
    for role, person in found:
        first.setdefault(role, person)
    return [(role, first[role]) for role in ROLES if role in first]
