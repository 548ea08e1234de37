"""Rules of the palette: only what runs here, with the attributes that mean something here. What the library
or our reader would pass over in silence is refused."""

from __future__ import annotations

from difflib import get_close_matches

from lxml import etree

from engine.checks.rule import Faults, rule
from engine.checks.subject import ProfileRule, Subject, said
from engine.diagram import BPMN, ROUNDTABLE, local, tag

PALETTE = {
    "startEvent": {"", "message"},
    "endEvent": {"", "terminate"},
    "userTask": {""},
    "serviceTask": {""},
    "businessRuleTask": {""},
    "exclusiveGateway": {""},
    "parallelGateway": {""},
    "inclusiveGateway": {""},
    "intermediateCatchEvent": {"message", "timer"},
    "boundaryEvent": {"message", "timer"},
    "subProcess": {""},
}
_NOTES = {"documentation", "extensionElements", "incoming", "outgoing"}
_ARTIFACTS = {"textAnnotation", "group", "association"}
_AT_ROOT = {
    "process", "collaboration", "message", "category", "documentation", "extensionElements",
    "itemDefinition", "signal", "error", "escalation", "interface", "resource", "import",
}  # fmt: skip
_IN = {
    "process": {"laneSet", "sequenceFlow", *PALETTE, *_ARTIFACTS},
    "subProcess": {"sequenceFlow", *PALETTE, *_ARTIFACTS},
    "collaboration": {"participant", *_ARTIFACTS},
    "userTask": {"multiInstanceLoopCharacteristics"},
    "multiInstanceLoopCharacteristics": set(),
    "startEvent": {"messageEventDefinition"},
    "intermediateCatchEvent": {"messageEventDefinition", "timerEventDefinition"},
    "boundaryEvent": {"messageEventDefinition", "timerEventDefinition"},
    "endEvent": {"terminateEventDefinition"},
    "serviceTask": set(),
    "businessRuleTask": set(),
    "exclusiveGateway": set(),
    "parallelGateway": set(),
    "inclusiveGateway": set(),
}
_IDLE = {
    "startQuantity": "1", "completionQuantity": "1", "isForCompensation": "false", "isImmediate": "true",
    "parallelMultiple": "false", "isSequential": "false",
}  # fmt: skip
_OWN = {
    "process": {"title", "owner"},
    "lane": {"role"},
    "userTask": {
        "role", "agency", "assignee", "due", "statutoryLimit", "clause", "guard", "record", "result",
    },
    "serviceTask": {"service", "result", "clause"},
    "businessRuleTask": {"decision", "result", "clause"},
    "multiInstanceLoopCharacteristics": {"collection", "element"},
    "input": {"name", "value"},
    "variable": {"name", "parts", "list"},
}  # fmt: skip


@rule(
    "palette",
    "profile; engine notes 0 and 1.4",
    "Use a user task, a service task, a decision, a gateway, or a timer or message event instead.",
)
def only_elements_that_run(subject: Subject) -> Faults:
    """Anything outside the palette is refused: the library ignores some elements in silence."""
    for element in subject.diagram.elements.values():
        if element.event not in PALETTE.get(element.kind, set()):
            yield element, f"{said(element)} is {_kind(element.event, element.kind)}, which is not run here."


@rule("not_run", "profile; engine notes 1.4", "Take it out; docs/bpmn-profile.md says what there is instead.")
def nothing_is_passed_over(subject: Subject) -> Faults:
    """Data, loops, roles and the like of other engines mean nothing here, and would be passed over."""
    for node in subject.diagram.root.iter(f"{{{BPMN}}}*"):
        kind, around = local(node), node.getparent()
        outer = local(around) if around is not None else ""
        allowed = _AT_ROOT if outer == "definitions" else _IN.get(outer)
        known = allowed is None or kind in allowed or kind in _NOTES
        if (
            kind not in PALETTE
            and not kind.endswith(("Task", "Event", "Gateway", "SubProcess"))
            and not known
        ):
            yield node, f"The {kind} in {_said(around)} is not run here."
        before = node.getprevious()
        symbols = [
            one for one in (node, before) if one is not None and local(one).endswith("EventDefinition")
        ]
        if outer in PALETTE and len(symbols) > 1:
            yield node, f"{_said(around)} has two symbols, and only the first would count."
        for name, usual in _IDLE.items():
            if node.get(name, usual) != usual:
                yield node, f"{_said(node)} has {name} {node.get(name, '')[:20]}, which is not done here."


@rule("one_process", "profile", "Keep one process in a file; draw others as pools without content.")
def the_file_holds_one_process(subject: Subject) -> Faults:
    """A second process in the file would never run."""
    for process in subject.diagram.root.iter(tag("process")):
        if process.get("id") != subject.diagram.process:
            yield process, f"{_said(process)} is a second process of this file, which is not run."


@rule("attribute", "profile", "Correct the name, or take it out.")
def attributes_mean_something(subject: Subject) -> Faults:
    """An attribute of ours that is misspelt or misplaced would be passed over in silence."""
    for node in subject.diagram.root.iter():
        kind = local(node)
        known = _OWN.get(kind, set())
        for key in node.attrib:
            name = etree.QName(key)
            ours = name.namespace == ROUNDTABLE or etree.QName(node).namespace == ROUNDTABLE
            if ours and name.localname not in known:
                close = get_close_matches(name.localname, known, 1)
                remedy = f"Did you mean “{close[0]}”?" if close else "Take it out; it belongs elsewhere."
                yield (
                    node,
                    f"The attribute “{name.localname[:60]}” of {_said(node)} means nothing here.",
                    remedy,
                )
        if etree.QName(node).namespace == ROUNDTABLE and kind not in ("input", "variable"):
            yield node, f"The element “{kind[:60]}” means nothing here."
        if kind == "userTask" and node.get(f"{{{ROUNDTABLE}}}guard", "true") not in ("true", "false"):
            yield (
                node,
                f"The guard of {_said(node)} is neither true nor false.",
                "Write true, or take it out.",
            )


@rule("foreign", "profile", "Take it out, and say it with attributes of ours.", severity="warning")
def no_orders_for_another_engine(subject: Subject) -> Faults:
    """Attributes that tell another engine what to do have no effect here."""
    seen: set[str] = set()
    for node in subject.diagram.root.iter(f"{{{BPMN}}}*"):
        spaces = {etree.QName(key).namespace for key in node.attrib}
        if local(node) == "extensionElements":
            spaces |= {etree.QName(child).namespace for child in node}
        for space in spaces - seen - {None, BPMN, ROUNDTABLE, "http://www.w3.org/2001/XMLSchema-instance"}:
            seen.add(str(space))
            yield node, f"{_said(node)} has orders of “{str(space)[:80]}”, which are not followed here."


@rule("lanes", "profile", "Put each element into one lane.")
def everything_lies_in_one_lane(subject: Subject) -> Faults:
    """An element in two lanes with two roles would go to whichever is read last."""
    first: dict[str, etree._Element] = {}
    for lane in subject.diagram.root.iter(tag("lane")):
        for reference in lane.findall(tag("flowNodeRef")):
            name = (reference.text or "").strip()
            other = first.setdefault(name, lane)
            roles = {one.get(f"{{{ROUNDTABLE}}}role") for one in (lane, other)}
            if other is not lane and len(roles) > 1 and other not in lane.iterancestors():
                yield reference, f"“{name[:80]}” lies in two lanes."


def _kind(event: str, kind: str) -> str:
    word = f"{event} {kind}".strip()
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _said(node: etree._Element | None) -> str:
    if node is None:
        return "the file"
    return f'"{(node.get("name") or node.get("id") or local(node))[:80]}"'


PALETTE_RULES: tuple[ProfileRule, ...] = (
    only_elements_that_run,
    nothing_is_passed_over,
    the_file_holds_one_process,
    attributes_mean_something,
    no_orders_for_another_engine,
    everything_lies_in_one_lane,
)
