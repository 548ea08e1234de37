"""Logs: one JSON object a line, UTC, the same number as the page, nothing of what somebody typed."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from app.logs import say_in_logs
from tests.app.conftest import Browser

SignIn = Callable[[str], Browser]
FORGED = 'x\r\n{"level": "INFO", "message": "all is well"}\x1b[2J'


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What has been logged since the last look."""
    kept, written = logging.getLogger().handlers[:], io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    say_in_logs("INFO")

    def read() -> list[dict[str, Any]]:
        found = [json.loads(line) for line in written.getvalue().splitlines()]
        written.truncate(0)
        written.seek(0)
        return found

    yield read
    logging.basicConfig(handlers=kept, force=True, level="WARNING")


def test_a_request_is_one_line_that_names_the_kind_of_page_only(
    sign_in: SignIn, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    browser = sign_in("u_hosl")
    lines()
    answer = browser.get("/search?q=Canary")
    (line,) = lines()
    assert (line["page"], line["status"], line["method"]) == ("search.results", 200, "GET")
    assert line["at"].endswith("Z")
    assert line["request"] == answer.headers["X-Request-Id"]
    assert "Canary" not in json.dumps(line)
    assert "u_hosl" not in json.dumps(line)


def test_a_fault_is_logged_under_the_number_that_the_page_shows(
    application: Flask, sign_in: SignIn, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    browser = sign_in("u_hosl")

    child = "Canary"

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"a child called {child}")

    application.view_functions["learning.index"] = fail
    lines()
    answer = browser.get("/learning/")
    fault, answered = lines()
    assert fault["request"] == answered["request"]
    assert fault["request"] in answer.text
    assert "RuntimeError" in fault["message"]
    assert "called Canary" not in json.dumps(fault)


def test_a_line_cannot_be_forged(lines: Callable[[], list[dict[str, Any]]]) -> None:
    logging.getLogger("roundtable.test").warning("typed: %s", FORGED)
    (line,) = lines()
    assert line["message"] == f"typed: {FORGED}"
    assert line["level"] == "WARNING"


def test_what_libraries_say_of_statements_stays_silent(
    sign_in: SignIn, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    say_in_logs("DEBUG")
    logging.getLogger("sqlalchemy.engine").info("SELECT %s", "Canary")
    assert not any("Canary" in json.dumps(line) for line in lines())
