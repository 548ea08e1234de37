"""Step `action_update` (P14): "The action plan will be progressed through the Monitoring Sub-Group": the
owner says every 20 working days how it is going; who needs longer or is blocked is heard before the action
is late.
"""

from __future__ import annotations

import datetime as dt

from tests.policy import answers
from tests.policy.beside import at_action
from tests.policy.conftest import Partnership
from tests.policy.journey import leap, refused_at

FIRST, SECOND = dt.date(2026, 6, 10), dt.date(2026, 7, 8)  # 20 and 40 working days after 12 May


def test_the_owner_is_asked_every_twenty_working_days(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p)
    leap(p, FIRST - answers.DAY)
    assert not p.ashby.has("action_update")
    p.days_pass(1)
    assert p.ashby.finds("action_update", ref).due == "due in 5 working days:17 June 2026"
    p.ashby.does("action_update", answers.action_update("on_track", p.today), ref)
    assert not p.kit.has("extension_decision"), "on track: nobody has to decide anything"
    assert p.ashby.finds("action_evidence", ref).due.endswith("1 July 2026"), "an update moves no date"
    p.days_pass(3)
    assert not p.ashby.has("action_update"), "asked once"
    leap(p, SECOND)
    assert p.ashby.has("action_update")


def test_who_needs_longer_says_until_when_and_the_monitoring_chair_decides(partnership: Partnership) -> None:
    p = partnership
    ref = at_action(p)
    leap(p, FIRST)
    href = p.ashby.finds("action_update", ref).href
    assert (
        "Enter the date you expect to finish"
        in refused_at(p.ashby, href, {"answer": "need_longer", "note": "Two teams have begun."}).errors()
    )
    p.ashby.answers(href, answers.action_update("need_longer", p.today))
    assert p.kit.finds("extension_decision", ref).due == "due in 5 working days:17 June 2026"


def test_an_owner_may_show_an_action_worse_than_its_dates_and_never_better(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_action(p)
    leap(p, FIRST)

    def standing() -> str:
        return p.kit.open("/actions/").words

    told = {**answers.action_update("on_track", p.today), "worse": "red"}
    p.ashby.does("action_update", told, ref)
    assert "Overdue or off track" in standing().split("How it is going")[-1]
    page = p.ashby.open(f"/actions/{ref}-A1/update")
    said = {"answer": "on_track", "note": "A second team has begun."}
    p.ashby.submit(page.form("/update"), page.path, {**said, "worse": "amber"})
    assert "At risk" in standing().split("How it is going")[-1]
    p.ashby.submit(page.form("/update"), page.path, {**said, "worse": "no"})
    assert "On track" in standing().split("How it is going")[-1]
    leap(p, dt.date(2026, 7, 3))
    p.ashby.submit(page.form("/update"), page.path, {**said, "worse": "amber"})
    assert "Overdue or off track" in standing().split("How it is going")[-1], "late is late"


def test_who_is_not_the_right_owner_is_heard_and_stays_owner_until_somebody_decides(
    partnership: Partnership,
) -> None:
    p = partnership
    ref = at_action(p)
    leap(p, FIRST)
    p.ashby.does("action_update", answers.action_update("not_mine", p.today), ref)
    p.tick()
    assert f"{ref}: an action needs another owner" in p.letters_to("kit")
    assert p.ashby.has("action_evidence")
    assert not p.kit.has("extension_decision")
