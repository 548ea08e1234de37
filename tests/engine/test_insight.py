"""Insight: where cases stand and how long steps take, counted from the projections."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

import engine
from engine import Actor, Database, Insight, NotFound, StepFigures, VirtualClock
from engine.insight import rank
from engine.models import UserTask
from tests.engine.drawing import boundary, bundle, catch, draw, user
from tests.versions import put_into_use

ALEX = Actor("alex")
TWO_STEPS = draw(
    "p",
    user("look", due="3 working days"),
    user("decide", role="head", due="5 working days"),
    catch("reply", message="reply"),
    flows="begin>look look>decide decide>reply reply>done",
)


class Office:
    """Several cases of one process, and days that pass."""

    def __init__(self, database: Database, diagram: str = TWO_STEPS) -> None:
        self.database = database
        self.number = 0
        self.deploy(diagram)

    def deploy(self, diagram: str) -> None:
        with self.database.write() as session:
            put_into_use(session, bundle(diagram))

    def case(self) -> UUID:
        self.number += 1
        with self.database.write() as session:
            return engine.start(session, "p", business_key=f"CASE-{self.number}", variables={}, by=ALEX)

    def complete(self, instance: UUID, step: str) -> None:
        with self.database.write() as session:
            (task,) = [each for each in engine.tasks(session, instance_id=instance) if each.step == step]
            engine.complete_task(session, task.id, {}, {}, by=ALEX)

    def pass_days(self, days: int) -> None:
        clock = self.database.clock
        assert isinstance(clock, VirtualClock)
        clock.advance(timedelta(days=days))

    def look(self, **asked: object) -> Insight:
        with self.database.read() as session:
            return engine.insight(session, "p", **asked)  # type: ignore[arg-type]

    def step(self, step: str, **asked: object) -> StepFigures:
        return next(each for each in self.look(**asked).steps if each.step == step)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def test_what_is_open_is_counted_and_has_no_duration(office: Office) -> None:
    first = office.case()
    office.case()
    office.pass_days(7)
    office.complete(first, "look")
    look, decide = office.step("look"), office.step("decide")
    assert (look.here, look.here_late, look.oldest, look.done, look.median) == (1, 1, 5, 1, 5)
    assert (decide.here, decide.done, decide.median, decide.oldest) == (1, 0, None, 0)


def test_durations_are_working_days_against_the_pinned_target(office: Office) -> None:
    cases = [office.case() for _ in range(4)]
    for wait, case in zip((1, 1, 5, 7), cases, strict=True):  # 1, 2, 5 and 10 working days
        office.pass_days(wait)
        office.complete(case, "look")
    look = office.step("look")
    assert (look.done, look.median, look.ninetieth, look.target) == (4, 2, 10, 3)
    assert (look.dated, look.late) == (4, 2)


def test_days_of_a_pause_do_not_count(office: Office) -> None:
    case = office.case()
    office.pass_days(1)
    with office.database.write() as session:
        engine.pause(session, case, reason="police ask", by=ALEX)
    assert office.step("look").here_paused == 1
    office.pass_days(7)
    with office.database.write() as session:
        engine.resume(session, case, by=ALEX)
    office.pass_days(1)
    office.complete(case, "look")
    look = office.step("look")
    assert (look.median, look.stopped, look.stopped_days, look.late) == (2, 1, 5, 0)


def test_more_time_moves_what_is_late_and_keeps_the_target(office: Office) -> None:
    case = office.case()
    with office.database.write() as session:
        (task,) = engine.tasks(session, instance_id=case)
        until = engine.local_date(engine.now(session)) + timedelta(days=14)
        engine.extend(session, task.id, until=until, reason="leave", approved_by="head", by=ALEX)
    office.pass_days(10)
    office.complete(case, "look")
    look = office.step("look")
    assert (look.target, look.extended, look.late) == (3, 1, 0)


def test_a_step_no_longer_needed_is_counted_apart(database: Database) -> None:
    office = Office(
        database,
        draw(
            "p",
            user("look"),
            boundary("stop", "look", message="stop"),
            flows="begin>look look>done stop>done",
        ),
    )
    case = office.case()
    with database.write() as session:
        assert engine.send_message(session, "stop", instance_id=case, by=ALEX)
    look = office.step("look")
    assert (look.not_needed, look.done, look.median, look.here) == (1, 0, None, 0)


def test_a_case_that_waits_for_a_message_stands_there(office: Office) -> None:
    case = office.case()
    office.complete(case, "look")
    office.complete(case, "decide")
    assert office.step("reply").here == 1
    assert office.look().running == 1


def test_by_version_by_period_and_without_cases_left_out(office: Office) -> None:
    old = office.case()
    office.complete(old, "look")
    office.pass_days(40)
    office.deploy(draw("p", user("decide", role="head"), flows="begin>decide decide>done"))
    office.case()
    assert office.step("look", version=1).done == 1
    assert not office.step("look").drawn  # of an older version: at the end, and said so
    assert [each.step for each in office.look(version=2).steps] == ["decide"]
    assert office.step("decide", version=2).here == 1
    today = engine.local_date(office.database.clock.now())
    assert office.step("look", version=1, since=today).done == 0
    left_out = select(UserTask.business_key).where(UserTask.business_key == "CASE-1")
    assert office.step("decide", left_out=left_out).here == 1
    assert office.look(left_out=left_out).running == 1


def test_who_is_waited_for(office: Office) -> None:
    first = office.case()
    office.case()
    office.complete(first, "look")
    office.pass_days(7)
    assert [(each.role, each.waiting, each.late) for each in office.look().roles] == [
        ("head", 1, 0),
        ("lead", 1, 1),
    ]


def test_a_process_that_is_not_in_use(office: Office) -> None:
    with office.database.read() as session, pytest.raises(NotFound):
        engine.insight(session, "nothing")
    with pytest.raises(NotFound):
        office.look(version=9)


def test_the_nearest_rank_is_a_value_that_occurred() -> None:
    assert rank([], 0.5) is None
    assert rank([3], 0.9) == 3
    assert rank([4, 1, 2, 3], 0.5) == 2
    assert rank(list(range(1, 11)), 0.9) == 9
