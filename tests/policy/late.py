"""Ways to a late step of a review: the summary that Frankie has, or the page that an agency has not sent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from engine import Actor, extend, tasks
from tests.policy.answers import Given
from tests.policy.browsing import Person
from tests.policy.conftest import Partnership
from tests.policy.journey import at_agenda, at_summary, leap

# The summary: 20 working days after the meeting of 11 May (25 May is a bank holiday).
SUMMARY_DUE = dt.date(2026, 6, 9)
SUMMARY_5, SUMMARY_10 = dt.date(2026, 6, 16), dt.date(2026, 6, 23)
SUMMARY_20, SUMMARY_30 = dt.date(2026, 7, 7), dt.date(2026, 7, 21)
# The page of an agency: 15 working days after it was told, for a meeting on 20 May (4 May is one, too).
MEETING = dt.date(2026, 5, 20)
PAGE_DUE = dt.date(2026, 5, 5)
PAGE_5, PAGE_10, PAGE_20 = dt.date(2026, 5, 12), dt.date(2026, 5, 19), dt.date(2026, 6, 3)
LADDER = ("catch_up_plan", "late_step_decision", "step_assurance", "step_exception")


def summary_late(p: Partnership, on: dt.date) -> str:
    """The summary is not written; the morning of a day after its date."""
    ref = at_summary(p)
    leap(p, on)
    return ref


def pages_late(p: Partnership, on: dt.date) -> str:
    """No agency has sent its page; the morning of a day after its date."""
    ref = at_agenda(p, MEETING)
    leap(p, on)
    return ref


def asked(p: Partnership, ref: str) -> set[tuple[str, str]]:
    """Who has which question about a late step of a review in My work."""
    people: tuple[Person, ...] = (
        p.frankie,
        p.ashby,
        p.dale,
        p.emery,
        p.devon,
        p.morgan,
        p.rowan,
        p.kit,
        p.lindsay,
        p.alex,
    )
    return {
        (person.id.removeprefix("u_"), row.href.rsplit("/", 1)[1].replace("-", "_"))
        for person in people
        for row in person.my_work()
        if row.review == ref and row.href.rsplit("/", 1)[1].replace("-", "_") in LADDER
    }


def gives_time(p: Partnership, ref: str, step: str, until: dt.date, agency: str | None = None) -> None:
    """Morgan gives a step more time, before anybody decides about it as late."""
    with p.database.write() as session:
        for row in tasks(session, business_keys=[ref]):
            if row.step == step and row.agency == agency:
                extend(session, row.id, until=until, reason="-", approved_by="u_morgan", by=Actor("u_morgan"))


def catch_up_plan(by: dt.date) -> Given:
    return {"hindrance": "Two people are ill.", "plan": "A day is kept free for it.", "new_date": by}


def decision(outcome: str, **more: Any) -> Given:
    return {"outcome": outcome, "agreed_with": "Devon", "reason": "Waiting would not help.", **more}


def assurance(by: dt.date) -> Given:
    return {"hindrance": "Two people are ill.", "assurance": "A colleague writes it.", "by": by}


def exception() -> Given:
    return {"report": "It is six weeks late.", "decision": "The Board is asked for a second chair."}
