"""Reminders: rows of a table, each rung once, merged per person and day, made up in order after a silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import engine
from engine import Database, Domain, ServiceRegistry, VirtualClock
from engine.audit_models import Event
from engine.models import Chase, Outbox, UserTask
from tests.conftest import SECRET_KEY
from tests.engine.case import ALEX, Case
from tests.engine.drawing import draw, user

ROWS = [
    ("-2", '"assignee"', '"digest"', '"due_soon"'),
    ("1", '"assignee"', '"digest"', '"late"'),
    ("1", '"manager"', '"digest"', '"late_for_manager"'),
    ("5", '"manager"', '"urgent"', '"very_late"'),
]
ONE_TASK = draw("p", user("a", due="10 working days", assignee='"robin"'), flows="begin>a a>done")


def _table() -> str:
    rows = ""
    for number, (late, who, how, text) in enumerate(ROWS):
        cells = "".join(f"<inputEntry><text>{cell}</text></inputEntry>" for cell in ("-", "-", late))
        answers = "".join(
            f"<outputEntry><text>{cell}</text></outputEntry>" for cell in (who, how, '"firm"', text)
        )
        rows += f'<rule id="row_{number}">{cells}{answers}</rule>'
    inputs = "".join(
        f'<input><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in (("process", "string"), ("step", "string"), ("working_days_late", "number"))
    )
    outputs = "".join(f'<output name="{name}" typeRef="string"/>' for name in ("who", "how", "tone", "text"))
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:test">'
        f'<decision id="chasing" name="chasing"><decisionTable hitPolicy="RULE ORDER">{inputs}{outputs}{rows}'
        "</decisionTable></decision></definitions>"
    )


def _recipients(session: Session, task: UserTask, who: str) -> list[str]:
    return ["robin"] if who == "assignee" else ["morgan"]


@pytest.fixture
def chased(database_url: str, clock: VirtualClock, services: ServiceRegistry) -> Iterator[Database]:
    """A database with the chasing table of this test, and somebody to tell."""
    opened = Database(database_url, clock=clock, secret_key=SECRET_KEY, domain=Domain(services, _recipients))
    with opened.write() as session:
        engine.deploy_first(session, "chasing", {"chasing.dmn": _table()}, note="test", by=ALEX)
    yield opened
    opened.dispose()


def test_each_rung_is_reached_on_its_working_day_and_once(chased: Database) -> None:
    case = Case(chased, ONE_TASK)  # due on Tuesday 19 May 2026
    case.days_pass(30)
    assert _reached(chased) == [
        ("robin", "due_soon", date(2026, 5, 15)),
        ("robin", "late", date(2026, 5, 20)),
        ("morgan", "late_for_manager", date(2026, 5, 20)),
        ("morgan", "very_late", date(2026, 5, 27)),
    ]


def test_reminders_stop_when_the_answer_comes(chased: Database) -> None:
    case = Case(chased, ONE_TASK)
    case.days_pass(12)
    case.complete("a")
    case.days_pass(20)
    assert [text for _, text, _ in _reached(chased)] == ["due_soon"]


def test_a_person_gets_one_message_a_day_for_all_their_reminders(chased: Database) -> None:
    cases = [Case(chased, ONE_TASK) for _ in range(3)]
    cases[0].days_pass(12)
    with chased.read() as session:
        letters = session.scalars(select(Outbox).where(Outbox.recipient == "robin")).all()
    assert [len(letter.payload["facts"]["items"]) for letter in letters] == [3]


def test_an_urgent_reminder_goes_on_its_own(chased: Database) -> None:
    cases = [Case(chased, ONE_TASK) for _ in range(2)]
    cases[0].days_pass(30)
    with chased.read() as session:
        letters = session.scalars(
            select(Outbox).where(Outbox.recipient == "morgan").order_by(Outbox.created_at)
        ).all()
    assert [len(letter.payload["facts"]["items"]) for letter in letters] == [2, 1, 1]


def test_what_was_missed_in_a_silence_comes_in_order_in_one_message(chased: Database) -> None:
    Case(chased, ONE_TASK)
    clock = chased.clock
    assert isinstance(clock, VirtualClock)
    clock.advance(timedelta(days=40))
    silent = Case(chased, ONE_TASK)
    silent.tick()
    silent.tick()
    with chased.read() as session:
        letters = session.scalars(select(Outbox).where(Outbox.recipient == "robin")).all()
        fired = session.scalars(select(Event).where(Event.kind == "chase.sent").order_by(Event.seq)).all()
    theirs = [event for event in fired if event.details["to"] == "robin"]
    assert [event.details["working_days_late"] for event in theirs] == [-2, 1], "each rung, in order"
    assert [[item["late"] for item in letter.payload["facts"]["items"]] for letter in letters] == [[1]], (
        "the step stands there once, as it is now"
    )
    assert letters[0].payload["text"] == "late", "the firmest text is the last one"


def test_no_reminder_is_dropped_when_a_clock_goes_back_over_midnight(chased: Database) -> None:
    """One worker is past midnight and has sent both days' letters; another one's clock is an hour behind."""
    for clock in (datetime(2026, 5, 20, 21, tzinfo=UTC), datetime(2026, 5, 21, 0, tzinfo=UTC)):
        chased.clock = VirtualClock(datetime(2026, 5, 5, 9, tzinfo=UTC))
        case = Case(chased, ONE_TASK)  # due on Tuesday 19 May 2026
        chased.clock = VirtualClock(clock)
        case.tick()
    chased.clock = VirtualClock(datetime(2026, 5, 5, 9, tzinfo=UTC))
    last = Case(chased, ONE_TASK)
    chased.clock = VirtualClock(datetime(2026, 5, 20, 22, 30, tzinfo=UTC))
    last.tick()
    with chased.read() as session:
        letters = session.scalars(select(Outbox).where(Outbox.recipient == "robin")).all()
    about = [item["task"] for letter in letters for item in letter.payload["facts"]["items"]]
    assert sorted(about).count(str(last.task("a").id)) == 1
    assert len(letters) == 3


def test_a_moved_date_begins_the_ladder_anew(chased: Database) -> None:
    case = Case(chased, ONE_TASK)
    case.days_pass(20)
    with chased.write() as session:
        engine.extend(
            session, case.task("a").id, until=date(2026, 6, 30), reason="sickness", approved_by="kit", by=ALEX
        )
    case.days_pass(60)
    assert [text for _, text, _ in _reached(chased)].count("due_soon") == 2


def test_nothing_due_is_one_look_at_an_index(chased: Database) -> None:
    """No row is touched when nothing is due."""
    case = Case(chased, ONE_TASK)
    assert case.tick().idle


def _reached(database: Database) -> list[tuple[str, str, date]]:
    with database.read() as session:
        rows = session.scalars(select(Chase).order_by(Chase.at, Chase.rung)).all()
    found = [(row.recipient, row.rung.split("|")[3], engine.local_date(row.at)) for row in rows]
    return sorted(found, key=lambda row: (row[2], -ord(row[0][0])))
