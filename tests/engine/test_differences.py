"""Differences in words: every kind has its sentence, equal bundles have none, and no edit goes unsaid."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine.diagram import own, read_diagram, tag
from engine.differences import Difference, differences
from engine.differences.rules import matched, moved
from reviews.shipped import CHASING, bundle_files, shipped_processes

OLD = bundle_files("learning_review")
BPMN, DMN = "learning_review.bpmn", "criteria.dmn"
DIAGRAM = read_diagram(OLD[BPMN].encode(), BPMN)
ROLES = {"hosl": "Head", "business_manager": "Board business manager"}


def changed(*edits: tuple[str, str], file: str = BPMN) -> list[Difference]:
    """The differences that some replacements make, each found exactly once or more."""
    text = OLD[file]
    for before, after in edits:
        assert before in text
        text = text.replace(before, after, 1)
    return differences(OLD, {**OLD, file: text}, role_name=lambda role: ROLES.get(role, role))


def one(*edits: tuple[str, str], file: str = BPMN) -> Difference:
    (found,) = changed(*edits, file=file)
    return found


TRIAGE = 'id="triage_decision" name="Decide on the referral"'
DUE = 'roundtable:due="the later of 10 working days after referral.completed_at and 2 working days"'
SCREEN = 'roundtable:statutoryLimit="5 working days after referral.completed_at"'


@pytest.mark.parametrize(
    ("kind", "before", "after", "sentence"),
    [
        (
            "renamed",
            TRIAGE,
            TRIAGE.replace("Decide on", "Answer"),
            "The step “Decide on the referral” is now called “Answer the referral”.",
        ),
        (
            "deadline",
            DUE,
            'roundtable:due="3 working days"',
            (
                "The deadline of the step “Decide on the referral” is now “3 working days”; before, it was “the "
                "later of 10 working days after referral.completed_at and 2 working days”."
            ),
        ),
        (
            "deadline",
            f" {DUE}",
            "",
            (
                "The deadline of the step “Decide on the referral” was taken away; it was “the later of 10 "
                "working days after referral.completed_at and 2 working days”."
            ),
        ),
        (
            "clause",
            'roundtable:clause="P2 P3 A6 C3-C8" roundtable:guard',
            'roundtable:clause="P2" roundtable:guard',
            (
                "The policy clause behind the step “Decide on the referral” is now “P2”; before, it was “P2 P3 "
                "A6 C3-C8”."
            ),
        ),
        (
            "guard",
            'roundtable:guard="true" roundtable:record="record_triage"',
            'roundtable:record="record_triage"',
            "The step “Decide on the referral” is no longer protected: it could be removed now.",
        ),
        (
            "service",
            'roundtable:record="record_triage"',
            'roundtable:record="record_other"',
            (
                "What keeps the answers of the step “Decide on the referral” is now “record_other”; before, it "
                "was “record_triage”."
            ),
        ),
        (
            "service",
            'roundtable:service="accept_review"',
            'roundtable:service="accept"',
            (
                "The service that the service step “Accept the review” asks for is now “accept”; before, it was "
                "“accept_review”."
            ),
        ),
        (
            "role",
            f"<bpmn:userTask {TRIAGE}",
            f'<bpmn:userTask {TRIAGE} roundtable:role="business_manager"',
            (
                "The step “Decide on the referral” is now for the Board business manager; before, it was for "
                "the Head."
            ),
        ),
        (
            "multi_instance",
            'roundtable:collection="',
            'roundtable:collection="more.',
            "is now asked once for each of “more.",
        ),
        (
            "documentation",
            "<bpmn:documentation>You are asked because the policy gives this decision to you.",
            "<bpmn:documentation>The policy asks you.",
            "The words that explain the step “Decide on the referral” have changed.",
        ),
        (
            "decision",
            'roundtable:decision="criteria"',
            'roundtable:decision="other"',
            (
                "The decision table that the decision step “Compare with the criteria” asks is now “other”; "
                "before, it was “criteria”."
            ),
        ),
        (
            "default",
            'default="flow_triage_outcome_to_before_decline"',
            'default="flow_triage_outcome_to_before_accept"',
            "When no condition at the choice “What was decided?” is met, the case now goes to",
        ),
    ],
)
def test_what_a_picture_cannot_show(kind: str, before: str, after: str, sentence: str) -> None:
    found = one((before, after))
    assert found.kind == kind
    assert sentence in found.sentence


def test_a_legal_limit_is_named_apart_from_the_deadline() -> None:
    found = one((SCREEN, SCREEN.replace("5", "7")))
    assert found.kind == "statutory_limit"
    assert "The legal time limit of the step “Check for a statutory review” is now" in found.sentence


def test_a_condition_is_told_with_both_texts() -> None:
    flow = next(f for f in DIAGRAM.flows.values() if f.condition and f.source == "triage_outcome")
    assert flow.condition
    found = one((_escaped(flow.condition), "1 = 1"))
    assert (found.kind, found.element, found.before, found.after) == (
        "condition",
        "triage_outcome",
        flow.condition,
        "1 = 1",
    )
    assert "the choice “What was decided?”" in found.sentence.replace("The way from ", "")


def test_a_new_way_between_steps() -> None:
    at = DIAGRAM.flows["flow_capacity_review_to_room_now"]
    new = (
        '<bpmn:sequenceFlow id="new_way" sourceRef="room_now" targetRef="more_information">'
        "<bpmn:conditionExpression>capacity_review.ask = true</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    mark = f'<bpmn:sequenceFlow id="{at.id}"'
    found = one((mark, new + mark))
    assert found.kind == "way_added"
    assert found.sentence == (
        "After “Look again: is there room now?” the case may now also go to the step “Send more "
        "information”, when “capacity_review.ask = true”."
    )


def test_a_way_that_is_gone() -> None:
    found = changed(_without_flow("flow_triage_outcome_to_more_information"))
    assert [each.kind for each in found] == ["way_removed"]
    assert "can no longer go to the step “Send more information”" in found[0].sentence


def test_a_step_between_two_others_is_one_sentence() -> None:
    flow = DIAGRAM.flows["flow_criteria_to_triage_decision"]
    step = (
        '<bpmn:userTask id="second_view" name="Get a second view" roundtable:role="business_manager" '
        'roundtable:due="3 working days" roundtable:clause="P2"><bpmn:documentation>Why.'
        "</bpmn:documentation></bpmn:userTask>"
        '<bpmn:sequenceFlow id="n1" sourceRef="second_view" targetRef="triage_decision"/>'
    )
    found = one(
        (f"<bpmn:userTask {TRIAGE}", f"{step}<bpmn:userTask {TRIAGE}"),
        (_drawn(flow.id), _drawn(flow.id).replace('targetRef="triage_decision"', 'targetRef="second_view"')),
    )
    assert found.sentence == (
        "The step “Get a second view” was added (for the Board business manager, with the deadline “3 working "
        "days”), after “Compare with the criteria”; then “Decide on the referral” follows."
    )


def test_a_step_taken_out_says_whose_it_was_and_that_it_was_protected() -> None:
    text = OLD[BPMN].replace('targetRef="triage_decision"', 'targetRef="triage_outcome"')
    text = re.sub(r'<bpmn:userTask id="triage_decision".*?</bpmn:userTask>', "", text, flags=re.S)
    text = re.sub(_without_flow("flow_triage_decision_to_triage_outcome")[0], "", text)
    found = differences(OLD, {**OLD, BPMN: text}, role_name=lambda role: ROLES.get(role, role))
    (gone,) = [each for each in found if each.kind == "removed"]
    assert gone.sentence == (
        "The step “Decide on the referral” was removed. It was for the Head. It was protected: the policy "
        "asks for it."
    )
    assert not [each for each in found if each.kind in ("way_added", "way_removed")]


def test_events_and_what_services_are_given() -> None:
    old = _process(
        '<bpmn:userTask id="a" name="Look"/><bpmn:boundaryEvent id="t" attachedToRef="a" '
        'cancelActivity="true"><bpmn:timerEventDefinition><bpmn:timeDuration>5 working days'
        "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        '<bpmn:serviceTask id="s" name="Tell"><bpmn:extensionElements><roundtable:input name="to" '
        'value="chair"/></bpmn:extensionElements></bpmn:serviceTask>'
    )
    told = {
        each.kind: each.sentence
        for each in differences(
            {"p.bpmn": old},
            {
                "p.bpmn": old.replace("5 working days", "7 working days")
                .replace('cancelActivity="true"', 'cancelActivity="false"')
                .replace('value="chair"', 'value="lead"')
            },
        )
    }
    assert told == {
        "timer": "The time at the time limit on the step “Look” is now “7 working days”; before, it was "
        "“5 working days”.",
        "interrupting": "The time limit on the step “Look” no longer ends what it is attached to.",
        "input": "What the service step “Tell” is given as “to” is now “lead”; before, it was “chair”.",
    }


def test_a_rearranged_drawing_is_one_line() -> None:
    found = one(('<dc:Bounds x="', '<dc:Bounds x="1'))
    assert (found.kind, found.sentence) == ("layout", "The drawing was rearranged; nothing else changed.")


def test_a_note_on_the_drawing_and_a_message_that_come_and_go() -> None:
    note = '<bpmn:textAnnotation id="n"><bpmn:text>Mind this.</bpmn:text></bpmn:textAnnotation>'
    old = {"p.bpmn": _process('<bpmn:userTask id="a" name="Look"/>')}
    new = {"p.bpmn": _process(f'<bpmn:userTask id="a" name="Look"/>{note}')}
    other = {"p.bpmn": new["p.bpmn"].replace("Mind this.", "Mind that.")}
    said = [[each.sentence for each in differences(*pair)] for pair in ((old, new), (new, old), (new, other))]
    assert said == [
        ["The note “Mind this.” was added."],
        ["The note “Mind this.” was removed."],
        ["The note “Mind that.” has changed."],
    ]


def test_a_diagram_that_cannot_be_read_is_said_to_be_so() -> None:
    (found,) = differences(OLD, {**OLD, BPMN: "<broken"})
    assert found.kind == "unreadable" and "cannot be read" in found.sentence


def test_files_that_come_and_go() -> None:
    old = {name: text for name, text in OLD.items() if not name.startswith("scenarios/")}
    found = differences(old, {BPMN: old[BPMN], "scenarios/outside-the-scope.yaml": "given:"})
    assert [each.sentence for each in found] == [
        "The decision table “criteria” was removed.",
        "The scenario “outside the scope” was added.",
    ]


# --- decision tables ---


def test_a_cell_is_told_with_its_rule_and_column() -> None:
    found = one(('<text>"tac", "cp"</text>', '<text>"tac"</text>'), file=DMN)
    assert found.kind == "rule_changed"
    assert found.sentence == (
        'Rule 1 of “criteria” now applies when “Plan the child has now” is "tac"; before, "tac", "cp".'
    )


def test_the_hit_policy_is_told_by_what_it_means() -> None:
    found = one(('hitPolicy="UNIQUE"', 'hitPolicy="FIRST"'), file=DMN)
    assert found.sentence == (
        "In “criteria”, the first rule that is met counts now; before, exactly one rule may be met."
    )


def test_rules_removed_added_and_moved_are_numbered_as_people_see_them() -> None:
    rules = re.findall(r"      <rule id=.*?</rule>\n", OLD[DMN], flags=re.S)
    text = OLD[DMN].replace(rules[0], "")
    removed = differences(OLD, {**OLD, DMN: text})
    assert [each.kind for each in removed] == ["rule_removed"]
    assert removed[0].sentence.startswith("Rule 1 of “criteria” was removed: when “Plan the child has now”")
    added = differences({**OLD, DMN: text}, OLD)
    assert [each.kind for each in added] == ["rule_added"]
    swapped = OLD[DMN].replace(rules[0], "").replace(rules[-1], rules[-1] + rules[0])
    (found,) = differences(OLD, {**OLD, DMN: swapped})
    assert found.sentence == f"Rule 1 of “criteria” was moved: it is now rule {len(rules)}."


def test_columns_that_come_and_go() -> None:
    text = OLD[DMN].replace(
        '<output id="output_plan',
        '<output id="new" label="New" name="extra" typeRef="string"/><output id="output_plan',
    )
    text = re.sub(
        r'(<outputEntry id="[a-z_]+_plan_in_scope">)',
        r'<outputEntry><text>"x"</text></outputEntry>\1',
        text,
    )
    kinds = {each.kind for each in differences(OLD, {**OLD, DMN: text})}
    assert kinds == {"output_added", "rule_changed"}
    kinds = {each.kind for each in differences({**OLD, DMN: text}, OLD)}
    assert kinds == {"output_removed"}
    (found,) = changed(("<text>referral.plan_status_now</text>", "<text>other.plan</text>"), file=DMN)
    assert "what the column “Plan the child has now” of “criteria” reads" in found.sentence.lower().replace(
        "plan the child", "Plan the child"
    )


def test_the_note_on_a_rule_is_not_lost() -> None:
    found = one(("A plan in scope now, and learning for others.", "Other words."), file=DMN)
    assert found.kind == "other" and "“criteria”" in found.sentence


@given(st.permutations(range(7)), st.sets(st.integers(0, 6)))
def test_rules_are_found_again_wherever_they_went(order: list[int], gone: set[int]) -> None:
    old = [(str(n), f"result {n}", "same") for n in range(7)]
    new = [old[n] for n in order if n not in gone]
    pairs = matched(old, new)
    assert {place: old[was] for place, was in pairs.items()} == dict(enumerate(new))
    still = [pairs[place] for place in sorted(pairs) if place not in moved(pairs)]
    assert still == sorted(still)


# --- properties ---


@pytest.mark.parametrize("process", [*shipped_processes(), CHASING])
def test_equal_bundles_have_no_differences(process: str) -> None:
    files = bundle_files(process)
    assert differences(files, dict(files)) == []
    again = {name: text + "\n" if name.endswith(".bpmn") else text for name, text in files.items()}
    assert differences(files, again) == []


ATTRIBUTES = ("name", own("due"), own("clause"), own("record"), own("agency"), own("service"), own("other"))


@given(st.data())
def test_every_single_edit_gives_a_sentence_that_names_the_step(data: st.DataObject) -> None:
    step = data.draw(
        st.sampled_from([e for e in DIAGRAM.elements.values() if e.name and e.kind != "subProcess"])
    )
    root = etree.fromstring(OLD[BPMN].encode())
    (node,) = [each for each in root.iter(etree.Element) if each.get("id") == step.id]
    edit = data.draw(st.sampled_from([*ATTRIBUTES, "words", "removed", "kind", "loop", "extension"]))
    if edit == "words":
        note = node.find(tag("documentation"))
        if note is None:
            note = etree.SubElement(node, tag("documentation"))
        note.text = "Quite other words."
    elif edit == "removed":
        node.getparent().remove(node)  # type: ignore[union-attr]
    elif edit == "kind":
        node.tag = tag("sendTask")
    elif edit == "loop":
        etree.SubElement(node, tag("standardLoopCharacteristics"))
    elif edit == "extension":
        inner = etree.SubElement(node, tag("extensionElements"))
        etree.SubElement(inner, own("input"), {"name": "z", "value": "1"})
    else:
        node.set(edit, "something else")
    found = differences(OLD, {**OLD, BPMN: etree.tostring(root).decode()})
    told = [each for each in found if each.element == step.id]
    assert told
    assert any(step.name in each.sentence or "something else" in each.sentence for each in told)


@given(st.sampled_from(sorted(DIAGRAM.flows)), st.sampled_from(["target", "condition", "gone", "name"]))
def test_no_edit_of_a_way_goes_unsaid(flow: str, edit: str) -> None:
    root = etree.fromstring(OLD[BPMN].encode())
    (node,) = [each for each in root.iter(tag("sequenceFlow")) if each.get("id") == flow]
    if edit == "gone":
        node.getparent().remove(node)  # type: ignore[union-attr]
    elif edit == "condition":
        for each in node.findall(tag("conditionExpression")):
            node.remove(each)
        etree.SubElement(node, tag("conditionExpression")).text = "0 = 1"
    elif edit == "name":
        node.set("name", "another label")
    else:
        node.set("targetRef", "agency_notice" if node.get("targetRef") != "agency_notice" else "referral")
    found = differences(OLD, {**OLD, BPMN: etree.tostring(root).decode()})
    assert [each for each in found if each.kind != "layout"]


def _process(inner: str) -> str:
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:roundtable="urn:roundtable:bpmn:1"><bpmn:process id="p" isExecutable="true">'
        f"{inner}</bpmn:process></bpmn:definitions>"
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _drawn(flow: str) -> str:
    found = re.search(rf'<bpmn:sequenceFlow id="{flow}".*?(/>|</bpmn:sequenceFlow>)', OLD[BPMN], flags=re.S)
    assert found
    return found[0]


def _without_flow(flow: str) -> tuple[str, str]:
    return _drawn(flow), ""
