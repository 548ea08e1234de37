"""P13, P15: what the sub-group says to the findings and the plan: accept, accept with changes, return,
or raise with the Board.
"""

from __future__ import annotations

import pytest

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_qa_decision, refused, state


@pytest.mark.parametrize("outcome", ["accept", "raise"])
def test_an_accepted_plan_starts_actions_sharing_and_the_boards_report(
    partnership: Partnership, outcome: str
) -> None:
    p = partnership
    ref = at_qa_decision(p)
    p.tick()
    p.letters.clear()
    p.rowan.does("qa_decision", answers.qa_decision(outcome), ref)
    p.tick()
    assert p.ashby.finds("action_evidence", ref).due.endswith("1 July 2026")
    assert p.devon.finds("briefing", ref).due.endswith("10 June 2026"), "10 working days"
    assert p.rowan.has("chairs_report"), "in the chair's next report to the Board"
    assert f"{ref}: what the QA sub-group decided" in p.letters_to("frankie")
    assert f"{ref}: an action plan is agreed" in p.letters_to("kit")
    assert f"{ref}: an action for you, due 1 July 2026" in p.letters_to("ashby")
    assert (f"{ref}: raised with the Board" in p.letters_to("lindsay")) == (outcome == "raise")
    assert "Plan agreed on 27 May 2026" in state(p.morgan, ref)


@pytest.mark.parametrize("outcome", ["return", "accept_changes"])
def test_with_changes_asked_for_the_chair_makes_them_first(partnership: Partnership, outcome: str) -> None:
    p = partnership
    ref = at_qa_decision(p)
    p.rowan.does("qa_decision", answers.qa_decision(outcome), ref)
    assert p.frankie.finds("qa_changes", ref).due.endswith("10 June 2026"), "10 working days"
    assert not p.ashby.has("action_evidence", ref) and not p.devon.has("briefing", ref)


def test_a_decision_needs_a_reason_and_what_should_change(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_decision(p)
    row = p.rowan.finds("qa_decision", ref)
    assert row.due == "due in 2 working days:29 May 2026"
    for person in (p.frankie, p.devon, p.emery):
        assert person.open(row.href).status == 403, "the sub-group's chair records it"
    given = {"outcome": "return", "reason": "", "changes": "", "quorate": True}
    sent = refused(p.rowan, "qa_decision", given, ref)
    assert sent.errors() == ["Enter the reasons for the decision", "Enter what should change"]
    assert (
        "Enter what the Board should do"
        in refused(p.rowan, "qa_decision", {**given, "outcome": "raise"}).errors()
    )
    assert not p.ashby.has("action_evidence", ref)
