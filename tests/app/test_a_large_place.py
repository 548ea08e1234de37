"""What My work and an idle tick ask of the database does not depend on how much there is; and what is closed
to somebody takes no place in their lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bench.load import NOW, place_with
from bench.my_work import TASK, Inbox
from bench.processor import statements
from engine import Database, local_date, tick
from engine.models import UserTask
from reviews import first_rows
from reviews.demonstration.loading import NoPost
from reviews.models import Conflict, Review
from reviews.permissions import Viewer, viewer_for
from reviews.task_lists import free_work, named_work, visible_tasks
from reviews.worklist import MOST_COUNTED, Filters, Place, inbox, work

HEAD = "u_morgan"  # of Safeguarding and Learning: what nobody else has to do is hers
LEAD = "u_ashby"  # of a large agency: what it owes to many reviews is hers
TODAY = local_date(NOW)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A place with 2,000 open tasks."""
    database, _ = place_with(f"sqlite:///{tmp_path_factory.mktemp('large') / 'large.sqlite'}", 2_000)
    yield database
    database.dispose()


def _asked(database: Database) -> tuple[int, int]:
    """The statements of the first page of My work, and of a tick with nothing due."""
    browser = Inbox(database).browser(HEAD)
    assert TASK.search(browser.get("/").text)
    with statements(database) as page:
        browser.get("/")
    while not tick(database, NoPost()).idle:
        pass
    with statements(database) as idle:
        tick(database, NoPost())
    return len(page), len(idle)


def test_a_page_and_an_idle_tick_ask_the_same_whatever_there_is(tmp_path: Path, large: Database) -> None:
    few = _asked(place_with(f"sqlite:///{tmp_path / 'few.sqlite'}", 100)[0])
    many = _asked(large)
    assert few == many
    assert many[1] == 1, "a tick with nothing due is one question"


def test_what_is_closed_to_somebody_takes_no_place_in_their_list(
    large: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most of it is closed, so that one look at the first rows is not enough."""
    with large.write() as session:
        viewer = viewer_for(session, LEAD, TODAY)
        urgent = [row.task.business_key for row in work(session, viewer, "todo", Filters(), TODAY, rows=400)]
        closed = [ref for number, ref in enumerate(dict.fromkeys(urgent)) if number % 3]
        for review in session.scalars(select(Review.id).where(Review.ref.in_(closed))):
            session.add(
                Conflict(review=review, person=LEAD, reason="A cousin", declared_at=NOW, declared_by=LEAD)
            )
    with large.read() as session:
        viewer = viewer_for(session, LEAD, TODAY)
        wanted = _wanted(session, viewer)
        assert 26 < len(wanted) < len(urgent) / 2
        found = inbox(session, viewer, "todo", Filters(), TODAY, rows=26)
        assert [row.task.id for row in found.rows] == wanted[:26]
        assert found.counts["todo"] == min(len(wanted), MOST_COUNTED + 1)
        monkeypatch.setattr(first_rows, "SPARE", 0)
        listed: list[UUID] = []
        after: Place | None = None
        while rows := work(session, viewer, "todo", Filters(), TODAY, after=after, rows=9):
            listed += [row.task.id for row in rows]
            after = rows[-1].place
        assert listed == wanted, "each task once, in order, to the end"


def _wanted(session: Session, viewer: Viewer) -> list[UUID]:
    """What there is to do, asked of every task there is."""
    theirs = or_(*named_work(viewer), *free_work(viewer))
    query = select(UserTask.id, UserTask.due_at, UserTask.opened_at).where(
        UserTask.status == "open", theirs, visible_tasks(viewer)
    )
    never = dt.datetime.max.replace(tzinfo=dt.UTC)
    rows = session.execute(query)
    return [row.id for row in sorted(rows, key=lambda row: (row.due_at or never, row.opened_at, row.id.hex))]
