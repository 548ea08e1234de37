"""A process owner who has never seen the code adds a step to the review in a real browser, by mouse in the
diagram editor: from the first click to three running reviews that are moved, and one that is brought back.

The ways of a keyboard are in test_studio_editors and with the Steps table.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engine import tasks
from reviews.shipped import bundle_files
from tests.browser import people
from tests.browser.people import Everybody, Somebody
from tests.policy import answers, journey
from tests.policy.conftest import Partnership
from tests.versions import put_into_use

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]
partnership, application = people.partnership, people.application
_sqlite_template, _sqlite_make = people.furnished, people.make
_sqlite_stages = people.stages
everybody, looked_at = people.everybody, people.looked_at
DRAWN = "[data-module][data-drawn=true]"
SAVED = re.compile(r"^Saved at ")
BEFORE, AFTER = 2, 3  # the versions of the review's process
# Some of the review's scenarios, so that playing them takes seconds.
KEPT = ("usual_answers", "declined_and_accepted", "more_information_is_needed")
WORDS = "The family may want to be heard before it is decided whether there is a review. Ask them."


@pytest.fixture
def at_work(partnership: Partnership) -> tuple[str, str, str]:
    """Three reviews at work: one that is decided, and two that are not."""
    p = partnership
    files = {name: text for name, text in bundle_files("learning_review").items() if kept(name)}
    with p.database.write() as session:
        assert put_into_use(session, files, "learning_review").number == BEFORE
    return journey.decided(p, "accept"), journey.at_screen(p), journey.at_screen(p)


def kept(name: str) -> bool:
    return "/" not in name or any(name == f"scenarios/{each}.yaml" for each in KEPT)


def standing(p: Partnership, ref: str) -> list[tuple[Any, ...]]:
    """The open steps of a review: which, whose, until when, and of which version."""
    with p.database.read() as session:
        rows = tasks(session, business_keys=[ref])
    return [(row.id, row.step, row.role, row.assignee, row.due_on, row.version) for row in rows]


def test_a_step_from_the_first_click_to_running_reviews(
    partnership: Partnership, at_work: tuple[str, str, str], everybody: Everybody
) -> None:
    p, owner = partnership, everybody.devon
    before = standing(p, at_work[2])
    begins(owner)
    draws_a_step(owner)
    makes_its_form(owner)
    puts_two_things_right(owner)
    tries_it(owner)
    gets_it_approved(owner, everybody.jude)
    moves_three_and_brings_one_back(p, owner, *at_work)
    assert standing(p, at_work[2]) == before, "the review that was brought back is as it was"
    the_step_is_asked(p, everybody, *at_work[1:])


def begins(owner: Somebody) -> None:
    page = owner.page
    owner.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Processes"))
    owner.look("studio-processes")
    owner.press(page.get_by_role("link", name="Multi-agency learning review"))
    owner.look("studio-process")
    page.get_by_label("What do you want to change?").fill("Ask the family before the decision")
    owner.press(owner.button("Begin"))
    owner.look("studio-change-begun")


def comes_next(page: Page, words: str, status: str = "") -> None:
    """The change says what to do next: in bold, and first of what is not done."""
    bold = page.locator(".app-way .govuk-task-list__item").filter(
        has=page.locator(".govuk-\\!-font-weight-bold")
    )
    expect(bold).to_contain_text(words)
    expect(bold).to_contain_text(status)


def opens(owner: Somebody, link: str | re.Pattern[str]) -> None:
    owner.press(owner.page.get_by_role("link", name=link).first)
    expect(owner.page.locator(DRAWN)).to_be_attached()


def saved(page: Page) -> None:
    expect(page.locator("[data-editor-status]")).to_have_text(SAVED)


def says(page: Page, label: str, words: str) -> None:
    """Type into a field of the panel, and leave it."""
    page.get_by_label(label, exact=True).fill(words)
    page.get_by_label(label, exact=True).blur()


def draws_a_step(owner: Somebody) -> None:
    page = owner.page
    comes_next(page, "Change the diagram", "To do")
    opens(owner, "Change the diagram")
    page.get_by_label("Go to", exact=True).select_option(label="Talk with the person who referred")
    page.locator('.djs-context-pad [data-action="append.user-task"]').click()
    page.keyboard.type("Ask the family")
    page.keyboard.press("Enter")
    page.get_by_label("Role", exact=True).select_option(label="Board business support")
    says(page, "Why people are asked, and what to do", WORDS)
    says(page, "Deadline", "when there is time")
    expect(page.locator("#p-roundtable-due-reading")).to_contain_text("Try")
    page.get_by_role("button", name="Make its form").click()
    expect(page.get_by_role("link", name="Form: Ask the family")).to_be_visible()
    saved(page)
    expect(page.get_by_role("heading", name="2 findings")).to_be_visible()
    expect(page.locator(".app-finding-mark")).to_contain_text("And 1 more.")
    owner.look("studio-diagram-two-findings")


def makes_its_form(owner: Somebody) -> None:
    page = owner.page
    opens(owner, "Form: Ask the family")
    page.get_by_label("Kind of question").select_option("radio")
    page.get_by_role("button", name="Add it after this").click()
    says(page, "Question", "Did they want to say something?")
    says(page, "Error when it is empty", "Select yes if they wanted to say something")
    seen = page.locator("[data-editor-preview]").get_by_role("group", name="Did they want to say something?")
    expect(seen).to_be_visible()
    saved(page)
    owner.look("studio-form-of-the-step")
    owner.press(page.get_by_role("link", name="Done: what to do next"))


def puts_two_things_right(owner: Somebody) -> None:
    page = owner.page
    comes_next(page, "Put right what the checks find", "2 to put right")
    owner.look("studio-change-to-put-right")
    opens(owner, "Put right what the checks find")
    expect(page.get_by_label("Go to", exact=True).locator("option:checked")).to_have_text("Ask the family")
    page.locator('[data-finding-element="ask_the_family"]').first.click()
    says(page, "Deadline", "5 working days")
    expect(page.locator("#p-roundtable-due-reading")).to_contain_text("For a step that opens now: until")
    says(page, "Clause of the policy", "P2")
    saved(page)
    expect(page.get_by_role("heading", name="Nothing to put right")).to_be_visible()
    expect(page.locator(".app-finding-mark")).to_have_count(0)
    owner.press(page.get_by_role("link", name="Done: what to do next"))


def tries_it(owner: Somebody) -> None:
    page = owner.page
    comes_next(page, "Write a scenario for “Ask the family”", "To do")
    owner.press(page.get_by_role("link", name="Write a scenario for “Ask the family”"))
    expect(page.get_by_label("The scenario")).to_have_value(
        re.compile("role: Board business support\n +due: in 5 working days")
    )
    owner.look("studio-scenario-new")
    owner.press(owner.button("Add it"))
    owner.press(page.get_by_role("link", name="The change", exact=True))
    comes_next(page, "Play its scenarios")
    owner.press(page.get_by_role("link", name="Play its scenarios").first)
    owner.look("studio-scenarios")
    owner.press(owner.button("Play them all"))
    expect(page.get_by_role("row", name="Ask the family is done in time")).to_contain_text("Holds")
    expect(page.get_by_text("Does not hold", exact=True)).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text(
        "ask_the_family"
    )  # it is in no list of what is not passed
    owner.look("studio-scenarios-played")
    owner.press(page.get_by_role("link", name="The change", exact=True))
    owner.press(page.get_by_role("link", name="Rehearse it"))
    owner.look("studio-rehearsal")
    page.get_by_label("Everybody gives the usual answers after 2 working days").check()
    owner.press(owner.button("Look ahead"))
    expect(
        page.get_by_text(re.compile("New, .*: Ask the family, due .* Board business support"))
    ).to_be_visible()
    owner.look("studio-rehearsed")
    owner.press(page.get_by_role("link", name="The change", exact=True))


def gets_it_approved(owner: Somebody, approver: Somebody) -> None:
    page = owner.page
    page.get_by_label("What changes, and why?").fill("Families are heard before it is decided.")
    owner.press(owner.button("Ask for approval"))
    expect(page.locator("main")).to_contain_text("it waits for the Policy sub-group’s chair")
    expect(owner.button("Put it into use")).to_have_count(0)
    approver.my_work()
    approver.look("my-work-with-a-change")
    approver.press(approver.page.get_by_role("link", name="Ask the family before the decision"))
    told = "was added (for the Board business support, with the deadline “5 working days”)"
    expect(approver.page.locator("main")).to_contain_text(told)
    expect(approver.page.locator("main")).not_to_contain_text("Something else")
    approver.look("studio-change-to-decide")
    approver.page.get_by_label("Approve it as it is shown here").check()
    approver.press(approver.button("Decide"))
    owner.my_work()
    owner.press(page.get_by_role("link", name="Ask the family before the decision"))
    owner.look("studio-change-approved")
    owner.press(owner.button("Put it into use"))
    expect(page.locator("main")).to_contain_text(f"Version {AFTER} is in use")
    owner.look("studio-change-in-use")


def moves_three_and_brings_one_back(
    p: Partnership, owner: Somebody, past: str, moved: str, undone: str
) -> None:
    page = owner.page
    owner.press(owner.button("Move running cases"))
    expect(page.get_by_role("row", name=past)).to_contain_text("New, but the case is past it: Ask the family")
    for ref in (moved, undone):
        expect(page.get_by_role("row", name=ref)).to_contain_text("New, and still to come: Ask the family")
    owner.look("studio-migration")
    page.get_by_label("Why are these cases moved?").fill("Families are heard in all of them.")
    owner.press(owner.button("Move every case that can be moved"))
    p.tick()
    page.reload()
    expect(page.get_by_text("All 3 cases are done.")).to_be_visible()
    for ref in (past, moved, undone):
        expect(page.get_by_role("row", name=ref)).to_contain_text("Moved")
        assert {version for *_, version in standing(p, ref)} == {AFTER}
    owner.look("studio-moved")
    owner.press(page.get_by_role("row", name=undone).get_by_role("button", name="Bring back"))
    p.tick()
    page.reload()
    expect(page.get_by_role("row", name=undone)).to_contain_text("Brought back")
    owner.look("studio-brought-back")


def the_step_is_asked(p: Partnership, everybody: Everybody, moved: str, undone: str) -> None:
    """In the review that was moved its role is asked, until the deadline; in the other nobody is."""
    for ref in (moved, undone):
        p.morgan.does("statutory_screen", answers.statutory_screen(), ref)
        p.morgan.does("referrer_discussion", answers.referrer_discussion(p.today), ref)
    assert steps(p, moved) == {"ask_the_family"}
    assert steps(p, undone) == {"triage_decision"}
    support = everybody.ellis
    support.my_work()
    row = support.page.locator("main tbody tr").filter(has_text="Ask the family")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(moved)
    expect(row).to_contain_text("due in 5 working days")
    support.finds("ask_the_family", moved)
    expect(support.page.locator("main")).to_contain_text(WORDS)
    support.page.get_by_label("What would you like to say?").fill("They would like to meet the chair.")
    support.page.get_by_role("group", name="Did they want to say something?").get_by_role(
        "radio"
    ).first.check()
    support.press(support.button("Send"))
    assert not support.errors()
    assert steps(p, moved) == {"triage_decision"}


def steps(p: Partnership, ref: str) -> set[str]:
    return {step for _, step, *_ in standing(p, ref)}
