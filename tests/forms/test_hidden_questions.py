"""A hidden question is neither required nor kept; a screen without questions is left out."""

from __future__ import annotations

from tests.forms.making import choice, clean, form, question, rows, yes_no

ASKED = form(
    choice("outcome", "accept", "defer", must="Select an outcome"),
    question("textarea", "reason", must="Enter the reason", hide='outcome != "defer"'),
    question("textarea", "note", must="Enter a note", hide="reason = null"),
)


def test_a_hidden_question_is_not_required() -> None:
    assert clean(ASKED, {"outcome": "accept"}).ok


def test_a_hidden_answer_is_not_kept_even_when_it_was_sent() -> None:
    assert clean(ASKED, {"outcome": "accept", "reason": "left over"}).values == {"outcome": "accept"}


def test_a_shown_question_is_required() -> None:
    assert clean(ASKED, {"outcome": "defer"}).errors == {"reason": "Enter the reason"}


def test_what_is_hidden_counts_as_unanswered_for_the_questions_after_it() -> None:
    assert clean(ASKED, {"outcome": "accept", "reason": "left over", "note": "kept?"}).values == {
        "outcome": "accept"
    }
    assert clean(ASKED, {"outcome": "defer", "reason": "x"}).errors == {"note": "Enter a note"}


def test_an_answer_outside_the_list_opens_nothing() -> None:
    assert clean(ASKED, {"outcome": "<defer>"}).errors == {"outcome": "Select an outcome"}


def test_a_group_hides_all_in_it() -> None:
    inner = [
        question("textfield", "a", must="Enter a"),
        rows("b", question("textfield", "c"), minRows=1, requiredMessage="Enter b"),
    ]
    asked = form(
        yes_no("involved"),
        {"type": "group", "label": "G", "conditional": {"hide": "=involved = false"}, "components": inner},
    )
    assert clean(asked, {"involved": "false", "a": "x", "b": [{"c": "y"}]}).values == {"involved": False}
    assert clean(asked, {"involved": "true"}).errors == {"a": "Enter a", "b": "Enter b"}


def test_each_row_asks_by_its_own_answers() -> None:
    asked = form(
        yes_no("deep"),
        rows(
            "r",
            choice("kind", "x", "y"),
            question("textfield", "why", must="Enter why", hide='kind != "y"'),
            question("textfield", "more", hide="deep != true"),
        ),
    )
    answers = clean(asked, {"deep": "false", "r": [{"kind": "x", "why": "z", "more": "m"}, {"kind": "y"}]})
    assert answers.errors == {"r-2-why": "Enter why"}
    assert clean(asked, {"deep": "true", "r": [{"kind": "x", "why": "z", "more": "m"}]}).values["r"] == [
        {"kind": "x", "more": "m"}
    ]


def test_conditions_may_count_rows_and_look_into_checklists() -> None:
    asked = form(
        choice("c", "x", "none", kind="checklist"),
        rows("r", question("textfield", "t")),
        question("textfield", "why", must="Enter why", hide='list contains(c, "none") or count(r) > 1'),
    )
    assert clean(asked, {"c": ["x"]}).errors == {"why": "Enter why"}
    assert clean(asked, {"c": ["none"]}).ok
    assert clean(asked, {"r": [{"t": "1"}, {"t": "2"}]}).ok


def test_a_condition_that_cannot_be_worked_out_hides_nothing() -> None:
    asked = form(question("textfield", "a"), question("textfield", "b", must="Enter b", hide="a > 3"))
    assert clean(asked, {"a": "x"}).errors == {"b": "Enter b"}


PAGED = form(
    choice("outcome", "accept", "defer", must="Select", properties={"page": "Decision"}),
    question(
        "textfield",
        "scope",
        must="Enter the scope",
        hide='outcome != "accept"',
        properties={"page": "Scope of it"},
    ),
    question("textfield", "last", must="Enter the last", properties={"page": "End"}),
    question("textfield", "more"),
)


def test_screens_are_named_once_and_hold_what_follows() -> None:
    assert [(page.name, page.slug, [q.key for q in page.questions]) for page in PAGED.pages] == [
        ("Decision", "decision", ["outcome"]),
        ("Scope of it", "scope-of-it", ["scope"]),
        ("End", "end", ["last", "more"]),
    ]


def test_a_screen_without_questions_is_left_out() -> None:
    assert [page.slug for page in PAGED.pages_for({"outcome": "defer"})] == ["decision", "end"]
    assert PAGED.next_page("decision", {"outcome": "defer"}).slug == "end"  # type: ignore[union-attr]
    assert PAGED.next_page("decision", {"outcome": "accept"}).slug == "scope-of-it"  # type: ignore[union-attr]
    assert PAGED.next_page("end", {"outcome": "accept"}) is None


def test_one_screen_is_checked_alone_and_sees_the_answers_of_the_others() -> None:
    scope = PAGED.page("scope-of-it")
    assert clean(PAGED, {"outcome": "accept"}, page=scope).errors == {"scope": "Enter the scope"}
    assert clean(PAGED, {"outcome": "defer"}, page=scope).errors == {}
    assert clean(PAGED, {"outcome": "accept", "scope": "x"}, page=scope).values == {"scope": "x"}


def test_a_screen_sent_changes_only_its_own_answers() -> None:
    scope = PAGED.page("scope-of-it")
    assert PAGED.merge(
        {"outcome": "accept", "scope": "old", "gone": 1}, {"scope": "new", "outcome": "defer"}, scope
    ) == {
        "outcome": "accept",
        "scope": "new",
    }
