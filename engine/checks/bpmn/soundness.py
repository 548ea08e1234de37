"""Does every case come to an end? Tokens are moved through each part of a drawing in every order there is:
none may wait for ever, and no step may be reached twice at once (BPMN 2.0.2, 13.2 to 13.4).

What conditions say is not looked at: every way out of a choice is taken to be possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from engine.checks.bpmn.drawing import EVENTS, FLOW_NODES, Drawing, Node, kind_of
from engine.checks.rule import Faults, Rule, rule

_MOST_STATES = 4_000
_MOST_EXITS = 6
_MOST_LOOKS = 150_000  # at single steps; what is larger is not looked at to its end
_NOT_PLAYED = ("complexGateway", "adHocSubProcess", "transaction")
State = tuple[str, ...]  # the flows that hold a token, sorted; a flow that holds two stands twice


@rule("deadlock", "13.4", "Join ways with the kind of gateway that split them: parallel after parallel.")
def nothing_waits_for_ever(drawing: Drawing) -> Faults:
    """No join waits for something that can never come."""
    for scope, begin in _beginnings(drawing):
        stuck = _Play(drawing, scope).stuck(begin)
        if stuck is not None:
            yield (
                stuck,
                f"{drawing.said(stuck)} can wait for ever: not all of its arrows in are always taken.",
            )


@rule("twice", "13.4", "Join the parallel ways with a parallel gateway before they go on.")
def nothing_is_reached_twice_at_once(drawing: Drawing) -> Faults:
    """Parallel ways are joined before they go on together: else what follows is done twice."""
    for scope, begin in _beginnings(drawing):
        flow = _Play(drawing, scope).doubled(begin)
        if flow is not None:
            node = drawing.find(flow.get("targetRef"))
            yield flow, f"{drawing.said(node)} can be reached twice at once, and would be done twice."


def _beginnings(drawing: Drawing) -> Iterator[tuple[Node, list[State]]]:
    """Each part with the tokens it can begin with; what a border event begins beside its task is played
    apart."""
    for scope in drawing.scopes():
        nodes = drawing.children(scope, *FLOW_NODES)
        if not _can_be_played(drawing, nodes):
            continue
        begins = [
            tuple(sorted(_ids(drawing.outgoing(event))))
            for event in nodes
            if kind_of(event) == "startEvent"
            or (kind_of(event) == "boundaryEvent" and event.get("cancelActivity") == "false")
        ]
        if begins:
            yield scope, begins


def _can_be_played(drawing: Drawing, nodes: list[Node]) -> bool:
    odd = any(kind_of(node) in _NOT_PLAYED for node in nodes)
    return not odd and not any("link" in drawing.triggers(node) for node in nodes if kind_of(node) in EVENTS)


def _ids(flows: list[Node]) -> list[str]:
    return [flow.get("id") or "" for flow in flows]


@dataclass
class _Step:
    """One thing that can happen at a node: what it takes, and what it gives in each case."""

    node: Node
    takes: list[str]
    gives: list[list[str]]
    ends_all: bool = False
    waits_for_all: bool = False
    waits_for_possible: bool = False


@dataclass
class _Play:
    """The game in one part."""

    drawing: Drawing
    scope: Node
    steps: list[_Step] = field(default_factory=list)
    by_flow: dict[str, _Step] = field(default_factory=dict)
    ahead: dict[str, frozenset[str]] = field(default_factory=dict)
    looks: int = 0

    def __post_init__(self) -> None:
        for node in self.drawing.children(self.scope, *FLOW_NODES):
            step = self._step(node)
            self.steps.append(step)
            self.by_flow.update(dict.fromkeys(step.takes, step))

    def _step(self, node: Node) -> _Step:
        drawing, kind = self.drawing, kind_of(node)
        takes, out = _ids(drawing.incoming(node)), _ids(drawing.outgoing(node))
        if kind in ("exclusiveGateway", "eventBasedGateway"):
            gives = [[flow] for flow in out]
        elif kind == "inclusiveGateway" and len(out) > 1:
            sizes = range(1, len(out) + 1) if len(out) <= _MOST_EXITS else (1, len(out))
            gives = [list(chosen) for size in sizes for chosen in combinations(out, size)]
        else:
            gives = [out]
            for event in drawing.all("boundaryEvent"):
                if (
                    drawing.find(event.get("attachedToRef")) is node
                    and event.get("cancelActivity") != "false"
                ):
                    gives.append(_ids(drawing.outgoing(event)))
        ends_all = kind == "endEvent" and bool(drawing.triggers(node) & {"terminate", "error", "cancel"})
        joins = len(takes) > 1
        return _Step(
            node, takes, gives or [[]], ends_all, kind == "parallelGateway" and joins,
            kind == "inclusiveGateway" and joins,
        )  # fmt: skip

    def stuck(self, begin: list[State]) -> Node | None:
        """A join that can be left waiting when nothing else can happen. Steps do not disturb each other, so
        that one order of them is as good as any."""
        seen: set[State] = set()
        waiting = list(begin)
        while waiting and len(seen) < _MOST_STATES and self.looks < _MOST_LOOKS:
            state = waiting.pop()
            if state in seen or _doubles(state):
                continue
            seen.add(state)
            step = next((step for step in self._possible(state)), None)
            if step is not None:
                waiting.extend(self._after(state, step))
            elif state and state[0] in self.by_flow:
                return self.by_flow[state[0]].node
        return None

    def doubled(self, begin: list[State]) -> Node | None:
        """A flow that can hold two tokens; looked for in every order, as far as that goes."""
        seen: set[State] = set()
        waiting = list(begin)
        while waiting and len(seen) < _MOST_STATES and self.looks < _MOST_LOOKS:
            state = waiting.pop(0)
            if state in seen:
                continue
            seen.add(state)
            for step in self._possible(state):
                for after in self._after(state, step):
                    twice = _doubles(after)
                    if twice and kind_of(self.by_flow[twice].node) != "endEvent":
                        return self.drawing.by_id.get(twice)
                    waiting.append(tuple(sorted(set(after))))
        return None

    def _possible(self, state: State) -> Iterator[_Step]:
        offered: set[int] = set()
        for flow in state:
            step = self.by_flow.get(flow)
            self.looks += 1
            if step is None or id(step) in offered:
                continue
            offered.add(id(step))
            if step.waits_for_all and not all(need in state for need in step.takes):
                continue
            if step.waits_for_possible and self._more_may_come(step, state):
                continue
            yield step

    def _more_may_come(self, step: _Step, state: State) -> bool:
        missing = {flow for flow in step.takes if flow not in state}
        others = [flow for flow in state if flow not in step.takes]
        return any(missing & self._ahead(flow, step) for flow in others)

    def _ahead(self, flow: str, but: _Step) -> frozenset[str]:
        """The flows that a token on one can still come to, without passing a join."""
        key = f"{flow}>{id(but)}"
        if key not in self.ahead:
            found: set[str] = set()
            waiting = [flow]
            while waiting:
                step = self.by_flow.get(waiting.pop())
                self.looks += 1
                if step is None or step is but:
                    continue
                news = {out for given in step.gives for out in given} - found
                found |= news
                waiting += news
            self.ahead[key] = frozenset(found)
        return self.ahead[key]

    def _after(self, state: State, step: _Step) -> list[State]:
        if step.ends_all:
            return [()]
        left = list(state)
        wanted = step.takes if step.waits_for_all else [f for f in step.takes if f in state]
        for flow in wanted if step.waits_for_all or step.waits_for_possible else wanted[:1]:
            left.remove(flow)
        return [tuple(sorted([*left, *given])) for given in step.gives]


def _doubles(state: State) -> str:
    return next((one for one, other in pairwise(state) if one == other), "")


SOUNDNESS_RULES: tuple[Rule[Drawing], ...] = (nothing_waits_for_ever, nothing_is_reached_twice_at_once)
