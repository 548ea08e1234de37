"""Step `cascade` (L5): "single agency learning will be disseminated down through agencies using their own
training pathways": each agency says within 20 working days how it shared the briefing and how many it
reached.
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_adopted, refused_at


def test_each_agency_answers_for_itself(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    p.devon.does("briefing", answers.briefing(), ref)
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    row = p.dale.finds("cascade", ref)
    assert row.due == "due on 24 June 2026"
    assert p.ashby.open(row.href).status in (403, 404), "no agency answers for another"
    errors = refused_at(p.dale, row.href, {"channels": ["team_meeting"], "reached": 0}).errors()
    assert "Enter how teams used it" in errors
    assert "Enter the date it was first shared" in errors
    p.dale.answers(row.href, answers.cascade(p.today))
    assert not p.dale.has("cascade")
    assert p.ashby.has("cascade", ref)
    p.ashby.does("cascade", {"channels": ["not_shared"], "note": "Nobody works with children now."}, ref)
    p.emery.does("cascade", {**answers.cascade(p.today), "reached": 57}, ref)
    own, whole = (person.open(f"/reviews/{ref}/sharing").words for person in (p.dale, p.morgan))
    assert "42" in own
    assert "57" not in own, "how far another agency has come is its own"
    assert "42" in whole
    assert "57" in whole
