"""Step `event_plan` (L1): "There will be a safeguarding and learning event held every term". The calendar
asks for it in good time; that it is every term is the policy's own rule, the day by which it is planned is
a target of ours.
"""

from __future__ import annotations

import datetime as dt

from tests.policy.beside import event_plan
from tests.policy.conftest import Partnership
from tests.policy.journey import refused_at

HELD = dt.date(2026, 7, 2)


def test_each_term_asks_for_its_event_once(partnership: Partnership) -> None:
    p = partnership
    p.tick()
    p.tick()
    asked = [row for row in p.noor.my_work() if row.href.endswith("/event-plan")]
    assert [row.due for row in asked] == ["due on 26 May 2026"], "40 working days before 21 July"
    assert p.morgan.open(asked[0].href).status in (403, 404), "the Training sub-group plans it"
    p.until(dt.date(2026, 8, 31))
    asked = [row.due for row in p.noor.my_work() if row.href.endswith("/event-plan")]
    assert len(asked) == 2, "the next term has its own"
    assert any("23 October 2026" in due for due in asked)


def test_a_term_without_a_plan_is_chased(partnership: Partnership) -> None:
    p = partnership
    p.until(dt.date(2026, 5, 22))
    assert "Due in two working days" in p.letters_to("noor")
    p.until(dt.date(2026, 5, 27))
    assert "Now late" in p.letters_to("noor")
    p.until(dt.date(2026, 6, 2))
    assert "Five working days late" in p.letters_to("devon"), "the business manager hears of it"


def test_a_planned_event_brings_its_programme(partnership: Partnership) -> None:
    p = partnership
    p.tick()
    href = p.noor.finds("event_plan").href
    assert "Enter the date of the event" in refused_at(p.noor, href, {"venue": "Town hall"}).errors()
    past = refused_at(p.noor, href, event_plan(p.today - dt.timedelta(days=1)))
    assert len(past.errors()) == 1, past.errors()
    sent = p.noor.answers(href, event_plan(HELD))
    assert "Put the programme together" in sent.words
    assert not p.noor.has("event_plan")
    assert p.noor.finds("event_programme").due == "due on 18 June 2026", "10 working days before the event"
