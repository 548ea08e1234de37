"""A stuck case: shown with its step and the class of the error, and able to go on once it is repaired."""

from __future__ import annotations

import pytest

import engine
from engine import Actor, Database, Refused, outbox
from engine.models import ProcessInstance
from tests.engine.case import ALEX, KEY, Case
from tests.engine.drawing import boundary, catch, draw, end, user

DIAGRAM = draw(
    "p",
    user("a", due="5 working days"),
    boundary("late", "a", timer="1 working day", interrupts=False),
    user("b"),
    end("over"),
    catch("nudged", message="nudge"),
    user("c"),
    flows="begin>a a>nudged nudged>c c>done late>b b>over",
)


def _stuck(database: Database) -> tuple[Case, bytes]:
    case = Case(database, DIAGRAM)
    with database.write() as session:
        row = session.get(ProcessInstance, case.id)
        assert row is not None
        was, row.state = row.state, b"damaged"
    case.days_pass(12)
    return case, was


def test_a_stuck_case_is_listed_with_its_step_and_the_class_of_the_error(database: Database) -> None:
    case, _ = _stuck(database)
    with database.read() as session:
        (row,) = engine.stuck_instances(session)
    assert (row.id, row.step, row.fault, row.business_key) == (case.id, "A", "StateUnreadable", KEY)
    assert row.since < database.clock.now()


def test_a_repaired_case_goes_on_when_it_is_tried_again(database: Database) -> None:
    case, was = _stuck(database)
    with database.write() as session:
        row = session.get(ProcessInstance, case.id)
        assert row is not None
        row.state = was
        engine.retry_stuck(session, case.id, by=ALEX)
    assert case.tick().timers == 1
    assert case.open() == ["a", "b"]
    assert case.kinds().count("instance.retried") == 1
    with database.read() as session:
        assert engine.stuck_instances(session) == []


def test_a_case_that_is_still_damaged_is_stuck_again(database: Database) -> None:
    case, _ = _stuck(database)
    with database.write() as session:
        engine.retry_stuck(session, case.id, by=ALEX)
    case.days_pass(12)
    assert case.state.status == "stuck"
    assert case.kinds().count("instance.stuck") == 2


def test_a_message_that_it_could_not_take_is_given_to_it_again(
    database: Database,
) -> None:
    case = Case(database, DIAGRAM)
    case.complete("a")
    with database.write() as session:
        row = session.get(ProcessInstance, case.id)
        assert row is not None
        was, row.state = row.state, b"damaged"
        outbox.queue_message(session, "nudge", to=case.id, about=KEY, payload={})
    case.days_pass(12)
    with database.write() as session:
        row = session.get(ProcessInstance, case.id)
        assert row is not None
        assert row.status == "running"
        row.state, row.status = was, "stuck"
        engine.retry_stuck(session, case.id, by=ALEX)
    case.tick()
    assert case.open() == ["c"]


def test_a_case_that_is_not_stuck_is_left_alone(database: Database) -> None:
    case = Case(database, DIAGRAM)
    with pytest.raises(Refused, match="not stuck"), database.write() as session:
        engine.retry_stuck(session, case.id, by=Actor("kit"))
