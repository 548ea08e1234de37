"""Step `event_programme` (L2, L4, A16): the event shares "lessons learned from serious case reviews, multi-
agency learning reviews and audit", concentrates "on the dissemination of good practice" and lets staff
"critically reflect".
"""

from __future__ import annotations

import datetime as dt

from reviews.models import EventSource
from tests.policy.beside import event_plan, event_programme
from tests.policy.conftest import Partnership
from tests.policy.journey import refused_at

HELD = dt.date(2026, 7, 2)


def planned(p: Partnership) -> str:
    p.tick()
    p.noor.does("event_plan", event_plan(HELD))
    row = p.noor.finds("event_programme")
    assert row.due == "due on 18 June 2026"
    return row.href


def test_the_programme_needs_learning_and_something_to_reflect_on(partnership: Partnership) -> None:
    p = partnership
    href = planned(p)
    errors = refused_at(p.noor, href, {"items-1-title": "Asking again", "reflection": ""}).errors()
    assert "Enter questions for people to think about" in errors
    assert any("Select where the learning comes from" in error for error in errors)
    assert any("Select the kind of item" in error for error in errors), "good practice is one of the kinds"
    sent = p.noor.answers(href, event_programme())
    assert "Record the event" in sent.words
    assert "16 July 2026" in sent.words


def test_learning_offered_to_the_event_is_on_the_page_and_counts_as_used(partnership: Partnership) -> None:
    p = partnership
    href = planned(p)
    with p.database.write() as session:
        session.add(EventSource(event="event-sum-2026", source="audit-2026-1", kind="other"))
    p.noor.answers(href, event_programme())
    with p.database.read() as session:
        offered = session.get(EventSource, ("event-sum-2026", "audit-2026-1"))
        assert offered is not None
        assert offered.used
