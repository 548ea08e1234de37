"""One learning review, from its suggestion to the check that practice has changed, in a real browser.

The people involved click what people click: My work, the step, its questions, Send. Each different page is
checked once (see `people.Eye`). The same journey over HTTP, with every branch, is in tests/policy.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from tests.browser import people
from tests.browser.people import Everybody
from tests.policy import answers
from tests.policy.conftest import Partnership

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]
partnership, application = people.partnership, people.application
_sqlite_template, _sqlite_make = people.furnished, people.make
_sqlite_stages = people.stages
everybody, looked_at = people.everybody, people.looked_at
MEETING = dt.date(2026, 5, 20)
PARTS = ("diagram", "timeline", "actions", "learning", "agencies", "meetings", "documents", "sharing")


def test_a_review_from_suggestion_to_closed(partnership: Partnership, everybody: Everybody) -> None:
    p, e = partnership, everybody
    ref = suggest_and_refer(p, e)
    decide(p, e)
    find_a_chair_and_a_date(p, e)
    prepare_and_meet(p, e, ref)
    write_and_check(p, e)
    present(p, e)
    share_the_learning(p, e)
    follow_the_action(p, e, ref)
    show_what_changed(p, e, ref)
    again = [words for person in e.people.values() for words in person.asked_again]
    assert not again, "questions that came only after Send:\n" + "\n".join(again)


def suggest_and_refer(p: Partnership, e: Everybody) -> str:
    vesna = e.vesna
    vesna.look("my-work-empty")
    vesna.press(vesna.page.get_by_role("link", name="Suggest a case"))
    vesna.look("suggest")
    vesna.press(vesna.button("Start"))
    vesna.press(vesna.button("Send"))
    vesna.sees_errors("suggestion")
    vesna.answers(answers.suggestion())
    vesna.sends("suggestion", answers.suggestion())
    p.tick()
    dale = e.dale
    dale.press(dale.page.get_by_role("link", name="Refer a case"))
    dale.look("refer")
    dale.does("suggestion_reply", answers.suggestion_reply())
    p.tick()
    dale.does("referral", answers.referral(p.today))
    ref = dale.page.locator(".govuk-panel__body").inner_text()[:13]
    expect(dale.page.locator("main")).to_contain_text("Check for a statutory review")
    p.tick()
    return ref


def decide(p: Partnership, e: Everybody) -> None:
    e.morgan.look("my-work", keep=True)
    e.morgan.does("statutory_screen", answers.statutory_screen())
    e.morgan.does("referrer_discussion", answers.referrer_discussion(p.today))
    p.days_pass(1)
    e.morgan.does("triage_decision", answers.triage_decision("accept", p.today))
    p.tick()


def find_a_chair_and_a_date(p: Partnership, e: Everybody) -> None:
    e.devon.does("agency_notice", answers.agency_notice())
    p.tick()
    e.morgan.does("chair_nomination", answers.chair_nomination("u_frankie"))
    e.frankie.does("chair_reply", answers.chair_reply())
    e.ellis.does("meeting_date", answers.meeting_date(MEETING))
    p.tick()


def prepare_and_meet(p: Partnership, e: Everybody, ref: str) -> None:
    for person in (e.dale, e.ashby, e.emery):
        person.does("agency_preparation", answers.agency_preparation(p.today))
    p.until(dt.date(2026, 5, 5))
    e.ellis.does("meeting_agenda", answers.meeting_agenda(), wrong_first=False)  # all of it is proposed
    e.frankie.does("family_view", answers.family_view(p.today))
    p.until(MEETING + answers.DAY)
    record = answers.meeting_record(MEETING)
    again = {"challenge": "The school asked who holds the plan.", "response": "The lead professional does."}
    e.frankie.does("meeting_record", {**record, "challenges": [*record["challenges"], again]})  # adds a row
    p.tick()
    look_at_the_review(e, ref)


def look_at_the_review(e: Everybody, ref: str) -> None:
    """Every part of the review, by its tab."""
    page = e.morgan.page
    e.morgan.my_work()
    e.morgan.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Reviews"))
    e.morgan.look("reviews", keep=True)
    e.morgan.press(page.get_by_role("link", name=re.compile(ref)).first)
    expect(page.get_by_role("heading", name="You are here")).to_be_visible()
    e.morgan.look("review-overview", keep=True)
    for part in PARTS:
        tab = page.locator(f".moj-sub-navigation a[href$='/{part}']")
        assert tab.count(), f"the review has no part {part}"
        e.morgan.press(tab)
        if part == "diagram":
            expect(page.locator("[data-drawn]")).to_be_visible()
        e.morgan.look(f"review-{part}", keep=True)


def write_and_check(p: Partnership, e: Everybody) -> None:
    p.days_pass(5)
    e.frankie.does("summary", answers.summary(p.today, [answers.action(dt.date(2026, 10, 2))]))
    for person in (e.dale, e.ashby, e.emery):
        person.does("fact_check", answers.fact_check())
    e.devon.does("anonymity_check", answers.anonymity_check())


def present(p: Partnership, e: Everybody) -> None:
    e.devon.does("qa_papers", answers.qa_papers(p.today))
    p.until(dt.date(2026, 7, 8))
    e.frankie.does("qa_presentation", answers.qa_presentation(p.today))
    e.rowan.does("qa_decision", answers.qa_decision())


def share_the_learning(p: Partnership, e: Everybody) -> None:
    e.devon.does("briefing", answers.briefing())
    e.morgan.does("briefing_check", answers.briefing_check())
    p.tick()
    vesna = e.vesna
    vesna.my_work()
    vesna.press(vesna.page.get_by_role("navigation", name="Main").get_by_role("link", name="Learning"))
    vesna.look("learning", keep=True)
    vesna.press(vesna.page.get_by_role("link", name="One plan, everyone has it"))
    vesna.look("briefing")


def follow_the_action(p: Partnership, e: Everybody, ref: str) -> None:
    kit = e.kit
    kit.press(kit.page.get_by_role("navigation", name="Main").get_by_role("link", name="Actions"))
    kit.look("actions", keep=True)
    e.ashby.does("action_evidence", answers.action_evidence(p.today))
    kit.does("action_verification", answers.action_verification())
    p.tick()


def show_what_changed(p: Partnership, e: Everybody, ref: str) -> None:
    p.until(dt.date(2027, 2, 1))
    e.morgan.does("impact_check", answers.impact_check(), ref)
    e.rowan.does("impact_rating", answers.impact_rating(), ref)
    page = e.morgan.page
    e.morgan.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Reviews"))
    page.goto(f"{e.morgan.address}/reviews/{ref}")
    expect(page.locator(".app-status")).to_contain_text("Closed")
    e.morgan.look("review-closed")
