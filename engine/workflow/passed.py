"""Which elements and flows of its diagram a run has passed, read from its tokens."""

from __future__ import annotations

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.workflow.running import Run

_JOIN = ".BoundaryEventJoin"  # where the library brings a step and the events attached to it together again
_ARRIVED = TaskState.WAITING | TaskState.READY | TaskState.STARTED | TaskState.COMPLETED


def passed(run: Run) -> tuple[set[str], set[str]]:
    """Ids of the elements that were completed, and of the sequence flows that a token went along.

    Of a run that an event sub-process took over only what happened since: ask before and after.
    """
    flows = {(flow.source, flow.target): flow.id for flow in run.model.diagram.flows.values()}
    elements, taken = set[str](), set[str]()
    for task in run.workflow.tasks.values():
        element = task.task_spec.bpmn_id
        if not element:
            continue
        if task.state == TaskState.COMPLETED:
            elements.add(element)
        if task.state & _ARRIVED:
            source = _came_from(task)
            if (source, element) in flows:
                taken.add(flows[source, element])
                elements.add(source)  # a repeating event goes on waiting while its branch is at work
    if run.scope:
        elements.add(run.scope)
    return elements, taken


def _came_from(task: Task) -> str:
    """The element before this one on the diagram, past what the library puts between them."""
    before = task.parent
    while before is not None and not before.task_spec.bpmn_id:
        if before.task_spec.name.endswith(_JOIN):
            return str(before.task_spec.name.removesuffix(_JOIN))
        before = before.parent
    return str(before.task_spec.bpmn_id) if before is not None else ""
