"""Our own front end by itself: the frame, each component, drafts saved as you type, the diagram."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, jsonify, render_template, request
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from playwright.sync_api import Page, expect

from app.assets import add_assets

HERE = Path(__file__).resolve().parent / "frontend"
APP = Path(__file__).resolve().parents[2] / "app"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
FRAME: dict[str, Any] = {
    "navigation": [
        {"text": "My work", "href": "/", "current": True},
        {"text": "Reviews", "href": "#r"},
        {"text": "Process studio", "href": "#s"},
    ],
    "account": {"name": "A Person", "role": "Chair", "sign_out_url": "/out"},
    "demonstration": {"text": "Nothing here is real.", "href": "#who", "link": "Be somebody else"},
    "contact": {"name": "The business team", "email": "team@example.org"},
    "footer_links": [{"text": "Accessibility", "href": "#a"}],
    "back": {"href": "#back"},
    "state": {
        "referral": {"state": "done"},
        "chair_nomination": {"state": "now", "words": "Now: 3 working days late", "late": True},
        "capacity_review": {"state": "skipped"},
    },
}


@pytest.fixture
def answers() -> list[int]:
    """The statuses that the next saves of a draft are answered with; 200 once it is empty."""
    return []


@pytest.fixture
def drafts() -> list[tuple[str | None, str]]:
    """The drafts that arrived: the revision they were based on, and their text."""
    return []


@pytest.fixture
def application(answers: list[int], drafts: list[tuple[str | None, str]]) -> Flask:
    """A small application around our templates: no engine, no database."""
    flask = Flask("frontend", static_folder=APP / "static", static_url_path="/static")
    flask.secret_key = "only for tests"
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    flask.jinja_loader = ChoiceLoader([FileSystemLoader([HERE, APP / "templates"]), govuk])
    CSRFProtect(flask)
    add_assets(flask)

    @flask.get("/")
    def page() -> str:
        errors = [{"text": "Enter what was learned", "href": "#learned"}] if "errors" in request.args else []
        return render_template("components.html", errors=errors, **FRAME)

    @flask.get("/diagram.bpmn")
    def diagram() -> Response:
        return Response((HERE / "diagram.bpmn").read_text(), mimetype="application/xml")

    @flask.put("/draft")
    def draft() -> Any:
        if answers and (status := answers.pop(0)) != 200:
            return "", status
        drafts.append((request.headers.get("If-Match"), request.form["learned"]))
        return jsonify(revision=3 + len(drafts), saved_at="10:42")

    @flask.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return flask


def test_every_component_is_accessible_and_fits_a_phone(
    page: Page,
    live_server: str,
    accessible: Callable[[Page], None],
    picture: Callable[[Page, str], None],
) -> None:
    page.goto(live_server)
    expect(page.locator("#diagram[data-drawn]")).to_be_visible()
    accessible(page)
    picture(page, "components")
    page.set_viewport_size({"width": 390, "height": 900})
    accessible(page)


def test_an_error_summary_leads_to_the_question_and_the_title_says_error(
    page: Page, live_server: str
) -> None:
    page.goto(f"{live_server}/?errors")
    expect(page).to_have_title("Error: Components – Roundtable")
    page.get_by_role("link", name="Enter what was learned").click()
    expect(page.get_by_label("What was learned")).to_be_focused()


def test_a_draft_is_saved_as_you_type_on_top_of_the_last_revision(
    page: Page, live_server: str, drafts: list[tuple[str | None, str]]
) -> None:
    page.goto(live_server)
    page.get_by_label("What was learned").fill("First")
    expect(page.get_by_text("Saved at 10:42")).to_be_visible()
    with page.expect_response("**/draft"):
        page.get_by_label("What was learned").fill("First and second")
    expect(page.get_by_text("Saved at 10:42")).to_be_visible()
    assert drafts == [('"3"', "First"), ('"4"', "First and second")]


@pytest.mark.console_errors("the server refuses on purpose")
def test_a_draft_that_cannot_be_saved_says_so_and_is_tried_again(
    page: Page, live_server: str, answers: list[int], drafts: list[tuple[str | None, str]]
) -> None:
    answers.append(503)
    page.goto(live_server)
    page.get_by_label("What was learned").fill("Kept")
    expect(page.get_by_text("Not saved.")).to_be_visible()
    expect(page.get_by_text("Saved at 10:42")).to_be_visible()
    assert drafts == [('"3"', "Kept")]


@pytest.mark.console_errors("the server refuses on purpose")
def test_a_draft_older_than_another_is_not_pressed_on_the_server(
    page: Page, live_server: str, answers: list[int], drafts: list[tuple[str | None, str]]
) -> None:
    answers.append(412)
    page.goto(live_server)
    page.get_by_label("What was learned").fill("Mine")
    expect(page.get_by_text("a newer version exists")).to_be_visible()
    page.get_by_label("What was learned").fill("Mine, and more")
    page.wait_for_timeout(2500)
    assert drafts == []
    expect(page.get_by_label("What was learned")).to_have_value("Mine, and more")


def test_the_diagram_says_in_words_what_is_done_now_and_not_taken(page: Page, live_server: str) -> None:
    page.goto(live_server)
    diagram = page.locator("#diagram")
    for words in ("Done", "Now: 3 working days late", "Not taken"):
        expect(diagram.get_by_text(words, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Powered by bpmn.io")).to_be_visible()
    page.get_by_role("button", name="Zoom in").press("Enter")
    page.get_by_role("link", name="Nominate a chair").click()
    expect(diagram.locator("[data-element-id=chair_nomination].app-step-chosen")).to_be_visible()


def test_on_a_phone_the_filter_opens_and_closes(page: Page, live_server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(live_server)
    expect(page.get_by_label("Reference")).to_be_hidden()
    page.get_by_role("button", name="Show filter").click()
    expect(page.get_by_label("Reference")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_label("Reference")).to_be_hidden()


def test_without_scripts_the_page_is_whole(
    browser: Any, browser_context_args: dict[str, Any], live_server: str
) -> None:
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server)
    expect(page.get_by_label("Reference")).to_be_visible()
    expect(page.get_by_role("link", name="Process studio")).to_be_visible()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    context.close()
