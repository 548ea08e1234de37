"""A completed step is never half done (promise R1): a crash at every statement leaves all of it or
nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event, select

import engine
from engine import Database, ServiceCall, ServiceRegistry, VirtualClock
from engine.invariants import broken_invariants
from engine.models import Base, Timer
from tests.engine.case import ALEX, Case
from tests.engine.drawing import boundary, bundle, draw, end, service, user


class Crash(BaseException):
    """Not an Exception: nothing may catch it and go on."""


@contextmanager
def crash_at(database: Database, statement: int) -> Iterator[None]:
    """Pull the plug before the n-th statement (counted from 0) that the writing connection sends."""
    count = 0

    def before(*_: Any) -> None:
        nonlocal count
        if count == statement:
            raise Crash
        count += 1

    event.listen(database.engine, "before_cursor_execute", before)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", before)


def crash_everywhere(database: Database, act: Callable[[], None]) -> int:
    """Crash `act` at each of its statements in turn: each time nothing has changed. Then let it happen; how
    many crashes."""
    crashes = 0
    while crashes < 500:
        before = _rows(database)
        try:
            with crash_at(database, crashes):
                act()
        except Crash:
            crashes += 1
            assert _rows(database) == before
            with database.write() as session:
                assert broken_invariants(session) == []
            continue
        break
    with database.write() as session:
        assert broken_invariants(session) == []
    assert _rows(database) != before
    return crashes


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


def test_deploying_is_all_or_nothing(database: Database, services: ServiceRegistry) -> None:
    _case(database, services)
    changed = bundle(draw("p", user("a"), flows="begin>a a>done"))

    def act() -> None:
        with database.write() as session:
            engine.deploy(session, "p", changed, note="second", by=ALEX)

    assert crash_everywhere(database, act) >= 4


def _rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the engine."""
    with database.read() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }
