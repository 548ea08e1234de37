"""The verbs that change a process: each takes an open writing session and who acts, and none commits.

Read `complete_task` as the procedure it is: lock, replay, refuse, record, run, save.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit, clocks, projections
from engine.bundles import newest_version_id
from engine.clock import local_date
from engine.db import house, read_again
from engine.drafts import discard_draft
from engine.errors import NotFound, Refused, TaskNotOpen
from engine.execution import Execution
from engine.models import Pause, ProcessInstance, Submission, Timer, UserTask
from engine.outbox import digest
from engine.repeats import Completion, remember, replayed
from engine.services import Actor
from engine.standing import standing_of
from engine.together import together


def start(
    session: Session, process: str, *, business_key: str, variables: Mapping[str, Any], by: Actor
) -> UUID:
    """Start an instance of the newest version of `process`; its id. Raises NotFound when none is deployed."""
    version = newest_version_id(session, process)
    if version is None:
        raise NotFound(f"The process {process} is not deployed.")
    instance = ProcessInstance(
        id=uuid4(),
        version_id=version,
        process=process,
        business_key=business_key,
        status="running",
        state=b"",
        revision=0,
        started_at=house(session).clock.now(),
        started_by=by.id,
    )
    others = together(session)
    if others is not None:
        others.write_later(cases=[instance])
    else:
        session.add(instance)
        session.flush()
    _note(session, instance, by, "instance.started", instance.process)
    execution = Execution(session, instance, by)
    execution.begin(variables)
    projections.save(execution)
    return instance.id


def complete_task(
    session: Session,
    task_id: UUID,
    answers: dict[str, Any],
    variables: dict[str, Any],
    *,
    by: Actor,
    identity: dict[str, Any] | None = None,
    form_version: str | None = None,
    key: str | None = None,
) -> Completion:
    """Complete an open task and run the process to its next waits.

    1. The instance is locked: whoever comes second waits here. 2. A request seen before (same `key`) gets
    the answer it had.
    3. Refused unless the task is open and the instance running. 4. The answers become an immutable
    submission; only `variables`
    (what the form declares) reach the process, below the step's name; `identity` is given to the recording
    service and stored by nobody here.
    5. The step's recording service runs, then the process. 6. State, projections, ledger and audit are saved
    together.

    Raises TaskNotOpen, NotFound, Refused (paused; or the key was used for other answers), ModelFault.
    """
    request = digest([str(task_id), answers])
    task = _task(session, task_id)
    execution = Execution.open(session, task.instance_id, by)
    standing = standing_of(session, task, by.id, key)
    if standing.answered is not None:
        return replayed(standing.answered, request)
    _refuse_unless_open(task, execution.instance)

    _submit(session, task, answers, form_version, by)
    if standing.draft:
        discard_draft(session, task.id, by=by)
    execution.variables[task.step] = {**variables, **_completion_facts(session, by)}
    execution.run_record(task, answers, identity or {})
    execution.live.complete(task.token)
    opened = projections.save(execution, standing.ledger)
    house(session).domain.task_changed(session, task, by)
    completion = Completion(task.id, [found.id for found in opened], execution.live.ended)
    remember(session, key, request, completion)
    return completion


def send_message(
    session: Session, message: str, *, instance_id: UUID, payload: Mapping[str, Any] | None = None, by: Actor
) -> bool:
    """Give a message to an instance; True when something in it waited for it. `payload` becomes the variable
    of the message's name.

    A message that starts an event sub-process ("at any time") also reaches a paused instance, and ends its
    pause.
    Raises NotFound; Refused when the instance has ended.
    """
    execution = Execution.open(session, instance_id, by)
    if execution.instance.status not in ("running", "paused", "stuck"):
        raise Refused(f"This process is {execution.instance.status}; it takes no more messages.")
    if execution.instance.status == "paused" and message not in execution.bundle.diagram.event_subprocesses():
        raise Refused("This process is paused. Resume it first.")
    before = dict(execution.variables)
    execution.variables[message] = dict(payload or {})
    if not execution.live.deliver(message):
        execution.variables = before
        return False
    if execution.instance.status == "paused":
        _end_pause(session, instance_id, by)
    execution.instance.status = "running"
    _note(session, execution.instance, by, "message.received", message)
    projections.save(execution)
    return True


def fire_timer(session: Session, timer_id: UUID, *, by: Actor) -> bool:
    """Fire one timer that is due.

    (a) Somebody else may have fired it since it was looked up: then False, before anything costs. Lock its
    instance, unless somebody is at work there: then False, the next tick comes again. (b) Read the timer
    again under the lock: fired, cancelled, moved or paused meanwhile means False. (c) Mark it, let the event
    happen, save. A repeating timer gets its next occurrence from the present moment, so that what was missed
    is made up once.
    """
    timer = session.get(Timer, timer_id)
    if timer is None:
        raise NotFound("This timer does not exist.")
    now = house(session).clock.now()
    if not _is_due(timer, now):
        return False
    try:
        execution = Execution.open(session, timer.instance_id, by, skip_locked=True)
    except NotFound:
        return False
    read_again(session, timer)
    if not _still_due(timer, execution.instance, now):
        return False
    _happen(execution, timer, now)
    return True


def fire_locked(session: Session, timer: Timer, instance: ProcessInstance, *, by: Actor) -> bool:
    """The same for a timer that was read after its instance was locked, with others of this transaction."""
    now = house(session).clock.now()
    if not _still_due(timer, instance, now):
        return False
    _happen(Execution.look(session, instance, by), timer, now)
    return True


def _happen(execution: Execution, timer: Timer, now: datetime) -> None:
    session = execution.session
    timer.status, timer.fired_at, timer.next_at = "fired", now, None
    drawn = execution.element(timer.element)
    told = {"name": drawn.name, "due": str(timer.due_at)}
    _note(session, execution.instance, execution.actor, "timer.fired", drawn.id, told)
    execution.live.fire(timer.token)
    projections.save(execution)


def add_item(session: Session, instance_id: UUID, step: str, item: Any, *, by: Actor) -> list[UUID]:
    """One more of a multi-instance step that is at work (an agency found later); the tasks this opened.
    Raises NotFound."""
    execution = _running(session, instance_id, by)
    execution.live.add_item(step, item)
    return [task.id for task in projections.save(execution)]


def set_variables(session: Session, instance_id: UUID, variables: Mapping[str, Any], *, by: Actor) -> None:
    """Change facts of a running process (a meeting has moved). Deadlines and timers that count from them
    follow."""
    execution = Execution.open(session, instance_id, by)
    execution.variables.update(variables)
    _note(session, execution.instance, by, "record.changed", "variables", {"names": sorted(variables)})
    projections.save(execution)


def pause(session: Session, instance_id: UUID, *, reason: str, by: Actor) -> None:
    """Stop the clocks of a running instance. Its tasks stay, without due dates. Raises Refused when it is
    not running."""
    execution = _running(session, instance_id, by)
    now = house(session).clock.now()
    execution.instance.status = "paused"
    session.add(Pause(instance_id=instance_id, reason=reason, paused_at=now, paused_by=by.id))
    _note(session, execution.instance, by, "instance.paused", execution.instance.process)
    projections.save(execution)


def resume(session: Session, instance_id: UUID, *, by: Actor) -> None:
    """Let the clocks of a paused instance run on with what they had left. Raises Refused when it is not
    paused."""
    execution = Execution.open(session, instance_id, by)
    if execution.instance.status != "paused":
        raise Refused("This process is not paused.")
    execution.instance.status = "running"
    _end_pause(session, instance_id, by)
    _note(session, execution.instance, by, "instance.resumed", execution.instance.process)
    projections.save(execution)


def extend(session: Session, task_id: UUID, *, until: date, reason: str, approved_by: str, by: Actor) -> None:
    """Give an open task until `until`; timers that count from its due date move with it. Raises TaskNotOpen,
    Refused."""
    task = _task(session, task_id)
    execution = Execution.open(session, task.instance_id, by)
    read_again(session, task)
    _refuse_unless_open(task, execution.instance)
    if until < local_date(house(session).clock.now()):
        raise Refused("The new date is in the past.")
    clocks.extend_deadline(
        session, execution.instance, task, until=until, reason=reason, approved_by=approved_by, by=by
    )
    projections.save(execution)


def cancel(session: Session, instance_id: UUID, *, reason: str, by: Actor) -> None:
    """End an instance here. Its open tasks are no longer needed. Raises Refused when it has ended already."""
    execution = Execution.open(session, instance_id, by)
    if execution.instance.status in ("completed", "cancelled"):
        raise Refused("This process has already ended.")
    execution.live.cancel()
    execution.instance.status = "cancelled"
    execution.instance.ended_at = house(session).clock.now()
    _note(
        session, execution.instance, by, "instance.cancelled", execution.instance.process, {"reason": reason}
    )
    projections.save(execution)


def _still_due(timer: Timer, instance: ProcessInstance, now: datetime) -> bool:
    """Asked under the lock of the instance."""
    return _is_due(timer, now) and instance.status == "running"


def _is_due(timer: Timer, now: datetime) -> bool:
    return timer.status == "waiting" and timer.next_at is not None and timer.next_at <= now


def _running(session: Session, instance_id: UUID, by: Actor) -> Execution:
    execution = Execution.open(session, instance_id, by)
    if execution.instance.status != "running":
        raise Refused(f"This process is {execution.instance.status}.")
    return execution


def _task(session: Session, task_id: UUID) -> UserTask:
    task = session.get(UserTask, task_id)
    if task is None:
        raise NotFound("This task does not exist.")
    return task


def _refuse_unless_open(task: UserTask, instance: ProcessInstance) -> None:
    if task.status != "open":
        raise TaskNotOpen(task.status, task.completed_by, task.completed_at)
    if instance.status == "paused":
        raise Refused("This review is paused. Nothing can be sent in until it is resumed.")
    if instance.status != "running":
        raise Refused(f"This process is {instance.status}.")


def _submit(
    session: Session, task: UserTask, answers: dict[str, Any], form_version: str | None, by: Actor
) -> None:
    now = house(session).clock.now()
    session.add(
        Submission(
            task_id=task.id,
            instance_id=task.instance_id,
            step=task.step,
            answers=answers,
            form_version=form_version,
            by=by.id,
            at=now,
        )
    )
    task.status, task.completed_at = "completed", now
    task.completed_by, task.completed_for = by.id, by.acts_for
    audit.record(
        session,
        kind="task.completed",
        business_key=task.business_key,
        actor=by,
        subject=task.step,
        instance_id=task.instance_id,
        task_id=task.id,
        details={
            "name": task.name,
            "agency": task.agency,
            "due_on": task.due_on.isoformat() if task.due_on else None,
        },
    )


def _completion_facts(session: Session, by: Actor) -> dict[str, str]:
    now = house(session).clock.now()
    return {
        "completed_at": now.isoformat(),
        "completed_on": local_date(now).isoformat(),
        "completed_by": by.id,
    }


def _end_pause(session: Session, instance_id: UUID, by: Actor) -> None:
    span = session.scalars(
        select(Pause).where(Pause.instance_id == instance_id, Pause.resumed_at.is_(None))
    ).one()
    span.resumed_at, span.resumed_by = house(session).clock.now(), by.id
    session.flush()


def _note(
    session: Session,
    instance: ProcessInstance,
    by: Actor,
    kind: str,
    subject: str,
    details: Mapping[str, Any] | None = None,
) -> None:
    audit.record(
        session,
        kind=kind,
        business_key=instance.business_key,
        actor=by,
        subject=subject,
        instance_id=instance.id,
        details=details,
    )
