"""Time limits that are due are some in one transaction: what that may not change, and what it saves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import engine
from bench.processor import statements
from engine import Database, ServiceCall, ServiceRegistry, VirtualClock
from engine.audit_models import Event
from engine.due import due_timers, fire_together
from engine.invariants import broken_invariants
from engine.models import ProcessInstance, Timer, UserTask
from tests.conftest import SECRET_KEY
from tests.engine.case import ALEX, Case
from tests.engine.drawing import boundary, draw, end, service, user

LATE = draw(
    "p",
    user("a"),
    boundary("late", "a", timer="1 working day after due", interrupts=False),
    boundary("later", "a", timer="2 working days after due", interrupts=False),
    user("b"),
    user("c"),
    end("told"),
    end("told_again"),
    flows="begin>a a>done late>b b>told later>c c>told_again",
)
LOOKS = draw(
    "p",
    user("a"),
    boundary("late", "a", timer="1 working day after due", interrupts=False),
    service("look"),
    user("b"),
    end("told"),
    flows="begin>a a>done late>look look>b b>told",
)
MANY = 10


@pytest.fixture
def due(database: Database, clock: VirtualClock) -> Iterator[list[Case]]:
    """Ten cases, each with two time limits that are due."""
    cases = [Case(database, LATE) for _ in range(MANY)]
    clock.advance(timedelta(days=30))
    yield cases


def test_each_time_limit_is_kept_once_and_in_its_order(database: Database, due: list[Case]) -> None:
    assert _fire(database) == 2 * MANY
    assert _fire(database) == 0
    with database.write() as session:
        assert broken_invariants(session) == []
        fired = select(Event.instance_id, Event.subject).where(Event.kind == "timer.fired")
        by_case: dict[UUID | None, list[str | None]] = {}
        for case, element in session.execute(fired.order_by(Event.seq)):
            by_case.setdefault(case, []).append(element)
        rows = session.scalar(select(func.count()).select_from(UserTask))
    assert by_case == {case.id: ["late", "later"] for case in due}
    assert rows == 3 * MANY
    assert {tuple(case.open()) for case in due} == {("a", "b", "c")}
    with database.read() as session:
        assert not engine.verify_log(session.connection(), SECRET_KEY).findings


def test_ten_time_limits_take_fewer_statements_than_five_by_themselves(
    database: Database, due: list[Case]
) -> None:
    with database.read() as session:
        ids = session.scalars(due_timers(database.clock.now()).limit(MANY)).all()
    with statements(database) as alone:
        for each in ids[:1]:
            with database.write() as session:
                engine.fire_timer(session, each, by=ALEX)
    with statements(database) as some, database.write() as session:
        assert fire_together(session, ids[1:]) == MANY - 1
    written = [text for text, _ in some if not text.startswith("INSERT INTO event ")]
    assert len(written) < 3 * len(alone)


def test_who_looks_at_other_cases_finds_them_written(
    database: Database, services: ServiceRegistry, clock: VirtualClock
) -> None:
    seen: list[int] = []

    @services.service("look")
    def look(call: ServiceCall) -> None:
        open_now = select(func.count()).where(UserTask.step == "b", UserTask.status == "open")
        seen.append(call.session.scalar(open_now) or 0)

    _cases_due(database, clock)
    _fire(database)
    assert seen == list(range(MANY))


def test_a_case_that_a_service_starts_is_there_at_once(
    database: Database, services: ServiceRegistry, clock: VirtualClock
) -> None:
    seen: list[tuple[str, int]] = []

    @services.service("look")
    def look(call: ServiceCall) -> None:
        new = call.start("p", business_key="CASE-2", variables={})
        case = call.session.get_one(ProcessInstance, new)
        seen.append((case.status, len(engine.tasks(call.session, instance_id=new))))

    _cases_due(database, clock)
    _fire(database)
    assert seen == [("running", 1)] * MANY
    with database.write() as session:
        assert broken_invariants(session) == []


def test_the_domain_hears_of_every_step_that_opens_when_it_is_written(
    database: Database, clock: VirtualClock
) -> None:
    heard: list[UUID] = []

    def opened(session: Session, tasks: list[UserTask]) -> None:
        known = select(UserTask.id).where(UserTask.id.in_([task.id for task in tasks]))
        heard.extend(session.scalars(known))

    cases = [Case(database, LATE) for _ in range(MANY)]
    clock.advance(timedelta(days=30))
    database.domain = replace(database.domain, tasks_opened=opened)
    _fire(database)
    with database.read() as session:
        steps = session.scalars(select(UserTask.id).where(UserTask.step.in_(("b", "c")))).all()
    assert sorted(heard) == sorted(steps)
    assert len(steps) == 2 * len(cases)


@pytest.mark.postgresql_only  # SQLite has one writer
def test_a_case_that_somebody_is_at_work_on_is_left_for_the_next_tick(
    database: Database, due: list[Case]
) -> None:
    with database.write() as session:
        session.get(ProcessInstance, due[0].id, with_for_update=True)
        assert _fire(database) == 2 * (MANY - 1)
    assert due[0].open() == ["a"]
    assert _fire(database) == 2


def _cases_due(database: Database, clock: VirtualClock) -> None:
    for _ in range(MANY):
        Case(database, LOOKS)
    clock.advance(timedelta(days=30))
    with database.read() as session:
        assert len(session.scalars(select(Timer.id).where(Timer.status == "waiting")).all()) == MANY


def _fire(database: Database) -> int:
    """Everything that is due now, in one transaction."""
    with database.read() as session:
        ids = session.scalars(due_timers(database.clock.now())).all()
    with database.write() as session:
        return fire_together(session, ids)
