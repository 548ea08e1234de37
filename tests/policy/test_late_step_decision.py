"""Step `late_step_decision` (P4, P12, P13): 10 working days after the date the Head of Safeguarding and
Learning decides, with the business manager: more time, a smaller step, another person, or higher. The step
never changes hands by itself.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.conftest import Partnership
from tests.policy.journey import joins, leap, refused_at, sends
from tests.policy.late import (
    PAGE_10,
    SUMMARY_10,
    SUMMARY_20,
    asked,
    catch_up_plan,
    decision,
    gives_time,
    pages_late,
    summary_late,
)

NEW_DUE = dt.date(2026, 7, 15)


def test_more_time_ends_the_questions_until_the_step_is_late_again(partnership: Partnership) -> None:
    p = partnership
    ref = summary_late(p, SUMMARY_10 - DAY)
    p.frankie.does("catch_up_plan", catch_up_plan(NEW_DUE), ref)
    assert not p.morgan.has("late_step_decision")
    p.days_pass(1)
    row = p.morgan.finds("late_step_decision", ref)
    assert row.due == "due in 5 working days:30 June 2026"
    assert "Ten working days late" in p.letters_to("devon"), "they decide together"
    assert "A day is kept free for it." in p.morgan.open(row.href).words
    assert "Enter the new date" in refused_at(p.morgan, row.href, decision("more_time")).errors()
    p.morgan.answers(row.href, decision("more_time", new_due=NEW_DUE))
    p.tick()
    assert asked(p, ref) == set()
    assert f"{ref}: how a late step goes on" in p.letters_to("frankie")
    assert "15 July 2026" in p.frankie.finds("summary", ref).due
    assert "agreed until" in p.frankie.open(p.frankie.finds("summary", ref).href).words
    leap(p, dt.date(2026, 7, 21))
    assert asked(p, ref) == set(), "4 working days after the new date; 30 after the old one"
    p.days_pass(1)
    assert asked(p, ref) == {("frankie", "catch_up_plan")}
    leap(p, dt.date(2026, 7, 29))
    assert asked(p, ref) == {("frankie", "catch_up_plan"), ("morgan", "late_step_decision")}
    p.frankie.does("summary", answers.summary(p.today, [answers.action(p.today + 60 * DAY)]), ref)
    p.tick()
    assert asked(p, ref) == set()


def test_more_time_that_is_moved_again_before_it_is_late_counts_from_the_last_date(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = summary_late(p, SUMMARY_10)
    p.morgan.does("late_step_decision", decision("more_time", new_due=dt.date(2026, 7, 1)), ref)
    p.days_pass(1)
    gives_time(p, ref, "summary", NEW_DUE)
    leap(p, dt.date(2026, 7, 21))
    assert asked(p, ref) == set()
    p.days_pass(1)
    assert asked(p, ref) == {("frankie", "catch_up_plan")}


def test_more_time_a_second_time_is_not_the_heads_to_give(partnership: Partnership) -> None:
    p = partnership
    ref = summary_late(p, SUMMARY_10)
    gives_time(p, ref, "summary", p.today + 2 * DAY)
    href = p.morgan.finds("late_step_decision", ref).href
    page = p.morgan.open(href)
    sent = p.morgan.submit(page.form(page.path), page.path, decision("more_time", new_due=NEW_DUE), "send")
    assert sent.status == 409
    assert sent.errors()[0].startswith("This step has had more time once.")
    assert "15 July 2026" not in p.frankie.finds("summary", ref).due


def test_a_smaller_step_is_what_its_owner_reads(partnership: Partnership) -> None:
    p = partnership
    ref = summary_late(p, SUMMARY_10)
    href = p.morgan.finds("late_step_decision", ref).href
    words = "The learning and the actions; the story can follow."
    assert "Enter what is enough for now" in refused_at(p.morgan, href, decision("smaller")).errors()
    p.morgan.answers(href, decision("smaller", new_scope=words))
    assert words in p.frankie.open(p.frankie.finds("summary", ref).href).words
    assert "10 working days late" in p.frankie.finds("summary", ref).due, "no date has moved"
    leap(p, SUMMARY_20)
    assert ("rowan", "step_assurance") in asked(p, ref), "and the clocks go on"
    assert ("morgan", "late_step_decision") not in asked(p, ref), "each rung once"


def test_another_person_for_a_step_of_the_chair_is_another_chair(partnership: Partnership) -> None:
    p = partnership
    ref = summary_late(p, SUMMARY_10)
    href = p.morgan.finds("late_step_decision", ref).href
    sent = sends(p.morgan, href, decision("another_person", new_person="u_devon"))
    assert "This person is not among those who chair." in sent.errors()
    assert p.frankie.has("summary", ref)
    p.morgan.answers(href, decision("another_person", new_person="u_alex"))
    p.tick()
    assert p.alex.has("summary", ref) and not p.frankie.has("summary", ref)
    assert asked(p, ref) == {("alex", "catch_up_plan")}, "the question goes with the step"
    assert "Chair Alex" in p.morgan.open(f"/reviews/{ref}").words


def test_another_person_for_an_agencys_page_is_one_of_that_agency(partnership: Partnership) -> None:
    p = partnership
    ref = pages_late(p, PAGE_10)
    hrefs = [row.href for row in p.morgan.my_work() if row.href.endswith("/late-step-decision")]
    assert len(hrefs) == 3, "one for each agency that is late"
    href = next(each for each in hrefs if "Agency Northvale Police" in p.morgan.open(each).words)
    sent = sends(p.morgan, href, decision("another_person", new_person="u_ashby"))
    assert any("This person cannot do this step" in error for error in sent.errors()), "not of the police"
    joins(p, "kit", "safeguarding_lead", "pol")
    p.morgan.answers(href, decision("another_person", new_person="u_kit"))
    assert p.kit.has("agency_preparation", ref)
    assert ("kit", "catch_up_plan") in asked(p, ref), "the question goes with the step"
    assert ("emery", "catch_up_plan") not in asked(p, ref)


def test_what_goes_higher_reaches_the_board_member_of_the_agency_or_the_qa_chair(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = summary_late(p, SUMMARY_10)
    p.morgan.does("late_step_decision", decision("higher"), ref)
    p.tick()
    assert f"{ref}: a late step" in p.letters_to("rowan")
    assert p.frankie.has("summary", ref), "and the step stays where it is"
