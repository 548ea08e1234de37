"""Step `event_report` (L4, A14): the events "concentrate on the dissemination of good practice": the report
says which good practice was shared, and the event of the term ends with it.
"""

from __future__ import annotations

import datetime as dt

from reviews.models import LearningEvent
from tests.policy.beside import event_plan, event_programme, event_record, event_report
from tests.policy.conftest import Partnership
from tests.policy.journey import refused_at

HELD = dt.date(2026, 7, 2)


def test_the_report_names_the_good_practice_and_ends_the_event(partnership: Partnership) -> None:
    p = partnership
    p.tick()
    p.noor.does("event_plan", event_plan(HELD))
    p.noor.does("event_programme", event_programme())
    p.until(HELD + dt.timedelta(days=1))
    p.noor.does("event_record", event_record())
    row = p.noor.finds("event_report")
    assert (
        "Enter which good practice was shared"
        in refused_at(p.noor, row.href, {"achieved": "Many came.", "good_practice": ""}).errors()
    )
    p.noor.does("event_report", event_report())
    with p.database.read() as session:
        event = session.get(LearningEvent, "event-sum-2026")
        assert event is not None
        assert event.status == "reported"
        assert "Asking again was shared." in event.report
    p.days_pass(3)
    steps = [row.href.rsplit("/", 1)[1] for row in p.noor.my_work()]
    assert "event-plan" not in steps, "a term has one event"
