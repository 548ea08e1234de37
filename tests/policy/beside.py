"""Ways to the steps beside a review: an action at work, a policy on the register, an event, a report."""

from __future__ import annotations

import datetime as dt

from reviews.models import PersonRole, PolicyDocument
from tests.policy import answers
from tests.policy.answers import DAY, Given
from tests.policy.conftest import Partnership
from tests.policy.journey import ACTION_DUE, MEETING, at_meeting
from tests.policy.stages import stage

POLICY_DUE = dt.date(2026, 9, 1)


@stage
def at_action(
    p: Partnership, due: dt.date = ACTION_DUE, *, owner: str = "u_ashby", agency: str = "csc"
) -> str:
    """A review with one immediate action at work since the morning after the meeting; its reference."""
    ref = at_meeting(p)
    wanted = ("text", "outcome", "agency", "owner", "due")
    row = {
        key: value for key, value in answers.action(due, owner=owner, agency=agency).items() if key in wanted
    }
    p.frankie.does("meeting_record", answers.meeting_record(MEETING, immediate=[row]), ref)
    p.tick()
    return ref


def holds(p: Partnership, person: str, role: str, agency: str | None = None) -> None:
    """From today on a person holds one more role."""
    with p.database.write() as session:
        session.add(PersonRole(person=f"u_{person}", role=role, agency=agency, from_on=p.today))


def policy_on_register(p: Partnership, due: dt.date = POLICY_DUE) -> None:
    """The register of policies holds the policy of this partnership, to be looked at again by `due`."""
    with p.database.write() as session:
        session.add(
            PolicyDocument(
                id="malr-policy",
                title="Multi-agency learning reviews",
                version="2.0",
                approved_on=due - 2 * 365 * DAY,
                review_due=due,
            )
        )


def event_plan(on: dt.date) -> Given:
    return {"date": on, "begins": "9:30am", "venue": "Town hall", "places": 80, "audience": "All agencies"}


def event_programme(learning: str = "") -> Given:
    kind = learning.rpartition(".")[2] or "good_practice"
    item = {"title": "Asking again", "source": "learning_review", "kind": kind, "minutes": 40}
    item |= {"learning": learning} if learning else {}
    return {"items": [item], "reflection": "What would you have asked?"}


def event_record() -> Given:
    came = [{"agency": "sch", "people": 22}, {"agency": "csc", "people": 11}]
    return {
        "attendance": came,
        "feedback_count": 30,
        "would_change": 24,
        "feedback": "Time to think was what helped.",
    }


def event_report() -> Given:
    return {"achieved": "33 people from two agencies came.", "good_practice": "Asking again was shared."}


def chairs_report(today: dt.date) -> Given:
    return {
        "period_from": today - 90 * DAY,
        "period_to": today,
        "begun": "One review was begun.",
        "finished": "None.",
        "learning": "Plans help when everyone has them.",
        "asked_of_board": "Capacity to share plans at weekends.",
    }


def board_noting(on: dt.date, outcome: str = "noted") -> Given:
    return {"noted_on": on, "outcome": outcome, "asks_for": "A second look at weekend cover."}


def policy_review(next_review: dt.date, outcome: str = "change") -> Given:
    return {
        "outcome": outcome,
        "changes": "Name the days by which each step is due.",
        "reason": "The policy is silent on time.",
        "next_review": next_review,
    }


def policy_approval(from_date: dt.date, outcome: str = "approved") -> Given:
    return {"outcome": outcome, "reason": "Read beside the diagrams.", "from_date": from_date}
