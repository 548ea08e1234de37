"""The standard's rules for data: inputs, outputs, their sets and what joins them (BPMN 2.0.2, 10.4)."""

from __future__ import annotations

from engine.checks.bpmn.activities import same_item
from engine.checks.bpmn.drawing import CATCHING, THROWING, Drawing, Node, kind_of, local_id
from engine.checks.rule import Faults, Rule, rule

_OURS = "Use process variables: answers of forms, results of services and tables."
_SETS = (
    ("inputSet", "dataInput", "dataInputRefs", ("optionalInputRefs", "whileExecutingInputRefs")),
    ("outputSet", "dataOutput", "dataOutputRefs", ("optionalOutputRefs", "whileExecutingOutputRefs")),
)
_HELD = {
    "messageEventDefinition": ("messageRef", "itemRef"), "signalEventDefinition": ("signalRef",
    "structureRef"),
    "errorEventDefinition": ("errorRef", "structureRef"),
    "escalationEventDefinition": ("escalationRef", "structureRef"),
}  # fmt: skip


@rule("data_collection", "10.4.1", _OURS)
def lists_are_lists_in_both_places(drawing: Drawing) -> Faults:
    """Data that says it is a list refers to a definition that says so, too."""
    for node in drawing.all("dataObject", "dataInput", "dataOutput"):
        item = drawing.find(node.get("itemSubjectRef"))
        if item is not None and (item.get("isCollection") or "false") != (
            node.get("isCollection") or "false"
        ):
            yield node, f"{drawing.said(node)} and its definition do not agree on being a list."


@rule("data_object_name", "10.4.1", _OURS)
def references_carry_the_name_of_their_object(drawing: Drawing) -> Faults:
    """A reference to data has the name of the data, with its state in square brackets."""
    for node in drawing.all("dataObjectReference"):
        held, state = drawing.find(node.get("dataObjectRef")), drawing.child(node, "dataState")
        if node.get("name") and held is not None and (held.get("name") or state is not None):
            named = state.get("name") if state is not None else ""
            wanted = {held.get("name") or "", f"{held.get('name') or ''} [{named or ''}]"}
            wanted = wanted if state is None else {f"{held.get('name') or ''} [{named or ''}]"}
            if node.get("name") not in wanted:
                yield node, f"{drawing.said(node)} is not the name of the data it refers to."


@rule("data_sets", "10.4.1", _OURS)
def inputs_and_outputs_belong_to_a_set(drawing: Drawing) -> Faults:
    """Every input and output belongs to a set; what may be missing or come later is listed there, too."""
    for specification in drawing.all("ioSpecification"):
        for group, port, listed, special in _SETS:
            sets = drawing.children(specification, group)
            known = {name for found in sets for name in drawing.all_named(found, listed)}
            for node in drawing.children(specification, port):
                if node.get("id") not in known:
                    yield node, f"{drawing.said(node)} belongs to no set."
            for found in sets:
                inside = set(drawing.all_named(found, listed))
                for kind in special:
                    for name in drawing.all_named(found, kind):
                        if name not in inside:
                            yield (
                                found,
                                f"The set {drawing.said(found)} marks “{name}”, which it does not list.",
                            )
    yield from _one_way_sets(drawing)


def _one_way_sets(drawing: Drawing) -> Faults:
    pairs = (("inputSet", "outputSetRefs", "inputSetRefs"), ("outputSet", "inputSetRefs", "outputSetRefs"))
    for group, there, back in pairs:
        for found in drawing.all(group):
            for name in drawing.all_named(found, there):
                other = drawing.by_id.get(name)
                if other is not None and found.get("id") not in drawing.all_named(other, back):
                    yield found, f"{drawing.said(found)} names {drawing.said(other)}, which does not name it."


@rule("data_association", "10.4.2", _OURS)
def what_is_copied_is_of_one_kind(drawing: Drawing) -> Faults:
    """What is copied from one place to another is of one kind, or says how it is changed; from one place
    only."""
    for association in drawing.all("dataInputAssociation", "dataOutputAssociation"):
        if drawing.child(association, "transformation") is not None:
            continue
        sources = drawing.all_named(association, "sourceRef")
        if len(sources) > 1:
            yield association, f"Data comes to {drawing.said(association.getparent())} from several places."
        ends = [drawing.by_id.get(name) for name in (*sources[:1], drawing.named(association, "targetRef"))]
        items = [_item(drawing, node) for node in ends if node is not None]
        changed = drawing.child(association, "assignment") is not None
        if len(items) == 2 and all(items) and not changed and not same_item(drawing, *items):
            yield association, f"Data of another kind is copied to {drawing.said(association.getparent())}."


@rule("event_data", "10.5.1", _OURS)
def events_have_a_port_for_each_definition(drawing: Drawing) -> Faults:
    """An event with data has one piece for each thing it waits for or tells, of the same kind."""
    for event in drawing.all(*CATCHING, *THROWING):
        port = "dataOutput" if kind_of(event) in CATCHING else "dataInput"
        ports = drawing.children(event, port)
        told = [node for node in drawing.definitions(event) if kind_of(node) in _HELD]
        if ports and len(ports) < len(drawing.definitions(event)):
            yield event, f"{drawing.said(event)} has data for some of what it is about only."
            continue
        for node, data in zip(told, ports, strict=False):
            ref, held = _HELD[kind_of(node)]
            named = drawing.find(node.get(ref))
            item = named.get(held) if named is not None else None
            if not same_item(drawing, data.get("itemSubjectRef"), item):
                yield event, f"The data of {drawing.said(event)} is not what it is about."
                break


def _item(drawing: Drawing, node: Node) -> str:
    """The definition of a piece of data, also of one that is referred to."""
    for reference in ("dataObjectRef", "dataStoreRef"):
        held = drawing.find(node.get(reference))
        if held is not None and not node.get("itemSubjectRef"):
            node = held
    return local_id(node.get("itemSubjectRef"))


PORT_RULES: tuple[Rule[Drawing], ...] = (
    lists_are_lists_in_both_places,
    references_carry_the_name_of_their_object,
    inputs_and_outputs_belong_to_a_set,
    what_is_copied_is_of_one_kind,
    events_have_a_port_for_each_definition,
)
