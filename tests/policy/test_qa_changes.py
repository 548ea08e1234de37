"""P13: a plan that is returned goes back to the sub-group with the changes; one accepted with changes
goes on.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.conftest import Partnership
from tests.policy.journey import at_qa_changes, refused_screens, typed


def test_after_a_return_it_is_presented_again_at_the_next_meeting(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_changes(p)
    row = p.frankie.finds("qa_changes", ref)
    page = p.frankie.open(f"{row.href}?page=what-was-asked-and-changed").words
    assert "Make the first action easier to measure." in page, "what the sub-group asked for"
    assert p.rowan.open(row.href).status == 403
    assert refused_screens(p.frankie, row.href, {"changed": ""}).errors() == ["Enter what you have changed"]
    p.frankie.answers(row.href, answers.qa_changes())
    assert p.devon.finds("qa_papers", ref).due.endswith("1 July 2026"), "5 working days before 8 July"
    assert not p.ashby.has("action_evidence", ref)


def test_accepted_with_changes_the_changed_plan_is_the_one_that_starts(partnership: Partnership) -> None:
    p = partnership
    ref = at_qa_changes(p, "accept_changes")
    href = p.frankie.finds("qa_changes", ref).href
    assert typed(p.frankie.open(f"{href}?page=action-plan"), "actions-1-measure").startswith("9 of 10")
    changed = {**answers.action(dt.date(2026, 7, 15)), "text": "Send each plan the same day"}
    p.frankie.answers(href, {**answers.qa_changes(), "actions": [changed]})
    assert not p.devon.has("qa_papers", ref), "it need not be presented again"
    assert p.ashby.finds("action_evidence", ref).due.endswith("15 July 2026")
    plan = p.kit.open(f"/reviews/{ref}/actions").words
    assert "Send each plan the same day" in plan and "Send the child's plan" not in plan
