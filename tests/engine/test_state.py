"""The stored state: sealed, tied to its place, and never guessed at."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from engine import Actor, Database, StateUnreadable, draft, save_draft, seal_again, tasks
from engine.models import ProcessInstance
from tests.conftest import SECRET_KEY
from tests.engine.case import Case
from tests.engine.drawing import draw, user

DIAGRAM = draw("p", user("a"), user("b"), flows="begin>a a>b b>done")


def test_a_state_is_not_readable_in_the_database(database: Database) -> None:
    case = Case(database, DIAGRAM, {"fact": "a very telling word"})
    with database.read() as session:
        state = session.scalars(select(ProcessInstance.state).where(ProcessInstance.id == case.id)).one()
    assert b"telling" not in state


def test_an_altered_state_is_refused(database: Database) -> None:
    case = Case(database, DIAGRAM)
    _store(database, case, lambda state: state[:-1] + bytes([state[-1] ^ 1]))
    with pytest.raises(StateUnreadable):
        case.complete("a")


def test_an_older_state_put_back_is_refused(database: Database) -> None:
    case = Case(database, DIAGRAM)
    with database.read() as session:
        old = session.scalars(select(ProcessInstance.state).where(ProcessInstance.id == case.id)).one()
    case.complete("a")
    _store(database, case, lambda state: old)
    with pytest.raises(StateUnreadable):
        case.complete("b")


def test_the_state_of_another_case_is_refused(database: Database) -> None:
    case, other = Case(database, DIAGRAM), Case(database, DIAGRAM)
    with database.read() as session:
        foreign = session.scalars(select(ProcessInstance.state).where(ProcessInstance.id == other.id)).one()
    _store(database, case, lambda state: foreign)
    with pytest.raises(StateUnreadable):
        case.complete("a")


def test_the_word_typename_in_an_answer_is_only_a_word(database: Database) -> None:
    """In SpiffWorkflow's own format a field of that name makes a case unreadable for ever."""
    case = Case(database, DIAGRAM, {"typename": "BpmnEvent", "nested": {"typename": {"x": None}}})
    case.complete("a", typename="Task")
    assert case.open() == ["b"]


def test_a_version_is_found_in_a_fresh_process(database: Database, database_url: str) -> None:
    """The specification is compiled anew; half of an each-agency step is done before, half after."""
    diagram = draw("p", user("each", items="agencies as agency"), user("z"), flows="begin>each each>z z>done")
    case = Case(database, diagram, {"agencies": [1, 2]})
    case.complete("each")
    database.models.clear()
    case.complete("each")
    assert case.open() == ["z"]


def test_a_changed_bundle_becomes_a_new_version_and_running_cases_stay(database: Database) -> None:
    case = Case(database, DIAGRAM)
    changed = Case(database, draw("p", user("a"), user("c"), flows="begin>a a>c c>done"))
    assert (case.version, changed.version) == (1, 2)
    case.complete("a")
    changed.complete("a")
    assert (case.open(), changed.open()) == (["b"], ["c"])


def test_the_same_bundle_again_is_the_same_version(database: Database) -> None:
    assert Case(database, DIAGRAM).version == Case(database, DIAGRAM).version == 1


def _store(database: Database, case: Case, change: object) -> None:
    with database.write() as session:
        row = session.get(ProcessInstance, case.id)
        assert row is not None
        altered = change(row.state)  # type: ignore[operator]
        session.execute(update(ProcessInstance).where(ProcessInstance.id == case.id).values(state=altered))


def test_another_secret_opens_nothing_until_everything_is_sealed_again(
    database: Database, database_url: str
) -> None:
    case, by, typed = Case(database, DIAGRAM), Actor("somebody"), {"text": "Half of it"}
    with database.write() as session:
        task = next(row for row in tasks(session) if row.instance_id == case.id)
        save_draft(session, task.id, typed, by=by, revision=0)
    changed = Database(database_url, clock=database.clock, domain=database.domain, secret_key=b"the next one")
    with changed.read() as session, pytest.raises(StateUnreadable):
        draft(session, task.id, by=by)
    with pytest.raises(StateUnreadable), changed.write() as session:
        seal_again(session, b"not the one before")
    with changed.write() as session:
        assert seal_again(session, SECRET_KEY) == (1, 1)
    with changed.read() as session:
        assert draft(session, task.id, by=by).answers == typed  # type: ignore[union-attr]
    case.database = changed
    case.complete("a")
    changed.dispose()
    with database.read() as session, pytest.raises(StateUnreadable):
        draft(session, task.id, by=by)
