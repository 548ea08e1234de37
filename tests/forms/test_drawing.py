"""Every form, drawn: labels tied to inputs, errors that link to them, nothing that needs JavaScript."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from lxml import html

from forms import load_folder
from tests.forms.drawing import answers_page, screen, sent_by, words
from tests.forms.making import LISTS, TODAY, choice, clean, form, question, rows, yes_no

FORMS = load_folder(__file__.rsplit("/tests/", 1)[0] + "/forms")
SCREENS = [(asked, page) for _, asked in sorted(FORMS.items()) for page in asked.pages]
NAMES = [f"{asked.step}/{page.slug}" for asked, page in SCREENS]


def inputs(drawn: html.HtmlElement) -> list[html.HtmlElement]:
    return list(drawn.xpath("//input | //textarea | //select"))


@pytest.mark.parametrize(("asked", "part"), SCREENS, ids=NAMES)
def test_every_input_has_a_label_and_every_id_is_used_once(asked: Any, part: Any) -> None:
    drawn = screen(asked, page=part)
    labelled = {label.get("for") for label in drawn.xpath("//label")}
    assert all(element.get("id") in labelled for element in inputs(drawn))
    assert all(element.get("name") for element in inputs(drawn))
    twice = [found for found, count in Counter(drawn.xpath("//@id")).items() if count > 1]
    assert twice == []
    known = set(drawn.xpath("//@id"))
    assert all(one in known for names in drawn.xpath("//@aria-describedby") for one in names.split())
    assert len(drawn.xpath("//h1")) == 1


@pytest.mark.parametrize(("asked", "part"), SCREENS, ids=NAMES)
def test_an_empty_screen_sent_gives_errors_that_link_to_real_inputs(asked: Any, part: Any) -> None:
    sent = asked.read(sent_by(screen(asked, page=part)), part)
    answers = asked.clean(sent.answers, options=LISTS, today=TODAY, page=part)
    drawn = screen(asked, sent.answers, page=part, errors=answers.errors)
    links = drawn.xpath("//*[@class='govuk-error-summary__body']//a")
    assert [words(link) for link in links] == list(answers.errors.values())
    ids = {element.get("id") for element in drawn.xpath("//input | //textarea | //select | //button")}
    assert all(link.get("href")[1:] in ids for link in links)
    messages = [
        words(message).removeprefix("Error: ")
        for message in drawn.xpath("//*[contains(@class, 'govuk-error-message')]")
    ]
    assert sorted(messages) == sorted(answers.errors.values())


@pytest.mark.parametrize(("asked", "part"), SCREENS, ids=NAMES)
def test_nothing_reads_none_and_nothing_breaks_the_content_policy(asked: Any, part: Any) -> None:
    drawn = screen(asked, {q.key: None for q in part.questions}, page=part)
    assert "None" not in words(drawn)
    assert not any(
        value in ("None", "null", "undefined")
        for value in drawn.xpath("//@value | //textarea/text()")
        if value
    )
    assert not drawn.xpath("//script | //style | //@style | //@onclick | //@onsubmit | //@onchange")


@pytest.mark.parametrize(("asked", "part"), SCREENS, ids=NAMES)
def test_without_javascript_every_question_of_a_screen_that_can_be_asked_there_is_on_it(
    asked: Any, part: Any
) -> None:
    """What a screen sends is all that its questions need: nothing depends on a script to appear."""
    raw = {q.key: "x" for p in asked.pages[: asked.pages.index(part)] for q in p.questions}
    drawn = screen(asked, raw, page=part)
    shown = asked.shown(raw)
    names = {name.split("-")[0] for name in drawn.xpath("//@name")} | {
        n.split(":")[1] for n in drawn.xpath("//button/@name")
    }
    assert {q.key for q in part.questions if q.key in shown and not q.readonly} <= names


@pytest.mark.parametrize("name", sorted(FORMS), ids="/".join)
def test_optional_questions_say_so_and_required_ones_do_not(name: tuple[str, str]) -> None:
    for page in FORMS[name].pages:
        drawn = screen(FORMS[name], page=page)
        for asked in page.questions:
            if asked.items or asked.readonly or asked.kind == "checkbox":
                continue
            for element in drawn.xpath(
                f"//label[@for='{asked.key}']"
                f" | //fieldset[.//*[@name='{asked.key}' or @name='{asked.key}-day']]/legend"
            ):
                said = words(element)
                if said.startswith(asked.label):
                    assert said == (asked.label if asked.required else f"{asked.label} (optional)")


def test_what_was_typed_is_drawn_again_as_it_was() -> None:
    asked = form(
        question("textfield", "a"),
        question("textarea", "b"),
        question("datetime", "d"),
        question("number", "n"),
        choice("s", "x", "y", kind="select"),
        choice("c", "x", "y", kind="checklist"),
        question("checkbox", "k"),
    )
    typed = {
        "a": '"><script>x</script>',
        "b": "one\n  two\n\nthree <b>",
        "d": {"day": "31", "month": "feb", "year": "26"},
        "n": "twelve",
        "s": "y",
        "c": ["x", "y"],
        "k": True,
    }
    drawn = screen(asked, typed, errors=clean(asked, typed).errors)
    again = asked.read(sent_by(drawn)).answers
    assert again == typed
    assert not drawn.xpath("//script | //b")


def test_a_text_below_a_choice_keeps_its_lines_and_spaces() -> None:
    """The components indent their contents; text in a box must not move."""
    asked = form(choice("a", "x", "y"), question("textarea", "b", hide='a != "x"'))
    typed = {"a": "x", "b": "one\n\n  two\nthree"}
    assert asked.read(sent_by(screen(asked, typed))).answers == typed


def test_a_question_for_one_answer_is_below_that_answer_and_always_in_the_page() -> None:
    asked = form(
        choice("a", "x", "y"),
        question("textfield", "b", hide='a != "x"'),
        yes_no("c"),
        question("datetime", "d", hide="c != true"),
    )
    drawn = screen(asked)
    assert drawn.xpath("//*[contains(@class,'govuk-radios__conditional')]//input[@name='b']")
    (controlled,) = drawn.xpath("//input[@name='a' and @value='x']/@data-aria-controls")
    assert drawn.xpath(f"//*[@id='{controlled}']//input[@name='b']")
    assert drawn.xpath("//*[contains(@class,'govuk-radios__conditional')]//input[@name='d-day']")


def test_a_date_error_marks_and_links_to_the_box_that_is_wrong() -> None:
    asked = form(question("datetime", "d", label="Date"))
    typed = {"d": {"day": "13", "month": "", "year": "2026"}}
    drawn = screen(asked, typed, errors=clean(asked, typed).errors)
    assert drawn.xpath("//*[@class='govuk-error-summary__body']//a/@href") == ["#d-month"]
    assert drawn.xpath("//input[contains(@class,'govuk-input--error')]/@id") == ["d-month"]


def test_an_error_in_a_folded_list_opens_it() -> None:
    asked = form(
        rows(
            "r",
            question("checklist", "themes", properties={"options": "themes", "maxChoices": 1}),
            question("textfield", "t"),
        )
    )
    typed = {"r": [{"themes": ["theme_1", "theme_2"], "t": "x"}]}
    assert not screen(asked, typed).xpath("//details[@open]")
    drawn = screen(asked, typed, errors=clean(asked, typed).errors)
    assert drawn.xpath("//details[@open]//input[@name='r-1-themes']")
    assert drawn.xpath("//*[@class='govuk-error-summary__body']//a/@href") == ["#r-1-themes"]


def test_rows_come_and_go_with_buttons_and_nothing_typed_is_lost() -> None:
    asked = form(
        rows("people", question("textfield", "who"), question("datetime", "born"), rowTitle="Person")
    )
    drawn = screen(
        asked, {"people": [{"who": "Ash"}, {"who": "Birch", "born": {"day": "1", "month": "", "year": ""}}]}
    )
    assert words(drawn.xpath("//button[@name='add:people']")[0]) == "Add another person"
    assert words(drawn.xpath("//button[@name='remove:people:2']")[0]) == "Remove person 2"
    more = asked.read(sent_by(drawn, "add:people"))
    assert more.changed_rows == "people"
    assert [row.get("who") for row in more.answers["people"]] == ["Ash", "Birch", None]
    fewer = asked.read(sent_by(drawn, "remove:people:1"))
    assert fewer.answers["people"] == [{"who": "Birch", "born": {"day": "1", "month": "", "year": ""}}]
    assert asked.read(sent_by(drawn)).changed_rows == ""


def test_enter_in_a_text_box_continues_and_does_not_remove_a_row() -> None:
    asked = form(rows("people", question("textfield", "who")))
    first = screen(asked, {"people": [{"who": "Ash"}]}).xpath("//form//button[@type='submit']")[0]
    assert first.get("name") is None


def test_a_full_list_offers_no_more_rows_and_takes_none() -> None:
    asked = form(rows("people", question("textfield", "who"), maxRows=2))
    drawn = screen(asked, {"people": [{"who": "Ash"}, {"who": "Birch"}]})
    assert not drawn.xpath("//button[@name='add:people']")
    sent = sent_by(drawn)
    sent.add("add:people", "1")
    assert len(asked.read(sent).answers["people"]) == 2


@pytest.mark.parametrize(
    "button",
    [
        "remove:people:99",
        "remove:people:0",
        "remove:other:1",
        "add:__class__",
        "add:who",
        "remove:people:-1",
        "remove:people:1:2",
    ],
)
def test_a_made_up_button_does_nothing(button: str) -> None:
    asked = form(rows("people", question("textfield", "who")))
    sent = sent_by(screen(asked, {"people": [{"who": "Ash"}]}))
    sent.add(button, "1")
    assert asked.read(sent).answers == {"people": [{"who": "Ash"}]}


def test_errors_of_rows_stand_at_their_row_though_an_empty_row_is_between() -> None:
    asked = form(
        rows("people", question("textfield", "who", must="Enter a name"), question("textfield", "age"))
    )
    typed = {"people": [{"who": "Ash"}, {}, {"age": "9"}]}
    answers = clean(asked, typed)
    assert answers.errors == {"people-3-who": "Enter a name"}
    drawn = screen(asked, typed, errors=answers.errors)
    assert drawn.xpath("//*[@class='govuk-error-summary__body']//a/@href") == ["#people-3-who"]


def test_facts_of_the_host_are_shown_and_cannot_be_sent() -> None:
    facts = [
        question("textfield", key, label=key.upper(), readonly=True, properties={"prefill": f"case.{key}"})
        for key in ("a", "b", "c")
    ]
    drawn = screen(form(*facts), prefill={"case.a": "2026-11-23", "case.b": "one\n<two>", "case.c": None})
    assert [words(value) for value in drawn.xpath("//dd")] == ["23 November 2026", "one<two>"]
    assert not inputs(drawn)


def test_words_of_the_host_stand_in_for_those_of_the_form() -> None:
    told = form(
        {"type": "text", "text": "Call **999**.\n\n- one\n- two", "properties": {"prefill": "texts.now"}},
        question("textfield", "a"),
    )
    assert [words(item) for item in screen(told).xpath("//li")] == ["one", "two"]
    assert words(screen(told).xpath("//strong")[0]) == "999"
    assert (
        words(screen(told, prefill={"texts.now": "Ring <b>us</b>."}).xpath("//form//p")[0])
        == "Ring <b>us</b>."
    )


def test_check_answers_shows_every_answer_with_a_named_change_link() -> None:
    asked = FORMS["learning_review", "referral"]
    raw = {
        "child_at_risk_now": "false",
        "name": "Ash",
        "date_of_birth": {"day": "13", "month": "2", "year": "2019"},
        "what_happened": "One\n<i>two</i>",
        "themes": ["theme_1", "theme_2"],
        "agencies": [{"agency": "pol"}, {}],
    }
    drawn = answers_page(asked, raw, change=lambda page, key: f"/tasks/1/referral/{page.slug}#{key}")
    rows_of = {
        words(row.find("dt")): row for row in drawn.xpath("//div[contains(@class,'govuk-summary-list__row')]")
    }
    assert words(rows_of["Date of birth"].findall("dd")[0]) == "13 February 2019"
    assert words(rows_of["What went well"].findall("dd")[0]) == "Not provided"
    assert rows_of["Themes"].findall("dd")[0].text_content().split() == ["Theme", "1Theme", "2"]
    assert not drawn.xpath("//i")
    (change,) = rows_of["Child's full name"].xpath(".//a")
    assert (words(change), change.get("href")) == (
        "Change child's full name",
        "/tasks/1/referral/the-child#name",
    )
    assert "Police" in words(drawn.xpath("//*[contains(@class,'govuk-summary-card')]")[0])
    assert "risk_reported" not in html.tostring(drawn, encoding="unicode")


def test_check_answers_carries_the_errors_of_all_screens() -> None:
    asked = FORMS["learning_review", "referral"]
    errors = clean(asked, {}).errors
    said = words(answers_page(asked, {}, errors=errors))
    assert all(sentence in said for sentence in errors.values())


def test_an_agency_that_is_gone_from_the_list_is_still_shown() -> None:
    asked = form(question("select", "a", properties={"options": "agencies"}))
    assert words(answers_page(asked, {"a": "former"}).find(".//dd")) == "former"
