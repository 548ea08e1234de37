"""What a move does to dates: those that were given stay, and those that count anew keep their start, their pauses
and what was agreed."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta

import pytest
from sqlalchemy import select

import engine
from engine import Database, VirtualClock, deployment
from engine.audit_models import Event
from tests.engine.case import ALEX, Case
from tests.engine.drawing import boundary, draw, user
from tests.engine.moving import Mover


def due(sentence: str, **own: str) -> str:
    return draw("p", user("a", due=sentence, **own), user("b"), flows="begin>a a>b b>done")


def test_a_deadline_that_stays_the_same_keeps_its_day(database: Database) -> None:
    case = Case(database, due("5 working days"))
    before = case.task("a").due_on
    case.days_pass(3)
    mover = Mover(case)
    assert mover.to(due("5 working days", clause="P2")).unchanged
    assert case.task("a").due_on == before
    assert "deadline.moved" not in case.kinds()


def test_another_deadline_counts_from_the_opening_and_the_old_day_is_in_the_log(database: Database) -> None:
    case = Case(database, due("5 working days"))
    before = case.task("a").due_on
    case.days_pass(3)
    mover = Mover(case)
    foreseen = mover.to(due("10 working days"))
    after = case.task("a").due_on
    assert (before, after) == (dt.date(2026, 5, 12), dt.date(2026, 5, 19))
    (moved,) = foreseen.deadlines
    assert (moved.old, moved.new) == (before, after)
    assert moved.sum == mover.ledger("a").sum
    assert mover.ledger("a").original_due_on == before
    with database.read() as session:
        event = session.scalars(select(Event).where(Event.kind == "deadline.moved")).one()
    assert (event.details["from"], event.details["to"], event.actor) == ("2026-05-12", "2026-05-19", "olive")


def test_a_pause_counts_in_the_new_deadline_too(database: Database) -> None:
    case, beside = Case(database, due("5 working days")), Case(database, due("10 working days"))
    for each in (case, beside):
        with database.write() as session:
            engine.pause(session, each.id, reason="waiting", by=ALEX)
    assert isinstance(database.clock, VirtualClock)
    database.clock.advance(timedelta(days=7))
    for each in (case, beside):
        with database.write() as session:
            engine.resume(session, each.id, by=ALEX)
    with database.write() as session:
        again = engine.version_of(session, "p", beside.version)
        batch = engine.start_migration(session, again, {}, by=ALEX, reason="more time", only=[case.id])
    for _ in engine.do_all(database, batch.id):
        pass
    assert case.task("a").due_on == beside.task("a").due_on
    assert Mover(case).ledger("a").sum == Mover(beside).ledger("a").sum


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """As versions were deployed before every step had to have a deadline."""
    monkeypatch.setattr(deployment, "check_files", lambda *_: [])


@pytest.mark.usefixtures("unchecked")
def test_an_agreed_date_stays_agreed(database: Database) -> None:
    case = Case(database, due("5 working days"))
    agreed = dt.date(2026, 6, 30)
    with database.write() as session:
        engine.extend(session, case.task("a").id, until=agreed, reason="ill", approved_by="ann", by=ALEX)
    mover = Mover(case)
    assert mover.to(due("10 working days")).deadlines == ()
    assert case.task("a").due_on == agreed
    assert mover.to(due("")).deadlines == ()
    assert (case.task("a").due_on, mover.ledger("a").rule) == (agreed, "on agreed date")


@pytest.mark.usefixtures("unchecked")
def test_a_deadline_that_is_new_or_gone(database: Database) -> None:
    case = Case(database, due(""))
    mover = Mover(case)
    (moved,) = mover.to(due("5 working days")).deadlines
    assert (moved.old, moved.new) == (None, dt.date(2026, 5, 12))
    assert case.task("a").due_on == dt.date(2026, 5, 12)
    (moved,) = mover.to(due("", clause="P3")).deadlines
    assert (moved.old, moved.new) == (dt.date(2026, 5, 12), None)
    assert case.task("a").due_on is None
    assert mover.to_the_end() == ["a", "b"]


def test_a_legal_limit_is_counted_by_its_new_sentence(database: Database) -> None:
    case = Case(database, due("5 working days", statutoryLimit="10 working days"))
    mover = Mover(case)
    mover.to(due("5 working days", statutoryLimit="20 working days"))
    row = mover.ledger("a")
    assert (row.due_on, row.statutory_on) == (dt.date(2026, 5, 12), dt.date(2026, 6, 3))


def test_a_timer_that_counts_from_the_due_day_moves_with_it(database: Database) -> None:
    def drawn(sentence: str) -> str:
        late = boundary("late", "a", timer="2 working days after due")
        return draw("p", user("a", due=sentence), late, user("l"), user("b"),
                    flows="begin>a a>b b>done late>l l>done")  # fmt: skip

    case = Case(database, drawn("5 working days"))
    mover = Mover(case)
    foreseen = mover.to(drawn("8 working days"))
    (timer,) = mover.timers()
    assert [(change.change, change.new) for change in foreseen.timers] == [("moved", timer.due_at)]
    assert timer.due_at is not None
    assert timer.due_at.date() == dt.date(2026, 5, 19)


def test_a_timer_with_another_sentence_keeps_the_pauses_it_had(database: Database) -> None:
    def drawn(sentence: str) -> str:
        late = boundary("late", "a", timer=sentence)
        return draw("p", user("a"), late, user("l"), user("b"), flows="begin>a a>b b>done late>l l>done")

    case, beside = Case(database, drawn("10 working days")), Case(database, drawn("12 working days"))
    assert isinstance(database.clock, VirtualClock)
    for each in (case, beside):
        with database.write() as session:
            engine.pause(session, each.id, reason="waiting", by=ALEX)
    database.clock.advance(timedelta(days=7))
    for each in (case, beside):
        with database.write() as session:
            engine.resume(session, each.id, by=ALEX)
    mover = Mover(case)
    assert mover.move(beside.version).status == "moved"
    assert [t.due_at for t in mover.timers()] == [t.due_at for t in Mover(beside).timers()]
