"""A15, practice 2.7: an action that nobody answers for climbs the whole ladder in sixty working days, each
rung once; a pause in the middle moves it by exactly the days that were left.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from engine import local_date, working_calendar
from engine.audit_models import Event
from engine.models import Chase, UserTask
from reviews.models import Action
from tests.policy.conftest import Partnership
from tests.policy.journey import ACTION_DUE, at_adopted

LADDER = {"recovery_plan": 5, "escalation_decision": 10, "written_assurance": 20, "exception_report": 30}


def after(p: Partnership, day: dt.date, working_days: int) -> dt.date:
    with p.database.read() as session:
        return working_calendar(session).add(day, working_days).date


def opened(p: Partnership, ref: str) -> dict[str, list[dt.date]]:
    """The days on which the steps of the ladder opened."""
    with p.database.read() as session:
        query = select(UserTask).where(UserTask.business_key == ref, UserTask.step.in_(LADDER))
        found: dict[str, list[dt.date]] = {}
        for task in session.scalars(query):
            found.setdefault(task.step, []).append(local_date(task.opened_at))
        return found


def test_each_rung_of_the_ladder_once_in_tasks_mail_and_timeline(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    assert p.ashby.finds("action_evidence", ref).due.endswith("1 July 2026")
    p.until(after(p, p.today, 60))
    assert opened(p, ref) == {step: [after(p, ACTION_DUE, late)] for step, late in LADDER.items()}
    for person, step in (
        ("ashby", "recovery_plan"),
        ("kit", "escalation_decision"),
        ("rowan", "written_assurance"),
        ("lindsay", "exception_report"),
    ):
        assert getattr(p, person).has(step, ref), f"{step} waits for {person}"
    pages = [p.morgan.open(f"/reviews/{ref}/timeline?page={number}") for number in (1, 2)]
    told = " ".join(page.words for page in pages)
    with p.database.read() as session:
        action = session.scalars(select(Action.process_instance).where(Action.ref == f"{ref}-A1")).one()
        reached = [
            event.subject
            for event in session.scalars(select(Event).where(Event.kind == "timer.fired"))
            if event.instance_id == action
        ]
    for late in LADDER.values():
        assert reached.count(f"late_{late}") == 1
        assert f"Time reached: {late} working days late" in told
    reminded = "Reminder: Do the action and show the evidence"
    assert told.count(f"{reminded} 29 June 2026 at 9:30am 2 working days before it is due, to Ashby C.") == 1
    assert told.count(f"{reminded} 2 July 2026 at 9:30am 1 working day late, to Ashby C.") == 1
    with p.database.read() as session:
        fired = session.scalars(select(Chase).join(UserTask, UserTask.id == Chase.task_id)).all()
        events = session.scalars(select(Event).where(Event.kind == "chase.sent")).all()
    assert len(fired) == len(events) == len({(row.task_id, row.rung, row.recipient) for row in fired})
    letters = [
        body.body for to, body in p.letters if to == "u_ashby" and "Do the action and show" in body.body
    ]
    assert len(letters) >= 3, "10 and 2 working days before, 1 after"


def test_a_pause_in_the_middle_moves_exactly_what_was_left(partnership: Partnership) -> None:
    p = partnership
    ref = at_adopted(p)
    p.until(after(p, ACTION_DUE, 7))
    assert set(opened(p, ref)) == {"recovery_plan"}
    pause = f"/reviews/{ref}/change/pause"
    p.morgan.submit(p.morgan.open(pause).form("pause"), pause, {"reason": "Criminal proceedings"})
    began = p.today
    p.letters.clear()
    p.days_pass(28)
    assert set(opened(p, ref)) == {"recovery_plan"}
    chased = [letter for _, letter in p.letters if ref in letter.body and "paused" not in letter.subject]
    assert chased == [], "nobody is reminded while it is paused"
    resume = f"/reviews/{ref}/change/resume"
    p.morgan.submit(p.morgan.open(resume).form("resume"), resume)
    resumed = p.today
    p.until(after(p, resumed, 30))
    with p.database.read() as session:
        days = working_calendar(session)
        left = {step: days.between(began, days.add(ACTION_DUE, late).date) for step, late in LADDER.items()}
        expected = {step: [days.add(resumed, left[step]).date] for step in LADDER if left[step] > 0}
    assert left["escalation_decision"] == 3
    assert {step: day for step, day in opened(p, ref).items() if step != "recovery_plan"} == expected
