"""The standard's own rules (BPMN 2.0.2), each a function over the file: a diagram that breaks one means
nothing definite, whatever an engine would make of it.

They look at every element of the standard, also at those that are not run here, so that the sentence names
what is wrong and not only what is not done.
"""

from __future__ import annotations

from lxml import etree

from engine.checks.bpmn.activities import ACTIVITY_RULES
from engine.checks.bpmn.collaboration import COLLABORATION_RULES
from engine.checks.bpmn.drawing import FLOW_NODES, Drawing
from engine.checks.bpmn.events import EVENT_RULES
from engine.checks.bpmn.flows import FLOW_RULES
from engine.checks.bpmn.gateways import GATEWAY_RULES
from engine.checks.bpmn.inputs_and_outputs import PORT_RULES
from engine.checks.bpmn.references import REFERENCE_RULES
from engine.checks.bpmn.schema import SCHEMA_RULES
from engine.checks.bpmn.soundness import SOUNDNESS_RULES
from engine.checks.rule import Rule
from engine.diagram import MAX_FLOWS, MAX_STEPS
from engine.errors import Finding

__all__ = ["BPMN_RULES", "broken_rules"]

BPMN_RULES: tuple[Rule[Drawing], ...] = (
    *REFERENCE_RULES,
    *FLOW_RULES,
    *GATEWAY_RULES,
    *EVENT_RULES,
    *ACTIVITY_RULES,
    *PORT_RULES,
    *COLLABORATION_RULES,
    *SCHEMA_RULES,
    *SOUNDNESS_RULES,
)


def broken_rules(root: etree._Element, file: str) -> list[Finding]:
    """Every rule of the standard that a BPMN file breaks, with the place."""
    drawing = Drawing(root)
    if len(drawing.all(*FLOW_NODES)) > MAX_STEPS or len(drawing.all("sequenceFlow")) > MAX_FLOWS:
        return []  # reading it says so; looking at each way through it would take too long
    return [finding for rule in BPMN_RULES for finding in rule.findings(drawing, file)]
