"""The standard's rules for pools, messages between them, conversations and choreographies (BPMN 2.0.2, 9
to 11)."""

from __future__ import annotations

from engine.checks.bpmn.drawing import Drawing, Node, kind_of
from engine.checks.rule import Faults, Rule, rule

_IN_GLOBAL_CONVERSATIONS = (
    "conversationNode", "conversation", "subConversation", "callConversation", "participantAssociation",
    "messageFlowAssociation", "conversationAssociation", "association", "group", "textAnnotation",
)  # fmt: skip


@rule("choreography_reference", "9.2 and 11", "Take the reference out.")
def choreographies_refer_to_none(drawing: Drawing) -> Faults:
    """A choreography or a global conversation refers to no choreography."""
    for node in drawing.all("choreography", "globalConversation"):
        if drawing.all_named(node, "choreographyRef"):
            yield node, f"{drawing.said(node)} refers to a choreography."


@rule("choreography_closed", "9.2 table 9.1", "Give both the same isClosed.")
def collaborations_are_as_closed_as_their_choreography(drawing: Drawing) -> Faults:
    """A collaboration and the choreography it refers to are both closed, or both open."""
    for node in drawing.all("collaboration"):
        for name in drawing.all_named(node, "choreographyRef"):
            other = drawing.by_id.get(name)
            if other is not None and (node.get("isClosed") or "false") != (other.get("isClosed") or "false"):
                yield node, f"{drawing.said(node)} and its choreography are not both closed."


@rule("participants", "9.3.1 table 9.5", "Write a number of one or more, and the larger one last.")
def participants_are_counted_rightly(drawing: Drawing) -> Faults:
    """The number of participants is not negative, and the most is one or more and not below the least."""
    for node in drawing.all("participantMultiplicity"):
        low, high = _number(node.get("minimum"), 0), _number(node.get("maximum"), 1)
        if low < 0:
            yield node, f"The least number of {drawing.said(node.getparent())} is below zero."
        if high < 1 or high < low:
            yield (
                node,
                f"The largest number of {drawing.said(node.getparent())} is below one or below the least.",
            )


@rule("message_flow", "9.4", "Join two pools, or draw an arrow inside one.")
def messages_go_between_pools(drawing: Drawing) -> Faults:
    """A message flow joins two different pools."""
    for flow in drawing.all("messageFlow"):
        ends = [drawing.find(flow.get("sourceRef")), drawing.find(flow.get("targetRef"))]
        pools = [_pool(drawing, node) for node in ends if node is not None]
        if len(pools) == 2 and pools[0] is not None and pools[0] is pools[1]:
            yield flow, f"The message {drawing.said(flow)} stays in one pool."


@rule("global_conversation", "9.5.6", "Draw them in a collaboration.")
def global_conversations_are_empty(drawing: Drawing) -> Faults:
    """A global conversation holds participants and messages only."""
    for node in drawing.all("globalConversation"):
        if drawing.children(node, *_IN_GLOBAL_CONVERSATIONS):
            yield node, f"{drawing.said(node)} holds what a global conversation cannot."


@rule("public_process", "10.2 table 10.1", "Set its type to Private, or let it not be executable.")
def public_processes_are_not_run(drawing: Drawing) -> Faults:
    """A public process is a drawing for others and is not run."""
    for node in drawing.all("process"):
        if node.get("processType") == "Public" and node.get("isExecutable") == "true":
            yield node, f"{drawing.said(node)} is public and executable at once."


def _number(text: str | None, otherwise: int) -> int:
    try:
        return int((text or str(otherwise))[:20])
    except ValueError:
        return otherwise


def _pool(drawing: Drawing, node: Node) -> Node | None:
    """The pool that an end of a message flow is, or lies in; the process where there is no pool."""
    if kind_of(node) == "participant":
        process = drawing.find(node.get("processRef"))
        return process if process is not None else node
    return drawing.process(node)


COLLABORATION_RULES: tuple[Rule[Drawing], ...] = (
    choreographies_refer_to_none,
    collaborations_are_as_closed_as_their_choreography,
    participants_are_counted_rightly,
    messages_go_between_pools,
    global_conversations_are_empty,
    public_processes_are_not_run,
)
