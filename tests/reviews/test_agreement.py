"""What this package, the diagrams, the forms and the chasing table must agree on."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from forms import Form, load_folder
from reviews.notice_checks import wrong_words
from reviews.notice_files import written
from reviews.permission_table import RULES, SECTIONS, VERBS_ON_A_REVIEW, Relation
from reviews.prefill import _GROUPS
from reviews.prefill import TEXTS as SHOWN_TEXTS
from reviews.recipients import recipients
from reviews.roles import ROLES
from reviews.services import registry
from reviews.settings import SETTINGS
from reviews.shown_again import SHOWN_AGAIN
from reviews.texts import TEXTS

ROOT = Path(__file__).resolve().parents[2]
READERS = {"words", "choice", "yes", "yes_or_none", "day", "number", "codes", "rows", "texts"}
# Read where a form asks it, and done without where it does not.
OPTIONAL = {"title", "conflict", "recommendations", "actions", "priority"}


@pytest.fixture(scope="module")
def forms() -> dict[tuple[str, str], Form]:
    return load_folder(ROOT / "forms")


def diagrams() -> str:
    return "".join(path.read_text("utf-8") for path in sorted((ROOT / "processes").glob("*/*.bpmn")))


def test_every_service_a_diagram_names_is_registered_and_none_is_left_over() -> None:
    named = set(re.findall(r'roundtable:(?:service|record)="(\w+)"', diagrams()))
    assert named == set(registry.names())


def test_every_lane_and_step_is_for_a_role_we_know() -> None:
    named = set(re.findall(r'roundtable:role="(\w+)"', diagrams()))
    assert named <= set(ROLES)
    assert {rule.role for rule in RULES} - set(ROLES) == {"everybody"}


def test_services_read_only_what_some_form_asks(forms: dict[tuple[str, str], Form]) -> None:
    asked = {
        question.key
        for form in forms.values()
        for outer in form.questions
        for question in (outer, *outer.questions)
    }
    read: set[str] = set()
    for path in (ROOT / "reviews" / "services").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in READERS:
                constants = [arg.value for arg in node.args[1:] if isinstance(arg, ast.Constant)]
                read.update(str(value) for value in constants)
    assert read - asked - OPTIONAL == set()


def test_every_fact_a_form_wants_to_show_is_one_we_may_fill_in(forms: dict[tuple[str, str], Form]) -> None:
    wanted = {name for form in forms.values() for name in form.prefill_names}
    unknown = {
        name
        for name in wanted
        if name not in SHOWN_AGAIN and name not in SHOWN_TEXTS and name.split(".")[0] not in _GROUPS
    }
    assert unknown == set()


def test_what_one_agency_prepared_is_never_filled_into_a_form() -> None:
    assert not {name for name in SHOWN_AGAIN if name.startswith(("agency_preparation", "fact_check"))}


def test_every_notice_that_is_sent_has_its_words() -> None:
    sent: set[str] = set()
    for path in (ROOT / "reviews").rglob("*.py"):
        sent.update(re.findall(r'text="([a-z_0-9]+)"', path.read_text("utf-8")))
    table = (ROOT / "processes" / "chasing.dmn").read_text("utf-8")
    outputs = re.findall(r'_text">\s*<text>"(\w+)"</text>', table)
    assert outputs
    assert (sent | set(outputs)) - set(TEXTS) == set()


@pytest.mark.parametrize("text", sorted(TEXTS))
def test_a_notice_uses_only_the_placeholders_on_the_list(text: str) -> None:
    assert wrong_words(text, written(TEXTS[text].subject, TEXTS[text].body)) == []
    assert "{list}" not in TEXTS[text].subject


def test_every_word_of_the_chasing_tables_who_is_known() -> None:
    table = (ROOT / "processes" / "chasing.dmn").read_text("utf-8")
    who = set(re.findall(r'_who">\s*<text>"(\w+)"</text>', table))
    assert who
    assert who - {"assignee", "manager", "agency_lead"} <= set(ROLES)
    assert recipients.__doc__ is not None


def test_every_text_shown_in_forms_is_a_setting() -> None:
    assert set(SHOWN_TEXTS.values()) <= set(SETTINGS)


def test_the_table_of_permissions_uses_sections_and_relations_that_exist() -> None:
    for rule in RULES:
        assert rule.sections <= set(SECTIONS), rule
        assert bool(rule.sections) == (rule.verb == "see"), rule
        about_a_review = rule.verb in (*VERBS_ON_A_REVIEW, "see", "see_action")
        assert about_a_review == (rule.relation is not Relation.NO_CASE), rule
