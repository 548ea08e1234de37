"""A1: cases where Serious Case Reviews "must be conducted", and "critical incidents or near miss
cases", come first: every referral is screened before it is talked about.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_screen, refused, sends, typed


def test_it_comes_before_the_discussion_within_two_working_days(partnership: Partnership) -> None:
    p = partnership
    ref = at_screen(p)
    assert p.morgan.finds("statutory_screen", ref).due == "due in 2 working days:15 April 2026"
    assert not p.morgan.has("referrer_discussion") and not p.morgan.has("triage_decision")
    sent = p.morgan.does("statutory_screen", answers.statutory_screen(), ref)
    assert "Talk with the person who referred: you, by 20 April 2026" in sent.words
    assert not p.sam.has("scr_reply")


def test_a_case_that_may_be_statutory_is_handed_over_the_same_day(partnership: Partnership) -> None:
    p = partnership
    ref = at_screen(p)
    assert p.sam.open(f"/reviews/{ref}").status == 404
    sent = p.morgan.does("statutory_screen", answers.statutory_screen("may_be_statutory"), ref)
    assert (
        "Reply: will you take this case?: Serious Case Review sub-group chair, by 20 April 2026" in sent.words
    )
    p.tick()
    assert f"{ref}: handed over to your sub-group" in p.letters_to("sam")
    assert f"{ref}: what was decided" in p.letters_to("dale")
    assert not p.morgan.has("referrer_discussion", ref)


def test_a_result_against_its_own_facts_is_refused(partnership: Partnership) -> None:
    p = partnership
    ref = at_screen(p)
    href = p.morgan.finds("statutory_screen", ref).href
    harmed = {**answers.statutory_screen(), "child_died_or_seriously_harmed": True}
    sent = sends(p.morgan, href, harmed)
    assert sent.status == 409
    assert "Serious Case Review sub-group" in sent.words
    assert sent.path == href and typed(sent, "reason") == harmed["reason"], (
        "the same page, with what was typed"
    )
    assert typed(p.morgan.open(href), "reason") == harmed["reason"], "and kept"
    page = refused(p.morgan, "statutory_screen", {**answers.statutory_screen(), "reason": ""}, ref)
    assert page.errors() == ["Enter the reasons for this result"]
    assert p.dale.open(href).status == 403 and p.ashby.open(href).status == 404, "the Head's own step"


def test_the_statutory_limit_of_five_working_days_is_warned_of(partnership: Partnership) -> None:
    p = partnership
    ref = at_screen(p)
    p.until(dt.date(2026, 4, 16))
    assert p.morgan.finds("statutory_screen", ref).due.startswith("1 working day late")
    assert not p.letters_to("devon")
    p.until(dt.date(2026, 4, 17))
    assert "Statutory screen: the limit is tomorrow" in p.letters_to("devon"), "a second person knows"
