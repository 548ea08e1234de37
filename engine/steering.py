"""Which answers steer a process: those that a way out of a choice depends on, also through a decision table
or a service that works something out of them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bundles import Bundle
from engine.decisions import paths_read
from engine.diagram import Element
from engine.errors import NotFound
from engine.feel import FeelError, variables

EVERY = ""  # a condition looks at all answers of a step


def steering_answers(bundle: Bundle) -> dict[str, set[str]]:
    """Step -> the names of its questions that some way depends on (EVERY where the step is read as a whole).

    What cannot be read steers nothing: the checks say so.
    """
    diagram = bundle.diagram
    made_by = {_result(each): each for each in diagram.elements.values() if each.kind != "userTask"}
    waiting = [path for flow in diagram.flows.values() for path in _paths(flow.condition or "")]
    found: dict[str, set[str]] = {}
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        name, _, key = path.partition(".")
        drawn = diagram.elements.get(name)
        if drawn is not None and drawn.kind == "userTask":
            found.setdefault(name, set()).add(key.partition(".")[0] or EVERY)
        elif name in made_by:
            waiting += _read_by(bundle, made_by[name])
    return found


def _result(drawn: Element) -> str:
    return drawn.attributes.get("result") or drawn.id


def _read_by(bundle: Bundle, drawn: Element) -> Iterator[str]:
    """What a table or a service is given."""
    for expression in drawn.inputs.values():
        yield from _paths(expression)
    if drawn.attributes.get("decision"):
        try:
            tables = bundle.decision(drawn.attributes["decision"])
        except NotFound:
            return
        yield from paths_read(tables, drawn.attributes["decision"])


def _paths(text: str) -> list[str]:
    try:
        return sorted(variables(text)) if text else []
    except FeelError:
        return []
