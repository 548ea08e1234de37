"""What a diagram says of one element (name, words, deadline, clause, service, timer), set one by one."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.diagram import local, own, tag
from engine.drawing.arrows import place_flow_label
from engine.drawing.lanes import write_documentation
from engine.drawing.placing import place_label
from engine.drawing.sheet import XSI, Edit, Sheet, unset
from engine.errors import Refused

_WORK = ("due", "statutoryLimit", "clause", "guard", "record", "result", "agency", "assignee", "role")
FACTS = {*_WORK, "service", "decision"}  # our attributes that a step may carry
BY_KIND: dict[str, tuple[str, ...]] = {
    "userTask": _WORK,
    "serviceTask": ("service", "result", "clause"),
    "businessRuleTask": ("decision", "result", "clause"),
}
TIMER_KINDS = ("timeDuration", "timeDate", "timeCycle")


def set_name(text: str, element: str, name: str) -> Edit:
    """Name an element, as people read it. A task needs a name."""
    sheet = Sheet(text)
    node = sheet.node(element)
    words = " ".join(name.split())
    if not words and local(node).endswith("Task"):
        raise Refused("Enter a name.", about="name")
    if words == " ".join((node.get("name") or "").split()):
        return Edit(text, element)
    _set(node, "name", words)
    if local(node) == "sequenceFlow":
        place_flow_label(sheet, node)
    else:
        place_label(sheet, node)
    return Edit(sheet.text(), element)


def set_words(text: str, element: str, documentation: str) -> Edit:
    """Say what an element is for: at a step of people, why they are asked and what to do."""
    sheet = Sheet(text)
    write_documentation(sheet, sheet.node(element), documentation)
    return Edit(sheet.text(), element)


def set_facts(text: str, element: str, facts: Mapping[str, str]) -> Edit:
    """Set our attributes of a step; "" takes one away. Raises Refused for one that its kind does not have,
    and for taking the guard off a step that the policy needs."""
    sheet = Sheet(text)
    node = sheet.node(element)
    known = BY_KIND.get(local(node), ())
    for name in facts:
        if name not in known:
            raise Refused("A step of this kind does not have that.", about=name)
    if "guard" in facts and facts["guard"] != "true" and node.get(own("guard")) == "true":
        raise Refused("The policy needs this step: it stays one that cannot be removed.", about="guard")
    write_facts(sheet, node, facts)
    return Edit(sheet.text(), element)


def write_facts(sheet: Sheet, node: etree._Element, facts: Mapping[str, str]) -> None:
    """Put facts on an element of an open sheet."""
    for name, value in facts.items():
        words = " ".join(value.split())
        if words:
            node.set(own(name), words)
        else:
            unset(node, own(name))


def set_items(text: str, element: str, *, collection: str, item: str) -> Edit:
    """Have a step done once for each of a list; both empty: once. Raises Refused for only one of them."""
    sheet = Sheet(text)
    node = sheet.node(element)
    if local(node) != "userTask":
        raise Refused("Only a step that people do can be done once for each.")
    if bool(collection.strip()) != bool(item.strip()):
        raise Refused(
            "Name the list and what each one in it is called, such as “agencies” and “agency”.",
            about="collection" if item.strip() else "item",
        )
    loop = node.find(tag("multiInstanceLoopCharacteristics"))
    if not collection.strip():
        if loop is not None:
            sheet.drop(loop)
        return Edit(sheet.text(), element)
    if loop is None:
        loop = sheet.add(node, tag("multiInstanceLoopCharacteristics"))
    loop.set(own("collection"), collection.strip())
    loop.set(own("element"), item.strip())
    return Edit(sheet.text(), element)


def set_inputs(text: str, element: str, inputs: Mapping[str, str]) -> Edit:
    """What a service is given: FEEL by name."""
    sheet = Sheet(text)
    node = sheet.node(element)
    if local(node) != "serviceTask":
        raise Refused("Only work of the system is given facts.")
    holder = node.find(tag("extensionElements"))
    for old in list(node.iter(own("input"))):
        sheet.drop(old)
    wanted = {name.strip(): value.strip() for name, value in inputs.items() if name.strip()}
    if wanted and holder is None:
        holder = sheet.add(node, tag("extensionElements"))
        words = node.find(tag("documentation"))
        if words is not None:
            sheet.place_after(holder, words)
        elif node[0] is not holder:
            sheet.place_first(holder)
    for name, value in wanted.items():
        assert holder is not None
        sheet.add(holder, own("input"), name=name, value=value)
    if holder is not None and len(holder) == 0:
        sheet.drop(holder)
    return Edit(sheet.text(), element)


def set_timer(text: str, element: str, *, timer: str, kind: str = "timeDuration") -> Edit:
    """When a timer fires, as a sentence."""
    sheet = Sheet(text)
    node = sheet.node(element)
    if node.find(tag("timerEventDefinition")) is None:
        raise Refused("This is not a timer.")
    if not timer.strip():
        raise Refused("Say when, such as “5 working days after due”.", about="timer")
    if kind not in TIMER_KINDS:
        raise Refused("Choose whether it happens once or repeats.", about="timer_kind")
    write_timer(sheet, node, kind, timer)
    return Edit(sheet.text(), element)


def write_timer(sheet: Sheet, event: etree._Element, kind: str, timer: str) -> None:
    """Put a timer's sentence on an event of an open sheet."""
    definition = event.find(tag("timerEventDefinition"))
    if definition is None:
        definition = sheet.add(event, tag("timerEventDefinition"), f"{event.get('id')}_timer")
    old = definition[0] if len(definition) else None
    if old is not None and local(old) == kind:
        old.text = " ".join(timer.split())
        return
    for each in list(definition):
        sheet.drop(each)
    node = sheet.add(definition, tag(kind))
    node.set(f"{{{XSI}}}type", f"{event.prefix}:tFormalExpression" if event.prefix else "tFormalExpression")
    node.text = " ".join(timer.split())


def set_process(text: str, *, title: str, owner: str, documentation: str | None = None) -> Edit:
    """What people call the process, and the role that keeps it."""
    sheet = Sheet(text)
    if not title.strip():
        raise Refused("Enter a name.", about="title")
    _set_own(sheet.process, "title", title)
    _set_own(sheet.process, "owner", owner)
    if documentation is not None:
        write_documentation(sheet, sheet.process, documentation)
    return Edit(sheet.text(), str(sheet.process.get("id")))


def _set(node: etree._Element, name: str, value: str) -> None:
    if value:
        node.set(name, value)
    else:
        unset(node, name)


def _set_own(node: etree._Element, name: str, value: str) -> None:
    _set(node, own(name), " ".join(value.split()))
