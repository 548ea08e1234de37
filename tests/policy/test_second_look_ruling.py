"""P2, A12 (1.7 no. 3): what the business manager does not settle, the chair of the QA sub-group does."""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_second_look, refused, state


def at_ruling(p: Partnership) -> str:
    ref = at_second_look(p)
    p.devon.does("second_look", answers.second_look("ask_qa_chair"), ref)
    return ref


def test_the_qa_chair_reads_both_sides_and_has_ten_working_days(partnership: Partnership) -> None:
    p = partnership
    ref = at_ruling(p)
    row = p.rowan.finds("second_look_ruling", ref)
    assert row.due == "due in 10 working days:27 April 2026"
    page = p.rowan.open(row.href).words
    assert "Three agencies were involved, not one." in page
    assert "Read again with the referral beside it." in page
    assert "The learning reaches several agencies." in page, "the reasons of the decision, too"
    assert not p.dale.has("outcome_reply", ref) and not p.devon.has("second_look", ref)
    assert p.devon.open(row.href).status == 403
    referral = p.rowan.open(f"/reviews/{ref}/referral").words
    assert "Five services each saw one part." in referral, "and the referral itself"
    refused(p.rowan, "second_look_ruling", {"outcome": "ask_qa_chair", "reason": "Ask again"}, ref)


def test_the_ruling_stands_or_the_head_decides_anew(partnership: Partnership) -> None:
    p = partnership
    ref = at_ruling(p)
    p.rowan.does("second_look_ruling", answers.second_look("upheld"), ref)
    p.tick()
    assert f"{ref}: the decision stands" in p.letters_to("dale")
    assert "Closed" in state(p.dale, ref)
    other = at_ruling(p)
    p.rowan.does("second_look_ruling", answers.second_look("look_again"), other)
    p.tick()
    assert f"{other}: we look at it again" in p.letters_to("dale")
    assert p.morgan.has("triage_decision", other) and not p.morgan.has("triage_decision", ref)
