"""FEEL, deadlines and decision tables: any text is read, or refused with a sentence."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from engine import feel
from engine.deadlines import DeadlineError, parse_cycle, parse_deadline
from engine.decisions import DecisionError, load
from engine.feel import FeelError
from tests.fuzz import HOSTILE, SHIPPED, bounded, budget, changed_bytes, changed_words, seeds

NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
FACTS: dict[str, Any] = {
    "a": 1,
    "b": "two",
    "c": [1, None, {"d": True}],
    "e": {"f": "2026-02-28"},
    "g h": None,
}
NAMES = ("a", "b", "c", "e.f", "g h", "missing", "?", "item", "if", "then", "and")
SIGNS = (
    "+",
    "-",
    "*",
    "/",
    "**",
    "=",
    "!=",
    "<",
    "<=",
    " and ",
    " or ",
    " in ",
    " between 1 and ",
    ",",
    "..",
)
leaves = st.one_of(
    st.sampled_from(NAMES),
    st.integers(-(10**40), 10**40).map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.text(max_size=8).map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'),
    st.dates().map(lambda day: f'date("{day}")'),
    st.sampled_from(
        ['duration("P1Y")', 'duration("-PT99999999H")', "null", "true", '@"2026-02-29"', "[]", "{}"]
    ),
)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(inner, st.sampled_from(SIGNS), inner).map("".join),
        st.tuples(st.sampled_from(feel.functions()), st.lists(inner, max_size=3)).map(
            lambda told: f"{told[0]}({', '.join(told[1])})"
        ),
        st.lists(inner, max_size=4).map(lambda parts: f"[{', '.join(parts)}]"),
        pair.map(lambda told: f"if {told[0]} then {told[1]} else {told[0]}"),
        pair.map(lambda told: f"for item in {told[0]} return {told[1]}"),
        pair.map(lambda told: f"some item in {told[0]} satisfies {told[1]}"),
        pair.map(lambda told: f"({told[0]})[{told[1]}]"),
        pair.map(lambda told: f"{{k: {told[0]}, l: {told[1]}}}"),
        pair.map(lambda told: f"[{told[0]}..{told[1]})"),
        pair.map(lambda told: f"(function(x) {told[0]})({told[1]})"),
        inner.map(lambda told: f"not({told})"),
        inner.map(lambda told: f"-({told}).year"),
    )


expressions = st.one_of(
    st.recursive(leaves, _grown, max_leaves=12), st.text(max_size=40), st.sampled_from(HOSTILE)
)


@bounded(300)
@given(expressions)
@example("for i in 1..100000 return for j in 1..100000 return i")
@example('matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")')
@example("9" * 3000 + " ** " + "9" * 3000)
@example("string join(for i in 1..10000 return string(i), string(1..9))")
def test_any_expression_has_a_value_or_is_refused(text: str) -> None:
    with budget(), suppress(FeelError):
        found = feel.evaluate(text, FACTS, now=NOW)
        feel.to_json(found)
        feel.variables(text)
        feel.used_functions(text)


@bounded(200)
@given(
    st.one_of(expressions, st.lists(expressions, max_size=3).map(", ".join)),
    st.sampled_from([None, 1, "two", [1]]),
)
def test_any_cell_is_met_or_not_or_refused(text: str, value: Any) -> None:
    with budget(), suppress(FeelError):
        assert feel.unary_test(text, value, FACTS, now=NOW) in (True, False, None)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.text(max_size=10)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@bounded(100)
@given(json_values)
def test_a_value_goes_through_an_expression_unchanged(value: Any) -> None:
    assert feel.to_json(feel.evaluate("given", {"given": value})) == value


SENTENCES = (
    "15 working days, at latest 5 working days before meeting.date",
    "the later of on action.due and 5 working days",
    "2 working days after referral.completed_at",
    "every 20 working days",
    "6 months",
    "90 days",
)


@bounded(200)
@given(st.sampled_from(SENTENCES), seeds, st.text(max_size=30))
def test_any_sentence_is_a_deadline_or_is_refused(good: str, seed: int, text: str) -> None:
    for sentence in (changed_words(good, seed), text):
        for read in (parse_deadline, parse_cycle):
            with budget(), suppress(DeadlineError):
                read(sentence)


@bounded(60)
@given(st.sampled_from(SHIPPED["dmn"]), seeds, st.booleans())
def test_any_table_is_read_or_refused(path: Any, seed: int, whole_words: bool) -> None:
    good = path.read_bytes()
    broken = changed_bytes(good, seed)
    if whole_words:
        broken = changed_words(good.decode(), seed).encode("utf-8", "surrogatepass")
    with budget(), suppress(DecisionError, FeelError):
        load(broken, path.name)
