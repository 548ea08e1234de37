"""Ways between steps: new ones, ones that are gone, and when each is taken.

Choices and joins are looked through: a way leads from one step to the next, however it is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagram import Diagram, Flow
from engine.differences.difference import Difference, quoted, upper_first
from engine.differences.naming import called, called_simply, is_gateway

Ways = dict[str, dict[str, str]]  # from -> to -> when


def changed_ways(file: str, old: Diagram, new: Diagram) -> list[Difference]:
    """What has changed between elements that both diagrams have."""
    found = list(_between_steps(file, old, new))
    found += _conditions(file, old, new)
    found += _defaults(file, old, new)
    return found


def next_of(diagram: Diagram, element: str) -> list[str]:
    """What comes next after an element, choices and joins looked through."""
    return list(_leading(diagram, element))


def previous_of(diagram: Diagram, element: str) -> list[str]:
    """What an element may come after, choices and joins looked through."""
    found: dict[str, None] = {}
    waiting, seen = [element], {element}
    while waiting:
        here = waiting.pop(0)
        for flow in diagram.flows.values():
            if flow.target != here or flow.source in seen:
                continue
            seen.add(flow.source)
            drawn = diagram.elements.get(flow.source)
            if drawn is not None and is_gateway(drawn):
                waiting.append(flow.source)
            else:
                found[flow.source] = None
    return list(found)


def _leading(diagram: Diagram, element: str) -> dict[str, str]:
    """Where the ways from an element lead, and when each is taken."""
    found: dict[str, str] = {}
    waiting = [(flow.target, _when(flow)) for flow in diagram.outgoing(element)]
    seen: set[str] = set()
    while waiting:
        here, when = waiting.pop(0)
        drawn = diagram.elements.get(here)
        if drawn is None or not is_gateway(drawn):
            found.setdefault(here, when)
        elif here not in seen:
            seen.add(here)
            waiting.extend(
                (flow.target, " and ".join(filter(None, (when, _when(flow)))))
                for flow in diagram.outgoing(here)
            )
    return found


def _when(flow: Flow) -> str:
    return quoted(flow.condition) if flow.condition else ""


def _between_steps(file: str, old: Diagram, new: Diagram) -> Iterator[Difference]:
    for element, drawn in new.elements.items():
        if element not in old.elements or is_gateway(drawn):
            continue
        before, after = _leading(old, element), _leading(new, element)
        for target in after.keys() - before.keys():
            if target in old.elements and not _through_gone(old, new, element, target):
                when = f", when {after[target]}" if after[target] else ""
                also = "also " if before.keys() & after.keys() else ""
                sentence = (
                    f"After {called_simply(new, element)} the case may now {also}go to "
                    f"{called(new, target)}{when}."
                )
                yield Difference(file, element, "way_added", sentence, "", target)
        for target in before.keys() - after.keys():
            if target in new.elements and not _through_gone(new, old, element, target):
                sentence = (
                    f"After {called_simply(new, element)} the case can no longer go to "
                    f"{called(new, target)} directly."
                )
                yield Difference(file, element, "way_removed", sentence, target, "")


def _through_gone(one: Diagram, other: Diagram, start: str, target: str) -> bool:
    """Whether `one` leads from `start` to `target`, too, through elements that `other` does not have."""
    waiting, seen = [start], {start}
    while waiting:
        for each in _leading(one, waiting.pop()):
            if each == target:
                return True
            if each not in seen and each not in other.elements:
                seen.add(each)
                waiting.append(each)
    return False


def _by_ends(diagram: Diagram) -> dict[tuple[str, str], Flow]:
    return {(flow.source, flow.target): flow for flow in diagram.flows.values()}


def _conditions(file: str, old: Diagram, new: Diagram) -> Iterator[Difference]:
    before = _by_ends(old)
    for ends, flow in _by_ends(new).items():
        was = before.get(ends) or old.flows.get(flow.id)
        if was is None:
            continue
        way = f"the way from {called(new, flow.source)} to {called(new, flow.target)}"
        if (was.condition or "") != (flow.condition or ""):
            yield Difference(
                file,
                flow.source,
                "condition",
                _taken(way, was.condition or "", flow.condition or ""),
                was.condition or "",
                flow.condition or "",
            )
        if was.name != flow.name:
            sentence = f"{upper_first(way)} is now labelled {quoted(flow.name)}; before, {quoted(was.name)}."
            yield Difference(file, flow.source, "label", sentence, was.name, flow.name)


def _taken(way: str, before: str, after: str) -> str:
    if not after:
        return f"{upper_first(way)} is now taken without a condition; before, when {quoted(before)}."
    if not before:
        return f"{upper_first(way)} is now taken when {quoted(after)}; before, without a condition."
    return f"{upper_first(way)} is now taken when {quoted(after)}; before, when {quoted(before)}."


def _defaults(file: str, old: Diagram, new: Diagram) -> Iterator[Difference]:
    for element, drawn in new.elements.items():
        was = old.elements.get(element)
        if was is None:
            continue
        before, after = _target(old, was.default_flow), _target(new, drawn.default_flow)
        if before == after:
            continue
        goes = f"the case now goes to {called(new, after)}" if after else "no way is named any more"
        went = f"to {called(old, before)}" if before else "no way was named"
        sentence = f"When no condition at {called(new, element)} is met, {goes}; before, {went}."
        yield Difference(file, element, "default", sentence, before, after)


def _target(diagram: Diagram, flow: str) -> str:
    return diagram.flows[flow].target if flow in diagram.flows else ""
