"""P2: the Head of Safeguarding and Learning "will determine in discussion with the referrer if a
multi-agency review is appropriate".
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.conftest import Partnership
from tests.policy.journey import at_discussion, refused, typed


def test_no_decision_before_the_discussion(partnership: Partnership) -> None:
    p = partnership
    ref = at_discussion(p)
    assert p.morgan.finds("referrer_discussion", ref).due == "due in 5 working days:20 April 2026"
    assert not p.morgan.has("triage_decision")
    sent = p.morgan.does("referrer_discussion", answers.referrer_discussion(p.today), ref)
    assert "Decide on the referral: you, by 27 April 2026" in sent.words, "10 working days from the referral"
    assert "This could help every agency." in p.morgan.open(f"/reviews/{ref}/referral").words


def test_it_needs_a_day_that_has_been_and_the_referrers_view(partnership: Partnership) -> None:
    p = partnership
    ref = at_discussion(p)
    given = {
        **answers.referrer_discussion(p.today + DAY),
        "referrer_view": "",
        "took_part": "Dale and Morgan",
    }
    sent = refused(p.morgan, "referrer_discussion", given, ref)
    assert len(sent.errors()) == 2
    assert "Enter the referrer's view" in sent.errors()
    assert typed(sent, "took_part") == "Dale and Morgan", "what was typed stays on the page"
    assert p.dale.open(p.morgan.finds("referrer_discussion", ref).href).status == 403
