"""Step `extension_decision` (P14, A15): more time is somebody else's decision. The old date and the reason
stay, and the ladder counts from the new date.
"""

from __future__ import annotations

import csv
import datetime as dt
import io

from tests.policy import answers
from tests.policy.beside import at_action
from tests.policy.conftest import Partnership
from tests.policy.journey import leap, refused_at, sends, typed

ASKED = dt.date(2026, 6, 10)
NEW_DUE = dt.date(2026, 7, 29)


def asked_for_time(p: Partnership) -> tuple[str, str]:
    """An owner who needs longer: the review, and the address of the Monitoring chair's step."""
    ref = at_action(p)
    leap(p, ASKED)
    p.ashby.does("action_update", answers.action_update("need_longer", p.today), ref)
    return ref, p.kit.finds("extension_decision", ref).href


def test_more_time_keeps_the_old_date_and_moves_the_ladder(partnership: Partnership) -> None:
    p = partnership
    ref, href = asked_for_time(p)
    assert "Two teams have begun." in p.kit.open(href).words, "who decides reads why"
    assert p.ashby.open(href).status in (403, 404), "the owner does not decide"
    p.kit.answers(href, answers.extension_decision("agreed", NEW_DUE))
    p.tick()
    assert f"{ref}: more time, until 29 July 2026" in p.letters_to("ashby")
    assert p.ashby.finds("action_evidence", ref).due == "due on 29 July 2026"
    table = csv.DictReader(io.StringIO(p.kit.client.get("/actions/actions.csv").get_data(as_text=True)))
    row = next(row for row in table if row["Review"] == ref)
    assert (row["Due"], row["First due date"]) == ("2026-07-29", "2026-07-01")
    leap(p, dt.date(2026, 7, 8))
    assert not p.ashby.has("recovery_plan"), "5 working days after the old date nothing is late"
    leap(p, dt.date(2026, 8, 4))
    assert not p.ashby.has("recovery_plan")
    p.days_pass(1)
    assert p.ashby.has("recovery_plan"), "5 working days after the new one it is"


def test_a_refusal_keeps_the_date_and_says_so(partnership: Partnership) -> None:
    p = partnership
    ref, href = asked_for_time(p)
    errors = refused_at(p.kit, href, {"outcome": "agreed", "reason": "The supplier is slow."}).errors()
    assert errors == ["Enter the new date"]
    p.kit.answers(href, answers.extension_decision("not_agreed", NEW_DUE))
    p.tick()
    assert f"{ref}: the date stays 1 July 2026" in p.letters_to("ashby")
    assert p.ashby.finds("action_evidence", ref).due.endswith("1 July 2026")


def test_a_new_date_is_later_than_the_present_one_and_the_text_is_kept(partnership: Partnership) -> None:
    p = partnership
    ref, href = asked_for_time(p)
    given = answers.extension_decision("agreed", dt.date(2026, 6, 26))
    sent = sends(p.kit, href, given)
    assert sent.status == 409
    assert sent.errors() == ["Give a new date that is later than the present one."]
    assert typed(p.kit.open(href), "reason") == "The supplier has given a date."
    assert p.ashby.finds("action_evidence", ref).due.endswith("1 July 2026")
