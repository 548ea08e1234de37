"""The BPMN elements whose behaviour is ours: work done by the engine, one task per item, and events that
wait for us.

Data lives with the instance, not with SpiffWorkflow's tasks: its tokens carry no variables, so parallel
branches can neither
shadow nor lose each other's facts, and nothing has to be merged at a join.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import ParallelMultiInstanceTask
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import CycleTimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import ModelFault

MAX_ITEMS = 200
CHILD, SPLIT, JOIN = " [child]", ".BoundaryEventSplit", ".BoundaryEventJoin"
END_JOIN = ".EndJoin"  # what the library puts behind an element's id for its own nodes around it
PAST = "past:"  # in front of the name of an element that is gone; no id of XML has a colon


class EngineStep(BpmnSpecMixin):  # type: ignore[misc]
    """A service task or business rule task: the host does the work when the token arrives."""

    def _run_hook(self, my_task: Task) -> bool:
        my_task.workflow.host.perform(self.bpmn_id)
        return True


class PerItem(ParallelMultiInstanceTask):  # type: ignore[misc]
    """A parallel multi-instance task: one child per item of a FEEL collection.

    Differs from the library's: the item is kept with the child and never merged into the parent (a second
    pass would be refused),
    and a withdrawn child counts as finished (the library would wait for it for ever).
    """

    def __init__(self, wf_spec: Any, bpmn_id: str, task_spec: str, collection: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, task_spec, **kwargs)
        self.collection = collection

    def create_children(self, my_task: Task) -> None:
        items = my_task.workflow.host.evaluate(self.collection, self.bpmn_id)
        if not isinstance(items, list) or len(items) > MAX_ITEMS:
            raise ModelFault(self.bpmn_id, f"needs a list of at most {MAX_ITEMS} items")
        for index, item in enumerate(items):
            self.add_item(my_task, item, index)

    def add_item(self, my_task: Task, item: Any, index: int) -> Task:
        """Open one more child; also for an item found while the others are at work."""
        child = my_task._add_child(my_task.workflow.spec.task_specs[self.task_spec], TaskState.WAITING)
        child.triggered = True
        child.internal_data.update(item=item, index=index)
        child.task_spec._update(child)
        return child

    def merge_child(self, workflow: Any, child: Task) -> None:
        my_task = child.parent
        my_task.internal_data.setdefault("merged", []).append(str(child.id))
        if self.children_complete(my_task):
            my_task._set_state(TaskState.READY)

    def children_complete(self, my_task: Task) -> bool:
        return all(child.has_state(TaskState.FINISHED_MASK) for child in self._instances(my_task))


class Past(BpmnSpecMixin):  # type: ignore[misc]
    """What was done at an element that the diagram no longer has: history, through which no token passes.

    Each has a specification of its own around it: that of the version is shared and stays as it is.
    """

    def __init__(self, name: str) -> None:
        super().__init__(WorkflowSpec(name=PAST), name)
        drawn = not name.endswith((SPLIT, JOIN, END_JOIN))
        self.bpmn_id = name.removeprefix(PAST).removesuffix(CHILD) if drawn else None


class Awaited(EventDefinition):  # type: ignore[misc]
    """A message or a moment: it happens when we say so. No clock and no correlation inside the library."""

    def __init__(self, element: str, **kwargs: Any) -> None:
        super().__init__(name=element, **kwargs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Awaited) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


class AwaitedCycle(Awaited, CycleTimerEventDefinition):  # type: ignore[misc]
    """A moment that comes again: each firing starts its branch anew while the event goes on waiting."""

    def __init__(self, element: str, **kwargs: Any) -> None:
        CycleTimerEventDefinition.__init__(self, element, "", **kwargs)

    def update_task(self, my_task: Task) -> None:
        """Nothing by itself: `fire_once` is called when we say so."""

    def has_fired(self, my_task: Task) -> bool:
        return False

    def fire_once(self, my_task: Task) -> None:
        """Start the event's branch once more."""
        for output in my_task.task_spec.outputs:
            child = my_task._add_child(output, TaskState.FUTURE)
            child.task_spec._predict(child, mask=TaskState.NOT_FINISHED_MASK)
            child.task_spec._update(child)
