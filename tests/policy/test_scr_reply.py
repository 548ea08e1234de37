"""A2: "The decision to hold such reviews is made by a Serious Case Review sub-group": it is asked, and
replies.
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_scr_reply, refused, state


def test_the_sub_groups_chair_reads_the_referral_and_has_five_working_days(partnership: Partnership) -> None:
    p = partnership
    ref = at_scr_reply(p)
    row = p.sam.finds("scr_reply", ref)
    assert row.due == "due in 5 working days:20 April 2026"
    assert "Handed over" in state(p.sam, ref)
    assert p.morgan.open(row.href).status == 403, "the decision is theirs"
    sent = refused(p.sam, "scr_reply", {**answers.scr_reply("taken"), "reason": ""}, ref)
    assert sent.errors() == ["Enter the reasons for your reply"]


def test_a_case_that_is_taken_ends_here(partnership: Partnership) -> None:
    p = partnership
    ref = at_scr_reply(p)
    sent = p.sam.does("scr_reply", answers.scr_reply("taken"), ref)
    assert "Nothing more is asked of anybody here" in sent.words
    p.tick()
    assert f"{ref}: the sub-group has replied" in p.letters_to("morgan")
    assert "The Serious Case Review sub-group has it" in state(p.morgan, ref)
    assert "The Serious Case Review sub-group has it" in state(p.dale, ref)
    assert p.morgan.my_work() == [] and p.dale.my_work() == []


def test_a_case_that_is_not_taken_goes_back_to_triage(partnership: Partnership) -> None:
    p = partnership
    ref = at_scr_reply(p)
    p.sam.does("scr_reply", answers.scr_reply("not_taken"), ref)
    p.tick()
    assert f"{ref}: the sub-group has replied" in p.letters_to("morgan")
    assert p.morgan.finds("referrer_discussion", ref).due == "due in 5 working days:20 April 2026"
