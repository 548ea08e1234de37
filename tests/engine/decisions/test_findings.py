"""What the checks say about a table, in sentences that name the rules."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decisions import DecisionError, load
from tests.engine.decisions.files import column, decision, definitions, output, table


def sentences(logic: str) -> list[str]:
    model = load(definitions(decision("outcome", logic)), "outcome.dmn")
    found = model.findings()
    assert all(finding.file == "outcome.dmn" and finding.element == "outcome" for finding in found)
    return [finding.sentence for finding in found]


def ages(
    rules: Sequence[Sequence[str]], policy: str = "UNIQUE", kind: str = "number", allowed: str = ""
) -> list[str]:
    return sentences(table([column("age", kind, allowed)], [output()], rules, policy))


def test_a_sound_table_has_no_findings() -> None:
    assert ages([("< 18", "1"), ("[18..65)", "2"), (">= 65", "3")]) == []
    assert ages([('"a"', "1"), ('not("a")', "2")], kind="string") == []
    assert ages([("true", "1"), ("false", "2")], kind="boolean") == []
    assert ages([('"a", "b"', "1"), ('"c"', "2")], kind="string", allowed='"a", "b", "c"') == []


def test_gaps_are_found_for_each_kind_of_input() -> None:
    assert ages([("< 18", "1"), ("> 18", "2")]) == ["No rule is met when “age” is 18"]
    assert ages([("<= 18", "1"), ("(20..30]", "2")]) == ["No rule is met when “age” is (18..20] or > 30"]
    assert ages([('"a"', "1")], kind="string") == ["No rule is met when “age” is (any other value)"]
    assert ages([('"a"', "1")], kind="string", allowed='"a", "b"') == ['No rule is met when “age” is "b"']
    assert ages([("true", "1")], kind="boolean") == ["No rule is met when “age” is false"]
    days = [('< date("2026-03-01")', "1"), ('> date("2026-03-01")', "2")]
    assert ages(days, kind="date") == ["No rule is met when “age” is 2026-03-01"]


def test_overlaps_name_both_rules_and_the_case() -> None:
    found = ages([("< 18", "1"), ("[16..70]", "2"), ("> 70", "3")])
    assert found == ["Rules 1 and 2 are both met when “age” is [16..18)"]
    both = [column("age", "number"), column("kind", "boolean")]
    rules = [("< 5", "true", "1"), ("-", "false", "2"), (">= 3", "true", "3")]
    found = sentences(table(both, [output()], rules))
    assert found == ["Rules 1 and 3 are both met when “age” is [3..5) and “kind” is true"]


def test_any_allows_overlaps_with_the_same_result_only() -> None:
    assert ages([("< 18", "1"), ("-", "1")], "ANY") == []
    assert "with different results" in ages([("< 18", "1"), ("-", "2")], "ANY")[0]


def test_first_names_the_rule_that_is_never_reached() -> None:
    found = ages([("< 18", "1"), (">= 10", "2"), ("[12..40]", "3")], "FIRST")
    assert found == ["Rule 3 is never reached: the rules before it answer every case it is for"]


def test_a_rule_that_no_allowed_value_meets_is_found() -> None:
    found = ages([("[1..10]", "1"), ("> 10", "2")], allowed="[1..10]")
    assert found == ["Rule 2 can never be met: no allowed value of “age” meets its condition"]


def test_default_results_and_collecting_policies_close_gaps() -> None:
    logic = table([column("age", "number")], [output(default="0")], [("< 18", "1")])
    assert sentences(logic) == []
    assert ages([("< 18", "1"), ("< 20", "2")], "COLLECT") == []


def test_conditions_that_depend_on_other_things_are_left_alone() -> None:
    assert ages([("< limit", "1"), (">= 3", "2")]) == []
    assert ages([('contains(?, "x")', "1"), ('"y"', "2")], kind="string") == []


def test_texts_that_are_not_feel_and_unknown_functions_name_the_rule() -> None:
    model = load(
        definitions(
            decision("outcome", table([column("age")], [output()], [("> 1", "1"), ("=> 2", "foo(1)")]))
        ),
        "x",
    )
    found = [(finding.rule, finding.sentence) for finding in model.findings()]
    assert [rule for rule, _ in found] == [2, 2]
    assert "cannot stand here" in found[0][1]
    assert "no function “foo”" in found[1][1]


def test_priority_needs_output_values_and_results_must_be_among_them() -> None:
    assert "needs output values" in ages([("-", "1")], "PRIORITY")[0]
    logic = table([column("age", "number")], [output("level", values='"a", "b"')], [("-", '"c"')])
    assert sentences(logic) == ['The result "c" of rule 1 is not an allowed value of “level”']


CONDITIONS = st.sampled_from(
    ["-", "< 1", "<= 1", "1", "> 1", ">= 2", "(1..3]", "[2..3)", "not(2)", "not(1, 3)", "1, 3", "[1..3]"]
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(CONDITIONS, CONDITIONS), min_size=1, max_size=4))
def test_findings_agree_with_what_the_table_does(rules: list[tuple[str, str]]) -> None:
    """Every case is tried: a UNIQUE table fails somewhere exactly if an overlap is found, and is null
    somewhere exactly if a gap is found."""
    logic = table(
        [column("x", "number"), column("y", "number")], [output()], [(*rule, "1") for rule in rules]
    )
    model = load(definitions(decision("outcome", logic)), "x.dmn")
    found = [finding.sentence for finding in model.findings()]
    overlap = gap = False
    for x in (0, 1, 1.5, 2, 2.5, 3, 4):
        for y in (0, 1, 1.5, 2, 2.5, 3, 4):
            try:
                gap = model.evaluate("outcome", {"x": x, "y": y}) is None or gap
            except DecisionError:
                overlap = True
    assert any("both met" in sentence for sentence in found) is overlap
    assert any("No rule is met" in sentence for sentence in found) is gap


def test_a_table_too_large_to_search_says_so_soon() -> None:
    inputs = [column(f"x{n}", "number") for n in range(30)]
    rules = [[f"> {n}" if k == n else "-" for k in range(30)] + ["1"] for n in range(30)]
    found = sentences(table(inputs, [output()], rules, "FIRST"))
    assert len(found) < 40


@pytest.mark.parametrize(
    ("xml", "word"),
    [
        (
            b'<!DOCTYPE d [<!ENTITY a "b">]><definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
            "document type",
        ),
        (b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>', "document type"),
        (b"<definitions/>", "no DMN"),
        (b"<a", "well-formed"),
        (b"", "well-formed"),
        (b"\x00\xff", "well-formed"),
        (b" " * 1_048_577, "1 MiB"),
        (definitions("<decision>" * 80 + "</decision>" * 80), "deeply"),
        (definitions("<decision/>" * 20_001), "many elements"),
        (b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>', "document type"),
        (
            definitions(decision("d", table([column("a")], [output()], [("1",)]))),
            "1 conditions and 0 results",
        ),
        (definitions(decision("d", table([column("a")], [output()], [], "BEST"))), "no hit policy"),
    ],
)
def test_hostile_and_broken_files_are_refused(xml: bytes, word: str) -> None:
    with pytest.raises(DecisionError, match=word):
        load(xml, "bad.dmn")


def test_a_model_that_computes_for_ever_is_stopped() -> None:
    loop = "<literalExpression><text>for a in 1..5000, b in 1..5000 return a</text></literalExpression>"
    with pytest.raises(DecisionError, match="too long"):
        load(definitions(decision("d", loop)), "x.dmn").evaluate("d", {})
