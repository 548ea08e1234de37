"""What lists and pages read: the projections. No state is opened here, except for the words of `position`,
which come from the diagram."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Join, Select, func, select
from sqlalchemy.orm import Session

from engine.bundles import Bundle, bundle_of, version_numbered
from engine.db import house
from engine.deadlines import parse_cycle, parse_deadline
from engine.diagram import Diagram, Element
from engine.errors import NotFound
from engine.models import Deadline, MessageWait, ProcessInstance, ProcessVersion, Submission, Timer, UserTask


@dataclass(frozen=True)
class TaskRow:
    """A user task as lists and pages show it."""

    id: UUID
    instance_id: UUID
    process: str
    version: int
    step: str
    name: str
    why: str
    clause: str
    role: str
    agency: str | None
    assignee: str | None
    item: dict[str, Any]
    status: str
    opened_at: datetime
    completed_at: datetime | None
    completed_by: str | None
    due_on: date | None
    due_at: datetime | None
    statutory_on: date | None
    due_sum: str
    business_key: str
    completed_for: str | None = None


@dataclass(frozen=True)
class InstanceRow:
    """A process instance without its state."""

    id: UUID
    process: str
    version_id: UUID
    business_key: str
    status: str
    outcome: str | None
    fault: str | None
    started_at: datetime
    ended_at: datetime | None
    done: list[str]
    scope: str


@dataclass(frozen=True)
class NextStep:
    """A step that may come next on some path: its name, what it is for, who does it, and how far away."""

    step: str
    name: str
    why: str
    role: str
    condition: str


@dataclass(frozen=True)
class Wait:
    """Something the process waits for that is nobody's task: a moment or a message."""

    element: str
    name: str
    why: str
    due_at: datetime | None
    words: str


@dataclass(frozen=True)
class Position:
    """Where an instance stands, who it waits for, and what comes next: the diagram's text alternative for
    one case."""

    instance: InstanceRow
    tasks: list[TaskRow] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    next: list[NextStep] = field(default_factory=list)


@dataclass(frozen=True)
class StepStatus:
    """One user task of the diagram with what happened to it in a case: done, now, or not yet."""

    step: str
    name: str
    why: str
    role: str
    status: str


_OF_A_TASK = tuple(name for name in TaskRow.__dataclass_fields__ if name != "due_sum")
# What `TaskRow` holds, column by column: for long lists, of which nothing else is needed.
TASK_COLUMNS: tuple[Any, ...] = tuple(
    func.coalesce(Deadline.sum, "") if name == "due_sum" else getattr(UserTask, name)
    for name in TaskRow.__dataclass_fields__
)


def task_joins(rows: Join) -> Join:
    """Tasks joined with what `TASK_COLUMNS` reads of them."""
    return rows.join(Deadline, Deadline.task_id == UserTask.id, isouter=True)


def task_rows(query: Select[Any]) -> Select[Any]:
    """A select of user tasks, widened by the sum of their deadline; give its rows to `task_row`."""
    return query.join(Deadline, Deadline.task_id == UserTask.id, isouter=True).add_columns(Deadline.sum)


def task_row(task: UserTask, due_sum: str | None) -> TaskRow:
    """One row of `task_rows` as a record."""
    return TaskRow(**{name: getattr(task, name) for name in _OF_A_TASK}, due_sum=due_sum or "")


def task(session: Session, task_id: UUID) -> TaskRow:
    """A task by id. Raises NotFound."""
    found = session.execute(task_rows(select(UserTask).where(UserTask.id == task_id))).one_or_none()
    if found is None:
        raise NotFound("This task does not exist.")
    return task_row(*found)


def tasks(
    session: Session,
    *,
    business_keys: Collection[str] | None = None,
    instance_id: UUID | None = None,
    status: str | None = "open",
    assignee: str | None = None,
) -> list[TaskRow]:
    """Tasks by what they belong to, earliest due first, those without a date last. Who may see them is the
    caller's question."""
    query = select(UserTask).order_by(UserTask.due_at.is_(None), UserTask.due_at, UserTask.opened_at)
    if business_keys is not None:
        query = query.where(UserTask.business_key.in_(business_keys))
    if instance_id is not None:
        query = query.where(UserTask.instance_id == instance_id)
    if status is not None:
        query = query.where(UserTask.status == status)
    if assignee is not None:
        query = query.where(UserTask.assignee == assignee)
    return [task_row(*row) for row in session.execute(task_rows(query))]


def submission(session: Session, task_id: UUID) -> dict[str, Any] | None:
    """The answers a task was completed with, or None."""
    row = session.scalars(select(Submission).where(Submission.task_id == task_id)).one_or_none()
    return dict(row.answers) if row is not None else None


def instance(session: Session, instance_id: UUID) -> InstanceRow:
    """An instance by id. Raises NotFound."""
    found = session.get(ProcessInstance, instance_id)
    if found is None:
        raise NotFound("This process does not exist.")
    return _instance_row(found)


def instances(session: Session, business_key: str) -> list[InstanceRow]:
    """Every instance of a case, oldest first."""
    query = (
        select(ProcessInstance)
        .where(ProcessInstance.business_key == business_key)
        .order_by(ProcessInstance.started_at)
    )
    return [_instance_row(found) for found in session.scalars(query)]


def diagram_of(session: Session, instance_id: UUID) -> tuple[str, Diagram]:
    """The diagram that an instance runs: its XML as deployed, and as records. Raises NotFound."""
    bundle = bundle_of(session, instance(session, instance_id).version_id)
    return bundle.files[bundle.diagram.file], bundle.diagram


def process_title(session: Session, version_id: UUID) -> str:
    """What a process is called in a deployed version. Raises NotFound, also for one without a diagram."""
    diagram = bundle_of(session, version_id).diagram
    return diagram.title or diagram.process


def form_text(session: Session, process: str, number: int, step: str) -> str | None:
    """The text of a step's form in a deployed version, or None. Running cases keep the form they began
    with."""
    version = version_numbered(session, process, number)
    text = bundle_of(session, version).files.get(f"{step}.form") if version is not None else None
    return str(text) if text is not None else None


def position(session: Session, instance_id: UUID) -> Position:
    """Where an instance stands and what comes next, in the diagram's words. Raises NotFound."""
    row = instance(session, instance_id)
    bundle = bundle_of(session, row.version_id)
    open_tasks = tasks(session, instance_id=instance_id)
    waits = _waits(session, instance_id, bundle)
    here = list(dict.fromkeys([found.step for found in open_tasks] + [wait.element for wait in waits]))
    found: dict[str, NextStep] = {}
    for element in here:
        for step in _next_steps(bundle.diagram, element):
            if step.step not in here:
                found.setdefault(step.step, step)
    return Position(row, open_tasks, waits, list(found.values()))


def steps(session: Session, instance_id: UUID) -> list[StepStatus]:
    """Every user task of the diagram, in its order, with its status in this case: "now", "done" or "not
    yet"."""
    row = instance(session, instance_id)
    diagram = bundle_of(session, row.version_id).diagram
    now = {found.step for found in tasks(session, instance_id=instance_id)}
    return [
        StepStatus(
            drawn.id,
            drawn.name,
            drawn.documentation,
            drawn.role,
            "now" if drawn.id in now else "done" if drawn.id in row.done else "not yet",
        )
        for drawn in diagram.user_tasks()
    ]


def _instance_row(found: ProcessInstance) -> InstanceRow:
    return InstanceRow(
        id=found.id,
        process=found.process,
        version_id=found.version_id,
        business_key=found.business_key,
        status=found.status,
        outcome=found.outcome,
        fault=found.fault,
        started_at=found.started_at,
        ended_at=found.ended_at,
        done=list(found.progress.get("done", [])),
        scope=found.progress.get("scope", ""),
    )


def _waits(session: Session, instance_id: UUID, bundle: Bundle) -> list[Wait]:
    """The catch events a case waits at. Boundary events belong to their task and are left out."""
    timers = session.scalars(
        select(Timer).where(Timer.instance_id == instance_id, Timer.status == "waiting")
    ).all()
    messages = session.scalars(select(MessageWait).where(MessageWait.instance_id == instance_id)).all()
    drawn = bundle.diagram.elements
    found = [
        Wait(
            t.element,
            drawn[t.element].name,
            drawn[t.element].documentation,
            t.due_at,
            timer_words(drawn[t.element]),
        )
        for t in timers
        if drawn[t.element].kind != "boundaryEvent"
    ]
    found.extend(
        Wait(m.element, drawn[m.element].name, drawn[m.element].documentation, None, "")
        for m in messages
        if drawn[m.element].kind != "boundaryEvent"
    )
    return found


def timer_words(drawn: Element) -> str:
    """A timer event's moment in words, as the diagram states it."""
    read = parse_cycle if drawn.timer_kind == "timeCycle" else parse_deadline
    return read(drawn.timer).words()


def _next_steps(diagram: Diagram, element: str) -> Sequence[NextStep]:
    """The nearest steps for people (or ends) after an element, with the answer that leads there."""
    found: list[NextStep] = []
    waiting = [(flow.target, flow.name) for flow in diagram.outgoing(element)]
    seen: set[str] = set()
    while waiting:
        here, condition = waiting.pop(0)
        if here in seen or here not in diagram.elements:
            continue
        seen.add(here)
        drawn = diagram.elements[here]
        if drawn.kind in ("userTask", "endEvent", "intermediateCatchEvent"):
            found.append(NextStep(drawn.id, drawn.name, drawn.documentation, drawn.role, condition))
            continue
        waiting.extend((flow.target, flow.name or condition) for flow in diagram.outgoing(here))
    return found


def deployed(session: Session) -> list[ProcessVersion]:
    """Every deployed version, newest first within its process."""
    query = select(ProcessVersion).order_by(ProcessVersion.process, ProcessVersion.number.desc())
    return list(session.scalars(query))


def now(session: Session) -> datetime:
    """The moment by the house's clock, aware, UTC."""
    return house(session).clock.now()
