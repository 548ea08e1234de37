"""Step `policy_approval` (H2): "Approved by SSCB policy and Practice Sub". Somebody other than who proposed
it approves; a policy that is given back is looked at again.
"""

from __future__ import annotations

import datetime as dt

from tests.policy.beside import POLICY_DUE, holds, policy_approval, policy_on_register, policy_review
from tests.policy.conftest import Partnership
from tests.policy.journey import leap, refused_at

NEXT = POLICY_DUE + dt.timedelta(days=730)


def proposed(p: Partnership) -> str:
    policy_on_register(p)
    p.until(dt.date(2026, 6, 3))
    p.devon.does("policy_review", policy_review(NEXT))
    p.tick()
    return p.jude.finds("policy_approval").href


def test_the_sub_group_approves_and_the_next_review_is_two_years_on(partnership: Partnership) -> None:
    p = partnership
    href = proposed(p)
    words = p.jude.open(href).words
    assert "Change it" in words
    assert "Name the days by which each step is due." in words
    holds(p, "devon", "policy_approver")
    assert p.devon.open(href).status == 404, "who proposed it does not approve it, in whatever role"
    assert not p.devon.has("policy_approval")
    assert "Enter the reasons for the decision" in refused_at(p.jude, href, {"outcome": "approved"}).errors()
    p.jude.answers(href, policy_approval(p.today))
    p.days_pass(5)
    assert not p.devon.has("policy_review"), "until 90 days before the new date"
    leap(p, NEXT - dt.timedelta(days=91))
    assert not p.devon.has("policy_review")
    p.days_pass(1)
    assert p.devon.has("policy_review")


def test_a_policy_given_back_is_looked_at_again(partnership: Partnership) -> None:
    p = partnership
    href = proposed(p)
    p.jude.answers(href, policy_approval(p.today, "returned"))
    p.tick()
    assert "malr-policy: returned" in p.letters_to("devon")
    assert p.devon.finds("policy_review").due == "due on 1 September 2026"
    assert not p.jude.has("policy_approval")
