"""Differences on the picture: each has its numbered mark or stands in words beside it, and no line goes
unmarked."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from engine import Mark, Pictures, pictured
from engine.bundles import read_bundle
from engine.diagram import read_diagram
from engine.steering import EVERY, steering_answers
from reviews.shipped import bundle_files, shipped_processes
from reviews.studio.differing import bundle_differences, bundle_pictures

OLD = bundle_files("learning_review")
BPMN, DMN = "learning_review.bpmn", "criteria.dmn"
SCENARIO = next(name for name in OLD if name.startswith("scenarios/"))


def edited(*edits: tuple[str, str], file: str = BPMN) -> dict[str, str]:
    text = OLD[file]
    for before, after in edits:
        assert before in text
        text = text.replace(before, after)
    return {**OLD, file: text}


def marks(new: dict[str, str]) -> dict[str, Mark]:
    return {mark.element: mark for mark in bundle_pictures(OLD, new).marks}


def shifted(element: str) -> dict[str, str]:
    """The drawing with one shape a little to the right."""
    found = re.search(rf'bpmnElement="{element}">\s*<dc:Bounds x="(\d+)"', OLD[BPMN])
    assert found
    return edited((found[0], found[0].replace(f'x="{found[1]}"', f'x="{int(found[1]) + 7}"')))


def test_what_was_removed_and_what_was_added_stand_on_one_picture_each() -> None:
    renamed = edited(('"qa_changes"', '"qa_fixes"'), (">qa_changes<", ">qa_fixes<"))
    renamed["qa_fixes.form"] = renamed.pop("qa_changes.form")
    found = bundle_pictures(OLD, renamed)
    known = {mark.element: mark for mark in found.marks}
    assert (known["qa_changes"].what, known["qa_fixes"].what) == ("removed", "added")
    assert "qa_changes" in found.shown_before - found.shown_after
    assert "qa_fixes" in found.shown_after - found.shown_before
    assert any(each.file == "qa_changes.form" for each in known["qa_changes"].differences)


@pytest.mark.parametrize(
    ("new", "element", "said"),
    [
        (edited(('roundtable:due="20 working days"', 'roundtable:due="9 working days"')), "capacity_review", "due"),
        (edited(("true", "false"), file=DMN), "criteria", "considers_learning = false"),
        (edited(("Reasons", "Grounds"), file="triage_decision.form"), "triage_decision", "Grounds"),
        (edited(('scr_reply.outcome = "taken"', 'scr_reply.outcome != "taken"')), "scr_takes_case", "taken when"),
    ],
    ids=["deadline", "rule of a table", "form", "condition"],
)  # fmt: skip
def test_what_a_picture_cannot_show_marks_its_element_as_changed(
    new: dict[str, str], element: str, said: str
) -> None:
    mark = marks(new)[element]
    assert mark.what == "changed"
    sentences = " ".join(each.sentence for each in mark.differences)
    assert said in sentences or "deadline" in sentences


def test_the_line_of_a_condition_bears_the_mark_of_its_choice() -> None:
    mark = marks(edited(('scr_reply.outcome = "taken"', 'scr_reply.outcome != "taken"')))["scr_takes_case"]
    assert mark.lines == (("flow_scr_takes_case_to_close_redirected", "changed"),)


def test_what_only_moved_is_told_from_what_changed() -> None:
    found = marks(shifted("triage_decision"))
    assert [(mark.element, mark.what, mark.differences) for mark in found.values()] == [
        ("triage_decision", "moved", ())
    ]
    both = {**shifted("triage_decision")}
    both["triage_decision.form"] = OLD["triage_decision.form"].replace("Reasons", "Grounds")
    assert marks(both)["triage_decision"].what == "changed"


def test_marks_are_numbered_as_people_read_and_nothing_is_lost() -> None:
    new = edited(("5 working days", "6 working days"), ('name="Decide on', 'name="Settle'))
    new[SCENARIO] += "# more\n"
    told = bundle_differences(OLD, new)
    found = pictured(OLD, new, told)
    assert [mark.number for mark in found.marks] == list(range(1, len(found.marks) + 1))
    assert {each for mark in found.marks for each in mark.differences} | {*found.besides} == {*told}
    assert [each.file for each in found.besides] == [SCENARIO]
    names = [mark.element for mark in found.marks]
    assert names.index("statutory_screen") < names.index("triage_decision") < names.index("summary")


@pytest.mark.parametrize("process", shipped_processes())
def test_no_line_that_goes_or_comes_is_without_a_mark(process: str) -> None:
    old = bundle_files(process)
    name = next(each for each in old if each.endswith(".bpmn"))
    flows = list(read_diagram(old[name].encode(), name).flows)
    for flow in flows[:: max(1, len(flows) // 12)]:
        root = etree.fromstring(old[name].encode())
        for node in list(root.iter(etree.Element)):
            if flow in (node.get("id"), node.get("bpmnElement")) or node.text == flow:
                node.getparent().remove(node)
        new = {**old, name: etree.tostring(root).decode()}
        for pair, what in (((old, new), "removed"), ((new, old), "added")):
            lines = [line for mark in bundle_pictures(*pair).marks for line in mark.lines]
            assert lines == [(flow, what)], flow


@pytest.mark.parametrize("broken", ["<a", "", None])
def test_without_two_diagrams_all_is_in_words(broken: str | None) -> None:
    new = {name: text for name, text in OLD.items() if name != BPMN}
    if broken is not None:
        new[BPMN] = broken
    found = bundle_pictures(OLD, new)
    assert isinstance(found, Pictures)
    assert (found.before, found.after, found.marks) == (BPMN, "", ())
    assert found.besides


def test_the_answers_that_steer_are_those_a_way_depends_on() -> None:
    found = steering_answers(read_bundle("learning_review", OLD))
    assert found["triage_decision"] == {"outcome"}
    assert found["second_look"] == {"outcome", EVERY}, "its being there at all is looked at, too"
    assert "family_view" not in found
    through = edited(('triage_decision.outcome = "accept"', "criteria.met = true"))
    assert "referral" in steering_answers(read_bundle("learning_review", through)), "read by the table"
