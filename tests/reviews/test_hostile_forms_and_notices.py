"""Forms and notices are never code: hostile conditions, patterns, words and placeholders are refused in words
and in time (promise S1)."""

from __future__ import annotations

import json
import os
import time
from typing import Any

import pytest

from engine import Finding
from reviews.notice_checks import wrong_words
from reviews.notice_files import written
from reviews.shipped import bundle_files, check_files
from tests.forms.making import choice, document, question
from tests.hostile_texts import CANARY, CODE, ENDLESS, ODD, PATTERNS

MOST_SECONDS = 2.0
NOTICE = "agency_notice"
TABLE = bundle_files("chasing")["chasing.dmn"]


def refusals(text: str) -> list[Finding]:
    """The errors of a form, found in time; each a sentence with what to do."""
    began = time.process_time()
    found = [one for one in check_files("p", {"step.form": text}) if one.severity == "error"]
    assert time.process_time() - began < MOST_SECONDS
    assert CANARY not in os.environ
    assert all(one.sentence.strip() and one.what_to_do.strip() for one in found)
    return found


def form(*components: dict[str, Any]) -> str:
    return json.dumps(document(*components))


def test_a_good_form_is_not_refused() -> None:
    assert refusals(form(choice("a", "x", "y"), question("textfield", "b", hide='a = "x"'))) == []


@pytest.mark.parametrize("attack", [*CODE, *ENDLESS])
def test_a_hostile_condition_is_refused(attack: str) -> None:
    text = {**CODE, **ENDLESS}[attack]
    assert refusals(form(choice("a", "x", "y"), question("textfield", "b", hide=text)))


def test_many_hostile_conditions_are_refused_in_time() -> None:
    bombs = [question("textfield", f"b{n}", hide=f"a = {n} or {ENDLESS['product']}") for n in range(140)]
    assert refusals(form(choice("a", "x", "y"), *bombs))


@pytest.mark.parametrize("attack", PATTERNS)
def test_a_hostile_pattern_is_refused(attack: str) -> None:
    assert refusals(form(question("textfield", "a", validate={"pattern": PATTERNS[attack]})))


@pytest.mark.parametrize("attack", ["jinja", "jinja block", "spring"])
def test_words_with_a_template_are_refused(attack: str) -> None:
    for part in ("label", "description"):
        assert refusals(form(question("textfield", "a", **{part: CODE[attack]})))


@pytest.mark.parametrize("attack", ODD)
def test_odd_words_never_crash_a_check(attack: str) -> None:
    refusals(form(question("textfield", "a", label=ODD[attack])))
    refusals(json.dumps(document(question("textfield", "a", label=ODD[attack])), ensure_ascii=False))


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "1" * 100_000, "[" * 100_000, '{"a":' * 50_000, '{"type": NaN}', '{"id": 1e999}',
        '{"components": [{}], "type": 5}', '{"type":"default","type":"default"}', '"' + "x" * 300_000 + '"',
        '{"type": "default", "components": {"a": 1}, "properties": []}', '{"\\ud800": 1}',
    ],
)  # fmt: skip
def test_a_broken_form_is_refused_in_words(text: str) -> None:
    assert refusals(text)


PLACEHOLDERS = {
    "attribute": "{name.__class__.__mro__}",
    "index": "{0}",
    "conversion": "{name!r}",
    "width": "{name:>1000000000}",
    "unknown": "{secret_key}",
    "jinja": CODE["jinja"],
    "nested": "{{name}}",
    "spring": CODE["spring"],
}


@pytest.mark.parametrize("attack", PLACEHOLDERS)
def test_a_notice_has_fixed_placeholders_only(attack: str) -> None:
    text = PLACEHOLDERS[attack]
    assert wrong_words(NOTICE, written("A subject", f"Hello {text}"))
    assert wrong_words(NOTICE, written(f"Hello {text}", "A text"))


@pytest.mark.parametrize("text", [*CODE.values(), *ODD.values(), "x" * 1_000_000, "{" * 10_000])
def test_checking_the_words_of_a_notice_never_crashes(text: str) -> None:
    began = time.process_time()
    wrong_words(NOTICE, text)
    wrong_words(NOTICE, written(text, text))
    check_files("chasing", {"chasing.dmn": TABLE, f"{NOTICE}.notice": text})
    assert time.process_time() - began < MOST_SECONDS
    assert CANARY not in os.environ
