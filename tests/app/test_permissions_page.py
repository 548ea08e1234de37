"""The page of permissions: made from the rows, in words, for those who look after who may do what."""

from __future__ import annotations

from collections.abc import Callable

from lxml import html

from reviews.permission_table import RULES, SECTIONS
from reviews.permission_words import SECTION_WORDS, VERB_WORDS, lines, steps_of
from reviews.roles import ROLES
from reviews.steps import steps
from tests.app.conftest import Browser

SignIn = Callable[[str], Browser]


def test_every_verb_and_every_part_has_words_and_no_words_are_left_over() -> None:
    assert {rule.verb for rule in RULES} == set(VERB_WORDS)
    assert set(SECTION_WORDS) == set(SECTIONS)
    assert len(set(VERB_WORDS.values())) == len(VERB_WORDS), "two verbs in the same words"


def test_the_page_has_one_line_for_each_row(sign_in: SignIn) -> None:
    page = html.fromstring(sign_in("u_office").get("/permissions/").text)
    assert len(page.xpath("//main//tbody/tr")) == len(RULES)


def test_what_can_this_role_do_and_who_can_do_this(sign_in: SignIn) -> None:
    office = sign_in("u_office")
    page = office.get("/permissions/?role=chair").text
    rows = html.fromstring(page).xpath("//main//tbody/tr")
    said = " ".join(row.text_content() for row in rows)
    assert "The reviews they chair" in said and "Look after people" not in said
    steps_shown = [
        " ".join(each.text_content().split()) for each in html.fromstring(page).xpath("//main//li")
    ]
    assert any(each.startswith("Write the summary") for each in steps_shown), steps_shown
    who = html.fromstring(office.get("/permissions/?verb=show_identity").text)
    cells = {" ".join(cell.text_content().split()) for cell in who.xpath("//main//td[@data-label='Who']")}
    assert cells == {ROLES[rule.role].name for rule in RULES if rule.verb == "show_identity"}
    assert "No line fits both" in office.get("/permissions/?role=chair&verb=retain").text


def test_every_step_of_the_processes_is_some_roles_and_stands_under_it() -> None:
    listed = {step.id for role in ROLES for step in steps_of(role)}
    assert listed == set(steps())


def test_a_role_has_what_everybody_has() -> None:
    assert {line.verb for line in lines(role="practitioner")} >= {
        "see_learning",
        "suggest_case",
        "see_action",
    }


def test_it_is_for_those_who_look_after_permissions(sign_in: SignIn) -> None:
    for person, status in (("u_admin", 200), ("u_office", 200), ("u_police", 403), ("u_chair", 403)):
        assert sign_in(person).get("/permissions/").status_code == status
    assert "/permissions/" in sign_in("u_admin").get("/office/").text
