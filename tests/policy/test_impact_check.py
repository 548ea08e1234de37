"""A15, 2.10: "a clear line of accountability" to the end: six months after the last action closes it
is checked what has changed for children.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.conftest import Partnership
from tests.policy.journey import at_adopted, at_impact_wait, at_qa_decision, leap, refused, state


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
