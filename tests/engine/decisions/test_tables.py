"""Decision tables: hit policies, types, allowed values, defaults, and errors that name the rule."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.decisions import DecisionError, load
from engine.feel import to_json
from tests.engine.decisions.files import NAMESPACES, column, decision, definitions, output, table

ROWS = [("< 18", '"low"'), ("[10..30]", '"high"'), ("> 20", '"mid"'), ("[10..12]", '"low"')]


def decided(logic: str, inputs: dict[str, Any], **options: Any) -> Any:
    model = load(definitions(decision("outcome", logic)), "outcome.dmn")
    return to_json(model.evaluate("outcome", inputs, **options))


def graded(policy: str, age: int, collect: str = "", rows: Any = ROWS) -> Any:
    columns = [output(values='"high", "mid", "low"')] if collect in ("", "COUNT") else [output()]
    return decided(table([column("age", "number")], columns, rows, policy, collect), {"age": age})


@pytest.mark.parametrize(
    ("policy", "age", "expected"),
    [
        ("UNIQUE", 5, "low"),
        ("FIRST", 11, "low"),
        ("ANY", 5, "low"),
        ("PRIORITY", 11, "high"),
        ("PRIORITY", 25, "high"),
        ("RULE ORDER", 11, ["low", "high", "low"]),
        ("OUTPUT ORDER", 11, ["high", "low", "low"]),
        ("COLLECT", 25, ["high", "mid"]),
        ("C", 25, ["high", "mid"]),
    ],
)
def test_each_hit_policy(policy: str, age: int, expected: Any) -> None:
    assert graded(policy, age) == expected


@pytest.mark.parametrize(("collect", "expected"), [("SUM", 6), ("MIN", 1), ("MAX", 3), ("COUNT", 3)])
def test_collect_with_each_operator(collect: str, expected: int) -> None:
    rows = [("-", "1"), ("> 0", "2"), ("> 1", "3"), ("> 99", "4")]
    assert graded("COLLECT", 5, collect, rows) == expected


@pytest.mark.parametrize(
    ("policy", "word"), [("UNIQUE", "Rules 1, 2 and 4 are all met"), ("ANY", "Rules 1 and 2")]
)
def test_a_broken_hit_policy_names_the_decision_and_the_rules(policy: str, word: str) -> None:
    with pytest.raises(DecisionError) as refused:
        graded(policy, 11)
    assert word in refused.value.sentence
    assert (refused.value.file, refused.value.element, refused.value.rule) == ("outcome.dmn", "outcome", 2)
    assert "hit policy" in refused.value.what_to_do


def test_what_the_specification_makes_null_is_null_when_not_strict() -> None:
    logic = table([column("age", "number")], [output()], [("> 1", "1"), ("> 2", "2")])
    assert decided(logic, {"age": 5}, strict=False) is None
    assert decided(logic, {"age": "five"}, strict=False) is None
    with pytest.raises(DecisionError, match="not of the type number"):
        decided(logic, {"age": "five"})


def test_several_outputs_are_one_context_and_default_results_answer_when_no_rule_is_met() -> None:
    columns = [output("level", "string", default='"none"'), output("fee", "number", default="0")]
    logic = table([column("kind", "string")], columns, [('"a"', '"high"', "3 + 1")])
    assert decided(logic, {"kind": "a"}) == {"level": "high", "fee": 4}
    assert decided(logic, {"kind": "b"}) == {"level": "none", "fee": 0}


def test_no_rule_met_and_no_default_is_null() -> None:
    assert decided(table([column("kind")], [output()], [('"a"', "1")]), {"kind": "b"}) is None


def test_a_value_that_is_not_allowed_is_refused_but_a_missing_one_is_null() -> None:
    logic = table([column("kind", "string", '"a", "b"')], [output()], [('"a"', "1"), ("-", "2")], "FIRST")
    with pytest.raises(DecisionError, match="not allowed"):
        decided(logic, {"kind": "c"})
    assert decided(logic, {"kind": None}) == 2
    assert decided(logic, {}) == 2


def test_a_result_of_another_type_is_refused() -> None:
    with pytest.raises(DecisionError, match="rule 1 is not of the type number"):
        decided(table([column("kind")], [output("fee", "number")], [("-", '"a lot"')]), {"kind": "a"})


def test_a_cell_that_is_not_feel_names_its_rule_and_what_to_write() -> None:
    logic = table([column("age")], [output()], [("> 1", "1"), ("== 2", "2")], "FIRST")
    with pytest.raises(DecisionError) as refused:
        decided(logic, {"age": 0})
    assert (refused.value.rule, refused.value.element) == (2, "outcome")
    assert "Write =" in str(refused.value)


def test_paths_names_with_spaces_and_dates_work_as_inputs() -> None:
    inputs = [column("referral.due date", "date"), column("lead agency", "string")]
    logic = table(inputs, [output()], [('< date("2026-03-01")', "-", "1"), ("-", 'not("A1")', "2")], "FIRST")
    given = {"referral": {"due date": date(2026, 2, 1)}, "lead agency": "A1"}
    assert decided(logic, given) == 1
    given["referral"] = {"due date": date(2026, 4, 1)}
    assert decided(logic, given) is None


@pytest.mark.parametrize("version", NAMESPACES)
def test_each_version_is_read_and_ids_may_be_missing(version: str) -> None:
    logic = table([column("age")], [output()], [("> 1", '"yes"'), ("", '"no"')], "FIRST")
    body = definitions(f'<decision name="No id">{logic}</decision>', version)
    assert load(body, "x.dmn").evaluate("No id", {"age": 2}) == "yes"


def test_decisions_use_what_they_require_each_once() -> None:
    xml = definitions(
        """
        <inputData id="in" name="base fee"><variable name="base fee" typeRef="number"/></inputData>
        <businessKnowledgeModel id="bkm" name="twice"><variable name="twice"/><encapsulatedLogic>
          <formalParameter name="n" typeRef="number"/><literalExpression><text>n *
          2</text></literalExpression> </encapsulatedLogic></businessKnowledgeModel>
        <decision id="d1" name="fee"><variable name="fee"/>
          <informationRequirement><requiredInput href="#in"/></informationRequirement>
          <knowledgeRequirement><requiredKnowledge href="#bkm"/></knowledgeRequirement>
          <literalExpression><text>twice(base fee)</text></literalExpression></decision>
        <decision id="d2" name="total"><variable name="total" typeRef="number"/>
          <informationRequirement><requiredDecision href="#d1"/></informationRequirement>
          <literalExpression><text>fee + 1</text></literalExpression></decision>
        """
    )
    model = load(xml, "fees.dmn")
    assert model.decisions() == ["fee", "total"]
    assert to_json(model.evaluate("d2", {"base fee": 5})) == 11
    with pytest.raises(DecisionError, match="no decision"):
        model.evaluate("other", {})
    with pytest.raises(DecisionError, match="not of the type number"):
        model.evaluate("total", {"base fee": "x"})


def test_decisions_that_require_each_other_are_refused() -> None:
    def one(name: str, other: str) -> str:
        required = f'<informationRequirement><requiredDecision href="#{other}"/></informationRequirement>'
        return decision(name, required + "<literalExpression><text>1</text></literalExpression>")

    model = load(definitions(one("a", "b") + one("b", "a")), "x.dmn")
    with pytest.raises(DecisionError, match="requires itself"):
        model.evaluate("a", {})
    assert any("requires itself" in finding.sentence for finding in model.findings())
