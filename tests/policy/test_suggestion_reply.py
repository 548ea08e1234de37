"""Step `suggestion_reply` (C1, C5): the safeguarding lead answers within 10 working days. Only "the
safeguarding lead for the agency" refers, so a suggestion becomes a referral through them, or gets an
answer: who suggested always hears.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import refused_at, typed


def suggested(p: Partnership) -> str:
    """A suggestion that waits for a reply: the address of the step."""
    begun = p.vesna.submit(p.vesna.open("/suggest").form("/suggest"), "/suggest")
    p.vesna.answers(begun.path, answers.suggestion())
    p.tick()
    row = p.dale.finds("suggestion_reply")
    assert row.due == "due in 10 working days:27 April 2026"
    return row.href


def test_refer_begins_a_referral_that_only_the_lead_sees(partnership: Partnership) -> None:
    p = partnership
    href = suggested(p)
    assert "Three services arranged one joint visit" in p.dale.open(href).words
    p.dale.answers(href, answers.suggestion_reply("refer"))
    p.tick()
    assert p.letters_to("vesna") == ["SUGGESTION-0001: a reply to your suggestion"]
    ref = p.dale.finds("referral").review
    assert p.morgan.open(f"/reviews/{ref}").status == 404, "it is a draft until the lead sends it"
    assert not p.morgan.my_work()


def test_answer_ends_it_with_thanks_and_without_a_referral(partnership: Partnership) -> None:
    p = partnership
    href = suggested(p)
    tab = p.dale.open(href)
    again = refused_at(p.dale, href, {"outcome": "answer"})
    assert "Enter your reply" in again.errors()
    p.dale.answers(href, answers.suggestion_reply("answer"))
    p.tick()
    assert p.letters_to("vesna") == ["SUGGESTION-0001: a reply to your suggestion"]
    assert not p.dale.has("referral")
    second = p.dale.submit(tab.form(), href, {"outcome": "refer", "reply": "Another thought."}, "send")
    assert second.status == 409
    assert "already been completed" in second.words
    assert not p.dale.has("referral"), "the second tab begins nothing"


def test_a_reply_that_is_late_is_chased_and_goes_up(partnership: Partnership) -> None:
    p = partnership
    suggested(p)
    p.until(dt.date(2026, 4, 28))
    assert "Now late" in p.letters_to("dale")
    assert "1 working day late" in p.dale.finds("suggestion_reply").due
    assert not p.letters_to("morgan")
    p.until(dt.date(2026, 5, 12))
    assert "Ten working days late" in p.letters_to("morgan")
    assert typed(p.dale.open(p.dale.finds("suggestion_reply").href), "reply") == ""
