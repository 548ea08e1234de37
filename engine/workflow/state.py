"""A run as bytes and back: the tokens only, never the specification.

Rows in order, parents before children; a format number in front. A state of another format is refused, never
guessed:
the library's own migrations evaluate text (engine notes 3.2, 3.4) and are not used.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import StateUnreadable
from engine.workflow.elements import PAST, Past
from engine.workflow.parsing import Model
from engine.workflow.running import Host, Run, Workflow

FORMAT = 1
MAX_BYTES = 2_097_152


def dump(run: Run, variables: Mapping[str, Any]) -> bytes:
    """The run and its variables as compressed bytes. Raises ValueError for variables that are not plain
    JSON."""
    workflow = run.workflow
    rows = [_row(task, workflow.named) for task in _in_order(workflow)]
    facts = {
        "format": FORMAT,
        "scope": run.scope,
        "last_end": run.last_end,
        "completed": workflow.completed,
        "success": workflow.success,
        "tasks": rows,
        "variables": dict(variables),
    }
    text = json.dumps(facts, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    if len(text) > MAX_BYTES:
        raise ValueError("The state of this case has grown beyond 2 MB.")
    return zlib.compress(text.encode(), 1)


def load(state: bytes, model: Model, host: Host) -> tuple[Run, dict[str, Any]]:
    """The run and its variables. Raises StateUnreadable for anything that `dump` of this release did not
    write."""
    try:
        facts = json.loads(zlib.decompress(state))
    except (zlib.error, ValueError) as fault:
        raise StateUnreadable("The stored state is damaged.") from fault
    if facts.get("format") != FORMAT:
        raise StateUnreadable(
            f"The stored state has format {facts.get('format')}; this release reads {FORMAT}."
        )
    return restore(facts, model, host), facts["variables"]


def restore(facts: Mapping[str, Any], model: Model, host: Host) -> Run:
    """The run that `facts` (as `dump` writes them) tell of. Raises StateUnreadable."""
    if facts["scope"] not in model.specs:
        raise StateUnreadable("The stored state belongs to another diagram.")
    workflow = Workflow(model.specs[facts["scope"]], host, deserializing=True)
    workflow.completed, workflow.success = facts["completed"], facts["success"]
    known: dict[str, Task] = {}
    for row in facts["tasks"]:
        known[row[0]] = _restore(row, workflow, known)
    workflow.named = {task.id: name for name, task in known.items()}
    workflow.task_tree = known[facts["tasks"][0][0]]
    run = Run(model, host, facts["scope"], workflow)
    run.last_end = facts["last_end"]
    return run


def _in_order(workflow: Workflow) -> list[Task]:
    """Parents before children, without recursion: cases may be deep."""
    ordered, waiting, tasks = [], [workflow.task_tree], workflow.tasks
    while waiting:
        task = waiting.pop()
        ordered.append(task)
        waiting.extend(tasks[child] for child in reversed(task._children))
    return ordered


def _row(task: Task, named: Mapping[UUID, str]) -> list[Any]:
    parent, name = task._parent, named.get(task.id) or str(task.id)
    above = (named.get(parent) or str(parent)) if parent is not None else None
    return [name, above, task.task_spec.name, task._state, task.triggered, task.internal_data]


def _restore(row: list[Any], workflow: Workflow, known: Mapping[str, Task]) -> Task:
    identifier, parent, spec_name, state, triggered, internal = row
    gone = spec_name.startswith(PAST) and state in (TaskState.COMPLETED, TaskState.CANCELLED)
    spec = Past(spec_name) if gone else workflow.spec.task_specs.get(spec_name)
    if spec is None:
        raise StateUnreadable(f'The stored state names "{spec_name}", which its diagram does not have.')
    task = Task(workflow, spec, known[parent] if parent else None, state=state, id=UUID(identifier))
    task.triggered = triggered
    task.internal_data = internal
    if isinstance(spec, CatchingEvent) and state == TaskState.WAITING:
        workflow.event_manager.add_task(task)
    return task
