"""What the library underneath accepts without a word and then does wrongly, each as a model that is refused
(docs/decisions on the engine; the notes name them by number). Where it is refused by a rule of the standard,
that rule's model stands in `standard.py`."""

from __future__ import annotations

import pytest

from engine.checks import PROFILE_RULES, check_files
from engine.world import World
from tests.engine.checks.asking import found
from tests.engine.checks.standard import AT_ANY_TIME, border, drawn, event, task
from tests.engine.decisions.files import column, decision, definitions, output, table
from tests.engine.drawing import (
    any_time,
    boundary,
    bundle,
    catch,
    decide,
    draw,
    end,
    parallel,
    service,
    user,
    xor,
)

LOOPS = {
    "in order": '<bpmn:multiInstanceLoopCharacteristics isSequential="true" roundtable:collection="a" roundtable:element="b"/>',
    "by number": (
        '<bpmn:multiInstanceLoopCharacteristics roundtable:collection="a" roundtable:element="b">'
        '<bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">3</bpmn:loopCardinality>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    ),
    "until": (
        '<bpmn:multiInstanceLoopCharacteristics roundtable:collection="a" roundtable:element="b">'
        '<bpmn:completionCondition xsi:type="bpmn:tFormalExpression">true</bpmn:completionCondition>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    ),
    "while": "<bpmn:standardLoopCharacteristics/>",
}


def _looped(loop: str, kind: str = "userTask") -> str:
    plain = (
        user("a") if kind == "userTask" else f'<bpmn:{kind} id="a" roundtable:service="known"></bpmn:{kind}>'
    )
    return draw("p", plain.replace(f"</bpmn:{kind}>", f"{loop}</bpmn:{kind}>"), flows="begin>a a>done")


def _table(policy: str, *rows: tuple[str, ...]) -> dict[str, str]:
    logic = table([column("a.x", "number")], [output()], rows, policy)
    diagram = draw("p", user("a"), decide("d", "outcome", "told"), flows="begin>a a>d d>done")
    return bundle(diagram, **{"t.dmn": definitions(decision("outcome", logic)).decode()})


STARTED = "<bpmn:subProcess id='s' triggeredByEvent='true'><bpmn:startEvent id='s_b' {0}>{1}</bpmn:startEvent><bpmn:endEvent id='s_e'/><bpmn:sequenceFlow id='s_f' sourceRef='s_b' targetRef='s_e'/></bpmn:subProcess>"
HELLO = '<bpmn:messageEventDefinition messageRef="message_hello"/>'
TIMER = '<bpmn:timerEventDefinition><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">5 days</bpmn:timeDuration></bpmn:timerEventDefinition>'

HOLES: dict[str, tuple[str, dict[str, str]]] = {
    # Notes 1.2: accepted silently, or refused with a misleading message.
    "a flow to nowhere": ("reference", bundle(draw("p", user("a"), flows="begin>a a>nowhere"))),
    "a flow from a ghost": ("reference", bundle(draw("p", user("a"), flows="begin>a a>done ghost>done"))),
    "an undefined message": ("reference", bundle(draw("p", catch("c", message="x"), flows="begin>c c>done").replace('<bpmn:message id="message_x" name="x"/>', ""))),
    "an unreachable task": ("no_way_in", bundle(draw("p", user("a"), user("b"), flows="begin>a a>done b>done"))),
    "an unreachable pair": ("reachable", bundle(draw("p", user("a"), xor("m"), user("b"), flows="begin>a a>done m>b b>m"))),
    "an event on nothing": ("reference", bundle(draw("p", user("a"), boundary("t", "gone", timer="5 days"), end("z"), flows="begin>a a>done t>z"))),
    "an event in another part": ("boundary", bundle(draw("p", user("a"), any_time("gone", "withdraw", end("z"), boundary("t", "a", timer="5 days"), end("y"), flows="gone_begin>z t>y"), flows="begin>a a>done"))),
    "no end": ("start_and_end", bundle(draw("p", user("a"), flows="begin>a"))),
    "a loop that never ends": ("no_end_in_sight", bundle(draw("p", xor("m"), user("a"), xor("x", default="m"), user("b"), end("z"), flows="begin>m m>a a>x x>m x>b[true] b>m"))),
    "an expression that is none": ("expression", bundle(draw("p", user("a"), xor("x", default="done"), user("b"), flows="begin>a a>x x>b[1 +] x>done b>done"))),
    "a timer that is none": ("deadline", bundle(draw("p", catch("c", timer="soon"), flows="begin>c c>done"))),
    "a timer without a time": ("timer_text", bundle(draw("p", catch("c", timer=""), flows="begin>c c>done"))),
    "a link": ("palette", bundle(drawn(event("intermediateThrowEvent", "a", "link"), flows="begin>a a>done"))),
    "a compensation": ("palette", bundle(drawn(event("intermediateThrowEvent", "a", "compensate"), flows="begin>a a>done"))),
    "the id Start": ("id", {"p.bpmn": draw("p", user("Start"), flows="begin>Start Start>done")}),
    "the id End": ("id", bundle(draw("p", user("end"), flows="begin>end end>done"))),
    "a ring of tasks": ("ring", bundle(draw("p", user("a"), user("b"), flows="begin>a a>b b>a"))),
    "two elements of one id": ("same_id", bundle(draw("p", user("a"), user("a"), flows="begin>a a>done"))),
    "parts in another order": ("schema", bundle(draw("p", user("a").replace("</bpmn:userTask>", "<bpmn:incoming>begin_a</bpmn:incoming><bpmn:documentation>late</bpmn:documentation></bpmn:userTask>"), flows="begin>a a>done"))),
    "data of an outer process": ("not_run", bundle(drawn('<bpmn:dataObject id="d"/>', task("a"), flows="begin>a a>done"))),
    "a data store": ("not_run", bundle(drawn('<bpmn:dataStoreReference id="d"/>', task("a"), flows="begin>a a>done"))),
    # Notes 1.4: elements.
    "a script": ("palette", bundle(drawn(task("a", "<bpmn:script>1</bpmn:script>", "scriptTask", scriptFormat="x"), flows="begin>a a>done"))),
    "a plain task": ("palette", bundle(drawn(task("a"), flows="begin>a a>done"))),
    "a call": ("palette", bundle(drawn(task("a", "", "callActivity"), flows="begin>a a>done"))),
    "an embedded sub-process": ("sub_process", bundle(draw("p", user("a"), "<bpmn:subProcess id='s'><bpmn:startEvent id='s_b'/><bpmn:endEvent id='s_e'/><bpmn:sequenceFlow id='s_f' sourceRef='s_b' targetRef='s_e'/></bpmn:subProcess>", flows="begin>a a>s s>done"))),
    "a complex gateway": ("palette", bundle(drawn('<bpmn:complexGateway id="g"/>', task("a"), task("b"), flows="begin>g g>a g>b a>done b>done"))),
    "an event-based gateway": ("palette", bundle(draw("p", '<bpmn:eventBasedGateway id="g"/>', catch("c", timer="5 days"), catch("d", timer="6 days"), flows="begin>g g>c g>d c>done d>done"))),
    "a conditional event": ("palette", bundle(drawn(event("intermediateCatchEvent", "a", "conditional"), flows="begin>a a>done"))),
    "a signal": ("palette", bundle(drawn(event("intermediateCatchEvent", "a", "signal"), flows="begin>a a>done"))),
    "an error on a border": ("palette", bundle(drawn(task("a"), border("b", "error"), end("z"), flows="begin>a a>done b>z"))),
    "an escalation on a border": ("palette", bundle(drawn(task("a"), border("b", "escalation"), end("z"), flows="begin>a a>done b>z"))),
    "an error at the end": ("palette", bundle(drawn(task("a"), event("endEvent", "done", "error"), flows="begin>a a>done"))),
    "a message at the end": ("palette", bundle(drawn(task("a"), event("endEvent", "done", "message"), flows="begin>a a>done"))),
    "an ad-hoc part": ("palette", bundle(drawn(task("s", task("b"), "adHocSubProcess"), flows="begin>s s>done"))),
    "a transaction": ("palette", bundle(drawn(task("s", task("b"), "transaction"), flows="begin>s s>done"))),
    "an interrupting timer that repeats": ("timer", bundle(draw("p", user("a"), boundary("t", "a", cycle="every 5 days"), end("z"), flows="begin>a a>done t>z"))),
    "a timer that fires for ever": ("deadline", bundle(draw("p", user("a"), boundary("t", "a", cycle="R/PT0S", interrupts=False), end("z"), flows="begin>a a>done t>z"))),
    "a message heard once": ("boundary", bundle(draw("p", user("a"), boundary("m", "a", message="hello", interrupts=False), end("z"), flows="begin>a a>done m>z"))),
    "an event on a service": ("boundary", bundle(draw("p", service("known"), boundary("t", "known", timer="5 days"), end("z"), flows="begin>known known>done t>z"))),
    "an event part that does not interrupt": ("sub_process", bundle(drawn(user("a"), STARTED.format('isInterrupting="false"', HELLO), flows="begin>a a>done", root='<bpmn:message id="message_hello" name="hello"/>'))),
    "an event part with a timer": ("sub_process", bundle(drawn(user("a"), STARTED.format("", TIMER), flows="begin>a a>done"))),
    "an event part for an error": ("palette", bundle(drawn(user("a"), STARTED.format("", "<bpmn:errorEventDefinition/>"), flows="begin>a a>done"))),
    "an event part in a part": ("sub_process", bundle(draw("p", user("a"), any_time("gone", "withdraw", AT_ANY_TIME.replace('"gone', '"deep'), end("y"), flows="gone_begin>y"), flows="begin>a a>done"))),
    "two parts for one message": ("same_message", bundle(draw("p", user("a"), AT_ANY_TIME, AT_ANY_TIME.replace('"gone', '"other').replace("gone_end", "other_end"), flows="begin>a a>done"))),
    "two starts": ("start", bundle(draw("p", '<bpmn:startEvent id="begin"/><bpmn:startEvent id="again"/>', user("a"), xor("m"), flows="begin>m again>m m>a a>done"))),
    "conditions after a task": ("split", bundle(draw("p", user("a"), user("b"), flows="begin>a a>b[true] a>done[false] b>done"))),
    "a choice without a default": ("default", bundle(draw("p", user("a"), xor("x"), user("b"), flows="begin>a a>x x>b[true] x>done[false] b>done"))),
    "a way without a condition": ("condition", bundle(draw("p", user("a"), xor("x", default="done"), user("b"), flows="begin>a a>x x>b x>done b>done"))),
    "a default with a condition": ("condition", bundle(draw("p", user("a"), xor("x", default="done"), user("b"), flows="begin>a a>x x>b[true] x>done[false] b>done"))),
    "one way with a condition": ("condition", bundle(draw("p", xor("m"), user("a"), xor("x", default="m"), flows="begin>m m>a[true] a>x x>m x>done[true]"))),
    "a parallel split in a loop": ("parallel_loop", bundle(draw("p", xor("m"), parallel("s"), user("a"), user("b"), parallel("j"), xor("x", default="done"), flows="begin>m m>s s>a s>b a>j b>j j>x x>m[true] x>done"))),
    "a loop in which nobody is asked": ("busy_loop", bundle(draw("p", xor("m"), service("known"), xor("x", default="done"), flows="begin>m m>known known>x x>m[true] x>done"))),
    "done for each, in order": ("not_run", bundle(_looped(LOOPS["in order"]))),
    "done a number of times": ("not_run", bundle(_looped(LOOPS["by number"]))),
    "done until": ("not_run", bundle(_looped(LOOPS["until"]))),
    "done while": ("items", bundle(_looped(LOOPS["while"]))),
    "a service for each": ("items", bundle(_looped(LOOPS["in order"], "serviceTask"))),
    "for each without a list": ("items", bundle(_looped("<bpmn:multiInstanceLoopCharacteristics/>"))),
    "two symbols on one event": ("not_run", bundle(draw("p", user("a"), boundary("t", "a", timer="5 days").replace("</bpmn:boundaryEvent>", "<bpmn:timerEventDefinition/></bpmn:boundaryEvent>"), end("z"), flows="begin>a a>done t>z"))),
    "a symbol kept elsewhere": ("not_run", bundle(draw("p", user("a"), '<bpmn:endEvent id="done"><bpmn:eventDefinitionRef>x</bpmn:eventDefinitionRef></bpmn:endEvent>', flows="begin>a a>done"))),
    "a task that wants two tokens": ("not_run", bundle(draw("p", user("a").replace("<bpmn:userTask", '<bpmn:userTask startQuantity="2"'), flows="begin>a a>done"))),
    "a second process": ("one_process", bundle(draw("p", user("a"), flows="begin>a a>done").replace("</bpmn:process>", '</bpmn:process><bpmn:process id="q" isExecutable="false"/>'))),
    "orders for another engine": ("foreign", bundle(draw("p", user("a"), flows="begin>a a>done").replace("<bpmn:userTask", '<bpmn:userTask xmlns:camunda="urn:other" camunda:formKey="x"'))),
    "a lane's role twice": ("lanes", bundle(draw("p", user("a"), flows="begin>a a>done").replace("<bpmn:startEvent", '<bpmn:laneSet id="ls"><bpmn:lane id="l1" roundtable:role="lead"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane><bpmn:lane id="l2" roundtable:role="chair"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet><bpmn:startEvent', 1))),
    "a name as long as a page": ("long_name", bundle(draw("p", user("a").replace('name="A"', f'name="{"x" * 300}"'), flows="begin>a a>done"))),
    # Notes 4.5 and 8.27: tables.
    "a table with two answers": ("table_overlap", _table("UNIQUE", ("< 5", "1"), ("> 3", "2"), (">= 5", "3"))),
    "a table without an answer": ("table_gap", _table("UNIQUE", ("< 5", "1"), ("> 5", "2"))),
    "a rule nobody reaches": ("table_unreached", _table("FIRST", ("< 5", "1"), ("-", "2"), ("> 9", "3"))),
    "a cell in Python": ("table_expression", _table("FIRST", ("1 if ? else 2", "1"), ("-", "2"))),
    "a priority without an order": ("table_policy", _table("PRIORITY", ("-", "1"))),
    "no such decision": ("decision", bundle(draw("p", user("a"), decide("d", "gone", "told"), flows="begin>a a>d d>done"))),
    # Steps, services, forms.
    "nobody's work": ("role", bundle(draw("p", user("a", role=""), flows="begin>a a>done"))),
    "work without a reason": ("why", bundle(draw("p", user("a").replace("Why a.", ""), flows="begin>a a>done"))),
    "work without a date": ("no_deadline", bundle(draw("p", user("a", due=""), flows="begin>a a>done"))),
    "no such service": ("service", bundle(draw("p", user("a"), service("place_on_agend"), flows="begin>a a>place_on_agend place_on_agend>done"))),
    "a message without a name": ("message", bundle(draw("p", catch("c", message="x"), flows="begin>c c>done").replace('name="x"/>', 'name=""/>'))),
    "a step without a form": ("form", {"p.bpmn": draw("p", user("a"), flows="begin>a a>done")}),
    "a form without a step": ("form_unused", bundle(draw("p", user("a"), flows="begin>a a>done"), **{"b.form": "{}"})),
}  # fmt: skip


@pytest.mark.parametrize("hole", HOLES)
def test_a_silent_hole_is_told_with_what_to_do(hole: str) -> None:
    rule, files = HOLES[hole]
    said = [one for one in found(files) if one.rule == rule]
    assert said, {one.rule: one.sentence for one in found(files)}
    assert all(one.sentence.endswith(".") and one.what_to_do.strip() for one in said)


def test_comments_are_no_trap() -> None:
    """The library stumbles over a comment in a script or a table; we read none."""
    diagram = draw(
        "p",
        user("a").replace("<bpmn:documentation>", "<!-- here --><bpmn:documentation>"),
        flows="begin>a a>done",
    )
    assert found(bundle(diagram)) == []


def test_a_table_s_finding_names_its_rules_and_an_example() -> None:
    _, files = HOLES["a table with two answers"]
    said = [one.sentence for one in found(files) if one.rule == "table_overlap"]
    assert said[0] == "Rules 1 and 2 are both met when “a.x” is (3..5) (for example: a.x 4)."


# The rest of the profile's rules have their models in the tests of their own.
ELSEWHERE = {
    "variable", "variable_late", "variable_start", "variable_name", "name_taken", "base", "value", "due_base",
    "attribute", "guard_gone", "guard_avoided", "guard_weaker", "expression_cost", "flow", "chased_step",
}  # fmt: skip


def test_every_rule_of_the_profile_has_a_model() -> None:
    named = {rule for rule, _ in HOLES.values()} | ELSEWHERE
    assert {rule.id for rule in PROFILE_RULES} <= named


def test_what_the_library_refuses_alone_is_told_as_a_finding() -> None:
    """Nothing is left that passes every rule and cannot be compiled; should there be, it is a finding."""
    for rule, files in HOLES.values():
        assert rule == "parses" or "parses" not in {
            one.rule for one in check_files("p", files, World(["known"]))
        }
