"""Later versions of two shipped processes: another deadline, a step more, a reminder more, another name."""

from __future__ import annotations

import re
from collections.abc import Mapping

ARRIVES = "<bpmn:incoming>{}</bpmn:incoming>"
BEFORE = "flow_agency_preparation_to_end_prepared"
STEP = "preparation_check"


def changed(process: str, files: Mapping[str, str], number: int) -> dict[str, str]:
    """The files of the version after `number`: the first adds to a review, all change a deadline."""
    name = f"{process}.bpmn"
    if process == "action":
        return {**files, name: _other_days(files[name], "action_verification", 6 + number)}
    text = _other_days(files[name], "chair_nomination", 4 + number)
    if STEP not in text:
        text = with_another_step(text)
    return {**files, name: text, f"{STEP}.form": files["qa_changes.form"].replace("qa_changes", STEP)}


def with_another_step(text: str) -> str:
    """The diagram of a review with a step after each agency's preparation, a reminder on that, and another
    deadline."""
    text = text.replace("15 working days, at latest 5", "12 working days, at latest 4", 1)
    text = text.replace(
        'targetRef="end_prepared" />',
        f'targetRef="{STEP}" /><bpmn:sequenceFlow id="flow_check" sourceRef="{STEP}" '
        'targetRef="end_prepared" />',
    )
    text = text.replace(ARRIVES.format(BEFORE), ARRIVES.format("flow_check"))
    step = (
        f'<bpmn:userTask id="{STEP}" name="Look through the pages" roundtable:role="chair" '
        'roundtable:due="2 working days" roundtable:clause="P4"><bpmn:documentation>Why.</bpmn:documentation>'
        f"{ARRIVES.format(BEFORE)}<bpmn:outgoing>flow_check</bpmn:outgoing></bpmn:userTask>"
        '<bpmn:boundaryEvent id="soon" attachedToRef="agency_preparation" cancelActivity="false">'
        "<bpmn:outgoing>flow_soon</bpmn:outgoing>"
        "<bpmn:timerEventDefinition><bpmn:timeDuration>90 working days</bpmn:timeDuration>"
        "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        f'<bpmn:endEvent id="end_soon">{ARRIVES.format("flow_soon")}</bpmn:endEvent>'
        '<bpmn:sequenceFlow id="flow_soon" sourceRef="soon" targetRef="end_soon" />'
    )
    text = re.sub(r"(?=<bpmn:userTask id=.agency_preparation)", step, text, count=1)
    assert text.count(STEP) == 3
    return text


def _other_days(text: str, step: str, days: int) -> str:
    """The same diagram with another deadline on a step."""
    found = re.compile(rf'(<bpmn:userTask id="{step}"[^>]* roundtable:due=")[^"]*')
    assert found.search(text)
    return found.sub(rf"\g<1>{days} working days", text)
