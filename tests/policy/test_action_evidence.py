"""Step `action_evidence` (P14, A15): "There will be a clear line of accountability for the monitoring of
any actions": one named owner, one agency, one date, and evidence before anything counts as done.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.beside import at_action
from tests.policy.conftest import Partnership
from tests.policy.journey import leap, refused_at, typed


def heard(p: Partnership, person: str, subject: str) -> int:
    """How many letters with this subject somebody has had about the action itself."""
    return sum(
        to == f"u_{person}" and letter.subject == subject and "Do the action" in letter.body
        for to, letter in p.letters
    )


def test_an_action_is_its_owners_until_its_date(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p)
    row = p.ashby.finds("action_evidence", ref)
    assert row.due == "due on 1 July 2026"
    assert f"{ref}: an action for you, due 1 July 2026" in p.letters_to("ashby")
    for other in (p.dale, p.emery, p.kit, p.frankie):
        assert not other.has("action_evidence")
    assert p.farrah.open(row.href).status == 404, "somebody without a part in the review learns nothing of it"
    given = {**answers.action_evidence(p.today), "where": "", "evidence_on": p.today + answers.DAY}
    again = refused_at(p.ashby, row.href, given)
    assert "Enter where the evidence can be seen" in again.errors()
    assert len(again.errors()) == 2, "evidence is not dated in the future"
    assert typed(again, "done") == "Every plan goes out by secure mail."
    sent = p.ashby.answers(row.href, answers.action_evidence(p.today))
    assert "Check the evidence" in sent.words
    assert not p.ashby.has("action_verification"), "and not by its owner"


def test_the_owner_is_reminded_before_and_the_owners_lead_hears_when_it_is_late(
    partnership: Partnership,
) -> None:
    p = partnership
    at_action(p, owner="u_alex")
    for day, subject in (
        (dt.date(2026, 6, 17), "Coming up in your work"),
        (dt.date(2026, 6, 29), "Due in two working days"),
        (dt.date(2026, 7, 2), "Now late"),
    ):
        leap(p, day - answers.DAY)
        assert not heard(p, "alex", subject), f"not before {day}"
        p.days_pass(1)
        assert heard(p, "alex", subject) == 1
    assert heard(p, "ashby", "Late in your team") == 1
    assert "1 working day late" in p.alex.finds("action_evidence").due
