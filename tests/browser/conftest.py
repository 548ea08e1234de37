"""A real browser against a real server on loopback: Debian's Chromium, driven by Playwright.

`page` is strict here: a test fails on any console error, script error, breach of the content policy, or
request to another host than ours. `@pytest.mark.console_errors("why")` lifts that for one test.
`accessible(page)` runs axe; `picture(page, "my-work")` keeps the page as people see it, at 1280 and 390 px,
in build/screenshots.

Without a Chromium these tests are skipped; with ROUNDTABLE_REQUIRE_BROWSER=1, as in CI, they fail.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import ConsoleMessage, Page, Request, Response

    from engine.clock import VirtualClock

HERE = Path(__file__).resolve().parent
SCREENSHOTS = HERE.parent.parent / "build" / "screenshots"
WIDTHS = (1280, 390)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A browser at work alone: it looks nothing up and updates nothing.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(
        (found for name in names if (found := shutil.which(name))), None
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test here, and skip them all where there is no browser and none is required."""
    missing = _chromium() is None and os.environ.get("ROUNDTABLE_REQUIRE_BROWSER") != "1"
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")
            if missing:
                item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the machine's own Chromium: Playwright's download of a browser is never used."""
    chromium = _chromium()
    if chromium is None:
        pytest.fail("ROUNDTABLE_REQUIRE_BROWSER=1, and there is no Chromium: apt-get install chromium")
    return {**browser_type_launch_args, "executable_path": chromium, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Look at pages as somebody in London does, without animations."""
    size = {"width": WIDTHS[0], "height": 900}
    place = {"locale": "en-GB", "timezone_id": "Europe/London"}
    return {**browser_context_args, **place, "viewport": size, "reduced_motion": "reduce"}


@pytest.fixture
def application(_sqlite_copy: str, clock: VirtualClock) -> Iterator[Flask]:
    """The application under test, in demonstration mode over an empty database of its own.

    A test file that needs reviews in it defines its own `application`.
    """
    from app import Config, create_app
    from engine.db import Database
    from tests.conftest import SECRET_KEY

    database = Database(_sqlite_copy, clock=clock, secret_key=SECRET_KEY)
    config = Config(
        secret_key=SECRET_KEY.decode(), database_url=_sqlite_copy, demonstration=True, testing=True
    )
    yield create_app(config, database)
    database.dispose()


@pytest.fixture
def live_server(application: Flask) -> Iterator[str]:
    """Serve `application` on a free port of loopback; gives its address, without a slash at the end."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()


class Watch:
    """What must not happen on a page, noted as it happens."""

    def __init__(self, page: Page) -> None:
        self.seen: list[str] = []
        self._refused: set[str] = (
            set()
        )  # pages that a test asked for and was refused: not a fault of the page
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and message.location.get("url") not in self._refused:
            self.seen.append(f"console: {message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.hostname != "127.0.0.1":
            self.seen.append(f"asked another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request() and 400 <= response.status < 500:
            self._refused.add(response.url)


@pytest.fixture
def page(page: Page, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that fails its test on what no page of ours may do (see the top of this file)."""
    watch = Watch(page)
    page.set_default_timeout(10_000)
    yield page
    if not request.node.get_closest_marker("console_errors"):
        assert not watch.seen, "\n".join(watch.seen)


def _excused(rule: dict[str, Any], node: dict[str, Any]) -> bool:
    """One finding we know of: GOV.UK marks an answer that shows more questions (upstream keeps it)."""
    conditional = any(kind in node["html"] for kind in ("govuk-radios__input", "govuk-checkboxes__input"))
    return bool(rule["id"] == "aria-allowed-attr" and conditional and "aria-expanded" in node["html"])


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Check a page against WCAG 2.2 AA and axe's best practice; fails with what to mend and where."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Page) -> None:
        options = {"runOnly": RULES, "resultTypes": ["violations"]}  # the rest is not worked out: quicker
        found = Axe().run(page, options=options).response["violations"]
        problems = [
            f"{rule['id']}: {rule['help']}\n    {node['html']}"
            for rule in found
            for node in rule["nodes"]
            if not _excused(rule, node)
        ]
        assert not problems, f"{page.url}\n" + "\n".join(problems)

    return check


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Keep a page at both widths as build/screenshots/<name>-<width>.png; nothing may stick out sideways."""

    def take(page: Page, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} px wide at {width} px"
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})

    return take
