"""Random edits of every diagram that is shipped: the file stays one that runs, the drawing stays whole, and the
inverse edit gives the same diagram back."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from engine import Refused
from engine.bundles import read_bundle
from engine.diagram import Diagram, read_diagram
from engine.drawing import (
    NewStep,
    NewWay,
    add_choice,
    add_end,
    add_reminder,
    add_step,
    add_way,
    lanes_of,
    move,
    remove,
    remove_way,
    set_role,
    set_way,
)
from engine.drawing.arrows import crossings, solids
from engine.drawing.sheet import Sheet, waypoints
from reviews.shipped import bundle_files, check_files, shipped_processes

FACTS = {"due": "5 working days", "clause": "P2"}


def drawing_of(process: str) -> str:
    return bundle_files(process)[f"{process}.bpmn"]


def plain(diagram: Diagram) -> dict[str, Any]:
    """A diagram without what an edit may change: lines of the file."""
    return {
        "elements": {key: replace(each, line=0) for key, each in diagram.elements.items()},
        "flows": {key: replace(each, line=0) for key, each in diagram.flows.items()},
        "title": diagram.title,
        "documentation": diagram.documentation,
    }


def read(text: str) -> Diagram:
    return read_diagram(text.encode(), "diagram.bpmn")


def whole(text: str) -> None:
    """Everything is drawn, nothing overlaps, lanes hold what is in them."""
    sheet, diagram = Sheet(text), read(text)
    for name in [*diagram.elements, *diagram.flows]:
        assert sheet.drawn(name) is not None, f"{name} is not drawn"
    for name, _ in sheet.shapes():
        assert sheet.has(name), f"a shape without an element: {name}"
    for scope in {element.scope for element in diagram.elements.values()}:
        boxes = {
            name: box
            for name, box in solids(sheet, scope).items()
            if name not in diagram.elements or diagram.elements[name].kind != "boundaryEvent"
        }
        for (one, box), (other, another) in combinations(boxes.items(), 2):
            assert not box.meets(another), f"{one} and {other} overlap"
    for lane in lanes_of(text):
        area = sheet.box(lane.id)
        assert area is not None
        for name in lane.elements:
            box = sheet.box(name)
            assert box is not None and area.x <= box.centre[0] <= area.right, f"{name} lies outside its lane"
            assert area.y <= box.centre[1] <= area.bottom, f"{name} lies outside its lane"
            if diagram.elements[name].kind != "boundaryEvent":
                assert area.holds(box), f"{name} sticks out of its lane"
    for flow in diagram.flows.values():
        edge = sheet.drawn(flow.id)
        points = waypoints(edge)
        for end, name in ((points[0], flow.source), (points[-1], flow.target)):
            box = sheet.box(name)
            assert box is not None and box.grown(2).x <= end[0] <= box.grown(2).right, f"{flow.id} is loose"
            assert box.grown(2).y <= end[1] <= box.grown(2).bottom, f"{flow.id} is loose"


# What an edit of the drawing rightly brings to light elsewhere: the form of a step that is gone, and what
# read its answers; conditions and ways round a parallel gateway that a test has made up.
ELSEWHERE = ("form_unused", "variable", "twice", "deadlock", "scenario")


def findings(process: str, text: str) -> set[tuple[str, str]]:
    files = {**bundle_files(process), f"{process}.bpmn": text}
    found = check_files(process, files)
    return {(each.element, each.rule) for each in found if not each.rule.startswith(ELSEWHERE)}


@pytest.mark.parametrize("process", shipped_processes())
def test_what_is_not_touched_is_written_back_to_the_byte(process: str) -> None:
    text = drawing_of(process)
    assert Sheet(text).text() == text
    added = add_step(text, NewStep("userTask", "Look once more"), after=_first(text))
    kept = set(added.text.splitlines())
    sheet = Sheet(text)
    model = text[: text.index("<bpmndi:BPMNDiagram")].splitlines()
    gone = [line for line in model if line.strip() and line not in kept]
    assert len(gone) <= 2 and all("incoming>" in line or "sequenceFlow" in line for line in gone), gone
    assert sheet.text() == text


@pytest.mark.parametrize("process", shipped_processes())
@pytest.mark.parametrize("seed", range(2))
def test_adding_and_taking_out_again_gives_the_diagram_back(process: str, seed: int) -> None:
    chance = random.Random(f"{process}{seed}")
    text = drawing_of(process)
    before, known, through = plain(read(text)), findings(process, text), crossings(Sheet(text))
    for _ in range(6):
        edit, lacks, inverse = _some_edit(text, chance)
        whole(edit.text)
        assert crossings(Sheet(edit.text)) - through == set()
        new = findings(process, edit.text) - known
        assert {(name, rule) for name, rule in new if (name, rule) not in lacks(edit.element)} == set()
        again = inverse(edit)
        whole(again)
        assert plain(read(again)) == before
        text = again


@pytest.mark.parametrize("process", shipped_processes())
def test_many_edits_on_top_of_each_other_keep_the_drawing_whole(process: str) -> None:
    chance = random.Random(process)
    text = drawing_of(process)
    for _ in range(12):
        text = _some_edit(text, chance)[0].text
        whole(text)
    read_bundle(process, {f"{process}.bpmn": text})


@pytest.mark.parametrize("process", shipped_processes())
def test_every_step_can_be_taken_out_or_says_why_not(process: str) -> None:
    text = drawing_of(process)
    diagram = read(text)
    for element in diagram.elements.values():
        try:
            edit = remove(text, element.id)
        except Refused as no:
            assert str(no).endswith(".")
            continue
        assert not element.is_guard
        assert element.id not in read(edit.text).elements
        whole(edit.text)
        shape = findings(process, edit.text) - findings(process, text)
        assert {rule for _, rule in shape} <= {"default", "condition", "gateway_arrows", "no_end_in_sight"}, (
            element.id,
            shape,
        )


@pytest.mark.parametrize("process", shipped_processes())
def test_every_step_can_change_hands_and_back(process: str) -> None:
    text = drawing_of(process)
    diagram = read(text)
    roles = [lane.role for lane in lanes_of(text)]
    for element in [each for each in diagram.elements.values() if each.kind == "userTask" and not each.scope][
        :8
    ]:
        here = next(lane for lane in lanes_of(text) if element.id in lane.elements)
        for role in [role for role in roles if role != element.role][:2]:
            moved = set_role(text, element.id, role=role)
            assert read(moved.text).elements[element.id].role == role
            whole(moved.text)
            back = set_role(moved.text, element.id, role=element.role, lane=here.id)
            whole(back.text)
            assert plain(read(back.text)) == plain(diagram)


def _first(text: str) -> str:
    diagram = read(text)
    start = next(each for each in diagram.elements.values() if each.kind == "startEvent" and not each.scope)
    return start.id


def _some_edit(text: str, chance: random.Random) -> Any:
    """An edit, what it may lack by itself, and its inverse."""
    diagram = read(text)
    elements = list(diagram.elements.values())
    flows = list(diagram.flows.values())
    lanes = lanes_of(text)
    kind = chance.choice(["step", "service", "choice", "reminder", "move", "lane", "way", "end"])
    flow = chance.choice(flows)
    lane = chance.choice(lanes)
    if kind in ("step", "service"):
        step = NewStep(
            "userTask" if kind == "step" else "serviceTask", "Look once more at it", role=lane.role, lane=lane.id,
            documentation="You are asked because it matters.", facts=FACTS if kind == "step" else {},
        )  # fmt: skip
        edit = add_step(text, step, after=flow.source, flow=flow.id)
        return (
            edit,
            lambda name: {(name, "form"), (name, "service")},
            lambda it: remove(it.text, it.element).text,
        )
    if kind == "choice":
        inside = [
            each.id
            for each in elements
            if each.scope == diagram.elements[flow.source].scope
            and each.kind in ("userTask", "endEvent", "serviceTask")
        ]
        way = NewWay("Yes", "a.b = true", chance.choice(inside))
        edit = add_choice(text, name="Once more?", after=flow.source, flow=flow.id, ways=[way], lane=lane.id)
        return edit, lambda _: _LOOPS, lambda it: remove(it.text, it.element).text
    if kind == "reminder":
        host = chance.choice([each for each in elements if each.kind == "userTask"]).id
        step = NewStep("userTask", "Ask how it goes", role=lane.role, documentation="Because.", facts=FACTS)
        edit = add_reminder(text, host, name="5 days late", timer="5 working days after due", step=step)
        steps = set(read(edit.text).elements) - set(diagram.elements)
        return edit, lambda _: {(name, "form") for name in steps}, lambda it: remove(it.text, it.element).text
    if kind == "move":
        alone = [
            each.id
            for each in elements
            if each.kind.endswith("Task")
            and len(diagram.outgoing(each.id)) == 1
            and len([f for f in diagram.flows.values() if f.target == each.id]) == 1
        ]
        moving = chance.choice(alone)
        came = next(f for f in diagram.flows.values() if f.target == moving)
        places = [
            f
            for f in flows
            if moving not in (f.source, f.target)
            and diagram.elements[f.source].scope == diagram.elements[moving].scope
        ]
        if not places:
            return _some_edit(text, chance)
        place = chance.choice(places)
        try:
            edit = move(text, moving, after=place.source, flow=place.id)
        except Refused:
            return _some_edit(text, chance)
        return edit, lambda _: _ANY, lambda it: move(it.text, moving, after=came.source, flow=came.id).text
    if kind == "end":
        gateways = [f for f in flows if diagram.elements[f.source].kind == "exclusiveGateway" and f.condition]
        if not gateways:
            return _some_edit(text, chance)
        way_on = chance.choice(gateways)
        edit = add_end(
            text, name="Not taken further", after=way_on.source, flow=way_on.id, documentation="Over."
        )

        def lead_back(it: Any) -> str:
            return remove(set_way(it.text, way_on.id, target=way_on.target).text, it.element).text

        return edit, lambda _: _ANY, lead_back
    if kind == "way":
        choices = [each for each in elements if each.kind == "exclusiveGateway" and each.default_flow]
        if not choices:
            return _some_edit(text, chance)
        choice = chance.choice(choices)
        targets = [e.id for e in elements if e.scope == choice.scope and e.kind in ("userTask", "endEvent")]
        edit = add_way(text, choice.id, NewWay("Or else", "a.b = 2", chance.choice(targets)))
        return edit, lambda _: _ANY, lambda it: remove_way(it.text, it.element).text
    where = chance.choice([each for each in elements if each.kind == "userTask" and not each.scope])
    home = next(each for each in lanes if where.id in each.elements)
    edit = set_role(text, where.id, role=lane.role, lane=lane.id)
    return edit, lambda _: set(), lambda it: set_role(it.text, where.id, role=where.role, lane=home.id).text


class _Any(frozenset[tuple[str, str]]):
    def __contains__(self, _: object) -> bool:
        return True


_ANY = _Any()


class _Loops(frozenset[tuple[str, str]]):
    """A way that a random choice leads back may go round a split, or round steps that wait for nobody."""

    def __contains__(self, found: object) -> bool:
        return isinstance(found, tuple) and found[1] in ("parallel_loop", "busy_loop")


_LOOPS = _Loops()
