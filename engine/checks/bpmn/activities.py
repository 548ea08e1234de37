"""The standard's rules for tasks and sub-processes (BPMN 2.0.2, 10.3)."""

from __future__ import annotations

from engine.checks.bpmn.drawing import ACTIVITIES, CHOREOGRAPHY, Drawing, Node, kind_of
from engine.checks.rule import Faults, Rule, rule

_GLOBAL_TASKS = (
    "globalTask",
    "globalUserTask",
    "globalManualTask",
    "globalScriptTask",
    "globalBusinessRuleTask",
)
_PORTS = ("dataInput", "dataOutput", "inputSet", "outputSet")


@rule("quantity", "10.3 table 10.3", "Write 1, or take it out.")
def quantities_are_at_least_one(drawing: Drawing) -> Faults:
    """A task needs and gives at least one token."""
    for node in drawing.all(*ACTIVITIES):
        for name in ("startQuantity", "completionQuantity"):
            if (node.get(name) or "1").lstrip("+").startswith(("-", "0")):
                yield node, f"{drawing.said(node)} has the {name} {(node.get(name) or '')[:20]}."


@rule("choreography_inside", "10.2 and 10.3.5", "Draw it as a task of the process.")
def processes_hold_no_choreography(drawing: Drawing) -> Faults:
    """A choreography task stands in a choreography, never in a process."""
    for node in drawing.all(*CHOREOGRAPHY):
        if drawing.scope(node) is not None:
            yield node, f"{drawing.said(node)} is a choreography task in a process."


@rule("script_format", "10.3.3", "Use a decision table, or a service.")
def scripts_name_their_language(drawing: Drawing) -> Faults:
    """A script names the language it is written in."""
    for node in drawing.all("scriptTask", "globalScriptTask"):
        name = "scriptLanguage" if kind_of(node).startswith("global") else "scriptFormat"
        if drawing.child(node, "script") is not None and not node.get(name):
            yield node, f"{drawing.said(node)} has a script and names no language."


@rule("receive_start", "10.3.3", "Delete the arrow, or let it not start the process.")
def receive_tasks_that_start_have_no_way_in(drawing: Drawing) -> Faults:
    """A receive task that starts a process has no arrow in."""
    for node in drawing.all("receiveTask"):
        if node.get("instantiate") == "true" and drawing.incoming(node):
            yield node, f"{drawing.said(node)} starts the process, and an arrow leads to it."


@rule("ad_hoc", "10.3.5", "Draw the steps in their order.")
def ad_hoc_parts_hold_activities_only(drawing: Drawing) -> Faults:
    """An ad-hoc sub-process holds at least one activity, and no start, end or choreography."""
    for scope in drawing.all("adHocSubProcess"):
        if not drawing.children(scope, *ACTIVITIES):
            yield scope, f"{drawing.said(scope)} holds no activity."
        for node in drawing.children(scope, "startEvent", "endEvent", *CHOREOGRAPHY):
            yield node, f"{drawing.said(node)} stands in an ad-hoc sub-process."


@rule("repeat_count", "10.3.7", "Name the list, such as agencies, and what to call each item.")
def repeated_tasks_say_how_often(drawing: Drawing) -> Faults:
    """A task that is done several times names a list or a number."""
    for loop in drawing.all("multiInstanceLoopCharacteristics"):
        ours = any("urn:roundtable" in str(name) for name in loop.attrib)
        said = drawing.child(loop, "loopCardinality") is not None or drawing.named(loop, "loopDataInputRef")
        if drawing.runs(loop) and not said and not ours:
            yield loop, f"{drawing.said(loop.getparent())} is done several times, and nothing says how often."


@rule("repeat_data", "10.3.7", "Name the list, such as agencies, and what to call each item.")
def lists_to_repeat_over_are_the_tasks_own(drawing: Drawing) -> Faults:
    """The list that a task is repeated over is one of its own inputs, and its items fit."""
    for loop in drawing.all("multiInstanceLoopCharacteristics"):
        task = loop.getparent()
        for ref, item, port in (
            ("loopDataInputRef", "inputDataItem", "dataInput"),
            ("loopDataOutputRef", "outputDataItem", "dataOutput"),
        ):
            name = drawing.named(loop, ref)
            if not name or not drawing.runs(loop):
                continue
            found = drawing.by_id.get(name)
            mine = {id(node) for node in _ports(drawing, task, port)}
            if (
                kind_of(task) not in ("subProcess", "transaction", "adHocSubProcess")
                and id(found) not in mine
            ):
                yield loop, f"{drawing.said(task)} is repeated over “{name}”, which is not in its data."
                continue
            one = drawing.child(loop, item)
            if found is not None and one is not None and not _item_of(drawing, one, found):
                yield loop, f"An item of {drawing.said(task)} is not of the kind that its list holds."


@rule("send_receive_data", "10.3.3", "Use a service, which says what it takes and gives.")
def sends_and_receives_fit_their_message(drawing: Drawing) -> Faults:
    """A send or receive task has one input or output, of the message's kind."""
    for task in drawing.all("sendTask", "receiveTask"):
        message = drawing.find(task.get("messageRef"))
        sends = kind_of(task) == "sendTask"
        if message is None:
            continue
        port, group, word = (
            ("dataInput", "inputSet", "input") if sends else ("dataOutput", "outputSet", "output")
        )
        ports = _ports(drawing, task, port)
        if len(ports) > 1 or len(_ports(drawing, task, group)) > 1:
            yield task, f"{drawing.said(task)} has one message and more than one {word}."
        for node in ports[:1]:
            if not same_item(drawing, drawing.named(node, "itemSubjectRef"), message.get("itemRef")):
                yield task, f"The {word} of {drawing.said(task)} is not what its message holds."


@rule("service_data", "10.3.3", "Name a service and its inputs.")
def services_fit_their_operation(drawing: Drawing) -> Faults:
    """A service task with an operation has one input, at most one output, of the kinds that the operation
    names."""
    for task in drawing.all("serviceTask"):
        operation = drawing.find(task.get("operationRef"))
        if operation is None:
            continue
        if len(_ports(drawing, task, "inputSet")) != 1:
            yield (
                task,
                f"{drawing.said(task)} calls an operation and does not have exactly one set of inputs.",
            )
        if len(_ports(drawing, task, "outputSet")) > 1:
            yield task, f"{drawing.said(task)} calls an operation and has several sets of outputs."
        for port, message, word in (
            ("dataInput", "inMessageRef", "input"),
            ("dataOutput", "outMessageRef", "output"),
        ):
            told = drawing.by_id.get(drawing.named(operation, message))
            for node in _ports(drawing, task, port)[:1]:
                if told is not None and not same_item(
                    drawing, drawing.named(node, "itemSubjectRef"), told.get("itemRef")
                ):
                    yield task, f"The {word} of {drawing.said(task)} is not what its operation names."


@rule("call_data", "10.3.6", "Give the call what the called process takes, and take what it gives.")
def calls_fit_what_they_call(drawing: Drawing) -> Faults:
    """A call has the inputs and outputs of what it calls, in number and kind."""
    for call in drawing.all("callActivity"):
        called = drawing.find(call.get("calledElement"))
        if called is None:
            continue
        for port in _PORTS:
            mine, theirs = _ports(drawing, call, port), _ports(drawing, called, port)
            kinds = [sorted(_structure(drawing, node) for node in nodes) for nodes in (mine, theirs)]
            if len(mine) != len(theirs) or kinds[0] != kinds[1]:
                yield call, f"{drawing.said(call)} and {drawing.said(called)} do not have the same data."
                break


@rule("called_service", "10.3.6", "Name what it takes and gives, or offer no interface.")
def what_is_offered_as_a_service_is_bound(drawing: Drawing) -> Faults:
    """What offers an interface says which input and output belong to which operation."""
    for node in drawing.all("process", *_GLOBAL_TASKS):
        bindings = drawing.children(node, "ioBinding")
        if drawing.all_named(node, "supportedInterfaceRef") and not bindings:
            yield node, f"{drawing.said(node)} offers an interface and does not say how."
        for binding in bindings:
            operation = drawing.find(binding.get("operationRef"))
            for port, message in (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef")):
                data = drawing.find(binding.get(port))
                told = drawing.by_id.get(drawing.named(operation, message)) if operation is not None else None
                item = drawing.named(data, "itemSubjectRef")
                if told is not None and not same_item(drawing, item, told.get("itemRef")):
                    yield binding, f"{drawing.said(node)} binds data that its operation does not name."


@rule("sub_process_data", "10.3.5 and 10.4", "Give the data to the steps inside.")
def sub_processes_have_no_ports_of_their_own(drawing: Drawing) -> Faults:
    """A sub-process has no inputs and outputs of its own."""
    for scope in drawing.all("subProcess", "transaction", "adHocSubProcess"):
        if drawing.child(scope, "ioSpecification") is not None:
            yield scope, f"{drawing.said(scope)} is a sub-process and has inputs or outputs of its own."


def _ports(drawing: Drawing, node: Node | None, kind: str) -> list[Node]:
    """The inputs, outputs or sets of a task or process."""
    specification = drawing.child(node, "ioSpecification")
    return drawing.children(specification, kind) if specification is not None else []


def _structure(drawing: Drawing, port: Node) -> str:
    """The kind of data a port holds: its definition's structure, else the definition."""
    item = drawing.find(port.get("itemSubjectRef"))
    return "" if item is None else item.get("structureRef") or item.get("id") or ""


def same_item(drawing: Drawing, one: str | None, other: str | None) -> bool:
    """Whether two item definitions are the same, or hold the same structure."""
    first, second = drawing.find(one), drawing.find(other)
    if first is None or second is None:
        return not one and not other
    return first is second or (
        bool(first.get("structureRef")) and first.get("structureRef") == second.get("structureRef")
    )


def _item_of(drawing: Drawing, one: Node, many: Node) -> bool:
    """Whether one item can be taken from a list of items."""
    single = drawing.find(drawing.named(one, "itemSubjectRef"))
    listed = drawing.find(drawing.named(many, "itemSubjectRef"))
    if single is None or listed is None:
        return True
    if single.get("isCollection") == "true" or listed.get("isCollection") != "true":
        return False
    return single.get("structureRef") == listed.get("structureRef")


ACTIVITY_RULES: tuple[Rule[Drawing], ...] = (
    quantities_are_at_least_one,
    processes_hold_no_choreography,
    scripts_name_their_language,
    receive_tasks_that_start_have_no_way_in,
    ad_hoc_parts_hold_activities_only,
    repeated_tasks_say_how_often,
    lists_to_repeat_over_are_the_tasks_own,
    sends_and_receives_fit_their_message,
    services_fit_their_operation,
    calls_fit_what_they_call,
    what_is_offered_as_a_service_is_bound,
    sub_processes_have_no_ports_of_their_own,
)
