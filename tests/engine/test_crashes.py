"""A completed step is never half done (promise R1): a crash at every statement leaves all of it or
nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

import engine
from engine import Database, ServiceCall, ServiceRegistry, VirtualClock
from engine.models import Timer
from tests.engine.case import ALEX, Case
from tests.engine.crashing import crash_everywhere
from tests.engine.drawing import boundary, draw, end, service, user


def _case(database: Database, services: ServiceRegistry) -> Case:
    @services.service("notify")
    def notify(call: ServiceCall) -> dict[str, str]:
        call.mail(to="robin", text="receipt", about=call.business_key)
        call.send("never_awaited", to=call.instance_id)
        return {"sent": "yes"}

    diagram = draw(
        "p",
        user("a", record="notify", result="told"),
        service("notify"),
        user("b", items="agencies as agency"),
        boundary("late", "b", timer="2 working days"),
        user("c"),
        end("gone"),
        flows="begin>a a>notify notify>b b>done late>c c>gone",
    )
    return Case(database, diagram, {"agencies": [1, 2]})


def test_completing_a_step_is_all_or_nothing(database: Database, services: ServiceRegistry) -> None:
    case = _case(database, services)
    task = case.task("a")

    def act() -> None:
        with database.write() as session:
            engine.complete_task(session, task.id, {"x": 1}, {"x": 1}, by=ALEX, key="once")

    assert crash_everywhere(database, act) > 15
    assert case.open() == ["b", "b"]


def test_firing_a_timer_is_all_or_nothing(database: Database, services: ServiceRegistry) -> None:
    case = _case(database, services)
    case.complete("a")
    assert isinstance(database.clock, VirtualClock)
    database.clock.advance(timedelta(days=10))
    with database.read() as session:
        timer = session.scalars(select(Timer.id)).one()

    def act() -> None:
        with database.write() as session:
            engine.fire_timer(session, timer, by=ALEX)

    assert crash_everywhere(database, act) > 10
    assert case.open() == ["c"]
