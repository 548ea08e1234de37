"""The tokens of a run as a plain tree that can be taken apart: what is predicted is left out.

Predictions are made anew from the diagram that the tree is put into, so that a step that was added there is
not passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.workflow.elements import CHILD, JOIN, PAST, SPLIT

LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


@dataclass(eq=False)
class Node:
    """One token, past or present. `name` is that of its specification."""

    name: str
    state: int
    parent: Node | None = None
    id: str = field(default_factory=lambda: str(uuid4()))
    triggered: bool = False
    internal: dict[str, Any] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    @property
    def element(self) -> str:
        """The id of the element that it stands at, also for the library's own nodes around one."""
        return self.name.removesuffix(CHILD).removesuffix(SPLIT).removesuffix(JOIN)

    @property
    def suffix(self) -> str:
        """What the library has put behind that id."""
        return self.name[len(self.element) :]

    @property
    def live(self) -> bool:
        """Whether something still happens here."""
        return bool(self.state & LIVE)

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def add(self, child: Node, before: Node | None = None) -> Node:
        """Put a child below this node, at the end or before another one."""
        place = self.children.index(before) if before is not None else len(self.children)
        self.children.insert(place, child)
        child.parent = self
        return child

    def cut(self) -> None:
        """Take this node, with all below it, out of its tree."""
        if self.parent is not None:
            self.parent.children.remove(self)
            self.parent = None

    def bury(self) -> None:
        """Make it history: of an element that is gone, and nothing will happen here any more."""
        if not self.name.startswith(PAST):
            self.name = PAST + self.name
        if self.live:
            self.state = TaskState.CANCELLED

    def row(self) -> list[Any]:
        """As `engine.workflow.state` stores it."""
        parent = self.parent.id if self.parent is not None else None
        return [self.id, parent, self.name, self.state, self.triggered, self.internal]


def read_tree(root: Task) -> Node:
    """The tree below a task of the library, without what is only predicted."""
    top = _node(root)
    waiting = [(root, top)]
    while waiting:
        task, node = waiting.pop()
        for child in task.children:
            if child.has_state(TaskState.PREDICTED_MASK | TaskState.FUTURE):
                continue
            waiting.append((child, node.add(_node(child))))
    return top


def _node(task: Task) -> Node:
    return Node(
        name=task.task_spec.name,
        state=task.state,
        id=str(task.id),
        triggered=task.triggered,
        internal=dict(task.internal_data),
    )
