"""Step `policy_review` (H1, H3): "Reviewed every 2 years." The calendar asks 90 days before the date, once
more about 30 days before, and says when the date has passed.
"""

from __future__ import annotations

import datetime as dt

from tests.policy.beside import POLICY_DUE, policy_approval, policy_on_register, policy_review
from tests.policy.conftest import Partnership
from tests.policy.journey import refused_at

ASKED = dt.date(2026, 6, 3)  # 90 days before 1 September


def test_a_policy_is_looked_at_again_ninety_days_before_its_date(partnership: Partnership) -> None:
    p = partnership
    policy_on_register(p)
    p.until(ASKED - dt.timedelta(days=1))
    assert not p.devon.has("policy_review")
    p.until(ASKED + dt.timedelta(days=2))
    asked = [row for row in p.devon.my_work() if row.href.endswith("/policy-review")]
    assert [row.due for row in asked] == ["due on 1 September 2026"], "asked once"
    assert p.jude.open(asked[0].href).status == 404, "who approves does not propose"
    p.until(dt.date(2026, 8, 3))
    assert "A policy is due for review" in p.letters_to("devon"), "about 30 days before"
    p.until(dt.date(2026, 9, 2))
    assert "1 working day late" in p.devon.finds("policy_review").due


def test_a_change_is_said_in_words_and_goes_to_the_sub_group(partnership: Partnership) -> None:
    p = partnership
    policy_on_register(p)
    p.until(ASKED)
    href = p.devon.finds("policy_review").href
    again = refused_at(p.devon, href, {**policy_review(POLICY_DUE + dt.timedelta(days=730)), "changes": ""})
    assert "Enter what changes" in again.errors()
    p.devon.answers(href, policy_review(POLICY_DUE + dt.timedelta(days=730)))
    p.tick()
    assert "malr-policy: a policy to approve" in p.letters_to("jude")
    assert p.jude.finds("policy_approval").due == "due in 10 working days:17 June 2026"


def test_a_policy_that_is_withdrawn_is_not_asked_for_again(partnership: Partnership) -> None:
    p = partnership
    policy_on_register(p)
    p.until(ASKED)
    p.devon.does("policy_review", policy_review(POLICY_DUE, "withdraw"))
    p.jude.does("policy_approval", policy_approval(p.today))
    p.days_pass(3)
    assert not p.devon.has("policy_review")
