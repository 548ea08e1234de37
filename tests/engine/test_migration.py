"""Running cases are moved to another version without breaking: each row here breaks the library's own migration,
or is one that an owner would fear (engine notes 5)."""

from __future__ import annotations

import pytest

import engine
from engine import Database
from tests.engine.case import ALEX, Case
from tests.engine.drawing import boundary, draw, user, xor
from tests.engine.moving import OWNER, Moved, Mover

ABC = draw("p", user("a"), user("b"), user("c"), flows="begin>a a>b b>c c>done")


def test_a_step_after_the_current_one_is_asked(database: Database) -> None:
    case = Case(database, ABC)
    case.complete("a")
    task = case.task("b")
    mover = Mover(case)
    foreseen = mover.to(
        draw("p", user("a"), user("b"), user("n"), user("c"), flows="begin>a a>b b>n n>c c>done")
    )
    assert foreseen.unchanged
    assert case.task("b").id == task.id
    assert mover.to_the_end() == ["b", "n", "c"]


def test_a_step_before_the_current_one_is_not_asked(database: Database) -> None:
    case = Case(database, ABC)
    case.complete("a")
    mover = Mover(case)
    foreseen = mover.to(
        draw("p", user("a"), user("n"), user("b"), user("c"), flows="begin>a a>n n>b b>c c>done")
    )
    assert [step.name for step in foreseen.too_late] == ["N"]
    assert mover.to_the_end() == ["b", "c"]


def test_an_open_step_that_is_gone_must_be_mapped(database: Database) -> None:
    case = Case(database, ABC)
    case.complete("a")
    without = draw("p", user("a"), user("c"), flows="begin>a a>c c>done")
    with pytest.raises(Moved, match="The case is at “B”, which the new version does not have"):
        Mover(case).to(without)
    assert case.open() == ["b"]


@pytest.mark.parametrize(("said", "rest"), [("skip", ["c"]), ("n", ["n", "c"])])
def test_an_open_step_that_is_gone_is_skipped_or_becomes_another(
    database: Database, said: str, rest: list[str]
) -> None:
    case = Case(database, ABC)
    case.complete("a")
    task = case.task("b")
    mover = Mover(case)
    mover.to(draw("p", user("a"), user("n"), user("c"), flows="begin>a a>n n>c c>done"), {"b": said})
    if said == "n":
        assert case.task("n").id == task.id
    assert mover.to_the_end() == rest


def test_an_open_step_that_is_gone_may_keep_its_case_where_it_is(database: Database) -> None:
    case = Case(database, ABC)
    case.complete("a")
    mover = Mover(case)
    with pytest.raises(Moved, match="stays on its version"):
        mover.to(draw("p", user("a"), user("c"), flows="begin>a a>c c>done"), {"b": "leave"})
    assert mover.to_the_end() == ["b", "c"]


def test_a_completed_step_that_is_gone_stays_as_history(database: Database) -> None:
    case = Case(database, ABC)
    case.complete("a", said="kept")
    mover = Mover(case)
    assert mover.to(draw("p", user("b"), user("c"), flows="begin>b b>c c>done")).unchanged
    assert "a" in case.state.done
    assert mover.facts()["variables"]["a"]["said"] == "kept"
    assert mover.to_the_end() == ["b", "c"]


AGENCIES = [{"id": "csc"}, {"id": "pol"}]


def each() -> str:
    return user("each", items="agencies as agency", agency="agency.id")


def test_a_step_after_one_that_every_agency_is_at_is_asked(database: Database) -> None:
    """The library passes over it in silence: it has foreseen the end already."""
    case = Case(database, draw("p", each(), flows="begin>each each>done"), {"agencies": AGENCIES})
    case.complete("each")
    left = case.task("each")
    mover = Mover(case)
    mover.to(draw("p", each(), user("n"), flows="begin>each each>n n>done"))
    assert (case.task("each").id, case.task("each").agency) == (left.id, left.agency)
    assert mover.to_the_end() == ["each", "n"]


def test_a_step_of_every_agency_that_is_gone_is_skipped_for_all(database: Database) -> None:
    case = Case(
        database, draw("p", each(), user("z"), flows="begin>each each>z z>done"), {"agencies": AGENCIES}
    )
    case.complete("each")
    mover = Mover(case)
    foreseen = mover.to(draw("p", user("a"), user("z"), flows="begin>a a>z z>done"), {"each": "skip"})
    assert ([s.step for s in foreseen.closes], [s.step for s in foreseen.opens]) == (["each"], ["z"])
    assert mover.to_the_end() == ["z"]


def test_a_step_that_is_asked_of_many_now_cannot_take_one(database: Database) -> None:
    case = Case(database, draw("p", user("each"), flows="begin>each each>done"), {"agencies": AGENCIES})
    with pytest.raises(Moved, match="another kind of step"):
        Mover(case).to(draw("p", each(), flows="begin>each each>done"))


def test_an_agency_can_be_added_after_the_move(database: Database) -> None:
    case = Case(
        database, draw("p", each(), user("z"), flows="begin>each each>z z>done"), {"agencies": AGENCIES}
    )
    mover = Mover(case)
    late = boundary("late", "each", timer="2 working days", interrupts=False)
    mover.to(draw("p", each(), late, user("l"), user("z"), flows="begin>each each>z z>done late>l l>done"))
    with database.write() as session:
        engine.add_item(session, case.id, "each", {"id": "hou"}, by=OWNER)
    assert mover.to_the_end() == ["each", "each", "each", "z"]


def test_a_timer_that_is_new_on_an_open_step_counts_from_its_opening(database: Database) -> None:
    case = Case(database, ABC)
    case.complete("a")
    opened = case.task("b").opened_at
    case.days_pass(1)
    mover = Mover(case)
    foreseen = mover.to(
        draw(
            "p", user("a"), user("b"), boundary("late", "b", timer="3 working days"), user("c"), user("l"),
            flows="begin>a a>b b>c c>done late>l l>done",
        )
    )  # fmt: skip
    (timer,) = mover.timers()
    assert (timer.element, timer.started_at) == ("late", opened)
    assert [(t.change, t.new) for t in foreseen.timers] == [("armed", timer.due_at)]
    assert timer.attached_task == case.task("b").id
    case.days_pass(5)
    assert case.open() == ["l"]
    assert mover.to_the_end() == ["l"]


def test_a_new_timer_on_a_step_that_is_completed_in_time_waits_no_more(database: Database) -> None:
    """The library cannot complete such a step at all: its split was never reached."""
    case = Case(database, ABC)
    mover = Mover(case)
    late = boundary("late", "a", timer="3 working days")
    mover.to(draw("p", user("a"), late, user("l"), user("b"), flows="begin>a a>b b>done late>l l>done"))
    case.complete("a")
    assert (case.open(), mover.timers()) == (["b"], [])
    assert mover.to_the_end() == ["b"]


def test_a_timer_that_would_have_been_reached_already_says_so(database: Database) -> None:
    case = Case(database, ABC)
    case.days_pass(10)
    mover = Mover(case)
    late = boundary("late", "a", timer="3 working days")
    foreseen = mover.to(
        draw("p", user("a"), late, user("l"), user("b"), flows="begin>a a>b b>done late>l l>done")
    )
    assert [timer.at_once for timer in foreseen.timers] == [True]
    case.tick()
    assert case.open() == ["l"]


def timed(*more: str, sentence: str = "4 working days", flows: str = "", interrupts: bool = True) -> str:
    return draw(
        "p", user("a"), boundary("late", "a", timer=sentence, interrupts=interrupts), user("l"), user("b"), *more,
        flows=f"begin>a late>l l>done {flows or 'a>b b>done'}",
    )  # fmt: skip


def test_a_timer_that_waits_keeps_its_day(database: Database) -> None:
    """The library starts it anew from the day of the migration."""
    case = Case(database, timed())
    case.days_pass(1)
    mover = Mover(case)
    (before,) = mover.timers()
    assert mover.to(timed(user("n"), flows="a>n n>b b>done")).unchanged
    (after,) = mover.timers()
    assert (after.id, after.due_at, after.started_at) == (before.id, before.due_at, before.started_at)
    case.days_pass(6)
    assert mover.to_the_end() == ["l"]


def test_a_timer_with_another_sentence_counts_anew_from_the_same_start(database: Database) -> None:
    case = Case(database, timed())
    case.days_pass(1)
    mover = Mover(case)
    (before,) = mover.timers()
    foreseen = mover.to(timed(sentence="6 working days"))
    (after,) = mover.timers()
    assert [(t.change, t.old, t.new) for t in foreseen.timers] == [("moved", before.due_at, after.due_at)]
    assert after.due_at is not None and before.due_at is not None
    assert (after.id, after.due_at > before.due_at) == (before.id, True)
    assert after.started_at == before.started_at


def test_a_timer_that_is_gone_waits_no_more(database: Database) -> None:
    case = Case(database, timed())
    mover = Mover(case)
    foreseen = mover.to(draw("p", user("a"), user("b"), flows="begin>a a>b b>done"))
    assert ([t.change for t in foreseen.timers], mover.timers()) == (["dropped"], [])
    case.days_pass(10)
    assert mover.to_the_end() == ["a", "b"]


@pytest.mark.parametrize("interrupts", [True, False])
def test_what_a_reminder_has_opened_goes_on_when_the_reminder_is_gone(
    database: Database, interrupts: bool
) -> None:
    case = Case(database, timed(interrupts=False))
    case.days_pass(8)
    assert case.open() == ["a", "l"]
    mover = Mover(case)
    if interrupts:  # what has happened once does not interrupt afterwards
        mover.to(timed(interrupts=True))
    else:
        mover.to(draw("p", user("a"), user("l"), user("b"), xor("x", default="b"),
                      flows="begin>a a>x x>b x>l[false] b>done l>done"))  # fmt: skip
    assert (case.open(), mover.timers()) == (["a", "l"], [])
    case.complete("a")
    assert case.open() == ["b", "l"]
    assert mover.to_the_end() == ["b", "l"]


def cycle(on: str = "a", sentence: str = "every 2 working days") -> tuple[str, str]:
    return boundary("again", on, cycle=sentence, interrupts=False), user("nudge")


def test_a_repeating_reminder_goes_on_and_what_it_opened_too(database: Database) -> None:
    case = Case(
        database, draw("p", user("a"), *cycle(), user("b"), flows="begin>a a>b b>done again>nudge nudge>done")
    )
    case.days_pass(3)
    assert case.open() == ["a", "nudge"]
    mover = Mover(case)
    more = user("n")
    assert mover.to(
        draw("p", user("a"), *cycle(), user("b"), more, flows="begin>a a>n n>b b>done again>nudge nudge>done")
    ).unchanged
    case.complete("nudge")
    case.days_pass(4)
    assert case.open() == ["a", "nudge"]
    case.complete("nudge")
    assert mover.to_the_end() == ["a", "n", "b"]


def test_a_repeating_reminder_that_is_gone_leaves_what_it_opened(database: Database) -> None:
    case = Case(
        database, draw("p", user("a"), *cycle(), user("b"), flows="begin>a a>b b>done again>nudge nudge>done")
    )
    case.days_pass(3)
    mover = Mover(case)
    late = boundary("late", "a", timer="20 working days")
    mover.to(
        draw("p", user("a"), late, user("nudge"), user("b"), flows="begin>a a>b b>done late>nudge nudge>done")
    )
    assert (case.open(), [t.element for t in mover.timers()]) == (["a", "nudge"], ["late"])
    assert mover.to_the_end() == ["a", "b", "nudge"]


def test_a_renamed_step_keeps_its_work(database: Database) -> None:
    case = Case(database, timed())
    task = case.task("a")
    mover = Mover(case)
    (before,) = mover.timers()
    renamed = timed().replace('"a"', '"first"').replace("begin_a", "begin_first").replace("a_b", "first_b")
    mapping = {"a": "first"}
    assert mover.to(renamed, mapping, **{"first.form": "{}"}).unchanged
    (after,) = mover.timers()
    assert (case.task("first").id, after.due_at, after.id) == (task.id, before.due_at, before.id)
    assert mover.to_the_end() == ["first", "b"]


def test_the_answers_of_a_renamed_step_are_found_by_its_new_name(database: Database) -> None:
    case = Case(database, draw("p", user("a"), user("b"), flows="begin>a a>b b>done"))
    case.complete("a", yes=True)
    mover = Mover(case)
    asks = draw("p", user("first"), user("b"), xor("x", default="done"), user("n"),
                flows="begin>first first>b b>x x>n[first.yes = true] x>done n>done")  # fmt: skip
    mover.to(asks, {"a": "first"})
    assert mover.to_the_end() == ["b", "n"]


def test_a_condition_ahead_is_the_new_one(database: Database) -> None:
    def way(condition: str) -> str:
        return draw("p", user("a"), xor("x", default="b"), user("b"), user("c"),
                    flows=f"begin>a a>x x>b x>c[{condition}] b>done c>done")  # fmt: skip

    case = Case(database, way("a.size > 100"))
    mover = Mover(case)
    assert mover.to(way("a.size > 5")).unchanged
    case.complete("a", size=10)
    assert case.open() == ["c"]


def test_another_role_form_and_wording_reach_the_open_step(database: Database) -> None:
    case = Case(database, ABC)
    with database.write() as session:
        engine.claim(session, case.task("a").id, by=ALEX)
        engine.save_draft(session, case.task("a").id, {"typed": "half of it"}, by=ALEX, revision=0)
    mover = Mover(case)
    again = draw("p", user("a", clause="P9"), user("b"), user("c"), flows="begin>a a>b b>c c>done")
    assert mover.to(again, **{"a.form": '{"new": true}'}).unchanged
    task = case.task("a")
    assert (task.assignee, task.clause, task.version) == ("alex", "P9", 2)
    with database.read() as session:
        typed = engine.draft(session, task.id, by=ALEX)
        assert typed is not None and typed.answers == {"typed": "half of it"}
        assert engine.form_text(session, "p", task.version, "a") == '{"new": true}'
    other = draw("p", user("a", role="chair"), user("b"), user("c"), flows="begin>a a>b b>c c>done")
    foreseen = mover.to(other)
    assert [step.role for step in foreseen.handed_over] == ["chair"]
    assert (case.task("a").role, case.task("a").assignee) == ("chair", None)
    assert "task.opened" in case.kinds()
