"""P2: determined "in discussion with the referrer": what is not known yet is asked of them, and talked
about again.
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import decided, refused


def test_the_referrer_reads_the_question_and_has_five_working_days(partnership: Partnership) -> None:
    p = partnership
    ref = decided(p, "more_info")
    row = p.dale.finds("more_information", ref)
    assert row.due == "due in 5 working days:20 April 2026"
    assert "Who was the lead professional?" in p.dale.open(row.href).words
    assert refused(p.dale, "more_information", {"answer": ""}, ref).errors() == ["Enter your answer"]
    assert p.ashby.open(row.href).status == 404


def test_the_answer_goes_back_to_the_discussion_not_to_the_decision(partnership: Partnership) -> None:
    p = partnership
    ref = decided(p, "more_info")
    p.dale.does("more_information", answers.more_information(), ref)
    p.tick()
    assert f"{ref}: more information is in" in p.letters_to("morgan")
    assert p.morgan.has("referrer_discussion", ref) and not p.morgan.has("triage_decision", ref)
    assert "The early help worker led the plan from March." in p.morgan.open(f"/reviews/{ref}/referral").words
