"""A15, 2.10: the sub-group rates the change and says what follows: close, more action, or look again
in six months.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.answers import DAY
from tests.policy.conftest import Partnership
from tests.policy.journey import at_impact_rating, closes_action, leap, refused_screens, state
from tests.policy.test_impact_check import adds_action


def test_only_now_is_the_review_closed(partnership: Partnership) -> None:
    p = partnership
    ref = at_impact_rating(p)
    row = p.rowan.finds("impact_rating", ref)
    assert row.due.endswith("20 January 2027"), "35 working days at most"
    assert "19 of 20" in p.rowan.open(f"{row.href}?page=rating").words, "what was found"
    assert p.morgan.open(row.href).status == 403, "who checked does not rate"
    assert "Closed" not in state(p.morgan, ref)
    given = {**answers.impact_rating(), "reason": ""}
    assert refused_screens(p.rowan, row.href, given).errors() == ["Enter the reasons for your rating"]
    p.rowan.answers(row.href, answers.impact_rating())
    assert "Closed" in state(p.morgan, ref)
    assert not p.morgan.has("impact_check", ref)


def test_more_action_is_followed_through_and_checked_again(partnership: Partnership) -> None:
    p = partnership
    ref = at_impact_rating(p)
    href = p.rowan.finds("impact_rating", ref).href
    none = {**answers.impact_rating("more_action"), "rating": "partial"}
    assert "Enter at least one action" in refused_screens(p.rowan, href, none).errors()
    p.rowan.answers(href, {**none, "actions": [answers.action(dt.date(2027, 2, 1))]})
    p.tick()
    assert p.ashby.finds("action_evidence", ref).due.endswith("1 February 2027")
    assert "Closed" not in state(p.morgan, ref)
    p.ashby.does("action_evidence", answers.action_evidence(p.today), ref)
    p.kit.does("action_verification", answers.action_verification(), ref)
    p.tick()
    leap(p, dt.date(2027, 5, 26))
    assert not p.morgan.has("impact_check", ref)
    leap(p, dt.date(2027, 5, 27))
    assert p.morgan.has("impact_check", ref)


def test_a_review_is_not_closed_while_an_action_is_open(partnership: Partnership) -> None:
    p = partnership
    ref = at_impact_rating(p)
    adds_action(p, ref, p.today + 30 * DAY)
    href = p.rowan.finds("impact_rating", ref).href
    here = p.rowan.open(href).path
    p.rowan._answer_screens(here, answers.impact_rating())
    check = p.rowan.open(f"{here}?page=check")
    sent = p.rowan.submit(check.form(here), check.path, {}, "send")
    assert sent.status == 409
    assert "An action of this review is still open" in sent.words
    p.rowan.answers(href, {**answers.impact_rating("repeat"), "rating": "too_early"})
    closes_action(p, ref)
    assert "Closed" not in state(p.morgan, ref)


def test_too_early_to_say_is_looked_at_again_in_six_months(partnership: Partnership) -> None:
    p = partnership
    ref = at_impact_rating(p)
    p.rowan.does("impact_rating", {**answers.impact_rating("repeat"), "rating": "too_early"}, ref)
    assert not p.morgan.has("impact_check", ref) and "Closed" not in state(p.morgan, ref)
    leap(p, dt.date(2027, 5, 26))
    assert not p.morgan.has("impact_check", ref)
    leap(p, dt.date(2027, 5, 27))
    assert p.morgan.has("impact_check", ref)
