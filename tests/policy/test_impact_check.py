"""A15, 2.10: "a clear line of accountability" to the end: six months after the last action closes it
is checked what has changed for children.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.conftest import Partnership
from tests.policy.journey import (
    at_adopted,
    at_impact_wait,
    at_qa_decision,
    closes_action,
    leap,
    refused,
    state,
)


def adds_action(p: Partnership, ref: str, due: dt.date) -> None:
    """Kit adds an action to the agreed plan."""
    page = p.kit.open(f"/reviews/{ref}/actions/add")
    given = {**answers.action(due), "reason": "Still needed."}
    sent = p.kit.submit(page.form(), page.path, given)
    assert sent.status == 200 and not sent.errors(), sent.errors()
    p.tick()


def test_it_comes_six_months_after_the_last_action_is_verified(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    leap(p, dt.date(2026, 6, 10))
    p.ashby.does("action_evidence", answers.action_evidence(p.today), ref)
    assert "Six months" not in state(p.morgan, ref), "evidence alone closes nothing"
    p.kit.does("action_verification", answers.action_verification(), ref)
    p.tick()
    leap(p, dt.date(2026, 12, 9))
    assert not p.morgan.has("impact_check", ref)
    leap(p, dt.date(2026, 12, 10))
    row = p.morgan.finds("impact_check", ref)
    assert row.due.endswith("24 December 2026"), "10 working days"
    assert p.rowan.open(row.href).status == 403 and not p.rowan.has("impact_rating", ref)


def test_it_counts_from_the_last_action_that_was_added(partnership: Partnership) -> None:
    """A plan all of whose actions are closed gets another: six months count from the end of that one."""
    p = partnership
    ref = at_impact_wait(p)
    leap(p, p.today + 60 * DAY)
    adds_action(p, ref, p.today + 30 * DAY)
    leap(p, dt.date(2026, 12, 4))
    assert not p.morgan.has("impact_check", ref), "six months after the others, while it is late"
    assert p.ashby.has("action_evidence", ref)
    closes_action(p, ref)
    leap(p, dt.date(2027, 6, 3))
    assert not p.morgan.has("impact_check", ref)
    leap(p, dt.date(2027, 6, 4))
    assert p.morgan.has("impact_check", ref)


def test_it_counts_from_the_day_on_which_the_last_action_was_cancelled(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    leap(p, dt.date(2026, 6, 10))
    page = p.kit.open(f"/actions/{ref}-A1/cancel")
    p.kit.submit(page.form(), page.path, {"reason": "Another agency has done it already."})
    p.tick()
    leap(p, dt.date(2026, 12, 9))
    assert not p.morgan.has("impact_check", ref)
    leap(p, dt.date(2026, 12, 10))
    assert p.morgan.has("impact_check", ref)


def test_evidence_that_was_sent_back_does_not_begin_the_wait(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    p.ashby.does("action_evidence", answers.action_evidence(p.today), ref)
    back = {**answers.action_verification("more_needed"), "missing": "The sample of 20 is not there."}
    p.kit.does("action_verification", back, ref)
    leap(p, dt.date(2026, 12, 1))
    assert not p.morgan.has("impact_check", ref)
    closes_action(p, ref)
    leap(p, dt.date(2027, 5, 31))
    assert not p.morgan.has("impact_check", ref)
    leap(p, dt.date(2027, 6, 1))
    assert p.morgan.has("impact_check", ref)


def test_it_starts_from_what_the_plan_said_would_be_different(partnership: Partnership) -> None:
    p = partnership
    ref = at_impact_wait(p)
    leap(p, dt.date(2026, 11, 27))
    page = p.morgan.open(p.morgan.finds("impact_check", ref).href).words
    assert "Everyone who sees the child knows the plan" in page
    given = {**answers.impact_check(), "methods": [], "so_what": ""}
    sent = refused(p.morgan, "impact_check", given, ref)
    assert sent.errors() == ["Select how you found out", "Enter what it means for children"]
    sent = p.morgan.does("impact_check", answers.impact_check(), ref)
    assert "Rate the change: QA sub-group chair" in sent.words


def test_a_plan_without_actions_is_checked_six_months_after_it_was_agreed(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_decision(p, [])
    p.rowan.does("qa_decision", answers.qa_decision(), ref)
    p.tick()
    leap(p, dt.date(2026, 11, 26))
    assert not p.morgan.has("impact_check", ref)
    leap(p, p.today + DAY)
    assert p.morgan.has("impact_check", ref)
