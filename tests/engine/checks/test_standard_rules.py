"""Every rule of the standard has a model of ours that breaks it, and is refused by that rule's sentence; sound
models break none."""

from __future__ import annotations

import pytest

from engine.checks import check_files
from engine.checks.bpmn import BPMN_RULES, broken_rules
from engine.world import World
from engine.xml import read_xml
from tests.engine.checks.standard import BROKEN, SOUND

MODELS = [(rule, number) for rule, models in BROKEN.items() for number in range(len(models))]


def test_every_rule_of_the_standard_has_a_model() -> None:
    assert sorted(BROKEN) == sorted(rule.id for rule in BPMN_RULES)


def test_every_rule_names_its_clause_and_what_to_do() -> None:
    for rule in BPMN_RULES:
        assert any(letter.isdigit() for letter in rule.clause), rule.id
        assert rule.says.endswith("."), rule.id
        assert rule.remedy.endswith("."), rule.id


@pytest.mark.parametrize(("rule", "number"), MODELS)
def test_a_broken_rule_is_named(rule: str, number: int) -> None:
    found = broken_rules(read_xml(BROKEN[rule][number].encode()), "p.bpmn")
    named = [one for one in found if one.rule == rule]
    assert named, [one.rule for one in found]
    assert all(one.sentence.endswith(".") and one.what_to_do for one in named)
    assert any(one.element or one.line for one in named)


@pytest.mark.parametrize(("rule", "number"), MODELS)
def test_a_broken_rule_is_refused_with_the_whole_bundle(rule: str, number: int) -> None:
    found = check_files("p", {"p.bpmn": BROKEN[rule][number]}, World())
    assert rule in {one.rule for one in found if one.severity == "error"}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_model_breaks_no_rule(name: str) -> None:
    found = broken_rules(read_xml(SOUND[name].encode()), "p.bpmn")
    assert [(one.rule, one.sentence) for one in found] == []
