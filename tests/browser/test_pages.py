"""The pages in a real browser: the way of a referral; axe finds no fault on any page, at two widths."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.app.conftest import (  # noqa: F401  (fixtures: the partnership of the page tests)
    A,
    House,
    _world,
    application,
    house,
    session_clock,
)

Check = Callable[[Page], None]
Picture = Callable[[Page, str], None]


@pytest.fixture
def become(page: Page, live_server: str) -> Callable[[str], None]:
    """Choose who to be, as a visitor does."""

    def choose(person: str) -> None:
        page.goto(f"{live_server}/sign-in")
        page.locator(f'form[action="/sign-in/{person}"] button').click()
        expect(page.locator("h1")).to_have_text("My work")

    return choose


def test_a_referral_from_first_click_to_what_happens_next(
    page: Page,
    live_server: str,
    become: Callable[[str], None],
    accessible: Check,
    picture: Picture,
    house: House,  # noqa: F811
) -> None:
    become("u_police")
    page.get_by_role("link", name="Refer a case").click()
    picture(page, "refer")
    accessible(page)
    page.get_by_role("button", name="Start a referral").click()
    picture(page, "step-parts")
    accessible(page)
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    picture(page, "step-error")
    accessible(page)
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("h1")).to_have_text("You and your agency")
    picture(page, "step-screen")
    accessible(page)
    page.locator("input[type=text]").first.fill("Typed, and saved while typing")
    expect(page.locator("[data-draft-status]")).to_contain_text("Saved at")
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.locator("h1")).to_have_text("My work")


def test_a_step_that_is_sent_says_what_happens_next(
    page: Page,
    live_server: str,
    become: Callable[[str], None],
    accessible: Check,
    picture: Picture,
) -> None:
    become("u_hosl")
    picture(page, "my-work")
    accessible(page)
    page.get_by_role("link", name="Check for a statutory review").click()
    picture(page, "step")
    accessible(page)
    for group in page.get_by_role("group").all():
        if group.get_by_label("No", exact=True).count() == 1:
            group.get_by_label("No", exact=True).check()
    for area in page.locator("textarea:visible, input[type=text]:visible").all():
        area.fill("Nothing of the kind is known.")
    outcome = page.locator("input[name=outcome]").first
    if outcome.count():
        outcome.check()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("h1")).to_contain_text("Sent")
    expect(page.get_by_text("What happens next")).to_be_visible()
    picture(page, "step-sent")
    accessible(page)


PAGES = {
    "sign-in": ("", "/sign-in"),
    "my-work-waiting": ("u_hosl", "/?view=waiting"),
    "my-work-empty": ("u_nurse", "/"),
    "reviews": ("u_hosl", "/reviews/"),
    "review": ("u_hosl", f"/reviews/{A}"),
    "review-as-an-agency": ("u_police", f"/reviews/{A}"),
    "review-referral": ("u_hosl", f"/reviews/{A}/referral"),
    "review-agencies": ("u_hosl", f"/reviews/{A}/agencies"),
    "review-meetings": ("u_hosl", f"/reviews/{A}/meetings"),
    "review-learning": ("u_hosl", f"/reviews/{A}/learning"),
    "review-actions": ("u_hosl", f"/reviews/{A}/actions"),
    "review-sharing": ("u_hosl", f"/reviews/{A}/sharing"),
    "review-documents": ("u_hosl", f"/reviews/{A}/documents"),
    "review-timeline": ("u_hosl", f"/reviews/{A}/timeline"),
    "pause": ("u_hosl", f"/reviews/{A}/change/pause"),
    "hand-over": ("u_hosl", f"/reviews/{A}/change/statutory-threshold"),
    "change-chair": ("u_hosl", f"/reviews/{A}/change/change-chair"),
    "identity": ("u_hosl", f"/reviews/{A}/identity"),
    "child-at-risk": ("u_hosl", f"/reviews/{A}/child-at-risk-now"),
    "suggest": ("u_nurse", "/suggest"),
    "actions": ("u_hosl", "/actions/"),
    "learning": ("u_nurse", "/learning/"),
    "search": ("u_hosl", "/search?q=MALR"),
    "mail": ("u_hosl", "/mail"),
    "accessibility": ("", "/help/accessibility"),
    "privacy": ("", "/help/privacy"),
    "contact": ("", "/help/contact"),
    "office": ("u_office", "/office/"),
    "people": ("u_office", "/people/"),
    "add-a-person": ("u_office", "/people/new"),
    "permissions": ("u_office", "/permissions/"),
    "records": ("u_office", "/records/"),
    "schedule": ("u_office", "/records/schedule"),
    "holds": ("u_office", "/records/holds"),
    "find-a-child": ("u_hosl", "/find-a-child"),
    "correct-a-child": ("u_hosl", f"/reviews/{A}/identity/correct"),
    "export": ("u_hosl", f"/reviews/{A}/export"),
    "readers": ("u_hosl", f"/reviews/{A}/readers"),
    "emergency": ("u_housing", "/emergency/"),
    "account": ("u_hosl", "/account/"),
    "tokens": ("u_hosl", "/account/tokens"),
    "token-new": ("u_hosl", "/account/tokens/new"),
    "audit-log": ("u_admin", "/audit/"),
    "subject-access": ("u_office", "/subject-access/"),
    "not-found": ("u_hosl", "/reviews/MALR-1999-001"),
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_accessible_and_fits(
    page: Page,
    live_server: str,
    become: Callable[[str], None],
    accessible: Check,
    picture: Picture,
    name: str,
) -> None:
    person, path = PAGES[name]
    if person:
        become(person)
    page.goto(live_server + path)
    accessible(page)
    picture(page, name)


def test_the_diagram_is_drawn_with_where_it_stands(
    page: Page,
    live_server: str,
    become: Callable[[str], None],
    accessible: Check,
    picture: Picture,
) -> None:
    become("u_hosl")
    page.goto(f"{live_server}/reviews/{A}/diagram")
    expect(page.locator(".app-diagram[data-drawn=true]")).to_be_visible()
    expect(page.locator(".app-step-badge--now").first).to_contain_text("Now: due")
    accessible(page)
    picture(page, "review-diagram")


def test_everything_but_the_picture_works_without_scripts(
    browser: object,
    live_server: str,
) -> None:
    context = browser.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    plain = context.new_page()
    plain.goto(f"{live_server}/sign-in")
    plain.locator('form[action="/sign-in/u_police"] button').click()
    plain.get_by_role("link", name="Prepare for the meeting").click()
    plain.get_by_role("button", name="Save and come back later").click()
    assert "Saved as a draft" in plain.content()
    plain.goto(f"{live_server}/reviews/{A}")
    assert "You are here" in plain.content()
    context.close()
