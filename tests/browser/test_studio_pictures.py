"""Two versions beside each other in a real browser: marks on both diagrams that open by keyboard and are
found from the list; a rehearsal with its two timelines. Both under the content policy and on a phone.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.test_studio_editors import (  # noqa: F401  (fixtures)
    PROCESS,
    Owner,
    application,
    board,
    house,
    owner,
    session_clock,
    studio,
)

Check = Callable[[Page], None]
Picture = Callable[[Page, str], None]


def sooner(page: Page, change: str) -> None:
    """Give the reply three days."""
    page.goto(f"{change}/files/{PROCESS}.bpmn?as=text")
    text = page.locator("textarea[name=text]")
    old = text.input_value()
    text.fill(old.replace('roundtable:due="10 working days"', 'roundtable:due="3 working days"'))
    page.locator("form:has(textarea) button[type=submit]").first.click()
    page.wait_for_load_state()


def test_a_number_on_the_diagram_opens_by_keyboard_and_is_found_from_the_list(
    owner: Owner,  # noqa: F811
    page: Page,
    accessible: Check,
    picture: Picture,
) -> None:
    change = owner.begin(PROCESS)
    sooner(page, change)
    page.goto(change)
    page.get_by_role("link", name="See it on the diagram").click()
    diagrams = page.locator(".app-diagram[data-drawn=true]")
    expect(diagrams).to_have_count(2)
    mark = diagrams.nth(1).locator(".app-mark summary")
    expect(mark).to_have_text("1 Changed")
    expect(diagrams.nth(0).locator(".app-step-changed")).to_have_count(1)
    mark.focus()
    page.keyboard.press("Enter")
    told = diagrams.nth(1).locator(".app-mark__told")
    expect(told).to_contain_text("3 working days")
    page.keyboard.press("Escape")
    expect(told).not_to_be_visible()
    expect(mark).to_be_focused()
    page.get_by_role("button", name="Show it on the diagram: 1").click()
    for drawn in (diagrams.nth(0), diagrams.nth(1)):
        expect(drawn.locator(".app-step-chosen").first).to_be_attached()
    accessible(page)
    picture(page, "studio-compare")
    page.emulate_media(media="print")
    expect(page.locator(".app-diagram__tools").first).not_to_be_visible()


def test_two_timelines_stand_beside_each_other(
    owner: Owner,  # noqa: F811
    page: Page,
    accessible: Check,
    picture: Picture,
) -> None:
    change = owner.begin(PROCESS)
    sooner(page, change)
    page.goto(change)
    page.get_by_role("link", name="Rehearse the next days").click()
    page.get_by_text("Choose step by step").click()
    page.locator("#does-suggestion_reply").select_option("never")
    accessible(page)
    page.get_by_role("button", name="Look ahead").click()
    expect(page.get_by_role("table", name="Day by day, side by side")).to_be_visible()
    expect(page.get_by_text("Only here").or_(page.get_by_text("earlier here")).first).to_be_visible()
    picture(page, "studio-rehearsal")
    accessible(page)
