"""Differences on the picture: which elements of two drawings bear which mark, numbered as in the list beside.

A picture cannot show conditions, deadlines, roles, forms or rules of a table: an element of which something
such was said is marked as changed, and its sentences stand in the list. What no element stands for (the words
of the whole process, scenarios) is listed without a number. A line bears the mark that speaks of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from engine.decisions import DecisionError
from engine.decisions import load as load_decisions
from engine.diagram import Diagram, Flow, read_diagram
from engine.differences.difference import Difference, quoted, upper_first
from engine.differences.drawing import Drawing, drawing_of
from engine.differences.naming import called
from engine.differences.ways import previous_of
from engine.errors import BundleRefused

Files = Mapping[str, str]
ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
OF_WAYS = {"way_added", "way_removed", "condition", "label", "default"}


@dataclass(frozen=True)
class Mark:
    """One numbered place: what happened to it, what people call it, and what was said of it.

    `lines` are the ids of the lines that bear the same mark, each with what happened to it.
    """

    number: int
    element: str
    what: str
    name: str
    differences: tuple[Difference, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Pictures:
    """Two drawings with their marks in reading order, those that only moved after the rest; and what has no
    place on them. `before` and `after` name each drawing's file, "" where it cannot be drawn."""

    before: str
    after: str
    marks: tuple[Mark, ...] = ()
    besides: tuple[Difference, ...] = ()
    shown_before: frozenset[str] = field(default=frozenset())
    shown_after: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class _Side:
    """One of the two: its file, what it means, and where everything stands."""

    file: str
    diagram: Diagram
    drawing: Drawing


def pictured(old: Files, new: Files, told: Sequence[Difference]) -> Pictures:
    """The marks of everything that was `told` of two bundles. A diagram that cannot be read has no picture:
    nothing is raised."""
    before, after = _side(old), _side(new)
    if before is None or after is None:
        one, other = (side.file if side else "" for side in (before, after))
        return Pictures(one, other, besides=tuple(told))
    placed: dict[str, list[Difference]] = {}
    besides = []
    steps = {**_steps_of_tables(old, before.diagram), **_steps_of_tables(new, after.diagram)}
    shown = before.drawing.shown | after.drawing.shown
    for each in told:
        places = [place for place in _places(each, steps) if place in shown]
        for place in places:
            placed.setdefault(place, []).append(each)
        if not places:
            besides.append(each)
    marks = [_mark(before, after, element, said) for element, said in placed.items()]
    marks = _with_lines(before, after, marks)
    marks.sort(key=lambda mark: _place(before, after, mark))
    marks += _moved(before, after, {mark.element for mark in marks})
    return Pictures(
        before.file,
        after.file,
        tuple(replace(mark, number=number) for number, mark in enumerate(marks, 1)),
        tuple(besides),
        before.drawing.shown,
        after.drawing.shown,
    )


def _side(files: Files) -> _Side | None:
    file = next((name for name in sorted(files) if name.endswith(".bpmn")), "")
    if not file:
        return None
    try:
        diagram = read_diagram(files[file].encode(), file)
    except BundleRefused:
        return None
    return _Side(file, diagram, drawing_of(diagram.root))


def _steps_of_tables(files: Files, diagram: Diagram) -> dict[str, list[str]]:
    """File of decision tables -> the steps that ask one of them."""
    found = {}
    for name, text in files.items():
        if not name.endswith(".dmn"):
            continue
        try:
            known = load_decisions(text.encode(), name).definitions.decisions
        except DecisionError:
            continue
        asking = [each.id for each in diagram.elements.values() if each.attributes.get("decision") in known]
        found[name] = asking
    return found


def _places(difference: Difference, steps: Mapping[str, list[str]]) -> list[str]:
    if difference.file.endswith(".dmn"):
        return steps.get(difference.file, [])
    return [difference.element] if difference.file.endswith((".bpmn", ".form")) else []


def _mark(before: _Side, after: _Side, element: str, said: Sequence[Difference]) -> Mark:
    if element not in before.drawing.shown:
        what = ADDED
    else:
        what = CHANGED if element in after.drawing.shown else REMOVED
    return Mark(0, element, what, _name(before, after, element), tuple(said))


def _name(before: _Side, after: _Side, element: str) -> str:
    for side in (after, before):
        if element in side.diagram.elements:
            return upper_first(called(side.diagram, element))
        if element in side.diagram.flows:
            flow = side.diagram.flows[element]
            return f"The way from {called(side.diagram, flow.source)} to {called(side.diagram, flow.target)}"
    for side in (after, before):
        for node in side.diagram.root.iter(etree.Element):
            if node.get("id") == element and node.get("name"):
                return upper_first(f"the lane {quoted(node.get('name') or '')}")
    return "A part of the drawing"


def _place(before: _Side, after: _Side, mark: Mark) -> tuple[float, float]:
    """Left to right, then from top to bottom."""
    return after.drawing.place(mark.element) or before.drawing.place(mark.element) or (0.0, 0.0)


def _moved(before: _Side, after: _Side, marked: set[str]) -> list[Mark]:
    found = [
        Mark(0, element, MOVED, upper_first(called(after.diagram, element)))
        for element in after.diagram.elements
        if element in before.diagram.elements and element not in marked
        if None not in (places := (before.drawing.place(element), after.drawing.place(element)))
        if places[0] != places[1]
    ]
    return sorted(found, key=lambda mark: _place(before, after, mark))


def _with_lines(before: _Side, after: _Side, marks: list[Mark]) -> list[Mark]:
    """The marks with the lines that each speaks of."""
    lines: dict[str, list[tuple[str, str]]] = {}
    for flow, what, was, now in _changed_lines(before.diagram, after.diagram):
        element = next(_speaking_of(flow, was, now, before.diagram, after.diagram, marks), "")
        if element:
            lines.setdefault(element, []).append((flow, what))
    return [replace(mark, lines=tuple(lines.get(mark.element, ()))) for mark in marks]


def _changed_lines(old: Diagram, new: Diagram) -> Iterator[tuple[str, str, Flow | None, Flow | None]]:
    """Lines that came, went or mean something else now; one under another id between the same two is it."""
    was_between, is_between = _by_ends(old), _by_ends(new)
    for flow, drawn in {**old.flows, **new.flows}.items():
        was = old.flows.get(flow) or was_between.get((drawn.source, drawn.target))
        now = new.flows.get(flow) or is_between.get((drawn.source, drawn.target))
        if was is None or now is None:
            yield flow, ADDED if was is None else REMOVED, was, now
        elif _means(was) != _means(now):
            yield flow, CHANGED, was, now


def _by_ends(diagram: Diagram) -> dict[tuple[str, str], Flow]:
    return {(flow.source, flow.target): flow for flow in diagram.flows.values()}


def _means(flow: Flow) -> tuple[str, str, str, str]:
    return flow.source, flow.target, flow.name, flow.condition or ""


def _speaking_of(
    flow: str, was: Flow | None, now: Flow | None, old: Diagram, new: Diagram, marks: Sequence[Mark]
) -> Iterator[str]:
    """The marks whose words tell of a line, the nearest first: its own, that of a way from where it begins,
    that of an element it belongs to."""
    known = {mark.element: mark for mark in marks}
    both = [(diagram, each) for diagram, each in ((new, now), (old, was)) if each is not None]
    ends = [end for _, each in both for end in (each.source, each.target)]
    behind = [each for diagram, line in both for each in previous_of(diagram, line.target)]
    if flow in known:
        yield flow
    for _, each in both:
        if each.source in known and {d.kind for d in known[each.source].differences} & OF_WAYS:
            yield each.source
    yield from (end for end in ends if end in known and known[end].what in (ADDED, REMOVED))
    yield from (end for end in [*ends, *behind] if end in known)
