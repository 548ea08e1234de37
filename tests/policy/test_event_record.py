"""Step `event_record` (L1, L4): who the learning has reached: how many came, from which agency, and what
they said.
"""

from __future__ import annotations

import datetime as dt

from reviews.models import LearningEvent
from tests.policy.beside import event_plan, event_programme, event_record
from tests.policy.conftest import Partnership
from tests.policy.journey import refused_at

HELD = dt.date(2026, 7, 2)


def test_attendance_by_agency_is_recorded_within_ten_working_days(partnership: Partnership) -> None:
    p = partnership
    p.tick()
    p.noor.does("event_plan", event_plan(HELD))
    p.noor.does("event_programme", event_programme())
    row = p.noor.finds("event_record")
    assert row.due == "due on 16 July 2026"
    twice = [{"agency": "sch", "people": 3}, {"agency": "sch", "people": 4}]
    assert refused_at(p.noor, row.href, {**event_record(), "attendance": twice}).errors(), (
        "an agency is counted once"
    )
    p.until(HELD + dt.timedelta(days=1))
    p.noor.does("event_record", event_record())
    with p.database.read() as session:
        event = session.get(LearningEvent, "event-sum-2026")
        assert event is not None
        assert (event.attended, event.useful_percent, event.status) == (33, 80, "held")
    assert p.noor.finds("event_report").due == "due in 10 working days:17 July 2026"
