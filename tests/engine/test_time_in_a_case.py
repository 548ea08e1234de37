"""Deadlines, timers, pauses and more time, as a case lives through them. The clock stands at Tuesday 5 May
2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

import engine
from engine import Database, Refused, VirtualClock
from engine.models import Deadline, Extension
from tests.engine.case import ALEX, Case
from tests.engine.drawing import boundary, catch, draw, end, user


def _ladder(database: Database) -> Case:
    diagram = draw(
        "p",
        user("evidence", due="on action.due"),
        boundary("every", "evidence", cycle="every 20 working days", interrupts=False),
        user("update", due="5 working days"),
        boundary("late_5", "evidence", timer="5 working days after due", interrupts=False),
        user("recovery", due="5 working days"),
        boundary("late_10", "evidence", timer="10 working days after due", interrupts=False),
        user("decision", due="5 working days"),
        end("updated"),
        end("recovered"),
        end("decided"),
        flows="begin>evidence evidence>done every>update update>updated late_5>recovery recovery>recovered late_10>decision decision>decided",
    )
    return Case(database, diagram, {"action": {"due": "2026-06-12"}})


def paused_for(case: Case, *, days: int) -> None:
    with case.database.write() as session:
        engine.pause(session, case.id, reason="criminal proceedings", by=ALEX)
    case.days_pass(days)
    with case.database.write() as session:
        engine.resume(session, case.id, by=ALEX)


def test_a_deadline_says_how_it_was_counted(database: Database) -> None:
    case = Case(database, draw("p", user("a", due="15 working days"), flows="begin>a a>done"))
    task = case.task("a")
    assert task.due_on == date(2026, 5, 27)
    assert (
        task.due_sum
        == "15 working days from Tuesday 5 May 2026: 3 weekends and the Spring bank holiday skipped"
    )


def test_a_deadline_follows_the_date_it_counts_from_and_says_so(database: Database) -> None:
    case = Case(
        database,
        draw("p", user("papers", due="5 working days before meeting.date"), flows="begin>papers papers>done"),
    )
    assert case.task("papers").due_on is None
    case.set(meeting={"date": "2026-06-18"})
    assert case.task("papers").due_on == date(2026, 6, 11)
    case.set(meeting={"date": "2026-06-25"})
    assert case.task("papers").due_on == date(2026, 6, 18)
    assert case.kinds().count("deadline.moved") == 1, "the first date is no move"
    with database.read() as session:
        assert session.scalars(select(Deadline.original_due_on)).one() == date(2026, 6, 11)


def test_escalations_open_on_their_days_and_each_once(database: Database) -> None:
    case = _ladder(database)
    opened: dict[str, date] = {}
    for _ in range(70):
        case.days_pass(1)
        for step in case.open():
            opened.setdefault(step, engine.local_date(database.clock.now()))
    assert opened["update"] == date(2026, 6, 3)
    assert opened["recovery"] == date(2026, 6, 19)
    assert opened["decision"] == date(2026, 6, 26)
    assert case.open().count("recovery") == case.open().count("decision") == 1


def test_an_agreed_extension_moves_the_escalations_and_keeps_the_old_date(database: Database) -> None:
    case = _ladder(database)
    task = case.task("evidence")
    with database.write() as session:
        engine.extend(
            session, task.id, until=date(2026, 7, 10), reason="a supplier", approved_by="kit", by=ALEX
        )
    case.days_pass(60)
    assert "recovery" not in case.open()
    case.days_pass(14)
    assert "recovery" in case.open()
    with database.read() as session:
        kept = session.scalars(select(Extension)).one()
    assert (kept.old_due_on, kept.new_due_on, kept.approved_by) == (
        date(2026, 6, 12),
        date(2026, 7, 10),
        "kit",
    )


def test_an_extension_into_the_past_is_refused(database: Database) -> None:
    case = _ladder(database)
    with pytest.raises(Refused, match="past"), database.write() as session:
        engine.extend(
            session, case.task("evidence").id, until=date(2026, 5, 1), reason="", approved_by="kit", by=ALEX
        )


def test_what_was_missed_while_nothing_ran_happens_once_and_in_order(database: Database) -> None:
    case = _ladder(database)
    clock = database.clock
    assert isinstance(clock, VirtualClock)
    clock.advance(timedelta(days=120))
    case.tick()
    case.tick()
    assert case.open() == ["decision", "evidence", "recovery", "update"]


def test_a_pause_gives_each_clock_what_it_had_left(database: Database) -> None:
    case = _ladder(database)
    with database.write() as session:
        engine.pause(session, case.id, reason="criminal proceedings", by=ALEX)
    assert case.task("evidence").due_on is None
    assert case.days_pass(70).timers == 0
    with database.write() as session:
        engine.resume(session, case.id, by=ALEX)
    # 27 working days were left on 5 May (the Spring bank holiday skipped); the case resumes on Tuesday 14
    # July.
    assert case.task("evidence").due_on == date(2026, 8, 20)
    case.days_pass(50)
    assert "recovery" in case.open()


def test_the_meeting_keeps_its_date_over_a_pause_and_so_does_what_counts_from_it(database: Database) -> None:
    papers = user("papers", due="10 working days, at latest 5 working days before meeting.date")
    case = Case(
        database, draw("p", papers, flows="begin>papers papers>done"), {"meeting": {"date": "2026-06-04"}}
    )
    assert case.task("papers").due_on == date(2026, 5, 19)
    paused_for(case, days=14)
    assert case.task("papers").due_on == date(2026, 5, 28), "ten days from the day it went on would be later"
    assert "5 working days before Thursday 4 June 2026" in case.task("papers").due_sum


def test_a_date_that_is_set_anew_after_a_pause_is_taken_as_it_is(database: Database) -> None:
    case = _ladder(database)
    paused_for(case, days=14)
    assert case.task("evidence").due_on == date(2026, 6, 26), "what was left, from Tuesday 19 May"
    assert (
        "the clock stood still from Tuesday 5 May 2026 to Tuesday 19 May 2026"
        in case.task("evidence").due_sum
    )
    case.set(action={"due": "2026-07-01"})
    assert case.task("evidence").due_on == date(2026, 7, 1)
    paused_for(case, days=7)
    assert case.task("evidence").due_on == date(2026, 7, 7), "four working days: only the pause since then"


def test_a_late_step_is_as_late_after_a_pause_and_its_escalation_as_far_away(database: Database) -> None:
    case = _ladder(database)
    case.days_pass(41)  # Monday 15 June: one working day late
    paused_for(case, days=28)
    assert case.task("evidence").due_on == date(2026, 7, 10), "one working day before Monday 13 July"
    opened = None
    for _ in range(10):
        case.days_pass(1)
        if opened is None and "recovery" in case.open():
            opened = engine.local_date(database.clock.now())
    assert opened == date(2026, 7, 17), "five working days after the due date, as before"


def test_an_agreed_date_is_moved_by_a_later_pause_and_by_no_earlier_one(database: Database) -> None:
    case = _ladder(database)
    paused_for(case, days=14)
    with database.write() as session:
        engine.extend(
            session,
            case.task("evidence").id,
            until=date(2026, 7, 10),
            reason="a supplier",
            approved_by="kit",
            by=ALEX,
        )
    assert case.task("evidence").due_on == date(2026, 7, 10)
    paused_for(case, days=7)
    assert case.task("evidence").due_on == date(2026, 7, 16), "four working days: a bank holiday lay in it"


def test_a_fact_that_changes_during_a_pause_shows_no_due_date_before_the_case_goes_on(
    database: Database,
) -> None:
    case = _ladder(database)
    with database.write() as session:
        engine.pause(session, case.id, reason="criminal proceedings", by=ALEX)
    case.days_pass(1)
    case.set(action={"due": "2026-07-01"})
    assert case.task("evidence").due_on is None
    assert case.days_pass(30).timers == 0
    with database.write() as session:
        engine.resume(session, case.id, by=ALEX)
    assert case.task("evidence").due_on == date(2026, 7, 1), "agreed while it was paused"


def test_an_interrupting_timer_takes_the_task_away(database: Database) -> None:
    diagram = draw(
        "p",
        user("reply"),
        boundary("no_reply", "reply", timer="20 working days"),
        user("z"),
        flows="begin>reply reply>done no_reply>z z>done",
    )
    case = Case(database, diagram)
    case.days_pass(30)
    assert case.open() == ["z"]


def test_a_case_sleeps_for_months_and_wakes(database: Database) -> None:
    case = Case(
        database,
        draw(
            "p",
            catch("six_months", timer="6 months"),
            user("impact"),
            flows="begin>six_months six_months>impact impact>done",
        ),
    )
    case.days_pass(183)
    assert case.open() == []
    case.days_pass(2)
    assert case.open() == ["impact"]


def test_a_poisoned_case_stops_nobody_else_and_is_seen(database: Database) -> None:
    """Promise R5, small: one state is damaged among ten whose timers are due."""
    from engine.models import ProcessInstance

    diagram = draw("p", catch("wait", timer="1 working day"), user("a"), flows="begin>wait wait>a a>done")
    cases = [Case(database, diagram) for _ in range(10)]
    with database.write() as session:
        row = session.get(ProcessInstance, cases[3].id)
        assert row is not None
        row.state = b"damaged"
    report = cases[0].days_pass(2)
    assert report.timers == 9
    for _ in range(12):
        cases[0].days_pass(1)
    assert cases[3].state.status == "stuck"
    assert cases[3].state.fault == "wait: StateUnreadable"
    assert all(case.open() == ["a"] for number, case in enumerate(cases) if number != 3)


def test_the_timers_of_stuck_cases_do_not_fill_the_batch(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine import sweep
    from engine.models import ProcessInstance

    monkeypatch.setattr(sweep, "BATCH", 2)
    diagram = draw("p", catch("wait", timer="1 working day"), user("a"), flows="begin>wait wait>a a>done")
    cases = [Case(database, diagram) for _ in range(4)]
    with database.write() as session:
        for case in cases[:3]:
            row = session.get(ProcessInstance, case.id)
            assert row is not None
            row.status = "stuck"
    cases[3].days_pass(2)
    assert cases[3].open() == ["a"]


def test_a_repeating_question_is_not_asked_again_while_it_is_open(database: Database) -> None:
    case = _ladder(database)
    with database.write() as session:
        engine.extend(
            session, case.task("evidence").id, until=date(2027, 5, 4), reason="", approved_by="kit", by=ALEX
        )
    case.days_pass(100)
    assert case.open() == ["evidence", "update"]
    case.complete("update")
    case.days_pass(40)
    assert case.open() == ["evidence", "update"]
