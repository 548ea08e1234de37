"""P2, P3, A6, C3: the Head of Safeguarding and Learning determines "if a multi-agency review is
appropriate", by the criteria ("these criteria are essential") and "if there is capacity". Seven
outcomes, each with a reason.
"""

from __future__ import annotations

import pytest

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_triage, decided, refused_screens

OUTCOMES = {
    "accept": ("devon", "agency_notice", "16 April 2026", "what was decided"),
    "defer": ("morgan", "capacity_review", "12 May 2026", "what was decided"),
    "more_info": ("dale", "more_information", "20 April 2026", "a question about your referral"),
    "redirect_scr": ("sam", "scr_reply", "20 April 2026", "what was decided"),
    "single_agency": ("dale", "outcome_reply", "27 April 2026", "what was decided"),
    "decline": ("dale", "outcome_reply", "27 April 2026", "what was decided"),
    "other_review": ("dale", "outcome_reply", "27 April 2026", "what was decided"),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_outcome_leads_on_and_the_referrer_is_told(partnership: Partnership, outcome: str) -> None:
    p = partnership
    who, step, due, subject = OUTCOMES[outcome]
    ref = decided(p, outcome)
    p.tick()
    assert getattr(p, who).finds(step, ref).due.endswith(due)
    assert f"{ref}: {subject}" in p.letters_to("dale")
    assert not p.morgan.has("triage_decision", ref)
    assert p.devon.has("agency_notice", ref) == p.morgan.has("chair_nomination", ref) == (outcome == "accept")
    if outcome != "more_info":
        told = p.dale.open(f"/reviews/{ref}/referral").words
        assert "The learning reaches several agencies." in told, "the referrer reads the reason"


def test_a_review_against_the_criteria_needs_a_reason_of_its_own(partnership: Partnership) -> None:
    p = partnership
    ref = at_triage(p, plan_status_now="cin", plan_status_then="none")
    row = p.morgan.finds("triage_decision", ref)
    assert row.due == "due in 10 working days:27 April 2026"
    assert "The criterion of the plan is not met" in p.morgan.open(f"{row.href}?page=the-test").words
    given = answers.triage_decision("accept", p.today, criterion_plan=False)
    sent = refused_screens(p.morgan, row.href, given)
    assert sent.errors() == ["Enter why a review is held although a criterion is not met"]
    p.morgan.answers(
        row.href, {**given, "override_reason": "A child in need; the same services were involved."}
    )
    assert p.devon.has("agency_notice", ref)


def test_no_decision_without_a_reason_and_none_by_another(partnership: Partnership) -> None:
    p = partnership
    ref = at_triage(p)
    href = p.morgan.finds("triage_decision", ref).href
    sent = refused_screens(p.morgan, href, answers.triage_decision("decline", p.today, reason=""))
    assert sent.errors() == ["Enter the reasons for your decision"]
    for person in (p.dale, p.devon, p.rowan):
        assert person.open(href).status in (403, 404), "the Head's own step"
    p.tick()
    assert f"{ref}: what was decided" not in p.letters_to("dale")
