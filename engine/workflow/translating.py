"""A run of one version made a run of another: our own way, because the library's has holes (engine notes 5).

Open tasks, waiting events and items keep their tokens, and with them their rows, drafts and dates. What was
done stays as history, also of elements that are gone. What lies before a token is not asked; what lies after
it is. An event that is new on an open step begins to wait; one that is gone stops.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.errors import CannotMove
from engine.workflow.alignment import GATEWAYS_THAT_WAIT, LEAVE, SKIP, Alignment, named
from engine.workflow.elements import CHILD, END_JOIN, JOIN, PAST, SPLIT
from engine.workflow.gateways import enter, mark_arrivals, mark_passed_by
from engine.workflow.parsing import Model
from engine.workflow.running import Host, Run
from engine.workflow.state import restore
from engine.workflow.tree import Node, read_tree


@dataclass
class Translation:
    """A tree on its way from one version to another.

    `at` is where its tokens stand in the old one, `named` what has its new name already, `skipped` whose step
    counts as done, `entries` the tokens that go on elsewhere: the node that they left, and the element that
    they come to.
    """

    alignment: Alignment
    old: Any
    new: Any
    root: Node
    at: dict[Node, str] = field(default_factory=dict)
    named: set[Node] = field(default_factory=set)
    skipped: set[Node] = field(default_factory=set)
    entries: list[tuple[Node, str]] = field(default_factory=list)

    @property
    def live(self) -> list[Node]:
        """The nodes at which something still happens, but for the common end."""
        return [node for node in self.root.walk() if node.live and not node.name.endswith(END_JOIN)]

    def name(self, node: Node, name: str) -> None:
        """Give a node its name in the new version."""
        node.name = name
        self.named.add(node)


def translate(run: Run, model: Model, host: Host, alignment: Alignment) -> Run:
    """The run in the new model; not settled: `Run.settle` lets it go on where a step was skipped.

    The run that is given is not changed. Raises CannotMove.
    """
    scope = alignment.scope(run.scope)
    if scope is None or scope not in model.specs:
        what = named(alignment.old, run.scope)
        raise CannotMove(
            f"The case is in the part {what}, which the new version does not have.",
            "Leave the case on its version.",
        )
    root = read_tree(run.workflow.task_tree)
    work = Translation(alignment, run.workflow.spec, model.specs[scope], root)
    work.at = {node: node.name for node in work.live if not node.suffix}
    for node in work.at:
        if node.state in (TaskState.READY, TaskState.STARTED):
            _move_task(work, node)
    for node in work.at:
        if node.state == TaskState.WAITING:
            _move_wait(work, node)
    for node in list(root.walk()):
        _keep_history(work, node)
    mark_arrivals(alignment, work.old, work.new, root)
    begins = [
        (below, target) for node, target in work.entries for below in [_enter(work, node, target)] if below
    ]
    mark_passed_by(alignment, work.old, work.new, root, [target for _, target in begins], work.at.values())
    if not work.live and not begins:
        raise CannotMove(
            "Nothing would be left to do in this case.",
            "Map the steps that are open to steps of the new version.",
        )
    return _bring_to_life(work, begins, run, model, host)


def _move_task(work: Translation, node: Node) -> None:
    element = node.name
    target = _place(work, element)
    if target is None:
        _skip(work, node)
        return
    _reframe(work, node, target)
    work.name(node, target)
    for child in node.children:
        if child.name == element + CHILD:
            work.name(child, target + CHILD)


def _move_wait(work: Translation, node: Node) -> None:
    """An event or a gateway that waits. Events on a step and joins around it were moved with the step."""
    drawn = work.alignment.old.elements.get(work.at[node])
    if drawn is None or drawn.kind == "boundaryEvent":
        return
    if drawn.kind in GATEWAYS_THAT_WAIT:
        target = work.alignment.target(node.name)
        if target is None or target not in work.new.task_specs:
            node.bury()  # the branches that are still at work go on without it
        return
    target = _place(work, node.name)
    if target is None:
        _skip(work, node)
    else:
        work.name(node, target)


def _place(work: Translation, element: str) -> str | None:
    """Where a token goes that stands at `element`; None when its step is skipped. Raises CannotMove."""
    target = work.alignment.target(element)
    if target is not None and target in work.new.task_specs:
        return target
    said, what = work.alignment.says(element), named(work.alignment.old, element)
    if said == SKIP:
        return None
    if said == LEAVE:
        raise CannotMove(f"The case is at {what} and stays on its version.", "Nothing: this was asked for.")
    if work.alignment.mapping.get(element, element) in work.alignment.new.elements:
        raise CannotMove(
            f"The case is at {what}, which is another kind of step in the new version.",
            f"Map {what} to another step, skip it, or leave these cases on their version.",
        )
    raise CannotMove(
        f"The case is at {what}, which the new version does not have.",
        f"Map {what} to a step of the new version, skip it, or leave these cases on their version.",
    )


def _skip(work: Translation, node: Node) -> None:
    """Its step counts as done: history, with the events on it; the token goes on."""
    element, drawn = node.name, work.alignment.old.elements
    work.skipped.add(node)
    ended = {work.at[other] for other in work.skipped}  # with the events on them
    others = [
        at
        for other, at in work.at.items()
        if at in drawn and other not in work.skipped and drawn[at].attached_to not in ended
    ]
    target = work.alignment.onward(element, others)
    frame = node.parent if node.parent is not None and node.parent.name == element + SPLIT else None
    for attached in frame.children if frame is not None else []:
        for child in (attached, *attached.children):
            if child is attached or child.suffix == JOIN:
                child.bury()
    if frame is not None:
        frame.bury()
    for child in node.children:
        if child.name == element + CHILD:
            child.bury()
    node.bury()
    if target is not None:
        work.entries.append((node, target))


def _enter(work: Translation, node: Node, target: str) -> Node | None:
    if target not in work.new.task_specs:
        what = named(work.alignment.new, target)
        raise CannotMove(f"No way leads to {what} in the new version.", "Map the step to another one.")
    return enter(work.alignment, work.new, work.root, node, target)


def _reframe(work: Translation, node: Node, target: str) -> None:
    """Put around an open step what the new version attaches to it: events that stay keep their tokens."""
    element, home = node.name, node.parent
    assert home is not None
    frame = home if home.name == element + SPLIT else None
    if frame is not None:
        home = frame.parent
        assert home is not None
    wanted = [
        event.id for event in work.alignment.new.boundary_events(target) if event.id in work.new.task_specs
    ]
    kept, gone = _sort_events(work, frame, node, wanted)
    place = frame or node
    if wanted:
        new = frame or Node(target + SPLIT, TaskState.COMPLETED)
        if frame is None:
            home.add(new, before=node)
            node.cut()
            new.add(node)
        work.name(new, target + SPLIT)
        waiting = {event.name for event in kept}
        for name in wanted:
            if name not in waiting and name not in {
                event.name for event in gone if event.state != TaskState.WAITING
            }:
                work.named.add(new.add(Node(name, TaskState.WAITING)))
    elif frame is not None:
        node.cut()
        home.add(node, before=place)
    for event in gone:
        _detach(event, home)
    if frame is not None and not wanted:
        frame.cut()


def _sort_events(
    work: Translation, frame: Node | None, node: Node, wanted: list[str]
) -> tuple[list[Node], list[Node]]:
    """The events of a step that stay attached to it, renamed, and those that do not.

    One that has happened and now would interrupt stays only as history: its step goes on.
    """
    kept: list[Node] = []
    gone: list[Node] = []
    for event in [child for child in frame.children if child is not node] if frame is not None else []:
        target = work.alignment.target(event.name)
        stays = target is not None and target in wanted
        if target is not None and stays:
            work.name(event, target)
            stays = event.state == TaskState.WAITING or not work.alignment.new.elements[target].interrupting
        (kept if stays else gone).append(event)
        for join in event.children:
            if join.suffix == JOIN and join.live:
                if stays:
                    work.name(join, work.alignment.new.elements[event.name].attached_to + JOIN)
                else:
                    join.bury()
    return kept, gone


def _detach(event: Node, home: Node) -> None:
    """What an event that is gone has opened goes on; the event itself is history, or never was."""
    event.cut()
    if any(not child.name.startswith(PAST) for child in event.children) or not event.live:
        home.add(event)
        event.bury()
        event.triggered = True


def _keep_history(work: Translation, node: Node) -> None:
    """The new name of a node that has not got it yet, or its place among what is gone."""
    if node in work.named or node.name.startswith(PAST) or node.name in ("Start", "End"):
        return
    if node.name == work.old.name + END_JOIN:
        node.name = work.new.name + END_JOIN
        return
    name = f"{work.alignment.target(node.element)}{node.suffix}"
    if name in work.new.task_specs:
        node.name = name
    else:
        node.bury()


def _bring_to_life(
    work: Translation, begins: list[tuple[Node, str]], run: Run, model: Model, host: Host
) -> Run:
    facts = {
        "scope": work.alignment.scope(run.scope),
        "last_end": run.last_end,
        "completed": run.workflow.completed,
        "success": run.workflow.success,
        "tasks": [node.row() for node in work.root.walk()],
    }
    moved = restore(facts, model, host)
    tasks = moved.workflow.tasks
    for task in list(tasks.values()):
        if task.has_state(TaskState.DEFINITE_MASK):
            task.task_spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
    for below, target in begins:
        name = target + SPLIT if target + SPLIT in work.new.task_specs else target
        child = tasks[UUID(below.id)]._add_child(work.new.task_specs[name], TaskState.FUTURE)
        child.task_spec._predict(child, mask=TaskState.NOT_FINISHED_MASK)
        child.task_spec._update(child)
    moved.workflow.update_waiting_tasks()
    return moved
