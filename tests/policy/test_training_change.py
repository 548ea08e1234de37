"""Step `training_change` (L3, L2, A16): "Agency learning will also be disseminated through the Training sub
group." No change is an answer too, with its reason; the learning is offered to the next termly event.
"""

from __future__ import annotations

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import LEADS, at_adopted, refused_at


def test_training_says_what_changes_and_the_next_event_takes_the_learning_up(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_adopted(p)
    assert not p.noor.has("training_change"), "nothing to read before the briefing"
    p.devon.does("briefing", answers.briefing(), ref)
    p.morgan.does("briefing_check", answers.briefing_check(), ref)
    row = p.noor.finds("training_change", ref)
    assert row.due == "due on 15 July 2026", "35 working days: the next meeting at most"
    assert p.dale.open(row.href).status in (403, 404)
    errors = refused_at(p.noor, row.href, {"change": False, "next_event": True}).errors()
    assert errors == ["Enter why training does not need to change"]
    p.noor.answers(row.href, answers.training_change(p.today))
    p.tick()
    assert f"{ref}: learning for the next event" in p.letters_to("noor")
    for lead in LEADS:
        getattr(p, lead).does("cascade", answers.cascade(p.today), ref)
    p.tick()
    assert p.letters_to("noor").count(f"{ref}: learning for the next event") == 1, "offered once"
    assert "Working together, level 2" in p.morgan.open(f"/reviews/{ref}/sharing").words
