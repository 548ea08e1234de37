"""Gateways at which branches wait for each other, when a case moves to another version.

The library counts a branch as arrived when the token before the gateway is of an element that leads into it.
A branch that has arrived in the old version is led in by another element, perhaps; and a branch that is new
begins at a point that the case has passed. Both are marked as passed by, so that nobody waits for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.errors import CannotMove
from engine.workflow.alignment import GATEWAYS_THAT_WAIT, Alignment, named, reached
from engine.workflow.elements import END_JOIN
from engine.workflow.running import PASSED
from engine.workflow.tree import Node


def mark_arrivals(alignment: Alignment, old: Any, new: Any, root: Node) -> None:
    """Let every gateway of the new version know which branches have come to it. Raises CannotMove."""
    for gateway in _waiting_gateways(alignment, new):
        nodes = [node for node in root.walk() if node.name == gateway]
        if not any(node.state == TaskState.WAITING for node in nodes):
            continue
        inputs = set(new.task_specs[gateway]._inputs)
        came = [node for node in nodes if node.state in (TaskState.WAITING, TaskState.CANCELLED)]
        for node in came:
            if node.parent is not None and node.parent.name not in inputs:
                _mark_arrival(alignment, old, new, root, node)


def enter(alignment: Alignment, new: Any, root: Node, node: Node, target: str) -> Node | None:
    """The node below which a token that leaves `node` may enter `target`.

    At a gateway that waits, that is one of a branch that nobody else comes by; None where all have somebody.
    Raises CannotMove.
    """
    if alignment.new.elements[target].kind not in GATEWAYS_THAT_WAIT:
        return node
    if len(new.task_specs[target]._inputs) == 1:  # a split waits, too, for what leads to it
        return node.add(_passed(new.task_specs[target]._inputs[0]))
    arrived, live = _arrived(root, target), _live(root)
    options = [
        name
        for name in new.task_specs[target]._inputs
        if name not in arrived and not any(_comes(new, at, name, target) for at in live)
    ]
    if not options:
        return None
    if len(options) > 1:
        raise _unclear(alignment, target)
    return node.add(_passed(options[0]))


def mark_passed_by(
    alignment: Alignment, old: Any, new: Any, root: Node, begins: list[str], at: Iterable[str]
) -> None:
    """Nobody waits for a branch that no token can come by any more.

    It is new and begins where the case has been already; or a token that would have come by it (`at` is where
    they stood in the old version) is led elsewhere now. A branch that nobody came by before is left as drawn.
    """
    before = {element for each in at for element in (each, *reached(alignment.old, each))}
    came = {alignment.target(element) for element in before}
    for gateway in _waiting_gateways(alignment, new):
        live = [*begins, *_live(root)]
        in_play = any(name == gateway or gateway in leads_to(new, name) for name in live)
        if not in_play or alignment.new.elements[gateway].kind != "parallelGateway":
            continue
        arrived = _arrived(root, gateway)
        fresh = _new_inputs(alignment, old, new, gateway)
        for name in new.task_specs[gateway]._inputs:
            lost = name in fresh or name in came
            if lost and name not in arrived and not any(_comes(new, each, name, gateway) for each in live):
                root.add(_passed(name)).add(Node(gateway, TaskState.CANCELLED))


def leads_to(spec: Any, name: str, without: str = "") -> set[str]:
    """The nodes of a specification that can be reached from one, not passing through `without`."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        here = spec.task_specs.get(waiting.pop())
        if here is None or here.name == without:
            continue
        fresh = [output for output in here._outputs if output not in found]
        found.update(fresh)
        waiting.extend(fresh)
    return found


def _waiting_gateways(alignment: Alignment, new: Any) -> list[str]:
    return [
        drawn.id
        for drawn in alignment.new.elements.values()
        if drawn.kind in GATEWAYS_THAT_WAIT
        and drawn.id in new.task_specs
        and len(new.task_specs[drawn.id]._inputs) > 1
    ]


def _mark_arrival(alignment: Alignment, old: Any, new: Any, root: Node, node: Node) -> None:
    """A branch that has come to a gateway by a way that is another one now."""
    before, gateway = node.parent, node.name
    assert before is not None
    arrived = _arrived(root, gateway)
    options = [name for name in _new_inputs(alignment, old, new, gateway) if name not in arrived]
    if before.name in new.task_specs:
        options = [name for name in options if name in leads_to(new, before.name, without=gateway)]
    if len(options) > 1:
        raise _unclear(alignment, gateway)
    if options:
        passed = before.add(_passed(options[0]), before=node)
        node.cut()
        passed.add(node)


def _arrived(root: Node, gateway: str) -> set[str]:
    """The elements by which branches have come to a gateway."""
    return {node.parent.name for node in root.walk() if node.parent is not None and node.name == gateway}


def _live(root: Node) -> list[str]:
    return [node.name for node in root.walk() if node.live and not node.name.endswith(END_JOIN)]


def _comes(new: Any, at: str, name: str, gateway: str) -> bool:
    """Whether a token at one node can still come to a gateway by the input `name`."""
    return at == name or name in leads_to(new, at, without=gateway)


def _unclear(alignment: Alignment, gateway: str) -> CannotMove:
    return CannotMove(
        f"A branch has come to {named(alignment.new, gateway)}, and it cannot be told which one of the new "
        "version that is.",
        "Leave the case on its version until the branches have met.",
    )


def _new_inputs(alignment: Alignment, old: Any, new: Any, gateway: str) -> list[str]:
    """What leads into a gateway and did not in the old version."""
    before = {
        alignment.target(name)
        for spec in old.task_specs.values()
        for name in spec._inputs
        if alignment.target(spec.name) == gateway
    }
    return [name for name in new.task_specs[gateway]._inputs if name not in before]


def _passed(name: str) -> Node:
    return Node(name, TaskState.COMPLETED, triggered=True, internal={PASSED: True})
