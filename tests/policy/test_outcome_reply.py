"""P2, A12: the outcome is told "in discussion with the referrer", who accepts it or, once, asks for a
second look: "opportunities for appropriate challenge".
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import decided, leap, refused, sends, state


def test_an_outcome_that_is_accepted_closes_and_keeps_the_learning(partnership: Partnership) -> None:
    p = partnership
    ref = decided(p, "decline")
    row = p.dale.finds("outcome_reply", ref)
    assert row.due == "due in 10 working days:27 April 2026"
    assert "The learning reaches several agencies." in p.dale.open(row.href).words, (
        "the reason is on the page"
    )
    sent = p.dale.does("outcome_reply", answers.outcome_reply("accepted"), ref)
    assert "Nothing more is asked of anybody here" in sent.words
    assert "Closed. Not held as a review; what it taught is kept." in state(p.dale, ref)


def test_without_a_reply_it_closes_after_20_working_days(partnership: Partnership) -> None:
    p = partnership
    ref = decided(p, "single_agency")
    leap(p, dt.date(2026, 5, 11))
    assert p.dale.has("outcome_reply", ref)
    leap(p, dt.date(2026, 5, 12))
    assert not p.dale.has("outcome_reply", ref)
    assert "Closed" in state(p.morgan, ref)


def test_a_second_look_needs_a_reason_and_is_asked_for_once(partnership: Partnership) -> None:
    p = partnership
    ref = decided(p, "decline")
    without = {"answer": "second_look", "second_look_reason": ""}
    assert refused(p.dale, "outcome_reply", without, ref).errors() == [
        "Enter what the second look should consider"
    ]
    p.dale.does("outcome_reply", answers.outcome_reply("second_look"), ref)
    p.devon.does("second_look", answers.second_look("look_again"), ref)
    p.morgan.does("triage_decision", answers.triage_decision("decline", p.today), ref)
    p.tick()
    p.letters.clear()
    again = sends(p.dale, p.dale.finds("outcome_reply", ref).href, answers.outcome_reply("second_look"))
    assert again.status == 409
    assert "A second look can be asked for once" in again.words
    assert p.dale.has("outcome_reply", ref), "it waits for another answer"
    p.tick()
    assert not p.letters_to("devon")
