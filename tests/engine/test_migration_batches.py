"""Many cases are moved: asked for once, done by whoever is there, never half, and brought back."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

import engine
from engine import Actor, Database, NotFound, Refused, ServiceCall, ServiceRegistry, VirtualClock, seal_again
from engine.audit_models import Event
from engine.models import ProcessInstance, UserTask
from tests.conftest import SECRET_KEY
from tests.engine.case import ALEX, Case
from tests.engine.drawing import boundary, bundle, draw, service, user
from tests.engine.moving import OWNER, Mover, rows
from tests.versions import put_into_use

OLD = draw("p", user("a"), boundary("late", "a", timer="9 working days"), user("b"), user("l"),
           flows="begin>a a>b b>done late>l l>done")  # fmt: skip
NEW = draw("p", user("a", due="9 working days", role="chair"), user("n"), user("b"),
           boundary("soon", "a", timer="3 working days", interrupts=False), user("s"),
           flows="begin>a a>n n>b b>done soon>s s>done")  # fmt: skip


def moved(database: Database) -> tuple[Case, Mover]:
    case = Case(database, OLD)
    with database.write() as session:
        engine.claim(session, case.task("a").id, by=ALEX)
    mover = Mover(case)
    return case, mover


def test_a_moved_case_is_brought_back_byte_for_byte(database: Database) -> None:
    _, mover = moved(database)
    before, kept = mover.state(), rows(database)
    number = mover.deploy(NEW)
    assert mover.move(number).status == "moved"
    assert mover.state() != before
    assert mover.undo().status == "undone"
    assert mover.state() == before
    after = rows(database)
    assert after["deadline"] == kept["deadline"]
    assert after["user_task"] == kept["user_task"]
    timers = [row for row in after["timer"] if "waiting" in row]
    assert timers == kept["timer"]
    assert after["message_wait"] == kept["message_wait"]
    assert mover.to_the_end() == ["a", "b"]


def test_a_step_that_was_skipped_is_open_again(database: Database) -> None:
    case = Case(database, OLD)
    task, mover = case.task("a"), Mover(case)
    number = mover.deploy(draw("p", user("b"), flows="begin>b b>done"))
    assert mover.move(number, {"a": "skip"}).status == "moved"
    assert case.open() == ["b"]
    assert mover.undo().status == "undone"
    assert [row.id for row in case.tasks()] == [task.id]
    assert mover.to_the_end() == ["a", "b"]


def test_nothing_is_brought_back_once_something_has_happened(database: Database) -> None:
    case, mover = moved(database)
    mover.move(mover.deploy(NEW))
    case.complete("a")
    row = mover.undo()
    assert (row.status, case.open()) == ("moved", ["n"])
    assert "Something has happened" in row.sentence


def test_what_a_service_has_done_is_not_taken_back(database: Database, services: ServiceRegistry) -> None:
    @services.service("tell")
    def tell(call: ServiceCall) -> None:
        """Something outside that nobody can undo."""

    case = Case(
        database, draw("p", user("a"), service("tell"), user("z"), flows="begin>a a>tell tell>z z>done")
    )
    mover = Mover(case)
    new = draw("p", user("f"), service("tell"), user("z"), flows="begin>f f>tell tell>z z>done")
    mover.move(mover.deploy(new), {"a": "skip"})
    assert "cannot be taken back" in mover.undo().sentence
    assert case.open() == ["z"]


def test_who_has_taken_on_a_step_since_keeps_it(database: Database) -> None:
    case = Case(database, OLD)
    mover = Mover(case)
    mover.move(mover.deploy(OLD.replace("9 working", "8 working")))
    with database.write() as session:
        engine.claim(session, case.task("a").id, by=ALEX)
    assert mover.undo().status == "undone"
    assert case.task("a").assignee == "alex"


def test_a_case_can_be_moved_again_after_it_came_back(database: Database) -> None:
    _, mover = moved(database)
    number = mover.deploy(NEW)
    mover.move(number)
    mover.undo()
    assert mover.move(number).status == "moved"
    assert mover.to_the_end() == ["a", "n", "b"]


@pytest.mark.parametrize("status", ["paused", "stuck", "ended"])
def test_cases_that_are_not_at_work_are_refused_in_words(database: Database, status: str) -> None:
    case, mover = moved(database)
    number = mover.deploy(NEW)
    with database.write() as session:
        if status == "paused":
            engine.pause(session, case.id, reason="waiting", by=ALEX)
        elif status == "ended":
            engine.cancel(session, case.id, reason="over", by=ALEX)
        else:
            session.get_one(ProcessInstance, case.id).status = "stuck"
    if status == "ended":
        assert mover.preview(number).why_not == "The case has ended."
        with pytest.raises(Refused, match="No running case"):
            mover.move(number)
        return
    assert status in mover.preview(number).why_not
    row = mover.move(number)
    assert (row.status, row.sentence) == ("refused", mover.preview(number).why_not)
    assert row.what_to_do


def test_a_state_that_cannot_be_read_is_refused_and_told_without_its_content(database: Database) -> None:
    case, mover = moved(database)
    number = mover.deploy(NEW)
    with database.write() as session:
        found = session.get_one(ProcessInstance, case.id)
        found.state = found.state[:-1] + bytes([found.state[-1] ^ 1])
    assert "StateUnreadable" in mover.preview(number).why_not
    with database.write() as session:
        version = engine.version_of(session, "p", number)
        batch = engine.start_migration(session, version, {}, by=OWNER, reason="better")
    list(engine.do_all(database, batch.id))
    with database.read() as session:
        assert engine.progress(session, batch.id).refused == 1


def test_a_mapping_names_steps_that_there_are(database: Database) -> None:
    _, mover = moved(database)
    number = mover.deploy(NEW)
    for mapping, words in (({"x": "a"}, "no step “x”"), ({"a": "x"}, "no step “x”")):
        with pytest.raises(Refused, match=words):
            mover.move(number, mapping)
    with pytest.raises(NotFound), database.read() as session:
        engine.version_of(session, "p", 99)


def crowd(database: Database, many: int) -> engine.Migration:
    Case(database, OLD)
    for number in range(many - 1):
        with database.write() as session:
            engine.start(session, "p", business_key=f"CASE-{number + 2}", variables={}, by=ALEX)
    with database.write() as session:
        version = put_into_use(session, bundle(NEW))
        return engine.start_migration(session, version, {}, by=OWNER, reason="better")


def test_a_worker_moves_what_was_asked_for(database: Database) -> None:
    batch = crowd(database, 5)
    report = engine.tick(database, post=None)  # type: ignore[arg-type]
    assert (report.moved, report.failed) == (5, [])
    with database.read() as session:
        assert engine.progress(session, batch.id) == engine.Progress(
            waiting=0, moved=5, refused=0, undone=0, stopped=0
        )
    assert engine.tick(database, post=None).idle  # type: ignore[arg-type]


def test_several_workers_move_each_case_once(database: Database, database_url: str) -> None:
    batch = crowd(database, 12)
    failed: list[str] = []

    def work() -> None:
        own = Database(database_url, clock=database.clock, domain=database.domain, secret_key=SECRET_KEY)
        failed.extend(engine.tick(own, post=None).failed)  # type: ignore[arg-type]
        own.dispose()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with database.read() as session:
        assert engine.progress(session, batch.id).moved == 12
        events = select(func.count()).where(Event.kind == "instance.moved")
        assert session.scalar(events) == 12
        assert session.scalar(select(func.count()).where(UserTask.version == 2)) == 12


def test_a_case_that_breaks_in_a_way_nobody_foresaw_is_refused_and_stops_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.migration import batches

    batch = crowd(database, 3)
    real, seen = batches.migrate, []

    def breaks(session, instance_id, *args, **more):  # type: ignore[no-untyped-def]
        if not seen:
            seen.append(instance_id)
        if instance_id == seen[0]:
            raise ZeroDivisionError("a secret of the case")
        real(session, instance_id, *args, **more)

    monkeypatch.setattr(batches, "migrate", breaks)
    report = engine.tick(database, post=None)  # type: ignore[arg-type]
    assert report.failed == ["do_case: ZeroDivisionError"]
    with database.read() as session:
        found = engine.progress(session, batch.id)
        (refused,) = [row for row, _ in engine.cases_of(session, batch.id) if row.status == "refused"]
    assert (found.moved, found.refused) == (2, 1)
    assert "ZeroDivisionError" in refused.sentence and "secret" not in refused.sentence


def test_a_way_back_that_breaks_leaves_the_case_moved_and_can_be_tried_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.migration import batches

    _, mover = moved(database)
    mover.move(mover.deploy(NEW))

    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(batches, "bring_back", breaks)
        with database.write() as session:
            engine.undo_migration(session, session.merge(mover.batch, load=False), by=OWNER)
        assert engine.tick(database, post=None).failed == ["do_case: ZeroDivisionError"]  # type: ignore[arg-type]
    assert (mover.row().status, "ZeroDivisionError" in mover.row().sentence) == ("moved", True)
    assert mover.undo().status == "undone"


def test_what_a_case_was_is_sealed_and_follows_another_secret(database: Database, database_url: str) -> None:
    _, mover = moved(database)
    mover.move(mover.deploy(NEW))
    changed = Database(database_url, clock=database.clock, domain=database.domain, secret_key=b"the next one")
    with changed.write() as session:
        seal_again(session, SECRET_KEY)
    mover.database = mover.case.database = changed
    assert mover.undo().status == "undone"
    changed.dispose()


def test_other_working_days_since_the_move_count_when_a_case_comes_back(database: Database) -> None:
    case, mover = moved(database)
    mover.move(mover.deploy(NEW))
    day = engine.OwnDay(case.task("a").opened_at.date() + timedelta(days=1), engine.Kind.CLOSURE, "Closed")
    with database.write() as session:
        engine.change_calendar(session, "england-and-wales", [day], by=ALEX)
    assert mover.undo().status == "undone"
    beside = Case(database, OLD)
    assert isinstance(database.clock, VirtualClock)
    assert case.task("a").due_on == beside.task("a").due_on


def test_only_who_asked_is_named(database: Database) -> None:
    case, mover = moved(database)
    mover.move(mover.deploy(NEW))
    with database.read() as session:
        (event,) = [e for e in engine.history(session, "CASE-1") if e.kind == "instance.moved"]
    assert (event.actor, event.details) == ("olive", {"from": 1, "to": 2, "reason": "a better process"})
    assert Actor("olive") == OWNER
    assert case.open() == ["a"]
