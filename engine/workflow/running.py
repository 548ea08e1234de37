"""One run of a process: start it, complete a task, fire an event, deliver a message; then settle at the next
waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import ModelFault, NotFound, TaskNotOpen
from engine.workflow.elements import AwaitedCycle, PerItem
from engine.workflow.parsing import Model

MAX_STEPS = 500
PASSED = "passed"  # the mark of a token that a move to another version put where a branch has been
MAX_DEPTH = 900
"""The library's walks stop without a word at depth 1,000 (engine notes 3.5); we stop before, with one."""


class Host(Protocol):
    """What a run asks of the world: the value of an expression, and work to be done."""

    def evaluate(self, expression: str, element: str) -> Any:
        """The value of a FEEL expression over the instance's variables."""

    def perform(self, element: str) -> None:
        """Do the service or decision of an element, and put its result into the variables."""


@dataclass(frozen=True)
class OpenTask:
    """A user task that waits for somebody. `token` identifies it within its run."""

    token: str
    element: str
    item: Any


@dataclass(frozen=True)
class WaitingTimer:
    """A timer event that waits; `attached_tokens` are the open tasks of the activity it is attached to."""

    token: str
    element: str


@dataclass(frozen=True)
class WaitingMessage:
    """A message event that waits."""

    token: str
    element: str
    message: str


class Workflow(BpmnWorkflow):  # type: ignore[misc]
    """SpiffWorkflow's workflow, bound to a host."""

    def __init__(self, spec: Any, host: Host, **kwargs: Any) -> None:
        self.host = host
        self.named: dict[UUID, str] = {}  # the ids of tasks as the stored state writes them
        super().__init__(spec, {}, script_engine=_Expressions(host), **kwargs)

    def update_waiting_tasks(self) -> None:
        """After each task, as the library does it, but for walking through all that is finished: an old case
        would pay for it with every step (promise R7)."""
        for task in list(self.tasks.values()):
            if task._state == TaskState.WAITING and task.id in self.tasks:
                task.task_spec._update(task)

    def in_state(self, state: int) -> list[Task]:
        """The tasks in one state. Asked many times a step, of every task of an old case."""
        return [task for task in self.tasks.values() if task._state == state]


class _Expressions(PythonScriptEngine):  # type: ignore[misc]
    """Conditions are FEEL, evaluated by the host. Nothing of Python is ever evaluated."""

    def __init__(self, host: Host) -> None:
        super().__init__(environment=_NoPython())
        self._host = host

    def evaluate(self, task: Task, expression: str, external_context: Mapping[str, Any] | None = None) -> Any:
        return self._host.evaluate(expression, task.task_spec.bpmn_id or task.task_spec.name) is True

    def execute(self, task: Task, script: str, external_context: Mapping[str, Any] | None = None) -> Any:
        raise ModelFault(task.task_spec.name, "scripts are not run here")


class _NoPython:
    """Stands where the library keeps its Python environment."""

    def evaluate(self, *args: Any, **kwargs: Any) -> Any:
        raise ModelFault("expression", "only FEEL is evaluated here")

    execute = call_service = evaluate


class Run:
    """A run in memory. `scope` is "" or the event sub-process that took over."""

    def __init__(self, model: Model, host: Host, scope: str, workflow: Workflow) -> None:
        self.model = model
        self.host = host
        self.scope = scope
        self.workflow = workflow
        self.last_end = ""

    @classmethod
    def start(cls, model: Model, host: Host) -> Run:
        """Begin at the start event and go to the first waits."""
        run = cls(model, host, "", Workflow(model.specs[""], host))
        run.settle()
        return run

    def complete(self, token: str) -> None:
        """Complete an open user task. Raises TaskNotOpen unless it is: the library would run it again."""
        task = self._task(token)
        if task.state != TaskState.READY or not task.task_spec.manual:
            raise TaskNotOpen("not open", None, None)
        self._guarded(task.run, task.task_spec.bpmn_id)
        self.settle()

    def fire(self, token: str) -> None:
        """Let a waiting timer or message event happen. Raises NotFound when it no longer waits."""
        task = self._task(token)
        if task.state != TaskState.WAITING or not isinstance(task.task_spec, CatchingEvent):
            raise NotFound("This event no longer waits.")
        definition = task.task_spec.event_definition
        if isinstance(definition, AwaitedCycle):
            if not self._still_at_work(task.task_spec.bpmn_id):
                self._guarded(lambda: definition.fire_once(task), task.task_spec.bpmn_id)
        else:
            task.internal_data["event_fired"] = True
            self._guarded(lambda: task.task_spec._update(task), task.task_spec.bpmn_id)
        self.settle()

    def deliver(self, message: str) -> bool:
        """Give a message to whoever waits for it; True when somebody did.

        A message that starts an event sub-process interrupts everything that is open.
        """
        takes_over = self.model.diagram.event_subprocesses().get(message)
        if takes_over and not self.scope and not self.ended:
            self.workflow.cancel()
            self.scope = takes_over
            self.workflow = Workflow(self.model.specs[takes_over], self.host)
            self.settle()
            return True
        waiting = [wait for wait in self.messages() if wait.message == message]
        for wait in waiting:
            if self._task(wait.token).state == TaskState.WAITING:
                self.fire(wait.token)
        return bool(waiting)

    def add_item(self, element: str, item: Any) -> None:
        """One more instance of a multi-instance task that is at work. Raises NotFound when it is not."""
        for task in self._tasks():
            if (
                task.task_spec.name == element
                and isinstance(task.task_spec, PerItem)
                and task.state == TaskState.STARTED
            ):
                task.task_spec.add_item(task, item, len(task.children))
                self.settle()
                return
        raise NotFound(f"{element} is not at work.")

    def cancel(self) -> None:
        """End the run here; nothing stays open."""
        self.workflow.cancel()

    @property
    def ended(self) -> bool:
        """True when no token is left. (The library's own test is fooled by depth.)"""
        return bool(self.workflow.completed)

    @property
    def outcome(self) -> str | None:
        """The name of the end event reached last, once the run has ended."""
        return self.last_end if self.ended else None

    def open_tasks(self) -> list[OpenTask]:
        """The user tasks that wait for people."""
        return [
            OpenTask(str(task.id), task.task_spec.bpmn_id, task.internal_data.get("item"))
            for task in self.workflow.in_state(TaskState.READY)
            if task.task_spec.manual
        ]

    def timers(self) -> list[WaitingTimer]:
        """The timer events that wait."""
        return [
            WaitingTimer(str(t.id), t.task_spec.bpmn_id)
            for t in self._waiting()
            if self._element(t).event == "timer"
        ]

    def messages(self) -> list[WaitingMessage]:
        """The message events that wait."""
        return [
            WaitingMessage(str(task.id), task.task_spec.bpmn_id, self._element(task).message)
            for task in self._waiting()
            if self._element(task).event == "message"
        ]

    def done(self) -> list[str]:
        """Ids of the elements that were completed at least once, in order of completion's discovery.

        Not those that a move to another version has passed by: nobody did them.
        """
        done = (t for t in self.workflow.in_state(TaskState.COMPLETED) if not t.internal_data.get(PASSED))
        names = (task.task_spec.bpmn_id for task in done)
        return list(dict.fromkeys(name for name in names if name))

    def _tasks(self) -> list[Task]:
        return list(self.workflow.tasks.values())

    def _waiting(self) -> list[Task]:
        return [
            t for t in self.workflow.in_state(TaskState.WAITING) if isinstance(t.task_spec, CatchingEvent)
        ]

    def _element(self, task: Task) -> Any:
        return self.model.diagram.elements[task.task_spec.bpmn_id]

    def _task(self, token: str) -> Task:
        task = self.workflow.tasks.get(UUID(token))
        if task is None:
            raise NotFound("This task is no longer part of the run.")
        return task

    def _still_at_work(self, event: str) -> bool:
        """Whether a step that a repeating event opened last time is still open: nobody is asked the same
        twice at once."""
        opened = {flow.target for flow in self.model.diagram.outgoing(event)}
        return any(task.element in opened for task in self.open_tasks())

    def settle(self) -> None:
        """Run everything that needs nobody, one task at a time: a task cancelled meanwhile is not run."""
        for _ in range(MAX_STEPS):
            ready = next((t for t in self.workflow.in_state(TaskState.READY) if not t.task_spec.manual), None)
            if ready is None:
                return
            name = ready.task_spec.bpmn_id or ready.task_spec.name
            if ready.depth > MAX_DEPTH:
                raise ModelFault(name, "this case has gone round too often to go on safely")
            self._guarded(ready.run, name)
            self._note_end(name)
        raise ModelFault(self.model.diagram.process, f"ran {MAX_STEPS} steps without waiting for anybody")

    def _note_end(self, name: str) -> None:
        element = self.model.diagram.elements.get(name)
        if element is not None and element.kind == "endEvent" and element.name:
            self.last_end = element.name

    def _guarded(self, act: Any, element: str) -> None:
        try:
            act()
        except WorkflowException as fault:
            cause = fault.__cause__
            if isinstance(cause, ModelFault):
                raise cause from fault
            raise ModelFault(
                element, f"the process cannot go on from here ({type(fault).__name__})"
            ) from fault
