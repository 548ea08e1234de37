"""Ways to a late step of a review: the summary that Frankie has, or the page that an agency has not sent."""

from __future__ import annotations

import datetime as dt

from tests.policy.answers import Given
from tests.policy.conftest import Partnership
from tests.policy.journey import at_summary, leap

SUMMARY_DUE = dt.date(2026, 6, 9)  # 20 working days after the meeting of 11 May (25 May is a bank holiday)
FIVE_LATE = dt.date(2026, 6, 16)
TEN_LATE = dt.date(2026, 6, 23)
TWENTY_LATE = dt.date(2026, 7, 7)
THIRTY_LATE = dt.date(2026, 7, 21)
PAGE_DUE = dt.date(2026, 6, 2)  # 15 working days after the agencies were told, whatever the meeting's date
LADDER = ("catch_up_plan", "late_step_decision", "step_assurance", "step_exception")


def summary_late(p: Partnership, on: dt.date) -> str:
    """The summary is not written; the morning of a day after its date."""
    ref = at_summary(p)
    leap(p, on)
    return ref


def nobody_is_asked(p: Partnership, ref: str = "") -> bool:
    """Whether no question about a late step is open with any of those it could be with."""
    people = (p.frankie, p.ashby, p.dale, p.emery, p.devon, p.morgan, p.rowan, p.kit, p.lindsay, p.alex)
    return not any(person.has(step, ref) for person in people for step in LADDER)


def catch_up_plan(by: dt.date) -> Given:
    return {"hindrance": "Two sickness absences.", "plan": "A day is kept free for it.", "new_date": by}


def decision(outcome: str, **more: object) -> Given:
    return {
        "outcome": outcome,
        "agreed_with": "The business manager",
        "reason": "Waiting would not help.",
        **more,
    }


def assurance(by: dt.date) -> Given:
    return {"hindrance": "Two sickness absences.", "assurance": "A colleague writes it.", "by": by}


def exception() -> Given:
    return {"report": "The summary is six weeks late.", "decision": "The Board is asked for a second chair."}

