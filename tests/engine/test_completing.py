"""Completing a step: once, by whoever comes first, all of it or nothing (promises R1, R3)."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from sqlalchemy import func, select

import engine
from engine import Actor, Database, ModelFault, NotFound, Refused, ServiceCall, ServiceRegistry, TaskNotOpen
from engine.audit_models import Event
from engine.models import Outbox, ProcessInstance, Submission, UserTask
from tests.engine.case import ALEX, Case
from tests.engine.drawing import draw, service, user

TWO_STEPS = draw("p", user("a"), user("b"), flows="begin>a a>b b>done")
BO = Actor("bo")


def test_the_second_of_two_hears_who_was_first_and_when(database: Database) -> None:
    case = Case(database, TWO_STEPS)
    task = case.task("a")
    case.complete("a", by=BO)
    with pytest.raises(TaskNotOpen) as refusal, database.write() as session:
        engine.complete_task(session, task.id, {}, {}, by=ALEX)
    assert (refusal.value.completed_by, refusal.value.completed_at) == ("bo", database.clock.now())


def test_a_request_sent_twice_gets_the_same_answer_and_is_done_once(database: Database) -> None:
    case = Case(database, TWO_STEPS)
    task = case.task("a")
    with database.write() as session:
        first = engine.complete_task(session, task.id, {"x": 1}, {}, by=ALEX, key="form-1")
    with database.write() as session:
        again = engine.complete_task(session, task.id, {"x": 1}, {}, by=ALEX, key="form-1")
    assert again.next == first.next
    assert again.replayed
    assert case.open() == ["b"]


def test_a_key_used_for_other_answers_is_refused(database: Database) -> None:
    case = Case(database, TWO_STEPS)
    task = case.task("a")
    case.complete("a", key="form-1")
    with pytest.raises(Refused), database.write() as session:
        engine.complete_task(session, task.id, {"other": True}, {}, by=ALEX, key="form-1")


def test_eight_people_at_once_and_one_wins(database: Database) -> None:
    case = Case(database, TWO_STEPS)
    task = case.task("a")
    gate, outcomes = threading.Barrier(8), []

    def submit(number: int) -> None:
        gate.wait()
        try:
            database.retrying(
                lambda session: engine.complete_task(
                    session, task.id, {"n": number}, {}, by=Actor(f"p{number}")
                )
            )
            outcomes.append("won")
        except TaskNotOpen as refusal:
            outcomes.append(f"lost to {refusal.completed_by}")

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        stored = session.scalars(select(Submission)).one()
    assert sorted(outcomes) == sorted([*[f"lost to {stored.by}"] * 7, "won"])
    assert case.open() == ["b"]


def test_eight_agencies_sending_in_their_own_at_once_all_succeed(database: Database) -> None:
    agencies = [{"id": f"agency_{number}"} for number in range(8)]
    diagram = draw(
        "p",
        user("prepare", items="agencies as agency", agency="agency.id"),
        user("z"),
        flows="begin>prepare prepare>z z>done",
    )
    case = Case(database, diagram, {"agencies": agencies})
    gate, failed = threading.Barrier(8), []

    def submit(task_id: object) -> None:
        gate.wait()
        try:
            database.retrying(lambda session: engine.complete_task(session, task_id, {}, {}, by=ALEX))  # type: ignore[arg-type]
        except Exception as fault:
            failed.append(fault)

    threads = [threading.Thread(target=submit, args=(task.id,)) for task in case.tasks()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert case.open() == ["z"]


def test_what_the_form_does_not_declare_never_reaches_the_process(database: Database) -> None:
    case = Case(database, TWO_STEPS, {"role": "nobody"})
    task = case.task("a")
    with database.write() as session:
        engine.complete_task(session, task.id, {"role": "admin", "a": {"x": 1}}, {}, by=ALEX)
    with database.write() as session:
        from engine.execution import Execution

        variables = Execution.open(session, case.id, ALEX).variables
    assert variables["role"] == "nobody"
    assert set(variables["a"]) == {"completed_at", "completed_on", "completed_by"}


def test_a_service_that_cannot_go_on_undoes_the_whole_step(
    database: Database, services: ServiceRegistry
) -> None:
    @services.service("write_then_break")
    def write_then_break(call: ServiceCall) -> None:
        call.mail(to="somebody", text="receipt", about=call.business_key)
        raise RuntimeError("the disk is full of invented names")

    case = Case(
        database,
        draw(
            "p",
            user("a"),
            service("write_then_break"),
            user("b"),
            flows="begin>a a>write_then_break write_then_break>b b>done",
        ),
    )
    before = _counts(database)
    with pytest.raises(RuntimeError):
        case.complete("a")
    assert _counts(database) == before
    assert case.open() == ["a"]


def test_a_diagram_with_nowhere_to_go_names_the_step_and_nothing_else(
    database: Database, services: ServiceRegistry
) -> None:
    @services.service("vanishing")
    def vanishing(call: ServiceCall) -> None: ...

    case = Case(
        database, draw("p", user("a"), service("vanishing"), flows="begin>a a>vanishing vanishing>done")
    )
    services._services.clear()
    with pytest.raises(ModelFault) as fault:
        case.complete("a")
    assert fault.value.element == "vanishing"


def test_a_paused_process_takes_no_answers(database: Database) -> None:
    case = Case(database, TWO_STEPS)
    with database.write() as session:
        engine.pause(session, case.id, reason="criminal proceedings", by=ALEX)
    with pytest.raises(Refused, match="paused"):
        case.complete("a")
    with database.write() as session:
        engine.resume(session, case.id, by=ALEX)
    case.complete("a")
    assert case.open() == ["b"]


def test_nothing_is_found_under_an_unknown_id(database: Database) -> None:
    with pytest.raises(NotFound), database.write() as session:
        engine.complete_task(session, uuid4(), {}, {}, by=ALEX)


def _counts(database: Database) -> list[int]:
    with database.read() as session:
        tables = (Event, Outbox, Submission, UserTask, ProcessInstance)
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
