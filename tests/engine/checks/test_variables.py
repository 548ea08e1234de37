"""An expression, a deadline or a table may read only what can have been set when a case comes there."""

from __future__ import annotations

import pytest

from tests.engine.checks.asking import found, rules, starts_with
from tests.engine.decisions.files import column, decision, definitions, output, table
from tests.engine.drawing import any_time, boundary, bundle, decide, draw, end, parallel, service, user, xor


def _choice(condition: str) -> dict[str, str]:
    diagram = draw(
        "p",
        user("a"),
        xor("x", default="done"),
        user("b"),
        flows=f"begin>a a>x x>b[{condition}] x>done b>done",
    )
    return bundle(starts_with(diagram, review="ref"))


@pytest.mark.parametrize(
    "condition",
    [
        'a.outcome = "accept"', "a.sure = true", "a.sure", 'review.ref = "x"', "a.completed_by = null",
        'a.outcome in ("accept", "decline")', "some y in 1..2 satisfies y = 1", "date(a.date) < today()",
    ],
)  # fmt: skip
def test_what_is_set_before_may_be_read(condition: str) -> None:
    assert rules(_choice(condition)) == {}


@pytest.mark.parametrize(
    ("condition", "rule", "words"),
    [
        ('aa.outcome = "accept"', "variable", "Did you mean “a”?"),
        ('a.outcom = "accept"', "variable", "Did you mean “outcome”?"),
        ('reveiw.ref = "x"', "variable", "Did you mean “review”?"),
        ("review.number = 1", "variable", "It has ref."),
        ("b.outcome = 1", "variable", "Name what is set before"),
        ('a.outcome = "acept"', "value", "Did you mean “accept”?"),
        ('a.outcome = "later"', "value", 'It can be "accept" or "decline".'),
        ('a.sure = "yes"', "value", "It can be false or true."),
        ('a.outcome in ("accept", "no")', "value", "It can be"),
        ("nonsense(a.sure)", "expression", "Use one of FEEL's functions."),
        ("todays() = a.date", "expression", "Did you mean “today”?"),
        ("date.year = 2026", "expression", ""),
    ],
)
def test_what_cannot_exist_is_refused_with_a_suggestion(condition: str, rule: str, words: str) -> None:
    said = [one for one in found(_choice(condition)) if one.rule == rule]
    assert [one.severity for one in said] == ["error"]
    assert said[0].element == "x_b"
    assert words in said[0].what_to_do


def test_a_variable_that_is_only_known_later_is_refused() -> None:
    diagram = draw("p", user("a", due="5 days after b.completed_on"), user("b"), flows="begin>a a>b b>done")
    said = found(bundle(starts_with(diagram, review="ref")))
    assert [(one.rule, one.element) for one in said] == [("variable", "a")]
    assert "only known later" in said[0].sentence


def test_in_a_loop_the_later_step_may_have_been() -> None:
    """A timer that counts from what is not known yet waits for it: that is no mistake."""
    diagram = draw(
        "p", xor("m"), user("a", due="the later of 5 days after b.completed_on and 5 days"), user("b"),
        xor("x", default="done"), flows="begin>m m>a a>b b>x x>m[a.sure] x>done",
    )  # fmt: skip
    assert rules(bundle(starts_with(diagram, review="ref"))) == {}


def test_beside_each_other_either_may_be_first() -> None:
    diagram = draw(
        "p", parallel("s"), user("a"), user("b", due="5 days after a.date"), parallel("j"),
        flows="begin>s s>a s>b a>j b>j j>done",
    )  # fmt: skip
    assert rules(bundle(starts_with(diagram, review="ref"))) == {}


def test_at_any_time_everything_may_have_been_set() -> None:
    diagram = draw(
        "p", user("a"), user("b"),
        any_time("gone", "withdraw", user("c", due="5 days after a.date", assignee="withdraw.by"), end("z"),
                 flows="gone_begin>c c>z"),
        flows="begin>a a>b b>done",
    )  # fmt: skip
    assert "variable" not in rules(bundle(starts_with(diagram, review="ref")))


def test_what_is_not_set_on_every_way_is_pointed_out() -> None:
    diagram = draw(
        "p", user("a"), xor("x", default="j"), service("known", result="next"), xor("j"),
        user("b", assignee="next.id"), flows="begin>a a>x x>known[a.sure] x>j known>j j>b b>done",
    )  # fmt: skip
    said = found(bundle(starts_with(diagram, review="ref")))
    assert [(one.rule, one.element, one.severity) for one in said] == [("variable_late", "b", "warning")]


def test_a_condition_that_asks_for_null_is_on_its_guard() -> None:
    diagram = draw(
        "p", xor("m"), user("a"), xor("x", default="done"), user("b"),
        flows="begin>m m>a a>x x>b[a.sure and b = null] x>done b>m",
    )  # fmt: skip
    assert rules(bundle(starts_with(diagram, review="ref"))) == {}


def test_results_of_services_and_tables_have_known_parts() -> None:
    tables = definitions(
        decision(
            "outcome", table([column("a.outcome")], [output("fits"), output("why")], [("-", "true", '"x"')])
        )
    ).decode()
    diagram = draw(
        "p", user("a"), service("known", result="next"), decide("d", "outcome", "told"),
        user("b", due="5 days before next.date", assignee="next.id"), xor("x", default="done"), user("c"),
        flows="begin>a a>known known>d d>b b>x x>c[told.fits] x>done c>done",
    )  # fmt: skip
    files = bundle(starts_with(diagram, review="ref"), **{"t.dmn": tables})
    assert rules(files) == {}
    wrong = {
        name: text.replace("next.date", "next.dat").replace("told.fits", "told.fit")
        for name, text in files.items()
    }
    assert {one.what_to_do for one in found(wrong)} == {"Did you mean “date”?", "Did you mean “fits”?"}


def test_what_a_table_reads_is_looked_at_where_it_is_asked() -> None:
    tables = definitions(decision("outcome", table([column("a.outcom")], [output()], [("-", "1")]))).decode()
    diagram = draw("p", user("a"), decide("d", "outcome", "told"), flows="begin>a a>d d>done")
    said = found(bundle(starts_with(diagram, review="ref"), **{"t.dmn": tables}))
    assert [(one.rule, one.element, one.what_to_do) for one in said] == [
        ("variable", "d", "Did you mean “outcome”?")
    ]


def test_each_item_has_the_parts_of_its_list() -> None:
    def each(agency: str) -> dict[str, str]:
        diagram = draw("p", user("b", items="agencies as agency", agency=agency), flows="begin>b b>done")
        return bundle(starts_with(diagram, agencies="id"))

    assert rules(each("agency.id")) == {}
    assert rules(each("agency.name")) == {"variable": "b"}
    assert rules(each("agencys.id")) == {"variable": "b"}


@pytest.mark.parametrize("base", ["a.outcome", "a.sure", "a.words", "a"])
def test_a_deadline_counts_from_a_date(base: str) -> None:
    diagram = draw("p", user("a"), user("b", due=f"5 days after {base}"), flows="begin>a a>b b>done")
    assert rules(bundle(starts_with(diagram, review="ref"))) == {"base": "b"}


def test_due_belongs_to_an_event_on_a_task() -> None:
    for diagram in (
        draw("p", user("a", due="5 days after due"), flows="begin>a a>done"),
        draw("p", user("a", statutoryLimit="5 days after due"), flows="begin>a a>done"),
    ):
        assert rules(bundle(diagram)) == {"due_base": "a"}
    border = boundary("t", "a", timer="5 days after due", interrupts=False)
    assert rules(bundle(draw("p", user("a"), border, end("z"), flows="begin>a a>done t>z"))) == {}


def test_names_are_words_and_no_step_s() -> None:
    assert rules(
        bundle(draw("p", user("a"), service("known", result="a"), flows="begin>a a>known known>done"))
    ) == {"name_taken": "known"}
    for name in ("next qa", "date", "1st", "in", "a.b"):
        diagram = draw("p", user("a"), service("known", result=name), flows="begin>a a>known known>done")
        assert rules(bundle(diagram)) == {"variable_name": "known"}, name
    assert rules(bundle(starts_with(draw("p", user("a"), flows="begin>a a>done"), a="x"))) == {
        "name_taken": "a"
    }


def test_a_process_that_declares_nothing_is_asked_what_it_starts_with() -> None:
    diagram = draw("p", user("a", assignee="referrer.person"), flows="begin>a a>done")
    assert [(one.rule, one.severity) for one in found(bundle(diagram))] == [("variable_start", "warning")]
    assert found(bundle(starts_with(diagram, referrer="person"))) == []


def test_an_attribute_that_is_misspelt_is_refused() -> None:
    diagram = draw("p", user("a").replace("roundtable:due", "roundtable:deu"), flows="begin>a a>done")
    said = {one.rule: one.what_to_do for one in found(bundle(diagram))}
    assert said == {"attribute": "Did you mean “due”?", "no_deadline": said["no_deadline"]}


def test_a_role_that_nobody_has_is_refused() -> None:
    said = found(bundle(draw("p", user("a", role="chiar"), flows="begin>a a>done")))
    assert [(one.rule, one.what_to_do) for one in said] == [("role", "Did you mean “chair”?")]
