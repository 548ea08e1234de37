"""Answers: what is kept, what is refused, and in which words."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import load_folder
from tests.forms.making import TODAY, choice, clean, form, post, question, rows, yes_no

FOLDER = __file__.rsplit("/tests/", 1)[0] + "/forms"
FORMS = load_folder(FOLDER)


def date_error(raw: Any, **limits: str) -> str:
    return clean(
        form(question("datetime", "d", label="Date of the talk", must="Enter the date", properties=limits)),
        {"d": raw},
    ).errors.get("d", "")


def parts(day: str = "", month: str = "", year: str = "") -> dict[str, str]:
    return {"day": day, "month": month, "year": year}


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (parts(), "Enter the date"),
        (None, "Enter the date"),
        ("  ", "Enter the date"),
        (parts("13"), "Date of the talk must include a month and year"),
        (parts(month="2", year="2026"), "Date of the talk must include a day"),
        ("31/2", "Date of the talk must include a year"),
        (parts("31", "2", "2026"), "Date of the talk must be a real date"),
        (parts("31", "2", "26"), "Date of the talk must include a year with 4 numbers, like 2026"),
        (parts("0", "1", "2026"), "Date of the talk must be a real date"),
        (parts("13", "Smarch", "2026"), "Date of the talk must be a real date"),
        (parts("१३", "2", "2026"), "Date of the talk must be a real date"),
        (parts("1e1", "2", "2026"), "Date of the talk must be a real date"),
        (parts("13", "2", "0026"), "Date of the talk must be between the years 1900 and 2100"),
        (parts("13", "2", "9" * 5000), "Date of the talk must be a real date"),
        ([1, 2], "Date of the talk must be a real date"),
        (20260213, "Date of the talk must be a real date"),
        ("13 Feb 2026 at 9", "Date of the talk must be a real date"),
    ],
)
def test_a_date_error_names_the_most_specific_fault(raw: Any, sentence: str) -> None:
    assert date_error(raw) == sentence


@pytest.mark.parametrize(
    "raw",
    [
        parts("13", "2", "2026"),
        parts(" 13 ", "02", "2026"),
        parts("13", "feb", "2026"),
        parts("13", "February", "2026"),
        "2026-02-13",
        "13 Feb 2026",
        "13/2/2026",
        "13.02.2026",
    ],
)
def test_a_date_may_be_written_in_many_ways(raw: Any) -> None:
    assert clean(form(question("datetime", "d")), {"d": raw}).values == {"d": "2026-02-13"}


def test_a_date_outside_its_range_says_which_side() -> None:
    assert date_error("2026-11-24", notAfter="today") == "Date of the talk must be today or in the past"
    assert date_error("2026-11-22", notBefore="today") == "Date of the talk must be today or in the future"
    assert (
        date_error("2026-01-01", notBefore="2026-05-01") == "Date of the talk must be on or after 1 May 2026"
    )
    assert date_error("2026-11-23", notAfter="today", notBefore="today") == ""


def test_a_date_can_be_held_against_another_answer() -> None:
    asked = form(
        question("datetime", "a", label="Start"),
        question("datetime", "b", label="End", properties={"notBefore": "a"}),
    )
    assert clean(asked, {"a": "2026-02-13", "b": "2026-02-12"}).errors == {
        "b": "End must be the same as or after the start"
    }
    assert clean(asked, {"a": "2026-02-13", "b": "2026-02-13"}).ok
    assert clean(asked, {"b": "2026-02-12"}).ok


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("9:30am", "09:30"),
        ("14:00", "14:00"),
        ("2pm", "14:00"),
        ("12am", "00:00"),
        ("12:15 p.m.", "12:15"),
        ("midday", "12:00"),
        ("9.05", "09:05"),
    ],
)
def test_a_time_may_be_written_in_many_ways(raw: str, kept: str) -> None:
    assert clean(form(question("datetime", "t", subtype="time")), {"t": raw}).values == {"t": kept}


@pytest.mark.parametrize(
    "raw", ["9", "25:00", "13pm", "0pm", "9:60", "soon", "9:3", ["9:30"], 930, "9" * 10_000]
)
def test_what_is_not_a_time_says_how_to_write_one(raw: Any) -> None:
    asked = form(question("datetime", "t", subtype="time", label="Time"))
    assert clean(asked, {"t": raw}).errors == {"t": "Time must be a time, like 9:30am or 2pm"}


def test_text_is_trimmed_composed_and_its_line_breaks_are_plain() -> None:
    asked = form(question("textarea", "a"), question("textfield", "b"))
    answers = clean(asked, {"a": " \u200be\u0301 one\r\ntwo\x0b\u00a0", "b": "one\r\ntwo"})
    assert answers.values == {"a": "é one\ntwo", "b": "one two"}


@pytest.mark.parametrize("bad", ["a\x00b", "\ud800", "ok \udfff"])
def test_a_nul_or_half_a_surrogate_is_refused(bad: str) -> None:
    assert clean(form(question("textfield", "a")), {"a": bad}).errors == {
        "a": "A has a character that cannot be saved. Type the text again"
    }


def test_text_counts_after_trimming_and_browsers_line_breaks_count_once() -> None:
    asked = form(question("textarea", "a", validate={"maxLength": 5}))
    assert clean(asked, {"a": "  ab\r\ncd  "}).values == {"a": "ab\ncd"}
    assert clean(asked, {"a": "ab\r\ncde"}).errors == {"a": "A must be 5 characters or fewer"}


def test_ten_megabytes_are_refused_at_once() -> None:
    asked = form(question("textarea", "a"), rows("r", question("textfield", "b")))
    began = time.perf_counter()
    errors = clean(asked, {"a": "x" * 10_000_000, "r": [{"b": "y" * 10_000_000}]}).errors
    assert errors == {"a": "A must be 100 characters or fewer", "r-1-b": "B must be 100 characters or fewer"}
    assert clean(asked, {"a": " " * 10_000_000}).ok
    assert time.perf_counter() - began < 2


def test_ten_thousand_rows_are_refused_at_once() -> None:
    asked = form(rows("r", question("textfield", "b", must="Enter b")))
    began = time.perf_counter()
    assert clean(asked, {"r": [{"b": "x"}] * 10_000}).errors == {"r": "R can have 5 entries or fewer"}
    sent = post(**{f"r__{n}__b": "x" for n in range(1, 10_001)})
    assert len(asked.read(sent).answers["r"]) == 6
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("wrong", [{"x": 1}, [["a"]], [{"a": 1}], 12, 1.5, True, {"a": {"b": {"c": []}}}])
def test_a_wrong_type_is_an_error_and_never_an_exception(wrong: Any) -> None:
    asked = form(
        question("textfield", "a"),
        question("number", "n"),
        question("datetime", "d"),
        question("datetime", "t", subtype="time"),
        choice("r", "x"),
        choice("s", "x", kind="select"),
        choice("c", "x", kind="checklist"),
        question("checkbox", "k"),
        rows("l", question("textfield", "b", must="Enter b")),
    )
    answers = clean(asked, dict.fromkeys("andtrsckl", wrong))
    assert "a" in answers.errors
    assert {"r", "s"} <= set(answers.errors)
    assert all(isinstance(sentence, str) for sentence in answers.errors.values())


def test_a_nested_attack_costs_nothing_and_keeps_nothing() -> None:
    deep: Any = "x"
    for _ in range(50_000):
        deep = [deep]
    asked = form(
        question("textfield", "a"), rows("r", question("textfield", "b")), choice("c", "x", kind="checklist")
    )
    answers = clean(asked, {"a": deep, "r": deep, "c": deep, "zz": deep})
    assert answers.values == {}
    assert set(answers.errors) == {"a", "r", "c"}


def test_unknown_and_reserved_input_is_dropped() -> None:
    asked = form(question("textfield", "a"))
    answers = clean(
        asked, {"a": "x", "completed_by": "me", "__class__": "x", "outcome": "accept", "a-1": 1, "": 2}
    )
    assert answers.values == {"a": "x"}


def test_a_read_only_answer_comes_from_the_host_whatever_was_sent() -> None:
    asked = form(question("textfield", "a", readonly=True, properties={"prefill": "referrer.name"}))
    assert clean(asked, {"a": "Somebody else"}, prefill={"referrer.name": "Ash B."}).values == {"a": "Ash B."}
    assert clean(asked, {"a": "Somebody else"}).values == {}
    assert asked.read(post(a="Somebody else")).answers == {}


@pytest.mark.parametrize(("raw", "kept"), [("12", 12), (" 1,200 ", 1200), (7, 7), ("-3", -3), ("12.0", 12)])
def test_a_whole_number_may_be_written_in_many_ways(raw: Any, kept: int) -> None:
    assert clean(form(question("number", "n")), {"n": raw}).values == {"n": kept}


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("twelve", "N must be a number, like 12"),
        ("1e5", "N must be a number, like 12"),
        ("NaN", "N must be a number, like 12"),
        ("9" * 400, "N must be a number, like 12"),
        ("1.5", "N must be a whole number"),
        ("0", "N must be between 1 and 9"),
        (True, "N must be a number, like 12"),
        (float("inf"), "N must be a number, like 12"),
        ("１２", "N must be a number, like 12"),
    ],
)
def test_what_is_not_such_a_number_says_so(raw: Any, sentence: str) -> None:
    assert clean(form(question("number", "n", validate={"min": 1, "max": 9})), {"n": raw}).errors == {
        "n": sentence
    }


def test_decimals_are_kept_as_text() -> None:
    asked = form(question("number", "n", decimalDigits=2))
    assert clean(asked, {"n": "1.10"}).values == {"n": "1.10"}
    assert clean(asked, {"n": "1.123"}).errors == {"n": "N must have 2 decimal places or fewer"}


def test_a_choice_is_one_of_the_list() -> None:
    asked = form(question("select", "a", must="Select an agency", properties={"options": "agencies"}))
    assert clean(asked, {"a": "pol"}).values == {"a": "pol"}
    assert clean(asked, {"a": "nhs"}).errors == {"a": "Select an agency"}
    assert clean(asked, {}).errors == {"a": "Select an agency"}


def test_yes_and_no_are_kept_as_true_and_false() -> None:
    asked = form(yes_no("a", must="Select yes or no", properties={"variable": True}))
    assert clean(asked, {"a": "true"}).values == {"a": True}
    assert clean(asked, {"a": False}).values == {"a": False}
    assert clean(asked, {"a": "maybe"}).errors == {"a": "Select yes or no"}
    assert asked.variables({"a": False}) == {"a": False}


def test_a_checklist_takes_several_and_its_last_answer_excludes_the_others() -> None:
    asked = form(
        choice("c", "x", "y", "none", kind="checklist", properties={"exclusive": "none", "maxChoices": 2})
    )
    assert clean(asked, {"c": ["y", "x", "y", ""]}).values == {"c": ["y", "x"]}
    assert clean(asked, {"c": "x"}).values == {"c": ["x"]}
    assert "not both" in clean(asked, {"c": ["none", "x"]}).errors["c"]
    assert clean(asked, {"c": ["x", "q"]}).errors
    most = form(choice("c", "x", "y", "z", kind="checklist", properties={"maxChoices": 2}))
    assert clean(most, {"c": ["x", "y", "z"]}).errors == {"c": "For C, select 2 or fewer"}


def test_a_statement_to_confirm_has_to_be_ticked() -> None:
    asked = form(question("checkbox", "k", must="Confirm it"))
    assert clean(asked, {"k": "true"}).values == {"k": True}
    assert clean(asked, {"k": "false"}).errors == {"k": "Confirm it"}
    assert clean(asked, {}).errors == {"k": "Confirm it"}


def test_an_email_address_and_a_pattern_fit_as_a_whole() -> None:
    asked = form(
        question("textfield", "e", validate={"validationType": "email"}),
        question("textfield", "p", validate={"pattern": "[A-Z]{2}"}),
    )
    assert clean(asked, {"e": "ash.b@thornmere.example", "p": "AB"}).ok
    assert set(clean(asked, {"e": "ash.b@thornmere.example, x@y.example", "p": "ABC"}).errors) == {"e", "p"}


def test_identity_comes_out_apart_also_inside_rows() -> None:
    person = question("textfield", "person", properties={"identity": True})
    asked = form(
        question("textfield", "name", properties={"identity": True}),
        rows("family", person, question("textfield", "age")),
    )
    answers = clean(asked, {"name": "Ash", "family": [{"person": "Birch", "age": "9"}, {"age": "10"}]})
    assert answers.values == {"family": [{"age": "9"}, {"age": "10"}]}
    assert answers.identity == {"name": "Ash", "family": [{"person": "Birch"}, {}]}
    assert asked.join(answers.values, answers.identity) == {
        "name": "Ash",
        "family": [{"age": "9", "person": "Birch"}, {"age": "10"}],
    }


def test_variables_are_those_declared_and_none_where_nothing_was_answered() -> None:
    asked = form(
        choice("outcome", "x", properties={"variable": True}),
        question("datetime", "d", properties={"variable": True}),
        question("textfield", "t"),
    )
    assert asked.variables({"outcome": "x", "t": "secret", "other": 1}) == {"outcome": "x", "d": None}


ODD = st.sampled_from(["true", "false", "2026-02-31", "accept"])
NAMES = st.sampled_from(["day", "month", "year", "text", "agency", "due"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | ODD,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=15,
)


@settings(max_examples=150)
@given(st.data())
def test_no_input_whatever_makes_a_committed_form_raise(data: st.DataObject) -> None:
    asked = FORMS[data.draw(st.sampled_from(sorted(FORMS)))]
    keys = [q.key for q in asked.questions]
    raw = data.draw(st.dictionaries(st.sampled_from(keys), JSON, max_size=8))
    options = {name: [("accept", "Accept")] for name in asked.option_names}
    answers = asked.clean(raw, options=options, today=TODAY)
    paths = {q.key for q in asked.questions}
    assert all(path.split("-")[0] in paths for path in answers.errors)
    assert set(answers.values) | set(answers.identity) <= paths


@pytest.mark.parametrize("name", sorted(FORMS), ids="/".join)
def test_clean_answers_given_again_are_the_same_answers(name: tuple[str, str]) -> None:
    """What the API gives out can be sent back, and a draft of clean answers is a draft like any other."""
    asked = FORMS[name]
    options = {option: [("accept", "Accept"), ("p1", "P")] for option in asked.option_names}
    raw = {q.key: _plausible(q) for q in asked.questions}
    first = asked.clean(raw, options=options, today=TODAY)
    again = asked.clean(asked.join(first.values, first.identity), options=options, today=TODAY)
    assert not any(path.count("-") == 2 for path in first.errors)
    assert (first.values, first.identity, first.errors) == (again.values, again.identity, again.errors)


def _plausible(asked: Any, place: int = 0) -> Any:
    if asked.items:
        return [
            {inner.key: _plausible(inner, n) for inner in asked.questions} for n in range(asked.min_rows or 1)
        ]
    first = asked.choices[0].value if asked.choices else ("accept", "p1")[place]
    return {
        "date": parts("23", "11", "2026"),
        "time": "9:30am",
        "number": str(asked.minimum or 1),
        "checkbox": "true",
        "radio": first,
        "select": first,
        "checklist": [first],
    }.get(asked.kind, "07700 900000" if asked.input_format == "phone" else "a@b.example")
