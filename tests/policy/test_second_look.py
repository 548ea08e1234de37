"""P2, A12 (1.7 no. 3): "opportunities for appropriate challenge": the Board's business manager looks
again, once.
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_second_look, refused, state


def test_another_person_than_who_decided_takes_it(partnership: Partnership) -> None:
    p = partnership
    ref = at_second_look(p)
    p.tick()
    row = p.devon.finds("second_look", ref)
    assert row.due == "due in 10 working days:27 April 2026"
    assert f"{ref}: a second look is asked for" in p.letters_to("devon")
    page = p.devon.open(row.href).words
    assert (
        "Three agencies were involved, not one." in page and "The learning reaches several agencies." in page
    )
    assert p.morgan.open(row.href).status == 403 and p.dale.open(row.href).status == 403
    sent = refused(p.devon, "second_look", {"outcome": "upheld", "reason": ""}, ref)
    assert sent.errors() == ["Enter the reasons for this result"]


def test_a_decision_that_stands_closes_the_referral(partnership: Partnership) -> None:
    p = partnership
    ref = at_second_look(p)
    p.devon.does("second_look", answers.second_look("upheld"), ref)
    p.tick()
    assert f"{ref}: the decision stands" in p.letters_to("dale")
    assert "Closed" in state(p.dale, ref)


def test_looked_at_again_the_head_decides_anew(partnership: Partnership) -> None:
    p = partnership
    ref = at_second_look(p)
    sent = p.devon.does("second_look", answers.second_look("look_again"), ref)
    assert "Decide on the referral: Head of Safeguarding and Learning" in sent.words
    p.tick()
    assert f"{ref}: we look at it again" in p.letters_to("dale")
    p.morgan.does("triage_decision", answers.triage_decision("accept", p.today), ref)
    assert p.devon.has("agency_notice", ref)
