"""Step `written_assurance` (A15): 20 working days after the date the Board member for that agency writes
how children are kept safe meanwhile, and when it is done. The QA chair knows.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.beside import at_action
from tests.policy.conftest import Partnership
from tests.policy.journey import leap, refused_at

LATE = dt.date(2026, 7, 29)  # 20 working days after 1 July


def test_the_board_member_of_the_agency_assures_on_the_twentieth_day(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p, owner="u_emery", agency="pol")
    leap(p, LATE - answers.DAY)
    assert not p.kit.has("written_assurance")
    p.days_pass(1)
    row = p.kit.finds("written_assurance", ref)
    assert row.due == "due in 5 working days:5 August 2026"
    assert not p.rowan.has("written_assurance"), "a Board member answers for their own agencies"
    assert "An action twenty working days late" in p.letters_to("rowan"), "and the QA chair knows"
    errors = refused_at(p.kit, row.href, {"assurance": "It will be in place."}).errors()
    assert "Enter how children are kept safe in the meantime" in errors
    p.kit.answers(row.href, answers.written_assurance(dt.date(2026, 8, 20)))
    p.days_pass(2)
    assert f"{ref}: written assurance" in p.letters_to("rowan")
    assert not p.kit.has("written_assurance"), "each rung once"
    assert p.emery.has("action_evidence", ref)


def test_where_nobody_speaks_for_the_agency_the_qa_chair_assures(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p)
    leap(p, LATE)
    assert p.rowan.has("written_assurance", ref)
    assert not p.kit.has("written_assurance")
