"""Small diagrams for tests, written as one line per element.

    draw("p", user("a", due="5 working days"), xor("x", default="x_b"), flows="begin>a a>x x>b x>a[again =
    true] b>done")

Each process has a start event `begin` and an end event `done` unless it brings its own.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:roundtable="urn:roundtable:bpmn:1" '
    'id="definitions" targetNamespace="urn:test">'
)
FLOW = re.compile(r"(\w+)>(\w+)(?:\[([^\]]*)\])?")


def _own(attributes: dict[str, str]) -> str:
    return "".join(f" roundtable:{name}={quoteattr(value)}" for name, value in attributes.items())


def user(name: str, *, role: str = "lead", due: str = "5 working days", items: str = "", **own: str) -> str:
    """A user task; `items="agencies as agency"` makes it one per item."""
    own = {"role": role, "due": due, "clause": "P1", **own}
    loop = ""
    if items:
        collection, item = items.split(" as ")
        loop = (
            f'<bpmn:multiInstanceLoopCharacteristics roundtable:collection="{escape(collection)}" '
            f'roundtable:element="{item}"/>'
        )
    title = name.replace("_", " ").capitalize()
    return (
        f'<bpmn:userTask id="{name}" name="{title}"{_own(own)}>'
        f"<bpmn:documentation>Why {name}.</bpmn:documentation>{loop}</bpmn:userTask>"
    )


def service(name: str, **own: str) -> str:
    """A service task that asks for the service of its own name."""
    return f'<bpmn:serviceTask id="{name}"{_own({"service": name, **own})}/>'


def decide(name: str, decision: str, result: str) -> str:
    """A business rule task."""
    return f'<bpmn:businessRuleTask id="{name}"{_own({"decision": decision, "result": result})}/>'


def xor(name: str, default: str = "") -> str:
    """An exclusive gateway; `default` is the id of the element its default flow leads to."""
    return (
        f'<bpmn:exclusiveGateway id="{name}" default="{name}_{default}"/>'
        if default
        else f'<bpmn:exclusiveGateway id="{name}"/>'
    )


def parallel(name: str) -> str:
    """A parallel gateway."""
    return f'<bpmn:parallelGateway id="{name}"/>'


def boundary(
    name: str, on: str, *, timer: str = "", cycle: str = "", message: str = "", interrupts: bool = True
) -> str:
    """A boundary event: a timer, a repeating timer or a message."""
    stays = "true" if interrupts else "false"
    return f'<bpmn:boundaryEvent id="{name}" attachedToRef="{on}" cancelActivity="{stays}">{_event(timer, cycle, message)}</bpmn:boundaryEvent>'


def catch(name: str, *, timer: str = "", message: str = "") -> str:
    """An intermediate catch event."""
    return f'<bpmn:intermediateCatchEvent id="{name}" name="{name}">{_event(timer, "", message)}</bpmn:intermediateCatchEvent>'


def end(name: str, label: str = "", *, terminate: bool = False) -> str:
    """An end event."""
    inner = "<bpmn:terminateEventDefinition/>" if terminate else ""
    return f'<bpmn:endEvent id="{name}" name="{label or name}">{inner}</bpmn:endEvent>'


def any_time(name: str, message: str, *inner: str, flows: str) -> str:
    """An event sub-process that a message starts; `flows` begin at `<name>_begin`."""
    return (
        f'<bpmn:subProcess id="{name}" triggeredByEvent="true"><bpmn:startEvent id="{name}_begin" isInterrupting="true">'
        f"{_event('', '', message)}</bpmn:startEvent>{''.join(inner)}{_flows(flows)}</bpmn:subProcess>"
    )


def _event(timer: str, cycle: str, message: str) -> str:
    if message:
        return f'<bpmn:messageEventDefinition messageRef="message_{message}"/>'
    kind, text = ("timeCycle", cycle) if cycle else ("timeDuration", timer)
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{escape(text)}</bpmn:{kind}></bpmn:timerEventDefinition>"


def _flows(flows: str) -> str:
    drawn = ""
    for source, target, condition in FLOW.findall(flows):
        inner = (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{escape(condition)}</bpmn:conditionExpression>'
            if condition
            else ""
        )
        drawn += f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'
    return drawn


def draw(process: str, *elements: str, flows: str) -> str:
    """The whole diagram as text."""
    inner = "".join(elements)
    start = "" if '<bpmn:startEvent id="begin"' in inner else '<bpmn:startEvent id="begin"/>'
    done = end("done", "Done") if re.search(r">done\b", flows) and 'id="done"' not in inner else ""
    messages = sorted(set(re.findall(r'messageRef="message_(\w+)"', inner)))
    drawn = "".join(f'<bpmn:message id="message_{name}" name="{name}"/>' for name in messages)
    return f'{HEAD}{drawn}<bpmn:process id="{process}" isExecutable="true">{start}{inner}{done}{_flows(flows)}</bpmn:process></bpmn:definitions>'


def bundle(diagram: str, **more: str) -> dict[str, str]:
    """A bundle of files around a diagram: an empty form for each of its user tasks, and `more` by name."""
    steps = re.findall(r'<bpmn:userTask id="(\w+)"', diagram)
    return {"process.bpmn": diagram, **{f"{step}.form": "{}" for step in steps}, **more}
