"""One step in a real browser: it keeps what is typed, takes the keyboard alone, and needs few clicks."""

from __future__ import annotations

import re
from urllib.parse import quote_plus, urljoin

import pytest
from playwright.sync_api import Page, Response, expect
from sqlalchemy import select

from reviews.models import PersonRole
from tests.browser import people
from tests.browser.people import Everybody, Somebody
from tests.policy import answers
from tests.policy.conftest import Partnership

pytestmark = pytest.mark.sqlite_only
partnership, application = people.partnership, people.application
_sqlite_template, _sqlite_make = people.furnished, people.make
_sqlite_stages = people.stages
everybody, looked_at = people.everybody, people.looked_at
TEXT = "Three teams asked the family the same questions."
MOST_CLICKS = 12


@pytest.fixture
def referred(partnership: Partnership) -> str:
    """The reference of a review that has just been referred."""
    p = partnership
    page = p.dale.open("/refer")
    begun = p.dale.submit(page.form("/refer"), "/refer")
    ref = p.dale.finds("referral").review
    p.dale.answers(begun.path, answers.referral(p.today))
    return ref


def test_what_is_typed_is_saved_and_comes_back(referred: str, everybody: Everybody) -> None:
    morgan = everybody.morgan
    morgan.finds("statutory_screen", referred)
    morgan.page.get_by_label("Reasons").fill(TEXT)
    expect(morgan.page.locator("[data-draft-status]")).to_have_text(re.compile(r"^Saved at \d"))
    morgan.page.reload()
    expect(morgan.page.get_by_label("Reasons")).to_have_value(TEXT)
    expect(morgan.page.locator("[data-draft-status]")).to_contain_text("Saved")


@pytest.mark.console_errors("the server refuses the tab whose session has ended")
def test_a_tab_whose_session_ended_saves_again_for_its_person_and_for_nobody_else(
    referred: str, everybody: Everybody
) -> None:
    morgan = everybody.morgan
    morgan.finds("statutory_screen", referred)
    status, reasons = morgan.page.locator("[data-draft-status]"), morgan.page.get_by_label("Reasons")
    other = morgan.page.context.new_page()

    def becomes(person: str) -> None:
        other.goto(urljoin(morgan.page.url, "/"))
        other.get_by_role("button", name="Sign out").click()
        other.locator(f'form[action="/sign-in/{person}"] button').first.click()
        expect(other.get_by_role("heading", name="My work")).to_be_visible()

    becomes("u_devon")
    reasons.fill(TEXT)
    expect(status).to_contain_text("you are signed out")
    becomes("u_morgan")
    reasons.press_sequentially(" More.")
    expect(status).to_have_text(re.compile(r"^Saved at \d"), timeout=20_000)
    morgan.page.reload()
    expect(reasons).to_have_value(re.compile("More"))


def test_who_comes_second_is_told_by_whom_and_when_and_keeps_the_text(
    partnership: Partnership, referred: str, everybody: Everybody
) -> None:
    also_head_of_safeguarding(partnership, "u_devon")
    screen = answers.statutory_screen()
    morgan, devon = everybody.morgan, everybody.devon
    devon.finds("statutory_screen", referred)
    with devon.page.expect_response(is_last_draft):  # a draft that comes after Morgan is refused, rightly
        devon.answers({**screen, "reason": TEXT})
    morgan.does("statutory_screen", screen, referred, wrong_first=False)
    devon.press(devon.button("Send"))
    told = devon.page.locator("main")
    expect(told).to_contain_text("Morgan F. completed it on 13 April 2026 at 9:30am")
    devon.look("step-somebody-was-first")
    devon.press(devon.page.get_by_role("link", name="See what you typed"))
    expect(told).to_contain_text(TEXT)
    devon.look("step-over")


def is_last_draft(response: Response) -> bool:
    """Whether a draft with the last answer in it has been saved."""
    asked = response.request
    return asked.method == "PUT" and quote_plus(TEXT) in (asked.post_data or "") and response.ok


def also_head_of_safeguarding(p: Partnership, person: str) -> None:
    """Give the business manager the other role, too, so that two people can do one step."""
    with p.database.write() as session:
        role = session.scalars(select(PersonRole).where(PersonRole.role == "hosl")).one()
        session.add(PersonRole(person=person, role="hosl", agency=role.agency, from_on=role.from_on))


def test_the_keyboard_alone_completes_a_step(referred: str, everybody: Everybody) -> None:
    morgan = everybody.morgan
    page = morgan.page
    tab_to(page, "a[href$='/statutory-screen']")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Check whether a statutory review"))
    page.keyboard.press("Tab")
    expect(page.locator(".govuk-skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    for question in ("child_died_or_seriously_harmed", "abuse_or_neglect_suspected", "near_miss"):
        tab_to(page, f"[name={question}]")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        expect(page.locator(f"[name={question}][value=false]")).to_be_checked()
    tab_to(page, "[name=outcome]")
    page.keyboard.press("Space")
    tab_to(page, "[name=reason]")
    page.keyboard.type(TEXT)
    tab_to(page, "button[value=send]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sent: Check for a statutory review")).to_be_visible()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what the selector names has focus, as somebody without a mouse does."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector} on {page.url}")


def test_a_newcomer_decides_a_referral_in_a_dozen_clicks(
    partnership: Partnership, referred: str, everybody: Everybody
) -> None:
    p = partnership
    p.morgan.does("statutory_screen", answers.statutory_screen())
    p.morgan.does("referrer_discussion", answers.referrer_discussion(p.today))
    morgan: Somebody = everybody.morgan
    morgan.press(morgan.page.get_by_role("link", name="Decide on the referral"))
    given = newcomer(answers.triage_decision("accept", p.today))
    morgan.answers_screens("triage_decision", given, wrong_first=False)
    print(f"From the start page to a decision: {morgan.clicks} clicks")
    assert morgan.clicks <= MOST_CLICKS


def newcomer(given: dict[str, object]) -> dict[str, object]:
    """Only what a newcomer must answer: period, agencies and criteria are proposed from the referral."""
    proposed = {"scope_from", "scope_to", "agencies", "criterion_plan", "criterion_lead"}
    return {key: value for key, value in given.items() if key not in proposed}
