"""Scenarios in a real browser: what they cover is drawn on the diagram, and the text of one is saved and
checked while it is written."""

# ruff: noqa: F811  (fixtures of another module)

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.app.conftest import _world, board, house, session_clock  # noqa: F401  (fixtures)
from tests.app.test_studio import studio  # noqa: F401  (fixture)
from tests.browser.test_studio_editors import DRAWN, SAVED, Owner, application, owner  # noqa: F401

Check = Callable[[Page], None]
OTHER = "scenarios/a_suggestion_becomes_a_referral.yaml"
ANSWERED = "scenarios/a_suggestion_is_answered.yaml"
REFERRED = "flow_refer_it_to_end_referral_started"


def test_what_is_covered_left_out_and_not_covered_is_drawn_and_not_by_colour_alone(
    owner: Owner, accessible: Check
) -> None:
    page, change = owner.page, owner.begin("case_suggestion")
    page.goto(f"{change}/files/{OTHER}")
    page.get_by_role("button", name="Take this file out").click()
    page.goto(f"{change}/files/")
    page.locator("#name").fill("scenarios/waivers.yaml")
    page.locator("#text").fill(f"{REFERRED}: Tried by hand every spring, with the agencies.\n")
    page.get_by_role("button", name="Add").click()
    page.goto(f"{change}/scenarios")
    page.get_by_role("button", name="Play them all").click()
    expect(page.locator(DRAWN)).to_be_attached()

    def dashes(element: str, part: str) -> str:
        drawn = page.locator(f"[data-element-id={element}] > .djs-visual > {part}").first
        return str(drawn.evaluate("each => getComputedStyle(each).strokeDasharray"))

    assert dashes("suggestion", "rect") == "none"
    assert dashes("end_referral_started", "circle") == "10px, 5px"
    assert dashes(REFERRED, "path") == "2px, 4px"
    assert dashes("flow_refer_it_to_end_answered", "path") == "none"
    badge = page.locator(".djs-overlay", has_text="Not covered")
    expect(badge).to_have_count(1)
    expect(page.locator("main")).to_contain_text("What happens there was not tried.")
    accessible(page)


def test_the_text_of_a_scenario_is_saved_while_it_is_written(owner: Owner, accessible: Check) -> None:
    page, change = owner.page, owner.begin("case_suggestion")
    page.goto(f"{change}/files/{ANSWERED}")
    text = page.locator("#text")
    text.fill("title: Another\nthen:\n  - open: suggestion\n")
    expect(page.locator("[data-editor-status]")).to_have_text(SAVED)
    text.press("End")
    page.get_by_role("button", name="Save", exact=True).click()
    assert re.search("/files/scenarios/", page.url), "the page stays"
    assert owner.text(change, ANSWERED).startswith("title: Another")
    accessible(page)
