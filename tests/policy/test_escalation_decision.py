"""Step `escalation_decision` (P14, A15): 10 working days after the date the Monitoring chair decides, with
the business manager: more time, a changed action, another owner, or higher. The owner never changes by
itself.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.beside import at_action
from tests.policy.conftest import Partnership
from tests.policy.journey import leap, refused_at

LATE = dt.date(2026, 7, 15)  # 10 working days after 1 July
NEW_DUE = dt.date(2026, 8, 12)


def late_by_ten(p: Partnership, **more: str) -> tuple[str, str]:
    """An action 10 working days late: the review, and the address of the decision."""
    ref = at_action(p, **more)
    leap(p, LATE - answers.DAY)
    assert not p.kit.has("escalation_decision")
    p.days_pass(1)
    row = p.kit.finds("escalation_decision", ref)
    assert row.due == "due in 5 working days:22 July 2026"
    return ref, row.href


def test_more_time_moves_the_ladder_and_each_rung_comes_once(partnership: Partnership) -> None:
    p = partnership
    ref, href = late_by_ten(p)
    assert "An action ten working days late" in p.letters_to("devon"), "they decide together"
    assert "Enter the new date" in refused_at(p.kit, href, {"outcome": "extend", "reason": "x"}).errors()
    p.kit.answers(href, answers.escalation_decision("extend", NEW_DUE))
    p.tick()
    assert f"{ref}: a decision about your action" in p.letters_to("ashby")
    assert p.ashby.finds("action_evidence", ref).due == "due on 12 August 2026"
    leap(p, dt.date(2026, 7, 30))
    assert not p.rowan.has("written_assurance"), "20 working days after the old date is no longer late"
    assert not p.kit.has("escalation_decision"), "asked once"


def test_another_owner_gets_the_work_at_once(partnership: Partnership) -> None:
    p = partnership
    ref, href = late_by_ten(p)
    given = {**answers.escalation_decision("reassign", NEW_DUE), "new_owner": "u_alex"}
    p.kit.answers(href, given)
    p.tick()
    assert p.alex.has("action_evidence", ref)
    assert not p.ashby.has("action_evidence")
    assert not p.ashby.has("action_update"), "the update that was asked for goes with it"
    assert p.alex.has("action_update", ref)
    assert f"{ref}: an action for you, due 1 July 2026" in p.letters_to("alex")
    p.alex.does("action_update", answers.action_update("on_track", p.today), ref)
    leap(p, dt.date(2026, 8, 12))
    assert p.alex.has("action_update", ref), "later updates are asked of the new owner"
    assert not p.ashby.has("action_update")


def test_a_changed_action_is_what_the_owner_reads(partnership: Partnership) -> None:
    p = partnership
    ref, href = late_by_ten(p)
    changed = "Send each changed plan to the school and the police within two days"
    p.kit.answers(href, {**answers.escalation_decision("rescope", NEW_DUE), "new_text": changed})
    assert changed in p.ashby.open(p.ashby.finds("action_evidence", ref).href).words
    assert changed in p.ashby.open(f"/reviews/{ref}/actions").words


def test_what_goes_higher_reaches_the_board_member_of_the_agency_or_the_next_level(
    partnership: Partnership,
) -> None:
    p = partnership
    ref, href = late_by_ten(p)
    p.kit.answers(href, answers.escalation_decision("escalate", NEW_DUE))
    p.tick()
    assert f"{ref}: a late action of your agency" in p.letters_to("rowan"), (
        "nobody speaks for this agency on the Board: the QA chair hears"
    )
    assert p.ashby.has("action_evidence", ref), "and the owner stays"
