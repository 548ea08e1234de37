"""Step `event_programme` (L2, L4, A16): the event shares "lessons learned from serious case reviews, multi-
agency learning reviews and audit", concentrates "on the dissemination of good practice" and lets staff
"critically reflect".
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from reviews.models import EventSource
from tests.policy.beside import event_plan, event_programme
from tests.policy.conftest import Partnership
from tests.policy.journey import refused_at, sends

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


def test_learning_that_the_programme_names_counts_as_shown_and_the_rest_goes_on_waiting(
    partnership: Partnership,
) -> None:
    p = partnership
    href = planned(p)
    with p.database.write() as session:
        for source in ("ol-1", "ol-2"):
            session.add(EventSource(event="event-sum-2026", source=source, kind="other"))
    begun = p.noor.open(href)
    assert "Anonymous summary of a statutory review" in str(begun.form(begun.path).form_values()), "prefilled"
    given = event_programme("ol-1.development")
    time_to_think = {"title": "Time to think", "source": "other", "kind": "reflection", "minutes": 20}
    given["items"].append({**time_to_think, "learning": ""})
    p.noor.answers(href, given)
    with p.database.read() as session:
        used = {row.source: row.used for row in session.scalars(select(EventSource))}
    assert used == {"ol-1": True, "ol-2": False}
    waits = p.noor.open("/learning/events/event-sum-2026/programme").words
    assert "The programme is decided. What it does not show waits" in waits


def test_good_practice_is_not_told_as_something_to_develop(partnership: Partnership) -> None:
    p = partnership
    href = planned(p)
    given = event_programme("ol-1.development")
    given["items"][0]["kind"] = "good_practice"
    said = sends(p.noor, href, given).errors()
    assert said == ["“Asking again” shows something that could be different: choose that kind for it."]


def test_a_programme_names_no_review(partnership: Partnership) -> None:
    p = partnership
    href = planned(p)
    said = sends(p.noor, href, {**event_programme(), "reflection": "What of MALR-2026-001?"})
    assert said.errors() == ["Take MALR-2026-001 out: a programme names no review by its reference."]
