"""The partnership's own working days: what a change moves is seen before it moves, and then moves."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

import engine
from engine import Actor, Database, Kind, OwnDay, Refused
from engine.models import Deadline, Timer
from tests.engine.case import ALEX, Case
from tests.engine.drawing import boundary, draw, end, user

CLOSED = OwnDay(date(2026, 5, 8), Kind.CLOSURE, "Staff day")


def _case(database: Database, **more: object) -> Case:
    diagram = draw(
        "p",
        user("a", due="5 working days"),
        boundary("late", "a", timer="5 working days after due", interrupts=False),
        user("told"),
        end("over"),
        flows="begin>a a>done late>told told>over",
    )
    return Case(database, diagram, dict(more))


def _change(database: Database, *days: OwnDay, region: str = "england-and-wales") -> None:
    with database.write() as session:
        engine.change_calendar(session, region, days, by=ALEX)


def _wait(database: Database) -> date:
    with database.read() as session:
        fires = session.scalars(select(Timer.next_at).where(Timer.status == "waiting")).one()
        assert fires is not None
        return engine.local_date(fires)


def test_a_closure_moves_what_counts_over_it_and_the_sum_names_it(database: Database) -> None:
    case = _case(database)
    assert (case.task("a").due_on, _wait(database)) == (date(2026, 5, 12), date(2026, 5, 19))
    _change(database, CLOSED)
    assert (case.task("a").due_on, _wait(database)) == (date(2026, 5, 13), date(2026, 5, 20))
    assert "Staff day skipped" in case.task("a").due_sum
    assert "deadline.moved" in case.kinds()
    _change(database)
    assert (case.task("a").due_on, _wait(database)) == (date(2026, 5, 12), date(2026, 5, 19))


def test_what_would_move_is_known_before_and_looking_moves_nothing(database: Database) -> None:
    case = _case(database)
    with database.write() as session:
        moves = engine.what_would_move(
            session, lambda: engine.change_calendar(session, "england-and-wales", [CLOSED], by=ALEX)
        )
        assert engine.own_days(session) == []
        assert engine.working_calendar(session).is_working_day(CLOSED.day)
    assert [(move.name, move.old, move.new) for move in moves] == [
        ("A", date(2026, 5, 12), date(2026, 5, 13))
    ]
    assert case.task("a").due_on == date(2026, 5, 12) and "deadline.moved" not in case.kinds()


def test_another_region_has_its_own_bank_holidays(database: Database) -> None:
    _change(database, region="scotland")
    with database.read() as session:
        days = engine.working_calendar(session)
        assert engine.region(session) == "scotland"
    assert days.is_working_day(date(2026, 8, 31)) and not days.is_working_day(date(2026, 8, 3))


def test_a_bank_holiday_that_is_moved_is_a_working_day(database: Database) -> None:
    moved = (
        OwnDay(date(2027, 5, 3), Kind.WORKING_DAY, "Early May bank holiday, moved"),
        OwnDay(date(2027, 5, 7), Kind.BANK_HOLIDAY, "Early May bank holiday"),
    )
    _change(database, *moved)
    with database.read() as session:
        days = engine.working_calendar(session)
    assert days.is_working_day(date(2027, 5, 3)) and not days.is_working_day(date(2027, 5, 7))


@pytest.mark.parametrize(
    ("region", "days", "words"),
    [
        ("atlantis", [], "regions"),
        ("scotland", [CLOSED, OwnDay(CLOSED.day, Kind.BANK_HOLIDAY, "Twice")], "on the list already"),
        ("scotland", [OwnDay(date(2099, 1, 2), Kind.CLOSURE, "Far away")], "known"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(
    database: Database, region: str, days: list[OwnDay], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        _change(database, *days, region=region)


def test_a_closure_moves_neither_an_agreed_date_nor_a_paused_clock_before_it_goes_on(
    database: Database,
) -> None:
    agreed, paused = _case(database), _case(database)
    with database.write() as session:
        until, task = date(2026, 5, 20), agreed.task("a").id
        engine.extend(session, task, until=until, reason="-", approved_by="kit", by=Actor("x"))
        engine.pause(session, paused.id, reason="-", by=ALEX)
    _change(database, CLOSED)
    assert agreed.task("a").due_on == date(2026, 5, 20)
    assert paused.task("a").due_on is None
    with database.write() as session:
        engine.resume(session, paused.id, by=ALEX)
    assert paused.task("a").due_on == date(2026, 5, 13)
    with database.read() as session:
        assert session.scalars(select(Deadline.due_on)).all().count(None) == 0
