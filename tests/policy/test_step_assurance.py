"""Step `step_assurance` (P4, P12, P13): 20 working days after the date of a step the Board member for that
agency writes when it is done; for a step of no agency the chair of the QA sub-group does.
"""

from __future__ import annotations

from tests.policy.answers import DAY
from tests.policy.conftest import Partnership
from tests.policy.journey import leap, refused_at
from tests.policy.late import (
    PAGE_20,
    SUMMARY_20,
    SUMMARY_30,
    asked,
    assurance,
    pages_late,
    summary_late,
)


def test_the_board_member_of_the_agency_assures_on_the_twentieth_day(partnership: Partnership) -> None:
    p = partnership
    ref = pages_late(p, PAGE_20 - DAY)
    assert not p.kit.has("step_assurance")
    p.days_pass(1)
    row = p.kit.finds("step_assurance", ref)
    assert row.due == "due in 5 working days:10 June 2026"
    page = p.kit.open(row.href).words
    assert ref in page and "Prepare for the meeting" in page and "Northvale Police" in page
    assert p.kit.open(f"/reviews/{ref}").status == 404, "they see the reference and the form, no more"
    assert "Enter what you will do" in refused_at(p.kit, row.href, {"hindrance": "Illness."}).errors()
    p.kit.answers(row.href, assurance(p.today + 7 * DAY))
    p.days_pass(1)
    assert f"{ref}: assurance about a late step" in p.letters_to("rowan")
    assert ("kit", "step_assurance") not in asked(p, ref), "each rung once"
    assert p.emery.has("agency_preparation", ref)
    others = [row for row in p.rowan.my_work() if row.href.endswith("/step-assurance")]
    assert len(others) == 2, "nobody speaks for the two other agencies on the Board: the QA chair assures"


def test_for_a_step_of_no_agency_the_qa_chair_assures(partnership: Partnership) -> None:
    p = partnership
    ref = summary_late(p, SUMMARY_20)
    assert p.rowan.has("step_assurance", ref)
    assert not p.kit.has("step_assurance")
    p.rowan.does("step_assurance", assurance(p.today + 7 * DAY), ref)
    leap(p, SUMMARY_30)
    assert ("rowan", "step_assurance") not in asked(p, ref)
    assert "A colleague writes it." in p.lindsay.open(p.lindsay.finds("step_exception", ref).href).words
