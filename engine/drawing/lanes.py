"""The lanes of a diagram: who works where; adding one, naming one, moving a step into another."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.diagram import local, own, tag
from engine.drawing.arrows import finished, redraw_around
from engine.drawing.placing import put_in_lane
from engine.drawing.room import make_rows
from engine.drawing.sheet import DC, DI, Edit, Sheet, own_of, unset
from engine.errors import Refused

HEIGHT = 180


@dataclass(frozen=True)
class Lane:
    """A lane: its name, the role that works there, what it says of itself."""

    id: str
    name: str
    role: str
    documentation: str
    elements: tuple[str, ...]


def lanes_of(text: str) -> list[Lane]:
    """Every lane, from the top down as the file has them."""
    sheet = Sheet(text)
    return [
        Lane(
            id=str(lane.get("id")),
            name=lane.get("name") or "",
            role=own_of(lane, "role"),
            documentation=" ".join(((words.text if words is not None else "") or "").split()),
            elements=tuple((ref.text or "").strip() for ref in lane.findall(tag("flowNodeRef"))),
        )
        for lane in sheet.process.iter(tag("lane"))
        for words in [lane.find(tag("documentation"))]
    ]


def add_lane(text: str, *, name: str, role: str, documentation: str = "") -> Edit:
    """A lane below the others. Raises Refused without a name or role, or in a diagram without lanes."""
    sheet = Sheet(text)
    _named(name, role)
    above = list(sheet.process.iter(tag("lane")))
    if not above:
        raise Refused("This diagram has no lanes yet. Draw the first one in the diagram editor.")
    holder = above[-1].getparent()
    assert holder is not None
    identifier = sheet.fresh(f"lane_{role}")
    lane = sheet.add(holder, tag("lane"), identifier, name=" ".join(name.split()))
    lane.set(own("role"), role)
    if documentation.strip():
        sheet.add(lane, tag("documentation")).text = documentation.strip()
    boxes = [box for each in above if (box := sheet.box(str(each.get("id")))) is not None]
    if sheet.plane is not None and boxes:
        foot = max(boxes, key=lambda box: box.bottom)
        make_rows(sheet, foot.bottom, HEIGHT)
        shape = sheet.add(
            sheet.plane, f"{{{DI}}}BPMNShape", f"{identifier}_di", bpmnElement=identifier, isHorizontal="true"
        )
        sheet.add(
            shape,
            f"{{{DC}}}Bounds",
            x=str(foot.x),
            y=str(foot.bottom),
            width=str(foot.width),
            height=str(HEIGHT),
        )
        last = sheet.drawn(str(above[-1].get("id")))
        if last is not None:
            sheet.place_after(shape, last)
    return Edit(finished(sheet), identifier)


def set_lane(text: str, lane: str, *, name: str, role: str, documentation: str | None = None) -> Edit:
    """Name a lane, and say whose work lies in it."""
    sheet = Sheet(text)
    _named(name, role)
    node = sheet.node(lane)
    if local(node) != "lane":
        raise Refused("This is not a lane.")
    node.set("name", " ".join(name.split()))
    node.set(own("role"), role)
    if documentation is not None:
        write_documentation(sheet, node, documentation)
    return Edit(finished(sheet), lane)


def set_role(text: str, element: str, *, role: str, lane: str = "") -> Edit:
    """Give a step to a role: it moves to that role's lane (`lane` where it has several). Without a lane for
    the role it stays and carries the role itself."""
    sheet = Sheet(text)
    node = sheet.node(element)
    if not role:
        raise Refused("Choose who does it.", about="role")
    here = sheet.lane_of(element)
    there = lane_for(sheet, element, role, lane)
    parent = node.getparent()
    inside = parent is not None and local(parent) == "subProcess"
    if there is not None and there is not here and not inside:
        join_lane(sheet, element, element, there)
        for event in sheet.attached(element):
            join_lane(sheet, str(event.get("id")), element, there)
        here = there
        if sheet.plane is not None and sheet.box(element) is not None:
            names = [element, *(str(event.get("id")) for event in sheet.attached(element))]
            flows = {
                str(flow.get("id"))
                for name in names
                for flow in [*sheet.leaving(name), *sheet.arriving(name)]
            }
            put_in_lane(sheet, element, flows)
            for name in names:
                redraw_around(sheet, name)
    if here is not None and own_of(here, "role") == role:
        unset(node, own("role"))
    else:
        node.set(own("role"), role)
    return Edit(finished(sheet), element)


def lane_for(sheet: Sheet, element: str, role: str, lane: str) -> etree._Element | None:
    """The lane that is named; else the element's own where it has that role or none is asked for; else the
    first of the role; None where there is none."""
    if lane:
        found = sheet.node(lane)
        if local(found) != "lane":
            raise Refused("This is not a lane.", about="lane")
        return found
    here = sheet.lane_of(element)
    if not role or (here is not None and own_of(here, "role") == role):
        return here
    return next((each for each in sheet.process.iter(tag("lane")) if own_of(each, "role") == role), here)


def join_lane(sheet: Sheet, element: str, beside: str, lane: etree._Element | None) -> str:
    """Put an element into a lane, behind another where that is in it; the role of the lane. What lies in a
    sub-process is in the lane of that."""
    parent = sheet.node(element).getparent()
    inside = parent is not None and local(parent) == "subProcess"
    if not inside:
        leave_lane(sheet, element)
    if lane is None:
        return ""
    if not inside:
        after = next(
            (ref for ref in lane.findall(tag("flowNodeRef")) if (ref.text or "").strip() == beside), None
        )
        reference = sheet.add(lane, tag("flowNodeRef"))
        reference.text = element
        if after is not None:
            sheet.place_after(reference, after)
    return own_of(lane, "role")


def leave_lane(sheet: Sheet, element: str) -> None:
    """Take an element out of its lane."""
    for reference in list(sheet.process.iter(tag("flowNodeRef"))):
        if (reference.text or "").strip() == element:
            sheet.drop(reference)


def write_documentation(sheet: Sheet, node: etree._Element, words: str) -> None:
    """Set what an element says of itself, as its first child; none takes it away."""
    found = node.find(tag("documentation"))
    if not words.strip():
        if found is not None:
            sheet.drop(found)
        return
    if found is None:
        found = sheet.add(node, tag("documentation"))
        if node[0] is not found:
            sheet.place_first(found)
    found.text = " ".join(words.split())


def _named(name: str, role: str) -> None:
    if not name.strip():
        raise Refused("Enter a name.", about="name")
    if not role:
        raise Refused("Choose who works here.", about="role")
