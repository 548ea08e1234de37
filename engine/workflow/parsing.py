"""From a diagram to SpiffWorkflow's specifications: one for the process, one for each event sub-process.

The library's own event sub-processes never interrupt and alter the shared specification (engine notes 1.4,
3.4),
so each is taken out of the XML and made a small process of its own; `Run.deliver` does the interrupting.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    IntermediateCatchEventParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent, StartEvent, UserTask
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask

from engine.diagram import Diagram, local, own, tag
from engine.errors import BundleRefused, Finding
from engine.workflow.elements import Awaited, AwaitedCycle, EngineStep, PerItem


@dataclass(frozen=True)
class Model:
    """A diagram with the specifications to run it. Shared by all its instances; never changed after it is
    made."""

    diagram: Diagram
    specs: dict[str, Any]


class _UserTaskParser(TaskParser):  # type: ignore[misc]
    task: Any

    def _add_multiinstance_task(self, loop_characteristics: etree._Element) -> None:
        original = self.spec.task_specs.pop(self.task.name)
        collection = loop_characteristics.get(own("collection")) or ""
        self.task = PerItem(
            self.spec, original.name, "", collection=collection, description="Parallel MultiInstance"
        )
        self._copy_task_attrs(original, loop_characteristics)


class _EventMixin:
    """Messages and timers become events that we fire ourselves."""

    node: etree._Element

    def parse_message_event(self, event: etree._Element) -> Awaited:
        return Awaited(self.node.get("id") or "")

    def parse_timer_event(self, event: etree._Element) -> Awaited:
        cycle = event.find(tag("timeCycle")) is not None
        return (AwaitedCycle if cycle else Awaited)(self.node.get("id") or "")


class _StartParser(_EventMixin, StartEventParser):  # type: ignore[misc]
    pass


class _BoundaryParser(_EventMixin, BoundaryEventParser):  # type: ignore[misc]
    pass


class _CatchParser(_EventMixin, IntermediateCatchEventParser):  # type: ignore[misc]
    pass


class _Parser(BpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES: ClassVar = {
        tag("userTask"): (_UserTaskParser, UserTask),
        tag("serviceTask"): (TaskParser, EngineStep),
        tag("businessRuleTask"): (TaskParser, EngineStep),
        tag("startEvent"): (_StartParser, StartEvent),
        tag("boundaryEvent"): (_BoundaryParser, BoundaryEvent),
        tag("intermediateCatchEvent"): (_CatchParser, IntermediateCatchEvent),
    }


def compile_diagram(diagram: Diagram) -> Model:
    """The runnable model of a diagram. Raises BundleRefused, with the element, when the library cannot parse
    it."""
    root, scopes = _split_event_subprocesses(copy.deepcopy(diagram.root), diagram.process)
    parser = _Parser()
    try:
        parser.add_bpmn_xml(root, filename=diagram.file)
        specs = {scope: parser.get_spec(process_id) for scope, process_id in scopes.items()}
    except (ValidationException, KeyError, TypeError, AttributeError, ValueError, RecursionError) as fault:
        finding = Finding(
            diagram.file,
            str(getattr(fault, "id", "") or ""),
            0,
            "parses",
            _why(fault),
            "Check the element named here, and what it refers to; split a long process.",
        )
        raise BundleRefused([finding]) from fault
    for spec in specs.values():
        _connect_items(spec)
    return Model(diagram, specs)


def _why(fault: Exception) -> str:
    """What the library says, in words of ours where it only ran out of depth."""
    if "recursion" in str(fault):
        return "The engine cannot read this diagram: too many elements follow one another."
    return f"The engine cannot read this diagram: {str(fault)[:300]}."


def _split_event_subprocesses(root: etree._Element, process_id: str) -> tuple[etree._Element, dict[str, str]]:
    scopes = {"": process_id}
    for process in list(root.iter(tag("process"))):
        for sub in process.findall(tag("subProcess")):
            if sub.get("triggeredByEvent") != "true":
                continue
            identifier = sub.get("id") or ""
            process.remove(sub)
            alone = etree.SubElement(root, tag("process"), id=identifier, isExecutable="true")
            alone.extend(list(sub))
            for start in alone.findall(tag("startEvent")):
                for definition in [child for child in start if local(child).endswith("EventDefinition")]:
                    start.remove(definition)
            scopes[identifier] = identifier
    return root, scopes


def _connect_items(spec: Any) -> None:
    """Children of a multi-instance task report to it through a callback which the library connects only when
    it
    creates one; a state loaded in a fresh process would never merge (engine notes 3.4)."""
    for task_spec in spec.task_specs.values():
        if isinstance(task_spec, LoopTask):
            child = spec.task_specs[task_spec.task_spec]
            if not child.completed_event.is_connected(task_spec.merge_child):
                child.completed_event.connect(task_spec.merge_child)
