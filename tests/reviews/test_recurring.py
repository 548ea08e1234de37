"""The calendar begins each thing once, however many workers look at it at the same moment."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from engine import Actor, Database, VirtualClock, instances, local_date
from reviews.models import PolicyDocument
from reviews.recurring import begin_once
from reviews.shipped import deploy_shipped


def test_many_workers_begin_a_thing_once_and_the_next_day_looks_again(
    database: Database, clock: VirtualClock
) -> None:
    with database.write() as session:
        deploy_shipped(session, by=Actor("u_owner"), note="first")
        due = local_date(clock.now())
        session.add(PolicyDocument(id="policy-1", title="A policy", version="1", review_due=due))
    with ThreadPoolExecutor(4) as workers:
        begun = list(workers.map(lambda _: begin_once(database), range(8)))
    assert sum(begun) == 1
    with database.write() as session:
        assert len(instances(session, "policy-1")) == 1
        session.add(PolicyDocument(id="policy-2", title="Another", version="1", review_due=due))
    assert begin_once(database) == 0, "looked at once a day"
    clock.advance_to(clock.now() + dt.timedelta(days=1))
    assert begin_once(database) == 1
