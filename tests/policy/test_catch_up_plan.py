"""Step `catch_up_plan` (P4, P12, P13): 5 working days after the date of a page, the summary or a step with
the QA sub-group, whoever has it says how it catches up. What is sent in time is never asked about.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.conftest import Partnership
from tests.policy.journey import at_qa_decision, at_qa_papers, at_qa_presentation, leap, refused_at, state
from tests.policy.late import (
    MEETING,
    PAGE_5,
    PAGE_10,
    SUMMARY_5,
    SUMMARY_10,
    asked,
    catch_up_plan,
    gives_time,
    pages_late,
    summary_late,
)
from tests.policy.test_other_endings import changes


def test_each_agency_that_is_late_plans_once_on_the_fifth_day(partnership: Partnership) -> None:
    p = partnership
    ref = pages_late(p, PAGE_5 - DAY)
    p.dale.does("agency_preparation", answers.agency_preparation(p.today), ref)
    assert asked(p, ref) == set()
    p.days_pass(1)
    assert asked(p, ref) == {("ashby", "catch_up_plan"), ("emery", "catch_up_plan")}, "Dale's page is in"
    row = p.ashby.finds("catch_up_plan", ref)
    assert row.due == "due in 5 working days:19 May 2026"
    assert p.emery.open(row.href).status in (403, 404), "each agency for itself"
    page = p.ashby.open(row.href).words
    assert "Prepare for the meeting" in page and "5 May 2026" in page
    assert "Enter what stands in the way" in refused_at(p.ashby, row.href, {"plan": "Soon."}).errors()
    p.ashby.answers(row.href, catch_up_plan(PAGE_10))
    p.days_pass(3)
    assert asked(p, ref) == {("emery", "catch_up_plan")}, "each rung once"
    assert "8 working days late" in p.ashby.finds("agency_preparation", ref).due, "a plan moves no date"


def test_sent_in_time_nobody_is_asked_and_sent_late_the_questions_end(partnership: Partnership) -> None:
    p = partnership
    ref = summary_late(p, SUMMARY_5)
    assert asked(p, ref) == {("frankie", "catch_up_plan")}, "the chair has the summary"
    assert "Plan how the step catches up" in state(p.morgan, ref), "and the office sees that they are asked"
    p.frankie.does("summary", answers.summary(p.today, [answers.action(p.today + 60 * DAY)]), ref)
    p.tick()
    assert asked(p, ref) == set()
    leap(p, SUMMARY_10)
    assert asked(p, ref) == set(), "what was sent is not late any more"


def test_the_meeting_ends_the_questions_about_preparation(partnership: Partnership) -> None:
    p = partnership
    ref = pages_late(p, PAGE_10 - DAY)
    p.ellis.does("meeting_agenda", answers.meeting_agenda(), ref)
    leap(p, MEETING + DAY)
    assert ("dale", "catch_up_plan") in asked(p, ref)
    p.frankie.does("meeting_record", answers.meeting_record(MEETING), ref)
    p.tick()
    assert asked(p, ref) == set()


def test_late_papers_are_asked_of_the_business_manager(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_papers(p)
    leap(p, dt.date(2026, 5, 26))  # the papers were due on 19 May, 5 working days before the sub-group meets
    assert asked(p, ref) == set()
    p.days_pass(1)
    assert asked(p, ref) == {("devon", "catch_up_plan")}
    p.devon.does("qa_papers", answers.qa_papers(p.today), ref)
    p.tick()
    assert asked(p, ref) == set()


def test_a_late_presentation_is_asked_of_the_chair_and_a_late_outcome_of_the_business_manager(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_qa_presentation(p)
    leap(p, dt.date(2026, 6, 3))  # 5 working days after the sub-group met
    assert asked(p, ref) == {("frankie", "catch_up_plan")}
    p.frankie.does("qa_presentation", answers.qa_presentation(p.today), ref)
    p.tick()
    assert asked(p, ref) == set()
    leap(p, dt.date(2026, 6, 5))  # the outcome was due on 29 May, 2 working days after the meeting
    assert asked(p, ref) == {("devon", "catch_up_plan")}
    p.rowan.does("qa_decision", answers.qa_decision(), ref)
    p.tick()
    assert asked(p, ref) == set()


def test_an_outcome_in_time_is_never_asked_about(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_decision(p)
    p.rowan.does("qa_decision", answers.qa_decision(), ref)
    leap(p, dt.date(2026, 6, 5))
    assert asked(p, ref) == set()


def test_an_agency_that_was_given_more_time_is_asked_when_it_is_late_itself(partnership: Partnership) -> None:
    p = partnership
    ref = pages_late(p, dt.date(2026, 4, 30))
    gives_time(p, ref, "agency_preparation", dt.date(2026, 5, 12), "pol")
    leap(p, PAGE_5)
    assert asked(p, ref) == {("ashby", "catch_up_plan"), ("dale", "catch_up_plan")}
    leap(p, PAGE_10 - DAY)
    assert ("emery", "catch_up_plan") not in asked(p, ref)
    p.days_pass(1)
    assert ("emery", "catch_up_plan") in asked(p, ref), "5 working days after 12 May"


def test_the_last_agencys_date_counts_when_the_first_has_sent(partnership: Partnership) -> None:
    p = partnership
    ref = pages_late(p, dt.date(2026, 4, 30))
    for agency in ("csc", "sch"):
        gives_time(p, ref, "agency_preparation", dt.date(2026, 5, 12), agency)
    p.emery.does("agency_preparation", answers.agency_preparation(p.today), ref)
    leap(p, PAGE_10 - DAY)
    assert asked(p, ref) == set()
    p.days_pass(1)
    assert asked(p, ref) == {("ashby", "catch_up_plan"), ("dale", "catch_up_plan")}


def test_a_pause_moves_exactly_the_days_that_were_left(partnership: Partnership) -> None:
    p = partnership
    ref = summary_late(p, dt.date(2026, 6, 18))  # 3 working days before the Head decides
    changes(p.morgan, ref, "pause")
    leap(p, dt.date(2026, 7, 2))
    assert asked(p, ref) == {("frankie", "catch_up_plan")}, "no clock has run"
    changes(p.morgan, ref, "resume")
    leap(p, dt.date(2026, 7, 6))
    assert asked(p, ref) == {("frankie", "catch_up_plan")}
    p.days_pass(1)
    assert ("morgan", "late_step_decision") in asked(p, ref), "3 working days after 2 July"
    leap(p, dt.date(2026, 7, 20))
    assert ("rowan", "step_assurance") not in asked(p, ref)
    p.days_pass(1)
    assert ("rowan", "step_assurance") in asked(p, ref), "10 working days after the third day"
    assert [row.task for row in p.frankie.my_work()].count("Plan how the step catches up") == 1


def test_another_chair_has_the_question_and_a_withdrawn_review_has_none(partnership: Partnership) -> None:
    p = partnership
    ref = summary_late(p, SUMMARY_5)
    changes(p.morgan, ref, "change-chair", chosen="u_alex")
    assert asked(p, ref) == {("alex", "catch_up_plan")}
    changes(p.morgan, ref, "withdraw")
    p.tick()
    assert asked(p, ref) == set()


def test_an_agency_found_later_is_asked_by_its_own_date(partnership: Partnership) -> None:
    p = partnership
    ref = pages_late(p, PAGE_5)
    changes(p.devon, ref, "add-agency", chosen="icb")
    leap(p, MEETING - DAY)  # its page is due on 13 May, 5 working days before the meeting
    assert not p.farrah.has("catch_up_plan", ref)
    p.days_pass(1)
    assert p.farrah.has("catch_up_plan", ref)
