"""Step `recovery_plan` (A15): 5 working days after the date the safeguarding lead of the agency says how it
catches up. Where an agency's post of lead is empty, the question goes to the next level.
"""

from __future__ import annotations

import datetime as dt

from reviews.models import PersonRole
from tests.policy import answers
from tests.policy.beside import at_action
from tests.policy.conftest import Partnership
from tests.policy.journey import leap, refused_at

LATE = dt.date(2026, 7, 8)  # 5 working days after 1 July


def test_the_agencys_lead_plans_the_recovery_once_on_the_fifth_day(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p, owner="u_alex")
    leap(p, LATE - answers.DAY)
    assert not p.ashby.has("recovery_plan")
    p.days_pass(1)
    row = p.ashby.finds("recovery_plan", ref)
    assert row.due == "due in 5 working days:15 July 2026"
    assert not p.alex.has("recovery_plan"), "the lead, not the owner"
    assert p.emery.open(row.href).status in (403, 404), "nor another agency"
    assert "Enter the date it will be finished" in refused_at(p.ashby, row.href, {"plan": "Soon."}).errors()
    p.ashby.answers(row.href, answers.recovery_plan(dt.date(2026, 8, 3)))
    p.days_pass(6)
    assert not p.ashby.has("recovery_plan"), "each rung once"
    late = p.alex.finds("action_evidence", ref)
    assert "9 working days late" in late.due, "a plan moves no date and no owner"


def test_where_the_post_is_empty_the_question_goes_up(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p, owner="u_alex")
    with p.database.write() as session:
        held = session.query(PersonRole).filter_by(person="u_ashby", role="safeguarding_lead").one()
        held.to_on = p.today
    leap(p, LATE)
    assert p.morgan.has("recovery_plan", ref)
    assert not p.ashby.has("recovery_plan")
