"""What a changed decision table would have decided for the cases that really came."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, update

import engine
from engine import Actor, Database, Refused, Replay
from engine.audit_models import Event
from engine.decisions_made import DecisionMade
from tests.conftest import SECRET_KEY
from tests.engine.drawing import bundle, decide, draw, user
from tests.versions import put_into_use

ALEX = Actor("alex")
DIAGRAM = draw("p", user("ask"), decide("weigh", "weigh", "weigh"), flows="begin>ask ask>weigh weigh>done")


def table(limit: int, reads: str = "ask.number") -> str:
    """A table that says yes from a limit on."""
    return f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
      namespace="urn:t"><decision id="weigh" name="weigh"><decisionTable id="t" hitPolicy="UNIQUE">
      <input id="i" label="How many"><inputExpression id="e" typeRef="number"><text>{reads}</text>
      </inputExpression></input><output id="o" name="weigh" typeRef="string"/>
      <rule id="r1"><inputEntry id="a"><text>&gt;= {limit}</text></inputEntry>
        <outputEntry id="b"><text>"yes"</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="c"><text>&lt; {limit}</text></inputEntry>
        <outputEntry id="f"><text>"no"</text></outputEntry></rule>
      </decisionTable></decision></definitions>"""


@pytest.fixture
def past(database: Database) -> Database:
    """Two cases decided by a limit of 10: seven (no) and twelve (yes)."""
    files = {**bundle(DIAGRAM), "weigh.dmn": table(10)}
    with database.write() as session:
        put_into_use(session, files)
    for number in (7, 12):
        with database.write() as session:
            key = f"CASE-{number}"
            instance = engine.start(session, "p", business_key=key, variables={}, by=ALEX)
            (task,) = engine.tasks(session, instance_id=instance)
            answers = {"number": number, "secret": "not for the table"}
            engine.complete_task(session, task.id, answers, answers, by=ALEX)
    return database


def replayed(database: Database, text: str, **more: Any) -> Replay:
    with database.read() as session:
        return engine.replay(session, "p", "weigh", text, questions=more.pop("questions", lambda *_: set()))


def forget_what_was_kept(database: Database) -> None:
    """As if the cases were older than this release."""
    with database.write() as session:
        session.execute(delete(DecisionMade))
        session.execute(
            update(Event).where(Event.kind == "decision.made").values(details={"decision": "weigh"})
        )


def test_the_changed_ones_come_first_with_what_decided(past: Database) -> None:
    found = replayed(past, table(5))
    first, second = found.cases
    assert (first.business_key, first.was, first.would_be, first.rules) == ("CASE-7", "no", "yes", (1,))
    assert (second.business_key, second.changed) == ("CASE-12", False)
    assert (first.inputs, found.labels) == ({"ask.number": 7}, {"ask.number": "How many"})
    assert [case.business_key for case in found.changed] == ["CASE-7"]


def test_only_what_the_table_reads_is_kept_and_it_is_sealed(past: Database) -> None:
    with past.read() as session:
        rows = session.query(DecisionMade).all()
    assert len(rows) == 2
    assert not any(b"secret" in row.told or b"number" in row.told for row in rows)


@pytest.mark.sqlite_only  # where the guard of the audit log can be lifted by a test
def test_older_cases_are_decided_again_from_their_answers(past: Database) -> None:
    _unguarded(past)
    forget_what_was_kept(past)
    found = replayed(past, table(5))
    assert [(case.business_key, case.was, case.kept) for case in found.cases] == [
        ("CASE-7", "no", False),
        ("CASE-12", "yes", False),
    ]


def _unguarded(database: Database) -> None:
    with database.engine.connect() as connection:
        names = connection.exec_driver_sql("select name from sqlite_master where type = 'trigger'").scalars()
        for name in list(names):
            connection.exec_driver_sql(f"drop trigger {name}")
        connection.commit()


def test_a_value_nobody_was_asked_for_makes_it_impossible(past: Database) -> None:
    found = replayed(past, table(5, reads="capacity.free"))
    assert [case.missing for case in found.impossible] == [("capacity.free",)] * 2
    assert not found.changed and all(case.would_be is None for case in found.cases)


def test_an_answer_that_was_not_given_is_known_to_be_nothing(past: Database) -> None:
    asked = lambda step, form: {"age"}  # noqa: E731
    found = replayed(past, table(5, reads="if ask.age = null then 99 else ask.age"), questions=asked)
    assert not found.impossible and [case.would_be for case in found.cases] == ["yes", "yes"]


def test_a_table_that_gives_no_answer_is_a_change(past: Database) -> None:
    broken = table(5).replace("&lt; 5", "&gt; 6")  # both rules are met by seven
    found = replayed(past, broken)
    assert found.changed[0].fault and "UNIQUE" in found.changed[0].fault


def test_what_is_no_table_is_refused_in_words(past: Database) -> None:
    with pytest.raises(Refused):
        replayed(past, "<not-a-table/>")
    with pytest.raises(Refused, match="no decision"):
        replayed(past, table(5).replace('"weigh"', '"other"'))


def test_what_is_kept_can_be_sealed_with_another_key(past: Database) -> None:
    url = past.url.render_as_string(hide_password=False)
    other = Database(url, clock=past.clock, domain=past.domain, secret_key=b"another secret, just as long!!")
    try:
        with other.write() as session:
            engine.seal_again(session, SECRET_KEY)
        assert len(replayed(other, table(5)).changed) == 1
    finally:
        other.dispose()
