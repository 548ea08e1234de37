"""What leaves: at least once, under a stable key, and seen when it cannot be delivered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from engine import (
    Actor,
    Database,
    NotFound,
    PostAway,
    ServiceCall,
    ServiceRegistry,
    Undeliverable,
    VirtualClock,
    came_back,
    start,
    tick,
)
from engine.models import Outbox
from engine.posting import LEASE
from tests.engine.case import Case
from tests.engine.drawing import draw, service, user


def _case(database: Database, services: ServiceRegistry) -> Case:
    @services.service("tell")
    def tell(call: ServiceCall) -> None:
        call.mail(to="robin", text="receipt", about=call.business_key)

    return Case(database, draw("p", service("tell"), user("a"), flows="begin>tell tell>a a>done"))


def test_a_notice_is_sent_once(database: Database, services: ServiceRegistry) -> None:
    case = _case(database, services)
    case.tick()
    case.tick()
    assert len(case.post.sent) == 1


def test_a_notice_waits_for_the_post_office_and_keeps_its_key(
    database: Database, services: ServiceRegistry
) -> None:
    case = _case(database, services)
    case.post.away = True
    assert len(case.tick().failed) == 1
    clock = database.clock
    assert isinstance(clock, VirtualClock)
    clock.advance(timedelta(hours=2))
    case.post.away = False
    case.tick()
    assert [letter.recipient for letter in case.post.sent] == ["robin"]


def test_a_notice_that_is_refused_for_good_is_seen(database: Database, services: ServiceRegistry) -> None:
    case = _case(database, services)
    case.post.away = True
    clock = database.clock
    assert isinstance(clock, VirtualClock)
    for _ in range(24):
        case.tick()
        clock.advance(timedelta(hours=2))
    with database.read() as session:
        row = session.scalars(select(Outbox)).one()
    assert (row.status, row.fault) == ("dead", "ConnectionError")
    assert "notice.failed" in case.kinds()


class _Refusing:
    """A post office that takes nothing for one reason."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault
        self.offered = 0

    def send(self, session: Session, notice: Outbox) -> None:
        self.offered += 1
        raise self.fault


def _told(database: Database) -> list[str]:
    told: list[str] = []
    database.domain = replace(
        database.domain, gave_up=lambda session, notice: told.append(f"{notice.status} {notice.recipient}")
    )
    return told


def test_a_notice_that_can_never_be_delivered_is_offered_once(
    database: Database, services: ServiceRegistry
) -> None:
    case = _case(database, services)
    told, post = _told(database), _Refusing(Undeliverable("The address is refused."))
    report = tick(database, post)
    assert (report.undeliverable, report.failed) == (1, [])
    database.clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]
    tick(database, post)
    with database.read() as session:
        row = session.scalars(select(Outbox)).one()
    assert (post.offered, row.status, row.fault) == (1, "dead", "The address is refused.")
    assert told == ["dead robin"]
    assert "notice.failed" in case.kinds()


def test_what_follows_is_asked_once_a_notice_is_given_up_after_its_attempts(
    database: Database, services: ServiceRegistry
) -> None:
    _case(database, services)
    told = _told(database)
    for _ in range(24):
        tick(database, _Refusing(ConnectionError("away")))
        database.clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]
    assert told == ["dead robin"]


def test_a_fault_of_what_follows_does_not_bring_the_notice_back(
    database: Database, services: ServiceRegistry
) -> None:
    _case(database, services)

    def fails(session: Session, notice: Outbox) -> None:
        raise RuntimeError

    database.domain = replace(database.domain, gave_up=fails)
    tick(database, _Refusing(Undeliverable("The address is refused.")))
    with database.read() as session:
        assert session.scalars(select(Outbox)).one().status == "dead"


def test_a_notice_that_comes_back_later_is_known_once(database: Database, services: ServiceRegistry) -> None:
    case = _case(database, services)
    told, by = _told(database), Actor.system("post")
    with database.write() as session:
        key = session.scalars(select(Outbox.key)).one()
        with pytest.raises(NotFound):
            came_back(session, key, by=by)  # it has not left yet
    case.tick()
    with database.write() as session:
        assert came_back(session, key, by=by)
        assert not came_back(session, key, by=by)
        with pytest.raises(NotFound):
            came_back(session, "mail-nobody", by=by)
    assert told == ["bounced robin"]
    assert "notice.bounced" in case.kinds()


def test_while_the_post_is_away_every_notice_waits_and_none_is_given_up(
    database: Database, services: ServiceRegistry
) -> None:
    case = _case(database, services)
    with database.write() as session:
        start(session, "p", business_key="CASE-2", variables={}, by=Actor("robin"))
    told, away = _told(database), _Refusing(PostAway("nobody is there"))
    clock = database.clock
    assert isinstance(clock, VirtualClock)
    tick(database, away)
    assert away.offered == 1, "one question a tick"
    for _ in range(20):
        clock.advance(timedelta(hours=2))
        tick(database, away)
    with database.read() as session:
        assert {(row.status, row.attempts) for row in session.scalars(select(Outbox))} == {("waiting", 0)}
    clock.advance(timedelta(hours=2))
    case.tick()
    assert (len(case.post.sent), told) == (2, [])


class _Slow:
    """A post office in which somebody looks at the database, and others go on with their work."""

    def __init__(self, database: Database, case: Case) -> None:
        self.database, self.case = database, case
        self.found: list[bool] = []

    def send(self, session: Session, notice: Outbox) -> None:
        with self.database.write() as other:
            self.found.append(other.get_one(Outbox, notice.id).sent_at is not None)
        self.case.complete("a")
        assert tick(self.database, self).notices == 0, "it is on its way: nobody else offers it"


def test_nobody_waits_while_a_notice_is_offered_and_nobody_else_offers_it(
    database: Database, services: ServiceRegistry
) -> None:
    case = _case(database, services)
    post = _Slow(database, case)
    assert tick(database, post).notices == 1
    assert (post.found, case.state.status) == ([True], "completed")


def test_a_notice_whose_worker_died_is_offered_again_under_its_key(
    database: Database, services: ServiceRegistry
) -> None:
    case = _case(database, services)

    class Died(BaseException):
        """The worker's end."""

    with pytest.raises(Died):
        tick(database, _Refusing(Died()))  # type: ignore[arg-type]
    assert case.tick().notices == 0
    database.clock.advance(LEASE)  # type: ignore[attr-defined]
    assert case.tick().notices == 1


def test_with_nothing_due_a_tick_asks_once(database: Database, services: ServiceRegistry) -> None:
    case = _case(database, services)
    case.tick()
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert case.tick().idle
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(asked) == 1
