"""A process owner changes a process by keyboard alone, through the Steps table: adds a step with a form, a
role and a deadline, fixes two findings, writes a scenario, rehearses, gets approval, deploys, migrates three
running reviews, and undoes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from engine import tick
from engine.models import Outbox, ProcessInstance, UserTask
from reviews.models import Agency, Person
from reviews.people import add_role
from reviews.studio.scenario_runs import play_waiting
from tests.app.conftest import (  # noqa: F401  (fixtures: the partnership of the page tests)
    A,
    B,
    House,
    _referral,
    _world,
    application,
    session_clock,
)
from tests.app.conftest import house as two_reviews  # noqa: F401  (fixture)
from tests.browser.conftest import Watch
from tests.browser.keyboard import Keyboard

Check = Callable[[Page], None]
C = "MALR-2026-003"
STEP, TITLE = "ring_the_child_s_school", "Ring the child’s school"
SCENARIO = "The school is rung before the decision"


class NoPost:
    """Takes every letter."""

    def send(self, session: object, notice: Outbox) -> None:
        """Take it."""


@pytest.fixture
def house(two_reviews: House) -> House:  # noqa: F811
    """The partnership with three reviews, a business manager who keeps its processes, a Policy sub-group, and
    the school that the usual answers of a rehearsal name."""
    two_reviews.refer("u_police", "pol")
    two_reviews.complete(C, "referral", **_referral("pol", "icb"))
    with two_reviews.database.write() as session:
        add_role(session, "u_office", "process_owner", None, date(2020, 1, 1), None)
        session.add(Agency(id="sch", name="Oakfield School", sector="any", statutory_partner=False))
        session.add(Person(id="u_approver", name="Jude R.", email="jude@board.example"))
        session.add(Person(id="u_school", name="Ira S.", email="ira@school.example", agency="sch"))
        session.flush()
        add_role(session, "u_approver", "policy_approver", None, date(2020, 1, 1), None)
        add_role(session, "u_school", "safeguarding_lead", "sch", date(2020, 1, 1), None)
    return two_reviews


@pytest.fixture
def owner(page: Page, live_server: str, accessible: Check) -> Keyboard:
    """Devon, at the start of the work."""
    devon = Keyboard(page, accessible)
    devon.signs_in(live_server, "u_office")
    return devon


@pytest.fixture
def others(
    browser: Browser, browser_context_args: dict[str, Any], live_server: str, accessible: Check
) -> Iterator[Callable[[str], Keyboard]]:
    """Somebody else at a keyboard of their own, whose pages may do no more than Devon's."""
    watches, contexts = [], []

    def come(person: str) -> Keyboard:
        contexts.append(browser.new_context(**browser_context_args))
        somebody = Keyboard(contexts[-1].new_page(), accessible)
        watches.append(Watch(somebody.page))
        somebody.signs_in(live_server, person)
        return somebody

    yield come
    for context in contexts:
        context.close()
    assert not [words for watch in watches for words in watch.seen]


def standing(house: House, ref: str) -> list[tuple[object, ...]]:
    """How a review stands: its version, its steps with their people and days, its clocks."""
    with house.database.read() as session:
        rows = session.scalars(select(UserTask).where(UserTask.business_key == ref).order_by(UserTask.id))
        tasks = [(t.id, t.step, t.status, t.role, t.agency, t.assignee, t.due_at, t.version) for t in rows]
        cases = session.scalars(
            select(ProcessInstance.version_id).where(ProcessInstance.business_key == ref)
        ).all()
        return [*tasks, tuple(cases)]


def test_a_process_owner_needs_no_mouse_and_no_canvas(
    house: House,
    owner: Keyboard,
    others: Callable[[str], Keyboard],
) -> None:
    begins_a_change(owner)
    adds_a_step(owner)
    fixes_what_the_checks_find(owner)
    adds_a_question(owner)
    writes_a_scenario(owner, house)
    rehearses(owner)
    asks_for_approval(owner)
    approves(others("u_approver"))
    before = standing(house, C)
    puts_it_into_use_and_moves_three_reviews(owner, house)
    brings_one_back(owner, house)
    assert standing(house, C) == before, "the review that was brought back is as it was"
    the_new_step_comes_to_its_role(house, others)


def begins_a_change(owner: Keyboard) -> None:
    owner.presses("^Processes$")
    owner.keys.press("Tab")
    assert owner.focus()["words"] == "Skip to main content"
    owner.keys.press("Enter")
    owner.presses("^Multi-agency learning review$")
    owner.types("What do you want to change", "A call before the decision")
    owner.presses("^Begin$")
    owner.presses("Change the steps in a table")


def adds_a_step(owner: Keyboard) -> None:
    owner.types("Find a step", "Talk with the person")
    owner.presses("^Open it$")
    owner.presses("^Add a step after it")
    owner.presses("^Add it$")
    owner.sees_errors("Enter a name", "Say by when", "Enter the clause")
    owner.types("What is it called", TITLE)
    owner.types("Who does it", "Board business support")
    owner.types("Why are people asked", "The school knows the child. Ring it and note what it says.")
    owner.types("By when", "5 wurking days")
    owner.types("Which clause", "P2")
    owner.presses("^Add it$")
    owner.sees_errors("it counts working days")
    owner.types("By when", "5 working days after referrer_discussion.finished_at")
    owner.presses("^Add it$")
    owner.is_told(f"“{TITLE}” is added after “Talk with the person who referred”.")


def fixes_what_the_checks_find(owner: Keyboard) -> None:
    found = owner.page.locator(".app-findings__item")
    owner.types("Under which name is its answer kept", "referral")
    owner.presses("^Save$")
    owner.is_told("is saved")
    expect(found).to_have_count(2)
    expect(found.filter(has_text="has no part “finished_at”")).to_have_count(1)
    expect(found.filter(has_text="“referral”, which is a step")).to_have_count(1)
    owner.types("By when", "5 working days")
    owner.types("Under which name is its answer kept", "")
    owner.presses("^Save$")
    owner.is_told("is saved")
    expect(found).to_have_count(0)
    expect(owner.page.locator("main")).to_contain_text("12 May 2026")


def adds_a_question(owner: Keyboard) -> None:
    owner.presses("^Its questions$")
    owner.presses("^Add a question$")
    owner.types("What is asked", "Does the school know of the referral?")
    owner.chooses("^Yes or no$")
    owner.presses("^Save$")
    owner.sees_errors("Enter what is said when the answer is missing")
    owner.types("What is said when it is missing", "Select yes if the school knows of the referral")
    owner.presses("^Save$")
    owner.is_told("The form is saved")
    owner.presses("^Up: Does the school know")
    moved = owner.focus()
    assert moved["kind"] == "tr" and "Does the school know" in moved["words"] and moved["seen"], moved
    owner.presses("^The steps$")
    owner.presses("^The change$")


def writes_a_scenario(owner: Keyboard, house: House) -> None:
    owner.presses("^Play its scenarios$")
    owner.presses("^Write a scenario$")
    owner.presses("^Keep it$")
    owner.sees_errors("Enter what should happen")
    owner.types("What should happen", SCENARIO)
    owner.types("At which step does it begin", "Talk with the person")
    owner.types("Which step is done", "Talk with the person")
    owner.presses("^Add another event$")
    here = owner.focus()
    assert (here["kind"], here["id"]) == ("select", "happens-2-step"), here
    owner.keys.type(TITLE)
    owner.types("Which step is open", "Decide on the referral")
    owner.types("Who has it", "Head of Safeguarding")
    owner.presses("^Keep it$")
    owner.is_told("is kept")
    owner.presses("^Play them all$", looks=False)  # there are many: a worker plays them, the page asks again
    assert play_waiting(house.database) == 1
    row = owner.page.locator("main tbody tr", has_text=SCENARIO).first
    expect(row).to_contain_text("Holds", timeout=15_000)
    owner.looks()
    owner.presses("^The change$")


def rehearses(owner: Keyboard) -> None:
    owner.presses("^Rehearse the next days$")
    owner.chooses("^Everybody gives the usual answers")
    owner.presses("^Look ahead$")
    here = owner.focus()
    assert here["id"] == "found" and here["seen"], here
    expect(owner.page.locator("#found")).to_contain_text(f"Step opens: {TITLE}")
    owner.presses("^The change$")


def asks_for_approval(owner: Keyboard) -> None:
    owner.types("What changes, and why", "The school often knows first.")
    owner.presses("^Ask for approval$")
    owner.is_told("Approval is asked for")


def approves(approver: Keyboard) -> None:
    approver.presses("^Processes$")
    approver.presses("^A call before the decision$")
    expect(approver.page.locator("main")).to_contain_text(f"The step “{TITLE}” was added")
    approver.chooses("^Approve")
    approver.presses("^Decide$")
    approver.is_told("Your decision is kept")


def puts_it_into_use_and_moves_three_reviews(owner: Keyboard, house: House) -> None:
    owner.presses("^The process$")
    owner.presses("^A call before the decision$")
    owner.presses("^Put it into use$", leads="#use")  # what to do next leads to the button
    owner.presses("^Put it into use$")
    owner.is_told("Version 2 is in use")
    owner.presses("^Move running cases")
    owner.presses("^Show what would change$")
    assert owner.focus()["id"] == "what-would-change"
    for ref in (A, B, C):
        expect(owner.page.locator("main tbody tr", has_text=ref)).to_contain_text("Yes")
    owner.presses("^Move every case")
    owner.sees_errors("Say why these cases are moved")
    owner.types("Why are these cases moved", "Every school is rung from now on.")
    owner.presses("^Move every case", looks=False)  # the page asks again by itself until it is done
    tick(house.database, NoPost())
    expect(owner.page.locator("main")).to_contain_text("All 3 cases are done")
    owner.looks()
    assert standing(house, A)[-1] == standing(house, B)[-1] == standing(house, C)[-1]


def brings_one_back(owner: Keyboard, house: House) -> None:
    owner.presses(f"^Bring back: {C}$")
    owner.is_told("It is being brought back")
    tick(house.database, NoPost())
    expect(owner.page.locator("main tbody tr", has_text=C)).to_contain_text("Brought back")
    expect(owner.page.locator("main tbody tr", has_text=B)).to_contain_text("Moved")


def the_new_step_comes_to_its_role(
    house: House,
    others: Callable[[str], Keyboard],
) -> None:
    for ref in (B, C):
        house.complete(
            ref, "statutory_screen", child_died_or_seriously_harmed="false", outcome="not_statutory"
        )
        house.complete(ref, "referrer_discussion")
    assert house.task(C, "triage_decision"), "the review that was brought back goes the old way"
    support = others("u_support")
    mine = support.page.locator("main tbody tr", has_text=TITLE)
    expect(mine).to_have_count(1)
    expect(mine).to_contain_text(B)
    expect(mine).to_contain_text("12 May 2026")
    support.presses(f"^{TITLE}")
    expect(support.page.locator("main")).to_contain_text("Does the school know of the referral?")
    expect(support.page.locator("main")).to_contain_text("Ring it and note what it says.")
