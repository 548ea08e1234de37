"""Bringing a moved case back to what it was, as long as nothing has happened in it since."""

from __future__ import annotations

import base64
from uuid import UUID

from sqlalchemy.orm import Session

from engine import audit, projections
from engine.bundles import bundle_of
from engine.db import house
from engine.errors import Refused
from engine.execution import Execution, place_of_state
from engine.migration.before import calendar_digest, ledger_rows, open_rows, put_back, read_before
from engine.migration.models import MigrationCase
from engine.models import Deadline, Timer, UserTask
from engine.secrecy import seal
from engine.services import Actor


def why_not_back(case: MigrationCase, revision: int, status: str) -> str:
    """Why a moved case cannot be brought back, in a sentence; empty when it can."""
    if case.status not in ("moved", "returning"):
        return "This case was not moved."
    if case.before is None:
        return case.sentence or "What the case was before is no longer kept."
    if revision != case.revision or status != "running":
        return "Something has happened in this case since it was moved, so it goes on where it is."
    return ""


def bring_back(session: Session, case: MigrationCase, *, by: Actor) -> None:
    """Make a moved case what it was: its state byte for byte, its tasks, its dates, its timers.

    Who has taken on a step since keeps it. Raises Refused with why not, NotFound, StateUnreadable.
    """
    execution = Execution.open(session, case.instance_id, by)
    instance, number = execution.instance, execution.version_number
    refusal = why_not_back(case, instance.revision, instance.status)
    if refusal:
        raise Refused(refusal)
    facts = read_before(session, case)
    state = base64.b64decode(facts["state"])
    audit.record(
        session,
        kind="instance.moved_back",
        business_key=instance.business_key,
        actor=by,
        subject=instance.process,
        instance_id=instance.id,
        details={"from": number, "to": case.from_number},
    )
    opened = _tasks_back(session, instance.id, facts["tasks"], by)
    _timers_back(session, instance.id, facts["timers"])
    _clocks_back(session, instance.id, facts["deadlines"])
    instance.version_id, instance.progress = UUID(facts["version"]), facts["progress"]
    instance.revision += 1
    execution.bundle = bundle_of(session, instance.version_id)
    execution.restore(state)
    projections.save_messages(execution)
    instance.state = seal(state, house(session).state_key, place_of_state(instance))
    case.status, case.before, case.sentence = "undone", None, ""
    case.done_at = house(session).clock.now()
    session.flush()
    if calendar_digest(session) != facts["days"]:
        projections.count_again(execution)
    if opened:
        house(session).domain.tasks_opened(session, opened)


def _tasks_back(
    session: Session, instance_id: UUID, before: list[dict[str, object]], by: Actor
) -> list[UserTask]:
    """The tasks as they were; those that had been closed and are open again."""
    known = {str(facts["id"]) for facts in before}
    for task in open_rows(session, UserTask, instance_id):
        if str(task.id) not in known:
            task.status, task.completed_at = "cancelled", house(session).clock.now()
            _note(session, task, "task.cancelled", by)
    opened = []
    for facts in before:
        task = session.get_one(UserTask, UUID(str(facts["id"])))
        closed, holder = task.status != "open", (task.role, task.agency)
        same = not closed and holder == (facts["role"], facts["agency"])
        put_back(session, UserTask, facts, but=("assignee",) if same else ())
        if closed:
            opened.append(task)
            _note(session, task, "task.opened", by)
        else:
            house(session).domain.task_changed(session, task, by)
    return opened


def _timers_back(session: Session, instance_id: UUID, before: list[dict[str, object]]) -> None:
    known = {str(facts["id"]) for facts in before}
    for timer in open_rows(session, Timer, instance_id):
        if str(timer.id) not in known:
            timer.status, timer.next_at = "cancelled", None
    for facts in before:
        put_back(session, Timer, facts)


def _clocks_back(session: Session, instance_id: UUID, before: list[dict[str, object]]) -> None:
    session.flush()
    known = {str(facts["id"]) for facts in before}
    for row in ledger_rows(session, instance_id):
        if str(row.id) not in known:
            session.delete(row)
    for facts in before:
        put_back(session, Deadline, facts)


def _note(session: Session, task: UserTask, kind: str, by: Actor) -> None:
    audit.record(
        session,
        kind=kind,
        business_key=task.business_key,
        actor=by,
        subject=task.step,
        instance_id=task.instance_id,
        task_id=task.id,
        details={"name": task.name, "role": task.role, "agency": task.agency},
    )
    if kind == "task.cancelled":
        house(session).domain.task_changed(session, task, by)
