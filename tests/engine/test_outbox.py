"""What leaves: at least once, under a stable key, and seen when it cannot be delivered."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from engine import Database, ServiceCall, ServiceRegistry, VirtualClock
from engine.models import Outbox
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
    for _ in range(12):
        case.tick()
        clock.advance(timedelta(hours=2))
    with database.read() as session:
        row = session.scalars(select(Outbox)).one()
    assert (row.status, row.fault) == ("dead", "ConnectionError")
    assert "notice.failed" in case.kinds()
