"""R1: a process is killed before every statement and before the commit of what the engine does in one
transaction: all of it is there afterwards, or none.

A small process lives through everything that counts: it is deployed, begun, a step with a recording service
is completed, a timer fires, a changed drawing is put into use, the case is moved to it and brought back.
Then a step of a real review. What is left is compared row by row, and looked at as `roundtable doctor --deep`
does.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

import engine
from bench.storm.counting import Tally, what_does_not_agree
from bench.storm.plug import Act, crash_everywhere, killed
from bench.storm.servers import Place
from bench.storm.sizes import Size
from bench.storm.world import SECRET
from engine import Actor, Database, Domain, ServiceCall, ServiceRegistry, VirtualClock, changes
from engine.migration import MigrationCase
from engine.migration.batches import do_case
from engine.models import ProcessInstance, Timer, UserTask
from tests.engine.drawing import boundary, bundle, draw, end, service, user

AUTHOR, APPROVER, WORKER = Actor("author"), Actor("approver"), Actor.system("worker")
MORNING = datetime(2026, 5, 5, 9, tzinfo=UTC)
ENOUGH = 10  # points: an act with fewer is not what it was meant to be
FLOWS = "begin>a a>notify notify>b b>done late>c c>gone"
services = ServiceRegistry()


@services.service("notify")
def notify(call: ServiceCall) -> dict[str, str]:
    """A letter, a message to the case itself, and something to remember."""
    call.mail(to="robin", text="receipt", about=call.business_key)
    call.send("never_awaited", to=call.instance_id)
    return {"sent": "yes"}


def storm(place: Place, size: Size, rng: random.Random) -> Tally:
    """Kill every act at every point; what was counted."""
    tally = Tally("half-done", place.kind, harm="crash points")
    began = time.monotonic()
    with place.database("half_done") as url:
        database = Database(url, clock=VirtualClock(MORNING), domain=Domain(services), secret_key=SECRET)
        engine.create_schema(database.engine)
        _everywhere(database, acts(database), tally)
        database.dispose()
    if size.form != "short":
        with place.database("half_done_review") as url:
            from bench.storm import partnership

            board = partnership.opened(url)
            _everywhere(board.database, partnership.acts(board), tally)
            board.database.dispose()
    tally.seconds = time.monotonic() - began
    return tally


def _everywhere(database: Database, story: Iterator[tuple[str, Act]], tally: Tally) -> None:
    def agrees() -> list[str]:
        with database.write() as session:
            return what_does_not_agree(session)

    for name, act in story:
        points, wrong = crash_everywhere(database, act, killed, agrees)
        tally.times += points
        tally.due += points + 1
        tally.notes.append(f"{name} {points}")
        tally.half(name, wrong)
        tally.none(f"{name}: points, which are too few", points if points < ENOUGH else 0)
        if wrong:
            return  # what follows begins with what should be there


def acts(database: Database) -> Iterator[tuple[str, Act]]:
    """The acts of the small process in their order, each by its name. Whoever asks for the next one has let
    the one before happen."""
    yield "deploy", lambda: _deploy_first(database)
    yield "start", lambda: _start(database)
    yield "complete_task", lambda: _complete(database)
    assert isinstance(database.clock, VirtualClock)
    database.clock.advance(timedelta(days=10))
    yield "fire_timer", lambda: _fire(database)
    change = _approved(database)
    yield "deploy a change", lambda: _deploy(database, change)
    batch = _asked_to_move(database)
    yield "migrate", lambda: _move(database)
    with database.write() as session:
        engine.undo_migration(session, session.merge(batch, load=False), by=AUTHOR)
    yield "migrate back", lambda: _move(database)


def drawn(name: str) -> dict[str, str]:
    """The small process; `name` is that of its last step."""
    elements = (
        user("a", record="notify", result="told"),
        service("notify"),
        user("b", items="agencies as agency"),
        boundary("late", "b", timer="2 working days"),
        user("c").replace('name="C"', f'name="{name}"'),
        end("gone"),
    )
    return bundle(draw("p", *elements, flows=FLOWS))


def _deploy_first(database: Database) -> None:
    with database.write() as session:
        engine.deploy_first(session, "p", drawn("C"), note="first", by=AUTHOR)


def _start(database: Database) -> None:
    facts = {"agencies": [1, 2]}
    with database.write() as session:
        engine.start(session, "p", business_key="CASE-1", variables=facts, by=AUTHOR)


def _complete(database: Database) -> None:
    with database.write() as session:
        task = session.scalars(select(UserTask.id).where(UserTask.step == "a")).one()
        engine.complete_task(session, task, {"x": 1}, {"x": 1}, by=AUTHOR, key="once")


def _fire(database: Database) -> None:
    with database.write() as session:
        timer = session.scalars(select(Timer.id).where(Timer.status == "waiting")).one()
        engine.fire_timer(session, timer, by=WORKER)


def _approved(database: Database) -> UUID:
    with database.write() as session:
        change = changes.begin_change(session, "p", title="another name", by=AUTHOR)
        files = drawn("Another name")
        for name, text in files.items():
            changes.save_file(session, change, name, text, revision=0, by=AUTHOR)
        checksum = changes.ask_approval(session, change, why="clearer", by=AUTHOR)
        changes.approve(session, change, checksum=checksum, comment="", by=APPROVER)
        return change


def _deploy(database: Database, change: UUID) -> None:
    with database.write() as session:
        changes.deploy(session, change, by=AUTHOR)


def _asked_to_move(database: Database) -> engine.Migration:
    with database.write() as session:
        case = session.scalars(select(ProcessInstance.id)).one()
        newest = engine.newest_version(session, "p")
        assert newest is not None
        return engine.start_migration(session, newest, {}, by=AUTHOR, reason="clearer", only=[case])


def _move(database: Database) -> None:
    with database.write() as session:
        do_case(session, session.scalars(select(MigrationCase.id)).one())
