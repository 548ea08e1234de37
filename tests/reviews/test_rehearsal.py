"""Rehearsals: what would happen, without anything being stored, sent or known of a child."""

from __future__ import annotations

import datetime as dt
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import LargeBinary, func, select

from engine import BundleRefused, Database, NotFound, Refused, VirtualClock, local_date
from engine.models import Base
from engine.rehearsal import MemoryDatabase, Rehearsal, compare
from reviews.notices import Notice, compose
from reviews.record_types import OFFICE, TABLES
from reviews.shipped import bundle_files
from reviews.studio import copying, furnishing, playing
from reviews.studio.choosing import Conduct, plans_for
from reviews.studio.furnishing import own_partnership
from reviews.studio.rehearsing import NewCase, Planned, RunningCase, rehearse
from tests.reviews.driving import Driver

CHILD_WORDS = ("Kestrel", "Quillby", "Invented Row")


@pytest.fixture
def driver(database: Database, clock: VirtualClock) -> Iterator[Driver]:
    """A review whose agencies prepare, in the real database."""
    found = Driver(database, clock)
    found.chaired()
    yield found


def test_nobody_does_anything_for_ninety_days(driver: Driver) -> None:
    with driver.database.read() as session:
        seen = rehearse(session, "learning_review", start=RunningCase(driver.ref))
    kinds = {line.kind for line in seen.entries}
    assert {"late", "notice", "timer", "escalation"} <= kinds
    late = [line for line in seen.entries if line.kind == "late" and line.element == "meeting_date"]
    assert len(late) == 1
    told = [line for line in seen.entries if line.kind == "notice" and line.element == "meeting_date"]
    assert told
    assert all(line.subject and line.text and line.name for line in told)
    assert [line.at for line in seen.entries] == sorted(line.at for line in seen.entries)
    assert local_date(seen.until) - local_date(seen.started_at) == dt.timedelta(days=91)
    assert "meeting_date" in {line.element for line in seen.still_open}


def test_a_rehearsal_changes_nothing_and_opens_no_connection(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _rows(driver.database)
    with driver.database.read() as session:
        session.execute(select(1))  # the real database is connected before the network is taken away

        def no_network(*_: object, **__: object) -> None:
            raise AssertionError("a rehearsal went to the network")

        monkeypatch.setattr(socket.socket, "connect", no_network)
        monkeypatch.setattr(socket, "getaddrinfo", no_network)
        seen = rehearse(session, "learning_review", start=RunningCase(driver.ref), days=30)
        monkeypatch.undo()
    assert any(line.kind == "notice" for line in seen.entries)
    assert _rows(driver.database) == before


def test_who_the_child_is_never_reaches_a_rehearsal(driver: Driver) -> None:
    with driver.database.read() as real:
        made = own_partnership(real, driver.clock.now())
        with made.write() as session:
            copying.copy_case(real, session, driver.ref)
    with made.read() as session:
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in session.execute(select(table)).mappings()]
            assert not any(word in str(rows) for word in CHILD_WORDS), table.name
            for column in table.c:
                if isinstance(column.type, LargeBinary) and (table.name, column.name) != (
                    "process_instance",
                    "state",
                ):
                    assert all(row[column.name] is None for row in rows), table.name
        assert not any(
            session.scalar(select(func.count()).select_from(Base.metadata.tables[name]))
            for name in copying.CASE_LEFT
        )
        assert all(
            address.endswith(".invalid")
            for address in session.scalars(select(Base.metadata.tables["person"].c.email))
        )
    made.dispose()


def test_every_table_of_the_office_is_copied_or_left_on_purpose() -> None:
    office = {name for name, table in TABLES.items() if table.by is None and table.kind == OFFICE}
    assert office == copying.OFFICE_COPIED | copying.OFFICE_LEFT
    assert not copying.OFFICE_COPIED & copying.OFFICE_LEFT


def test_answers_on_a_working_day_move_the_case_on(driver: Driver) -> None:
    plans = [
        Planned("referral", {"title": "A plan that travelled"}, 1),
        Planned("statutory_screen", {"outcome": "not_statutory"}, 3),
    ]
    with driver.database.read() as session:
        seen = rehearse(session, "learning_review", start=NewCase(), answers=plans, days=20)
    assert seen.faults == ()
    done = {line.element: line for line in seen.entries if line.kind == "completed"}
    assert set(done) == {"referral", "statutory_screen"}
    opened = {line.element: line for line in seen.entries if line.kind == "opened"}
    assert "referrer_discussion" in opened
    assert done["statutory_screen"].at - opened["statutory_screen"].at >= dt.timedelta(days=3)


def test_a_draft_is_compared_with_what_is_in_use(driver: Driver) -> None:
    files = bundle_files("learning_review")
    name = "learning_review.bpmn"
    changed = {**files, name: files[name].replace('roundtable:due="90 days"', 'roundtable:due="60 days"')}
    assert changed != files
    with driver.database.read() as session:
        before = rehearse(session, "learning_review")
        after = rehearse(session, "learning_review", changed)
        again = rehearse(session, "learning_review", files)
    assert compare(before, again).same
    found = compare(before, after)
    assert {change.days for change in found.moved} <= {-31, -30, -29}  # reminders keep to working days
    assert found.moved
    assert {change.after.element for change in found.moved} == {"referral"}
    assert not found.new or {line.kind for line in found.new} <= {"late", "notice"}


def test_what_cannot_be_rehearsed_is_said(driver: Driver) -> None:
    with driver.database.read() as session:
        with pytest.raises(NotFound):
            rehearse(session, "learning_review", start=RunningCase("MALR-1999-001"))
        with pytest.raises(Refused):
            rehearse(session, "learning_review", days=4000)
        with pytest.raises(BundleRefused):
            rehearse(session, "learning_review", {"learning_review.bpmn": "<a/>"})
        slip = rehearse(session, "learning_review", answers=[Planned("referral", {"titel": "x"})], days=2)
    assert slip.faults == ('The form of referral asks no "titel". Did you mean "title"?',)


def _rows(database: Database) -> str:
    with database.read() as session:
        return repr(
            [sorted(map(repr, session.execute(select(table)).all())) for table in Base.metadata.sorted_tables]
        )


def test_an_answer_that_is_chosen_is_given_once_and_whoever_is_asked_again_gives_the_usual_one(
    driver: Driver,
) -> None:
    files = bundle_files("learning_review")
    chosen = {"triage_decision": Conduct(answers={"outcome": "more_info"})}
    plans = plans_for(files, [], chosen, everybody=True)
    with driver.database.read() as session:
        seen = rehearse(session, "learning_review", start=NewCase(), answers=plans, days=45)
    assert seen.faults == ()
    done = [line.element for line in seen.entries if line.kind == "completed"]
    assert (done.count("triage_decision"), done.count("more_information")) == (2, 1)
    assert "agency_notice" in done, "and everybody goes on"


class EachForItself(MemoryDatabase):
    """The slow way: a session for each transaction, every row read again, each piece of work for itself."""

    session_to_write = Database.session_to_write

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.alone, self.remembered = False, None

    def forget(self) -> None:
        """There is nothing to forget."""


def test_the_quick_way_tells_the_same_as_the_slow_way(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = [Planned("meeting_date", {}, 6)]
    with driver.database.read() as session:
        quick = rehearse(session, "learning_review", start=RunningCase(driver.ref), answers=plans)
        monkeypatch.setattr(furnishing, "MemoryDatabase", EachForItself)
        slow = rehearse(session, "learning_review", start=RunningCase(driver.ref), answers=plans)
    assert _lines(quick) == _lines(slow)
    assert len(quick.entries) > 20
    assert (quick.moments, quick.faults) == (slow.moments, slow.faults)


def test_one_letter_that_fails_is_neither_lost_nor_are_others_doubled(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with driver.database.read() as session:
        whole = rehearse(session, "learning_review", start=RunningCase(driver.ref), days=40)
    calls = []

    def compose_but_once(*given: Any, **named: Any) -> Notice | None:
        calls.append(named)
        if len(calls) in (2, 3):  # together with the others, and then by itself
            raise RuntimeError("the text cannot be made")
        return compose(*given, **named)

    monkeypatch.setattr(playing, "compose", compose_but_once)
    with driver.database.read() as session:
        seen = rehearse(session, "learning_review", start=RunningCase(driver.ref), days=40)
    letters = [(line.person, line.subject) for line in seen.entries if line.kind == "notice"]
    expected = [(line.person, line.subject) for line in whole.entries if line.kind == "notice"]
    assert sorted(letters) == sorted(expected)
    assert letters


def _lines(seen: Rehearsal) -> list[str]:
    """A timeline as text, without the numbers that are other ones each time."""
    return [re.sub(r"[0-9a-f-]{36}", "id", repr(line)) for line in (*seen.entries, *seen.still_open)]
