"""The standard's rules for names: every id once, and every reference to something there, of the right kind
(BPMN 2.0.2, 8.1 and the attribute tables of each element)."""

from __future__ import annotations

from engine.checks.bpmn.drawing import (
    ACTIVITIES,
    CHOREOGRAPHY,
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    Drawing,
    kind_of,
    kind_words,
    local_id,
    text_of,
)
from engine.checks.rule import Faults, Rule, rule

_STANDARD = "{http://www.omg.org/spec/"  # what other makers add has ids of its own
_CALLED = (
    "process", "globalTask", "globalUserTask", "globalManualTask", "globalScriptTask",
    "globalBusinessRuleTask",
)  # fmt: skip
_DATA = (
    "property", "dataObject", "dataInput", "dataOutput", "dataStore", "dataStoreReference",
    "dataObjectReference",
)  # fmt: skip
_DEFINITIONS = tuple(
    f"{kind}EventDefinition"
    for kind in "message timer error escalation cancel compensate conditional link signal terminate".split()
)
_IN_PROCESS = (*ACTIVITIES, *GATEWAYS, *EVENTS)
_ENDS_OF_MESSAGES = ("participant", *ACTIVITIES, *EVENTS, *CHOREOGRAPHY)

_TARGETS: dict[str, tuple[str, ...]] = {
    "sequenceFlow.sourceRef": (*_IN_PROCESS, *CHOREOGRAPHY),
    "sequenceFlow.targetRef": (*_IN_PROCESS, *CHOREOGRAPHY),
    "messageFlow.sourceRef": _ENDS_OF_MESSAGES, "messageFlow.targetRef": _ENDS_OF_MESSAGES,
    "messageFlow.messageRef": ("message",), "association.sourceRef": (), "association.targetRef": (),
    "group.categoryValueRef": ("categoryValue",), "lane.flowNodeRef": FLOW_NODES,
    "lane.partitionElementRef": (),
    "correlationKey.correlationPropertyRef": ("correlationProperty",),
    "correlationPropertyRetrievalExpression.messageRef": ("message",),
    "correlationSubscription.correlationKeyRef": ("correlationKey",),
    "correlationPropertyBinding.correlationPropertyRef": ("correlationProperty",),
    "error.structureRef": ("itemDefinition",), "escalation.structureRef": ("itemDefinition",),
    "message.itemRef": ("itemDefinition",), "signal.structureRef": ("itemDefinition",),
    "operation.inMessageRef": ("message",), "operation.outMessageRef": ("message",),
    "operation.errorRef": ("error",),
    "participant.processRef": ("process",), "participant.interfaceRef": ("interface",),
    "participant.endPointRef": ("endPoint",), "partnerEntity.participantRef": ("participant",),
    "partnerRole.participantRef": ("participant",),
    "participantAssociation.innerParticipantRef": ("participant",),
    "participantAssociation.outerParticipantRef": ("participant",),
    "process.definitionalCollaborationRef": ("collaboration", "choreography", "globalConversation"),
    "process.supports": ("process",), "*.supportedInterfaceRef": ("interface",),
    "*.incoming": ("sequenceFlow", "messageFlow"), "*.outgoing": ("sequenceFlow", "messageFlow"),
    "*.default": ("sequenceFlow",), "*.categoryValueRef": ("categoryValue",),
    "*.operationRef": ("operation",),
    "*.resourceRef": ("resource",), "*.parameterRef": ("resourceParameter",), "*.messageRef": ("message",),
    "callActivity.calledElement": _CALLED, "ioBinding.inputDataRef": ("inputSet", "dataInput"),
    "ioBinding.outputDataRef": ("outputSet", "dataOutput"), "*.loopDataInputRef": _DATA,
    "*.loopDataOutputRef": _DATA,
    "*.oneBehaviorEventRef": _DEFINITIONS, "*.noneBehaviorEventRef": _DEFINITIONS,
    "*.itemSubjectRef": ("itemDefinition",), "*.dataObjectRef": ("dataObject",),
    "*.dataStoreRef": ("dataStore",),
    "*.dataInputRefs": ("dataInput",), "*.optionalInputRefs": ("dataInput",),
    "*.whileExecutingInputRefs": ("dataInput",), "*.outputSetRefs": ("outputSet",),
    "*.dataOutputRefs": ("dataOutput",), "*.optionalOutputRefs": ("dataOutput",),
    "*.whileExecutingOutputRefs": ("dataOutput",), "*.inputSetRefs": ("inputSet",),
    "dataInputAssociation.sourceRef": _DATA, "dataInputAssociation.targetRef": _DATA,
    "dataOutputAssociation.sourceRef": _DATA, "dataOutputAssociation.targetRef": _DATA,
    "*.eventDefinitionRef": _DEFINITIONS, "boundaryEvent.attachedToRef": ACTIVITIES,
    "compensateEventDefinition.activityRef": ACTIVITIES, "errorEventDefinition.errorRef": ("error",),
    "escalationEventDefinition.escalationRef": ("escalation",),
    "signalEventDefinition.signalRef": ("signal",),
    "linkEventDefinition.source": ("linkEventDefinition",),
    "linkEventDefinition.target": ("linkEventDefinition",),
}  # fmt: skip


@rule("same_id", "8.1", "Give each element its own id.")
def ids_stand_once(drawing: Drawing) -> Faults:
    """Every id stands once in a file: of two elements with one id the second is lost."""
    seen: dict[str, object] = {}
    for node in drawing.root.iter():
        name = node.get("id")
        if name and str(node.tag).startswith(_STANDARD) and seen.setdefault(name, node) is not node:
            yield node, f"The id “{name[:80]}” stands here a second time."


@rule("import", "8.1.1", "Put what is needed into this file.")
def nothing_is_imported(drawing: Drawing) -> Faults:
    """A diagram stands alone: other files are never looked for."""
    for node in drawing.all("import"):
        yield node, f"The file imports {(node.get('location') or 'another file')[:80]}, which is not read."


@rule("reference", "8.1 and the element's table", "Choose one that is there, or take the reference out.")
def references_lead_to_what_is_meant(drawing: Drawing) -> Faults:
    """What an element refers to is in the file, and of the kind that belongs there."""
    for node in drawing.nodes:
        kind = kind_of(node)
        for name, value in node.attrib.items():
            yield from _fault(drawing, node, kind, str(name), str(value))
        parent = node.getparent()
        if len(node) == 0 and parent is not None:
            yield from _fault(drawing, parent, kind_of(parent), kind, text_of(node))


def _fault(drawing: Drawing, node: object, kind: str, name: str, value: str) -> Faults:
    allowed = _TARGETS.get(f"{kind}.{name}", _TARGETS.get(f"*.{name}"))
    if allowed is None or not value or ("EventDefinition" in kind and name == "default"):
        return
    found = drawing.by_id.get(local_id(value))
    said = f"The {name} of {drawing.said(node)}"  # type: ignore[arg-type]
    if found is None:
        yield node, f"{said} names “{local_id(value)[:80]}”, which is not in the file."
    elif allowed and kind_of(found) not in allowed:
        yield node, f"{said} names {drawing.said(found)}, which is a {kind_words(found)}."


REFERENCE_RULES: tuple[Rule[Drawing], ...] = (
    ids_stand_once,
    nothing_is_imported,
    references_lead_to_what_is_meant,
)
