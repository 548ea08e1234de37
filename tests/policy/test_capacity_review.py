"""P3: "If there is capacity to conduct a multi-agency review": without it a suitable case waits, and
is looked at again every 20 working days.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import decided, leap, state


def test_a_case_that_waits_is_looked_at_again_every_20_working_days(partnership: Partnership) -> None:
    p = partnership
    ref = decided(p, "defer")
    assert "Waiting for capacity" in state(p.dale, ref)
    assert p.morgan.finds("capacity_review", ref).due == "due on 12 May 2026"
    leap(p, dt.date(2026, 5, 12))
    sent = p.morgan.does("capacity_review", answers.capacity_review("wait", p.today), ref)
    assert "Look again: is there room now?: you, by 10 June 2026" in sent.words
    assert not p.devon.has("agency_notice", ref)


def test_with_room_it_is_set_up_like_any_other(partnership: Partnership) -> None:
    p = partnership
    ref = decided(p, "defer")
    p.tick()
    p.letters.clear()
    href = p.morgan.finds("capacity_review", ref).href
    decision = p.morgan.open(f"{href}?page=decision").words
    assert "Frankie D." in decision, "who is free to chair is shown beside the limit"
    p.morgan.answers(href, answers.capacity_review("accept", p.today))
    p.tick()
    assert p.devon.has("agency_notice", ref) and p.morgan.has("chair_nomination", ref)
    assert p.letters_to("dale") == [f"{ref}: what was decided"]


def test_one_that_is_given_up_is_answered_with_the_right_to_a_second_look(partnership: Partnership) -> None:
    p = partnership
    ref = decided(p, "defer")
    p.morgan.does("capacity_review", answers.capacity_review("decline", p.today), ref)
    assert p.dale.finds("outcome_reply", ref).due == "due in 10 working days:27 April 2026"
    assert not p.morgan.has("chair_nomination", ref)
