"""A form is checked before anybody is asked: what is outside the profile is refused, with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forms import FormRefused, Group, check_form, load_folder, load_form
from tests.forms.making import choice, document, form, question, rows, rules_broken, yes_no


def test_a_plain_form_has_no_findings_and_keeps_its_words() -> None:
    loaded = form(question("textarea", "reason", must="Enter the reason", description="A sentence"))
    assert (loaded.process, loaded.step, loaded.title) == ("process", "step", "A step")
    assert loaded.questions[0].required_message == "Enter the reason"
    assert loaded.questions[0].hint == "A sentence"


def test_a_finding_says_file_line_question_rule_and_what_to_do() -> None:
    text = json.dumps(
        document(question("textfield", "ok"), question("textarea", "reason", validate={"maxLength": 0})),
        indent=1,
    )
    (finding,) = check_form(text, "process/step.form")
    assert (finding.file, finding.question, finding.rule) == ("process/step.form", "reason", "max-length")
    assert text.splitlines()[finding.line - 1].strip() == '"key": "reason",'
    assert finding.sentence and finding.remedy


@pytest.mark.parametrize(
    "kind", ["html", "iframe", "script", "expression", "button", "image", "spacer", "filepicker", "table", ""]
)
def test_anything_that_is_not_a_question_is_refused(kind: str) -> None:
    assert rules_broken({"type": kind, "label": "x", "content": "<b>x</b>"}) == ["type-allowed"]


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "{{ config }}",
        "{% import os %}",
        "${7*7}",
        '="a" + secret',
        "see <a href='x'>this</a>",
    ],
)
@pytest.mark.parametrize(
    "place",
    ["label", "description", "text", "shortLabel", "requiredMessage", "choice", "page", "rowTitle", "hint"],
)
def test_html_templates_and_expressions_are_refused_in_every_word(words: str, place: str) -> None:
    parts = {
        "label": question("textfield", "a", label=words),
        "description": question("textfield", "a", description=words),
        "text": {"type": "text", "text": words},
        "shortLabel": question("textfield", "a", properties={"shortLabel": words}),
        "requiredMessage": question("textfield", "a", must=words),
        "choice": question("radio", "a", values=[{"value": "x", "label": words}]),
        "page": question("textfield", "a", properties={"page": words}),
        "rowTitle": rows("a", question("textfield", "b"), rowTitle=words),
        "hint": {"type": "group", "label": "G", "components": [], "properties": {"hint": words}},
    }
    assert "plain-words" in rules_broken(parts[place])


@pytest.mark.parametrize(
    ("rule", "component"),
    [
        ("key-form", question("textfield", "Reason")),
        ("key-form", question("textfield", "__class__")),
        ("key-form", question("textfield", "a-b")),
        ("key-form", question("textfield", "x" * 42)),
        ("key-reserved", question("textfield", "completed_by")),
        ("key-reserved", question("textfield", "csrf_token")),
        ("key-reserved", question("textfield", "null")),
        ("label", question("textfield", "a", label=" ")),
        ("required-message", question("textfield", "a", validate={"required": True})),
        ("required-message", rows("a", question("textfield", "b"), minRows=1)),
        ("max-length", question("textfield", "a", validate={"maxLength": 1_000_000})),
        ("short-label", question("datetime", "a", label="When?")),
        ("format", question("textfield", "a", validate={"validationType": "iban"})),
        ("options", question("radio", "a")),
        ("options", choice("a", "x", properties={"options": "agencies"})),
        ("options-values", choice("a", "x", "x")),
        ("options-values", question("radio", "a", values=[{"value": "<", "label": "x"}])),
        ("options-values", question("radio", "a", values=[{"label": "x"}])),
        ("boolean", choice("a", "yes", "no", properties={"boolean": True})),
        ("exclusive", choice("a", "x", "y", kind="checklist", properties={"exclusive": "z"})),
        ("number-range", question("number", "a", validate={"min": 3, "max": 1})),
        ("datetime", question("datetime", "a", subtype="datetime")),
        ("datetime", question("datetime", "a", properties={"notAfter": "=now()"})),
        ("condition-order", question("datetime", "a", properties={"notAfter": "later"})),
        ("variable", question("textarea", "a", properties={"variable": True})),
        ("variable", question("textfield", "a", properties={"variable": True, "identity": True})),
        ("readonly", question("textfield", "a", readonly=True)),
        ("rows", rows("a", question("textfield", "b"), maxRows=10_000)),
        ("rows", rows("a", question("textfield", "b"), minRows=3, maxRows=2, requiredMessage="Enter one")),
        ("rows", rows("a")),
        ("rows", rows("a", question("textfield", "b"), unique="b")),
        ("rows", rows("a", question("radio", "b", properties={"variable": True, "options": "agencies"}))),
        ("rows-in-rows", rows("a", rows("b", question("textfield", "c")))),
        ("group-path", {"type": "group", "label": "G", "path": "g", "components": []}),
        ("attribute-known", question("textfield", "a", onclick="x")),
        ("attribute-known", question("textfield", "a", properties={"requiredMesage": "x"})),
        ("attribute-known", question("radio", "a", valuesExpression="=agencies")),
        ("attribute-type", question("textfield", "a", properties={"variable": "yes"})),
        ("attribute-type", question("textfield", "a", validate={"maxLength": True})),
        ("attribute-type", question("textfield", "a", label={"x": 1})),
    ],
)
def test_each_rule_finds_what_it_is_for(rule: str, component: dict[str, object]) -> None:
    assert rule in rules_broken(component)


def test_two_questions_with_one_key_are_refused_also_across_groups() -> None:
    inside = {"type": "group", "label": "G", "components": [question("textfield", "a")]}
    assert rules_broken(question("textfield", "a"), inside) == ["key-unique"]


def test_the_same_key_may_stand_in_the_form_and_in_a_row() -> None:
    assert rules_broken(question("textfield", "a"), rows("b", question("textfield", "a"))) == []


@pytest.mark.parametrize("condition", ["__import__('os')", "a = ", "a.b(", "a = b", "1 = 1", "x" * 600])
def test_a_condition_that_is_not_feel_over_this_form_is_refused(condition: str) -> None:
    assert "condition" in rules_broken(question("textfield", "a"), question("textfield", "c", hide=condition))


def test_a_condition_looks_only_at_what_was_asked_before() -> None:
    assert rules_broken(question("textfield", "a", hide='b = "x"'), question("textfield", "b")) == [
        "condition-order"
    ]


def test_a_condition_in_a_row_may_look_at_its_row_and_at_the_form() -> None:
    inner = [choice("kind", "x", "y"), question("textfield", "note", hide='kind = "x" or involved = false')]
    assert rules_broken(yes_no("involved"), rows("a", *inner)) == []


def test_pages_begin_with_the_first_question() -> None:
    named = question("textfield", "b", properties={"page": "Two"})
    assert rules_broken(question("textfield", "a"), named) == ["page-first"]
    inside = {"type": "group", "label": "G", "properties": {"page": "One"}, "components": [named]}
    assert rules_broken(inside) == ["page-first"]


def test_blame_is_advised_against_but_does_not_stop_the_form() -> None:
    text = json.dumps(document(question("textarea", "a", label="What the agency failed to do")))
    (finding,) = check_form(text, "process/step.form")
    assert (finding.rule, finding.level) == ("no-blame", "advice")
    assert load_form(text, "process/step.form").questions


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        '{"a": 1, "a": 2}',
        '{"a": NaN}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"n": ' + "9" * 10_000 + "}",
        " " * 300_000,
        '{"type": "default"}',
        '{"type": "default", "schemaVersion": 18, "properties": 1, "components": 2}',
        json.dumps(document(components=["x", None, 3])),
        json.dumps(document(type="group")),
        json.dumps(document(scripts=["x"])),
        json.dumps(document(properties={"title": ""})),
        json.dumps(document(properties={"title": "T", "onload": "x"})),
        json.dumps(document(id="another")),
    ],
)
def test_a_file_that_is_no_form_gives_a_finding_and_never_another_error(text: str) -> None:
    findings = check_form(text, "process/step.form")
    assert findings
    assert all(finding.rule and finding.sentence and finding.remedy for finding in findings)
    with pytest.raises(FormRefused):
        load_form(text, "process/step.form")


def test_too_many_or_too_deep_questions_are_refused() -> None:
    assert rules_broken(*[question("textfield", f"k{n}") for n in range(151)]) == ["form-size"]
    deep = question("textfield", "a")
    for _ in range(6):
        deep = {"type": "group", "label": "G", "components": [deep]}
    assert rules_broken(deep) == ["form-size"]


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|aa)+$",
        "(.*)*",
        r"(\w+\s?)*x",
        r"(a)\1",
        "(?=a)b",
        "[",
        "a{1,99999}{1,99999}",
        "x" * 300,
        ".*.*.*x",
    ],
)
def test_a_pattern_that_could_run_away_is_refused(pattern: str) -> None:
    assert "pattern" in rules_broken(question("textfield", "a", validate={"pattern": pattern}))


@pytest.mark.parametrize("pattern", [r"[A-Z]{2}[0-9]{6}", r"MALR-[0-9]{4}-[0-9]{3,5}", "yes|no", r"\d+"])
def test_an_ordinary_pattern_is_taken(pattern: str) -> None:
    assert rules_broken(question("textfield", "a", validate={"pattern": pattern})) == []


def test_a_group_hands_its_condition_to_all_in_it() -> None:
    inside = {
        "type": "group",
        "label": "G",
        "conditional": {"hide": "=a = false"},
        "components": [question("textfield", "b")],
    }
    loaded = form(yes_no("a"), inside)
    group = loaded.items[1]
    assert isinstance(group, Group)
    assert loaded.questions[1].hides == ("a = false",)


def test_what_form_js_writes_for_its_own_use_is_kept_and_ignored() -> None:
    written = question("textfield", "a", id="Field_1", layout={"row": "Row_1", "columns": None})
    assert rules_broken(written, exporter={"name": "form-js"}) == []


def test_a_folder_with_one_bad_form_names_every_finding_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    for name in ("a", "b"):
        (tmp_path / "one" / f"{name}.form").write_text("{}", "utf-8")
    with pytest.raises(FormRefused) as refused:
        load_folder(tmp_path)
    assert {finding.file for finding in refused.value.findings} == {"one/a.form", "one/b.form"}
