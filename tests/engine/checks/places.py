"""Every place of a diagram and a table that holds an expression: a bundle with a text in just that place."""

from __future__ import annotations

from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

from tests.engine.decisions.files import column, decision, definitions, output, table
from tests.engine.drawing import HEAD, boundary, bundle, catch, decide, draw, end, user, xor

Files = dict[str, str]


def condition(text: str) -> Files:
    return bundle(
        draw(
            "p", user("a"), xor("x", default="done"), user("b"),
            flows="begin>a a>x x>b[CONDITION] x>done b>done",
        ).replace("CONDITION", escape(text))
    )  # fmt: skip


def _task(attribute: str) -> Callable[[str], Files]:
    def place(text: str) -> Files:
        marked = user("a").replace(
            "<bpmn:userTask", f"<bpmn:userTask roundtable:{attribute}={quoteattr(text)}"
        )
        return bundle(draw("p", marked.replace(' roundtable:due="5 working days"', "", attribute == "due"),
                           flows="begin>a a>done"))  # fmt: skip

    return place


def service_input(text: str) -> Files:
    inner = f'<bpmn:extensionElements><roundtable:input name="x" value={quoteattr(text)}/></bpmn:extensionElements>'
    task = f'<bpmn:serviceTask id="known" roundtable:service="known">{inner}</bpmn:serviceTask>'
    return bundle(draw("p", user("a"), task, flows="begin>a a>known known>done"))


def collection(text: str) -> Files:
    return bundle(
        draw("p", user("a", items="LIST as one"), flows="begin>a a>done").replace('"LIST"', quoteattr(text))
    )


def timer(text: str) -> Files:
    return bundle(draw("p", catch("t", timer=text), flows="begin>t t>done"))


def cycle(text: str) -> Files:
    border = boundary("t", "a", cycle=text, interrupts=False)
    return bundle(draw("p", user("a"), border, end("z"), flows="begin>a a>done t>z"))


def _with_table(logic: str, text: str) -> Files:
    diagram = draw("p", user("a"), decide("d", "outcome", "found"), flows="begin>a a>d d>done")
    tables = definitions(decision("outcome", logic)).decode()
    return bundle(diagram, **{"t.dmn": tables.replace("TEXT", escape(text))})


def input_expression(text: str) -> Files:
    return _with_table(table([column("TEXT")], [output()], [("-", "1")]), text)


def input_cell(text: str) -> Files:
    return _with_table(table([column("a.x")], [output()], [("TEXT", "1"), ("-", "2")], "FIRST"), text)


def output_cell(text: str) -> Files:
    return _with_table(table([column("a.x")], [output()], [("-", "TEXT")]), text)


def default_result(text: str) -> Files:
    return _with_table(table([column("a.x")], [output(default="TEXT")], [("1", "1")]), text)


def literal(text: str) -> Files:
    return _with_table("<literalExpression><text>TEXT</text></literalExpression>", text)


PLACES: dict[str, Callable[[str], Files]] = {
    "condition": condition,
    "agency": _task("agency"),
    "assignee": _task("assignee"),
    "due": _task("due"),
    "statutory limit": _task("statutoryLimit"),
    "service input": service_input,
    "list": collection,
    "timer": timer,
    "repeating timer": cycle,
    "table: input": input_expression,
    "table: condition": input_cell,
    "table: result": output_cell,
    "table: default": default_result,
    "table: expression": literal,
}

SCRIPTS = {
    "script task": "<bpmn:scriptTask id='s'><bpmn:script>TEXT</bpmn:script></bpmn:scriptTask>",
    "loop condition": (
        "<bpmn:userTask id='s'><bpmn:standardLoopCharacteristics><bpmn:loopCondition>TEXT"
        "</bpmn:loopCondition></bpmn:standardLoopCharacteristics></bpmn:userTask>"
    ),
    "loop number": (
        "<bpmn:userTask id='s'><bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>TEXT"
        "</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"
    ),
    "loop end": (
        "<bpmn:userTask id='s'><bpmn:multiInstanceLoopCharacteristics><bpmn:completionCondition>TEXT"
        "</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"
    ),
    "conditional event": (
        "<bpmn:intermediateCatchEvent id='s'><bpmn:conditionalEventDefinition><bpmn:condition>TEXT"
        "</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:intermediateCatchEvent>"
    ),
    "pre-script": (
        "<bpmn:userTask id='s'><bpmn:extensionElements><spiff:preScript xmlns:spiff="
        "'http://spiffworkflow.org/bpmn/schema/1.0/core'>TEXT</spiff:preScript></bpmn:extensionElements>"
        "</bpmn:userTask>"
    ),
    "post-script": (
        "<bpmn:userTask id='s'><bpmn:extensionElements><spiff:postScript xmlns:spiff="
        "'http://spiffworkflow.org/bpmn/schema/1.0/core'>TEXT</spiff:postScript></bpmn:extensionElements>"
        "</bpmn:userTask>"
    ),
    "service parameter": (
        "<bpmn:serviceTask id='s'><bpmn:extensionElements><spiff:serviceTaskOperator id='known' xmlns:spiff="
        "'http://spiffworkflow.org/bpmn/schema/1.0/core'><spiff:parameters><spiff:parameter id='x' type='any' "
        "value='TEXT'/></spiff:parameters></spiff:serviceTaskOperator></bpmn:extensionElements>"
        "</bpmn:serviceTask>"
    ),
    "message payload": (
        "<bpmn:intermediateThrowEvent id='s'><bpmn:messageEventDefinition><bpmn:extensionElements>"
        "<spiff:messagePayload xmlns:spiff='http://spiffworkflow.org/bpmn/schema/1.0/core'>TEXT"
        "</spiff:messagePayload></bpmn:extensionElements></bpmn:messageEventDefinition>"
        "</bpmn:intermediateThrowEvent>"
    ),
    "correlation path": (
        "<bpmn:correlationSubscription id='s' correlationKeyRef='k'><bpmn:correlationPropertyBinding "
        "correlationPropertyRef='p'><bpmn:dataPath>TEXT</bpmn:dataPath></bpmn:correlationPropertyBinding>"
        "</bpmn:correlationSubscription>"
    ),
    "ad-hoc end": (
        "<bpmn:adHocSubProcess id='s'><bpmn:task id='t'/><bpmn:completionCondition>TEXT"
        "</bpmn:completionCondition></bpmn:adHocSubProcess>"
    ),
    "complex gateway": (
        "<bpmn:complexGateway id='s'><bpmn:activationCondition>TEXT</bpmn:activationCondition>"
        "</bpmn:complexGateway>"
    ),
}


def scripted(place: str, text: str) -> Files:
    """A bundle with a text where other engines run scripts."""
    element = SCRIPTS[place].replace("TEXT", escape(text, {"'": "&apos;"}))
    diagram = draw("p", element, flows="begin>s s>done")
    return {"process.bpmn": diagram, "s.form": "{}"}


__all__ = ["HEAD", "PLACES", "SCRIPTS", "scripted"]
