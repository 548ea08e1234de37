"""Small models of our own, each of which breaks one rule of the standard (BPMN 2.0.2; the clause stands with
the rule): by the rule's id."""

from __future__ import annotations

from tests.engine.drawing import any_time, draw, end, parallel, user, xor

EVENT = "<bpmn:{0}EventDefinition id='d_{0}'/>"


def task(name: str, inner: str = "", kind: str = "task", **attributes: str) -> str:
    marks = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<bpmn:{kind} id="{name}" name="{name}"{marks}>{inner}</bpmn:{kind}>'


def event(kind: str, name: str, *triggers: str, inner: str = "", **attributes: str) -> str:
    told = "".join(EVENT.format(trigger) for trigger in triggers)
    return task(name, told + inner, kind, **attributes)


def border(name: str, *triggers: str, on: str = "a", inner: str = "", **attributes: str) -> str:
    return event("boundaryEvent", name, *triggers, inner=inner, attachedToRef=on, **attributes)


def drawn(*elements: str, flows: str, root: str = "") -> str:
    """A diagram, with elements beside its process."""
    return draw("p", *elements, flows=flows).replace("<bpmn:process", f"{root}<bpmn:process", 1)


def simple(inner: str, kind: str = "task", root: str = "", **attributes: str) -> str:
    """One task between start and end, with something in it."""
    return drawn(task("a", inner, kind, **attributes), flows="begin>a a>done", root=root)


def event_gateway(*elements: str, flows: str) -> str:
    gateway = '<bpmn:eventBasedGateway id="g"/>'
    return drawn(gateway, *elements, flows=f"begin>g {flows}")


def pools(inner: str, *elements: str, flows: str = "begin>a a>done") -> str:
    pool = '<bpmn:participant id="pool" processRef="p"/><bpmn:participant id="other" name="Other"/>'
    return drawn(
        *elements, flows=flows, root=f'<bpmn:collaboration id="c">{pool}{inner}</bpmn:collaboration>'
    )


ITEMS = (
    '<bpmn:itemDefinition id="text" structureRef="text"/><bpmn:itemDefinition id="number" structureRef="number"/>'
    '<bpmn:itemDefinition id="texts" structureRef="text" isCollection="true"/>'
)
MESSAGE = f'{ITEMS}<bpmn:message id="m" itemRef="text"/>'
SERVICE = (
    f'{MESSAGE}<bpmn:interface id="i" name="i"><bpmn:operation id="o" name="o"><bpmn:inMessageRef>m'
    "</bpmn:inMessageRef></bpmn:operation></bpmn:interface>"
)


def ports(*inputs: str, sets: int = 1, refs: str = "", kind: str = "") -> str:
    """Inputs of a task by the item each holds, in a number of sets."""
    marks = f' isCollection="{kind}"' if kind else ""
    held = "".join(
        f'<bpmn:dataInput id="in{n}" itemSubjectRef="{item}"{marks}/>' for n, item in enumerate(inputs)
    )
    listed = refs or "".join(f"<bpmn:dataInputRefs>in{n}</bpmn:dataInputRefs>" for n in range(len(inputs)))
    groups = "".join(f'<bpmn:inputSet id="set{n}">{listed}</bpmn:inputSet>' for n in range(sets))
    return f"<bpmn:ioSpecification>{held}{groups}<bpmn:outputSet/></bpmn:ioSpecification>"


NOTE = '<bpmn:textAnnotation id="note"><bpmn:text>Hello</bpmn:text></bpmn:textAnnotation>'
AT_ANY_TIME = any_time("gone", "withdraw", end("gone_end"), flows="gone_begin>gone_end")
INSIDE = '<bpmn:startEvent id="in_begin"/><bpmn:endEvent id="in_end"/><bpmn:sequenceFlow id="in" sourceRef="in_begin" targetRef="in_end"/>'
LINK = '<bpmn:linkEventDefinition id="l" name="l"/>'

BROKEN: dict[str, list[str]] = {
    "same_id": [drawn(task("a"), task("a"), flows="begin>a a>done")],
    "import": [
        drawn(
            task("a"),
            flows="begin>a a>done",
            root='<bpmn:import importType="x" location="other.bpmn" namespace="n"/>',
        )
    ],
    "reference": [
        drawn(task("a"), flows="begin>a a>nowhere"),
        drawn(task("a"), border("b", "timer", on="done"), end("z"), flows="begin>a a>done b>z"),
        simple("", "receiveTask", messageRef="gone"),
        simple("", "callActivity", calledElement="gone"),
    ],
    "arrow_to_note": [drawn(task("a"), NOTE, flows="begin>a a>done a>note")],
    "arrow_to_event_sub_process": [drawn(task("a"), AT_ANY_TIME, flows="begin>a a>gone a>done")],
    "arrow_lists": [simple("<bpmn:incoming>begin_a</bpmn:incoming>")],
    "arrow_immediate": [simple("").replace('id="begin_a"', 'id="begin_a" isImmediate="false"')],
    "single_condition": [drawn(task("a"), flows="begin>a a>done[true]")],
    "condition_place": [
        drawn(
            parallel("s"), task("a"), task("b"), parallel("j"), flows="begin>s s>a[true] s>b a>j b>j j>done"
        )
    ],
    "default_flow": [
        drawn(task("a"), xor("x"), task("b"), flows="begin>a a>x x>b[true] x>done b>done").replace(
            'id="x"', 'id="x" default="begin_a"'
        )
    ],
    "start_incoming": [drawn(task("a"), xor("x"), flows="begin>a a>x x>begin x>done")],
    "end_outgoing": [drawn(task("a"), end("z"), flows="begin>a a>done done>z")],
    "boundary_incoming": [
        drawn(task("a"), xor("x"), border("b", "timer"), end("z"), flows="begin>x x>a x>b a>done b>z")
    ],
    "start_and_end": [
        drawn(task("a"), flows="begin>a"),
        drawn(task("a"), task("s", end("e"), "subProcess"), flows="begin>a a>s s>done"),
    ],
    "no_way_in": [drawn(task("a"), task("b"), flows="begin>a a>done b>done")],
    "dead_end": [drawn(task("a"), xor("x"), task("b"), flows="begin>a a>x x>b x>done")],
    "pool_border": [
        drawn(task("a"), flows="begin>a a>other a>done").replace(
            "</bpmn:process>", '</bpmn:process><bpmn:process id="q"><bpmn:task id="other"/></bpmn:process>'
        )
    ],
    "sub_process_border": [
        drawn(task("a"), task("s", INSIDE + task("b"), "subProcess"), flows="begin>a a>b s>done a>s")
    ],
    "condition_text": [
        drawn(task("a"), xor("x"), task("b"), flows="begin>a a>x x>b[CONDITION] x>done b>done").replace(
            "CONDITION", ""
        )
    ],
    "gateway_direction": [
        drawn(xor("x").replace("/>", f' gatewayDirection="{way}"/>'), task("a"), task("b"), flows=flows)
        for way, flows in (
            ("Converging", "begin>x x>a x>b a>done b>done"),
            ("Mixed", "begin>x x>a x>b a>done b>done"),
            ("Diverging", "begin>a a>x b>x x>done begin>b"),
        )
    ],
    "gateway_arrows": [drawn(xor("x"), flows="begin>x x>done")],
    "event_gateway_ways": [event_gateway(event("intermediateCatchEvent", "t", "timer"), flows="g>t t>done")],
    "event_gateway_condition": [
        event_gateway(
            event("intermediateCatchEvent", "t", "timer"),
            event("intermediateCatchEvent", "u", "signal"),
            flows="g>t[true] g>u t>done u>done",
        )
    ],
    "event_gateway_targets": [
        event_gateway(
            task("a"), event("intermediateCatchEvent", "u", "signal"), flows="g>a g>u a>done u>done"
        ),
        event_gateway(
            task("a", "", "receiveTask"),
            event("intermediateCatchEvent", "u", "message"),
            flows="g>a g>u a>done u>done",
        ),
    ],
    "event_gateway_boundary": [
        event_gateway(
            task("a", "", "receiveTask"),
            task("b", "", "receiveTask"),
            border("t", "timer"),
            flows="g>a g>b a>done b>done t>done",
        )
    ],
    "event_gateway_only": [
        event_gateway(
            event("intermediateCatchEvent", "t", "timer"),
            event("intermediateCatchEvent", "u", "signal"),
            xor("x"),
            flows="g>t g>u t>x x>u x>done u>done",
        )
    ],
    "event_gateway_start": [
        event_gateway(
            event("intermediateCatchEvent", "t", "timer"),
            event("intermediateCatchEvent", "u", "signal"),
            flows="g>t g>u t>done u>done",
        ).replace('id="g"', 'id="g" instantiate="true"')
    ],
    "start_trigger": [drawn(event("startEvent", "begin", "error"), task("a"), flows="begin>a a>done")],
    "sub_process_start": [
        drawn(
            task(
                "s",
                INSIDE.replace(
                    'id="in_begin"/>', 'id="in_begin"><bpmn:timerEventDefinition/></bpmn:startEvent>'
                ),
                "subProcess",
            ),
            flows="begin>s s>done",
        )
    ],
    "event_sub_process_start": [
        drawn(task("a"), task("s", INSIDE, "subProcess", triggeredByEvent="true"), flows="begin>a a>done"),
        drawn(
            task("a"),
            task("s", INSIDE + '<bpmn:startEvent id="two"/>', "subProcess", triggeredByEvent="true"),
            flows="begin>a a>done",
        ),
    ],
    "called_start": [
        drawn(task("a", "", "callActivity", calledElement="q"), flows="begin>a a>done").replace(
            "</bpmn:process>",
            '</bpmn:process><bpmn:process id="q"><bpmn:startEvent id="b2"><bpmn:signalEventDefinition/></bpmn:startEvent><bpmn:endEvent id="e2"/></bpmn:process>',
        )
    ],
    "end_trigger": [drawn(task("a"), event("endEvent", "done", "timer"), flows="begin>a a>done")],
    "cancel_end": [drawn(task("a"), event("endEvent", "done", "cancel"), flows="begin>a a>done")],
    "catch_trigger": [
        drawn(event("intermediateCatchEvent", "a"), flows="begin>a a>done"),
        drawn(event("intermediateCatchEvent", "a", "error"), flows="begin>a a>done"),
    ],
    "throw_trigger": [drawn(event("intermediateThrowEvent", "a", "timer"), flows="begin>a a>done")],
    "boundary_trigger": [
        drawn(task("a"), border("b"), end("z"), flows="begin>a a>done b>z"),
        drawn(task("a"), border("b", "error", cancelActivity="false"), end("z"), flows="begin>a a>done b>z"),
    ],
    "cancel_boundary": [drawn(task("a"), border("b", "cancel"), end("z"), flows="begin>a a>done b>z")],
    "compensation": [
        drawn(task("a"), border("b", "compensate"), end("z"), flows="begin>a a>done b>z"),
        drawn(task("a"), border("b", "compensate"), flows="begin>a a>done"),
    ],
    "message_end": [
        pools('<bpmn:messageFlow id="f" sourceRef="begin" targetRef="other"/>', task("a")),
        pools('<bpmn:messageFlow id="f" sourceRef="other" targetRef="done"/>', task("a")),
        pools('<bpmn:messageFlow id="f" sourceRef="other" targetRef="begin"/>', task("a")),
    ],
    "shared_definition": [
        drawn(
            task("a"),
            event("endEvent", "done", "signal"),
            border("b", inner="<bpmn:eventDefinitionRef>d_signal</bpmn:eventDefinitionRef>"),
            end("z"),
            flows="begin>a a>done b>z",
        )
    ],
    "message_named": [drawn(event("intermediateCatchEvent", "a", "message"), flows="begin>a a>done")],
    "message_operation": [
        drawn(event("intermediateCatchEvent", "a", "message"), flows="begin>a a>done", root=SERVICE)
    ],
    "escalation_code": [drawn(event("endEvent", "done", "escalation"), task("a"), flows="begin>a a>done")],
    "condition_event": [drawn(event("intermediateCatchEvent", "a", "conditional"), flows="begin>a a>done")],
    "link_event": [
        drawn(event("intermediateThrowEvent", "a", inner=LINK), task("b"), flows="begin>a a>b b>done")
    ],
    "timer_text": [drawn(event("intermediateCatchEvent", "a", "timer"), flows="begin>a a>done")],
    "natural_expression": [
        drawn(task("a"), xor("x"), task("b"), flows="begin>a a>x x>b[when it suits] x>done b>done").replace(
            ' xsi:type="bpmn:tFormalExpression"', ""
        )
    ],
    "quantity": [simple("", startQuantity="0"), simple("", completionQuantity="-1")],
    "choreography_inside": [
        drawn(
            task(
                "a",
                "<bpmn:participantRef>x</bpmn:participantRef>",
                "choreographyTask",
                initiatingParticipantRef="x",
            ),
            flows="begin>a a>done",
        )
    ],
    "script_format": [simple("<bpmn:script>1</bpmn:script>", "scriptTask")],
    "receive_start": [simple("", "receiveTask", instantiate="true")],
    "ad_hoc": [simple("", "adHocSubProcess"), simple(task("b") + end("e"), "adHocSubProcess")],
    "repeat_count": [simple("<bpmn:multiInstanceLoopCharacteristics/>")],
    "repeat_data": [
        simple(
            "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>text</bpmn:loopDataInputRef></bpmn:multiInstanceLoopCharacteristics>",
            root=ITEMS,
        )
    ],
    "send_receive_data": [
        simple(ports("number"), "sendTask", root=MESSAGE, messageRef="m"),
        simple(ports("text", "text"), "sendTask", root=MESSAGE, messageRef="m"),
    ],
    "service_data": [
        simple(ports("text", sets=2), "serviceTask", root=SERVICE, operationRef="o"),
        simple(ports("number"), "serviceTask", root=SERVICE, operationRef="o"),
    ],
    "call_data": [
        drawn(
            task("a", ports("text"), "callActivity", calledElement="q"),
            flows="begin>a a>done",
            root=ITEMS + '<bpmn:globalTask id="q"/>',
        )
    ],
    "called_service": [
        simple(
            "",
            root=SERVICE
            + '<bpmn:globalTask id="q"><bpmn:supportedInterfaceRef>i</bpmn:supportedInterfaceRef></bpmn:globalTask>',
        )
    ],
    "sub_process_data": [
        drawn(task("s", ports("text") + INSIDE, "subProcess"), flows="begin>s s>done", root=ITEMS)
    ],
    "data_collection": [simple(ports("texts", kind="false"), root=ITEMS)],
    "data_object_name": [
        drawn(
            task("a"),
            '<bpmn:dataObject id="d" name="Letter"/><bpmn:dataObjectReference id="r" dataObjectRef="d" name="Other"/>',
            flows="begin>a a>done",
        )
    ],
    "data_sets": [
        simple(ports("text", "text", refs="<bpmn:dataInputRefs>in0</bpmn:dataInputRefs>"), root=ITEMS),
        simple(
            ports(
                "text",
                refs="<bpmn:dataInputRefs>in0</bpmn:dataInputRefs><bpmn:optionalInputRefs>in9</bpmn:optionalInputRefs>",
            ),
            root=ITEMS,
        ),
    ],
    "data_association": [
        simple(
            ports("text")
            + '<bpmn:property id="n" itemSubjectRef="number"/><bpmn:dataInputAssociation><bpmn:sourceRef>n</bpmn:sourceRef><bpmn:targetRef>in0</bpmn:targetRef></bpmn:dataInputAssociation>',
            root=ITEMS,
        )
    ],
    "event_data": [
        drawn(
            task("a"),
            event(
                "endEvent",
                "done",
                inner='<bpmn:dataInput id="x" itemSubjectRef="number"/><bpmn:messageEventDefinition messageRef="m"/>',
            ),
            flows="begin>a a>done",
            root=MESSAGE,
        )
    ],
    "choreography_reference": [
        simple(
            "",
            root='<bpmn:globalConversation id="c"><bpmn:choreographyRef>c</bpmn:choreographyRef></bpmn:globalConversation>',
        )
    ],
    "choreography_closed": [
        simple(
            "",
            root='<bpmn:choreography id="h" isClosed="true"/><bpmn:collaboration id="c"><bpmn:choreographyRef>h</bpmn:choreographyRef></bpmn:collaboration>',
        )
    ],
    "participants": [
        pools(
            f'<bpmn:participant id="many"><bpmn:participantMultiplicity minimum="{low}" maximum="{high}"/></bpmn:participant>',
            task("a"),
        )
        for low, high in ((-1, 1), (3, 2), (0, 0))
    ],
    "message_flow": [
        pools(
            '<bpmn:messageFlow id="f" sourceRef="a" targetRef="b"/>',
            task("a"),
            task("b"),
            flows="begin>a a>b b>done",
        )
    ],
    "global_conversation": [
        simple(
            "", root='<bpmn:globalConversation id="c"><bpmn:textAnnotation id="n"/></bpmn:globalConversation>'
        )
    ],
    "public_process": [simple("").replace("<bpmn:process ", '<bpmn:process processType="Public" ')],
    "schema": [simple("<bpmn:unheard/>"), simple("").replace('id="begin_a"', 'id="begin_a" colour="red"')],
    "deadlock": [
        drawn(xor("x"), task("a"), task("b"), parallel("j"), flows="begin>x x>a x>b a>j b>j j>done"),
        drawn(
            parallel("s"),
            task("a"),
            task("b"),
            border("t", "timer"),
            end("z"),
            parallel("j"),
            flows="begin>s s>a s>b a>j b>j j>done t>z",
        ),
    ],
    "twice": [
        drawn(
            parallel("s"),
            task("a"),
            task("b"),
            xor("j"),
            task("c"),
            flows="begin>s s>a s>b a>j b>j j>c c>done",
        )
    ],
}

SOUND: dict[str, str] = {
    "choice and join": drawn(xor("x"), task("a"), task("b"), xor("j"), flows="begin>x x>a x>b a>j b>j j>done"),
    "parallel and join": drawn(parallel("s"), task("a"), task("b"), parallel("j"), flows="begin>s s>a s>b a>j b>j j>done"),
    "loop": drawn(xor("m"), task("a"), xor("x"), flows="begin>m m>a a>x x>m x>done"),
    "beside": drawn(task("a"), border("t", "signal", cancelActivity="false"), task("b"), end("z"), flows="begin>a a>done t>b b>z"),
    "inclusive": drawn(
        '<bpmn:inclusiveGateway id="s"/><bpmn:inclusiveGateway id="j"/>', task("a"), task("b"), task("c"),
        flows="begin>s s>a s>b s>c a>j b>j c>j j>done",
    ),
    "two ends": drawn(parallel("s"), task("a"), task("b"), end("z"), flows="begin>s s>a s>b a>done b>z"),
    "at any time": drawn(user("a"), AT_ANY_TIME, flows="begin>a a>done"),
    "pools": pools('<bpmn:messageFlow id="f" sourceRef="a" targetRef="other"/>', task("a")),
    "listed": drawn(task("a", "<bpmn:incoming>begin_a</bpmn:incoming><bpmn:outgoing>a_done</bpmn:outgoing>"), flows="begin>a a>done")
    .replace('<bpmn:startEvent id="begin"/>', '<bpmn:startEvent id="begin"><bpmn:outgoing>begin_a</bpmn:outgoing></bpmn:startEvent>')
    .replace('name="Done"></bpmn:endEvent>', 'name="Done"><bpmn:incoming>a_done</bpmn:incoming></bpmn:endEvent>'),
}  # fmt: skip
"""Models that break none."""
