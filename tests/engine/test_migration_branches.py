"""Cases at work in several places at once are moved: branches, gateways that wait, waits, event sub-processes."""

from __future__ import annotations

import pytest

from engine import Database, ServiceCall, ServiceRegistry
from tests.engine.case import Case
from tests.engine.drawing import any_time, boundary, catch, decide, draw, end, parallel, service, user, xor
from tests.engine.moving import Moved, Mover

TWO = "begin>s s>a s>b a>j b>j j>z z>done"


def two(*more: str, flows: str = TWO) -> str:
    return draw("p", parallel("s"), user("a"), user("b"), parallel("j"), user("z"), *more, flows=flows)


def test_branches_go_on_side_by_side(database: Database) -> None:
    case = Case(database, two())
    mover = Mover(case)
    assert mover.to(two(user("n"), flows="begin>s s>a s>b a>n n>j b>j j>z z>done")).unchanged
    case.complete("a")
    assert case.open() == ["b", "n"]
    case.complete("n")
    assert case.open() == ["b"]
    assert mover.to_the_end() == ["b", "z"]


@pytest.mark.parametrize("first", ["a", "b"])
def test_a_branch_that_waits_at_a_gateway_is_there_already(database: Database, first: str) -> None:
    """A step put between it and the gateway lies behind it; nobody waits for it for ever."""
    case = Case(database, two())
    case.complete(first)
    mover = Mover(case)
    foreseen = mover.to(
        two(user("n"), user("m"), flows="begin>s s>a s>b a>n n>j b>m m>j j>z z>done"),
    )
    assert len(foreseen.too_late) == 1
    rest = ["b", "m", "z"] if first == "a" else ["a", "n", "z"]
    assert mover.to_the_end() == rest
    assert not {"n", "m"} - set(rest) & set(case.state.done), "nobody did the step that came too late"


def test_a_branch_that_begins_where_the_case_has_been_is_not_waited_for(database: Database) -> None:
    case = Case(database, two())
    case.complete("a")
    mover = Mover(case)
    foreseen = mover.to(two(user("c"), flows="begin>s s>a s>b s>c a>j b>j c>j j>z z>done"))
    assert [step.step for step in foreseen.too_late] == ["c"]
    assert mover.to_the_end() == ["b", "z"]


def test_a_branch_that_is_new_and_still_ahead_is_asked(database: Database) -> None:
    case = Case(database, draw("p", user("f"), parallel("s"), user("a"), user("b"), parallel("j"), user("z"),
                               flows="begin>f f>s s>a s>b a>j b>j j>z z>done"))  # fmt: skip
    mover = Mover(case)
    mover.to(draw("p", user("f"), parallel("s"), user("a"), user("b"), user("c"), parallel("j"), user("z"),
                  flows="begin>f f>s s>a s>b s>c a>j b>j c>j j>z z>done"))  # fmt: skip
    assert mover.to_the_end() == ["f", "a", "b", "c", "z"]


@pytest.mark.parametrize("done", ["", "a", "b"])
def test_a_branch_that_is_gone_with_its_gateways(database: Database, done: str) -> None:
    case = Case(database, two())
    if done:
        case.complete(done)
    mover = Mover(case)
    one = draw("p", user("a"), user("z"), flows="begin>a a>z z>done")
    if (
        done == "a"
    ):  # only b is open, at which nothing is left to do: the case goes on where both would have met
        mover.to(one, {"b": "skip"})
        assert mover.to_the_end() == ["z"]
        return
    mover.to(one, {"b": "skip"})
    assert mover.to_the_end() == ["a", "z"]


def test_a_branch_that_is_gone_from_a_gateway_that_stays(database: Database) -> None:
    three = draw("p", parallel("s"), user("a"), user("b"), user("c"), parallel("j"), user("z"),
                 flows="begin>s s>a s>b s>c a>j b>j c>j j>z z>done")  # fmt: skip
    case = Case(database, three)
    case.complete("a")
    mover = Mover(case)
    foreseen = mover.to(two(), {"c": "skip"})
    assert [step.step for step in foreseen.closes] == ["c"]
    assert mover.to_the_end() == ["b", "z"]


def test_when_the_last_open_branch_is_gone_the_gateway_waits_for_nobody(database: Database) -> None:
    three = draw("p", parallel("s"), user("a"), user("b"), user("c"), parallel("j"), user("z"),
                 flows="begin>s s>a s>b s>c a>j b>j c>j j>z z>done")  # fmt: skip
    case = Case(database, three)
    case.complete("a")
    case.complete("b")
    mover = Mover(case)
    foreseen = mover.to(two(), {"c": "skip"})
    assert [step.step for step in foreseen.opens] == ["z"]
    assert mover.to_the_end() == ["z"]


def test_a_skipped_branch_has_come_to_the_gateway(database: Database) -> None:
    """The step is gone and another one stands in its branch, which the case has passed."""
    case = Case(database, two())
    mover = Mover(case)
    mover.to(
        draw("p", parallel("s"), user("a"), user("n"), parallel("j"), user("z"),
             flows="begin>s s>a s>n a>j n>j j>z z>done"), {"b": "skip"},
    )  # fmt: skip
    assert mover.to_the_end() == ["a", "z"]


def test_a_choice_that_is_gone_has_to_be_made_by_people(database: Database) -> None:
    old = draw("p", user("a"), xor("x", default="b"), user("b"), user("c"),
               flows="begin>a a>x x>b x>c[a.yes] b>done c>done")  # fmt: skip
    case = Case(database, old)
    with pytest.raises(Moved, match="chose a way at “x”, which is gone"):
        Mover(case).to(draw("p", user("b"), user("c"), flows="begin>b b>c c>done"), {"a": "skip"})


def test_a_skipped_step_leads_to_a_choice_and_a_decision(database: Database) -> None:
    old = draw("p", user("a"), xor("x", default="b"), user("b"), user("c"),
               flows="begin>a a>x x>b x>c[size = 1] b>done c>done")  # fmt: skip
    case = Case(database, old, {"size": 1})
    mover = Mover(case)
    new = draw("p", user("f"), xor("x", default="b"), user("b"), user("c"),
               flows="begin>f f>x x>b x>c[size = 1] b>done c>done")  # fmt: skip
    foreseen = mover.to(new, {"a": "skip"})
    assert [step.step for step in foreseen.opens] == ["c"]
    assert mover.to_the_end() == ["c"]


def test_a_service_works_when_a_skipped_step_leads_to_it_and_never_to_look_ahead(
    database: Database, services: ServiceRegistry
) -> None:
    asked: list[str] = []

    @services.service("tell")
    def tell(call: ServiceCall) -> None:
        asked.append("told")

    case = Case(
        database, draw("p", user("a"), service("tell"), user("z"), flows="begin>a a>tell tell>z z>done")
    )
    mover = Mover(case)
    new = draw("p", user("f"), service("tell"), user("z"), flows="begin>f f>tell tell>z z>done")
    number = mover.deploy(new)
    assert (mover.preview(number, {"a": "skip"}).services, asked) == (("tell",), [])
    assert mover.move(number, {"a": "skip"}).status == "moved"
    assert (asked, case.open()) == (["told"], ["z"])
    assert "cannot be taken back" in mover.row().sentence


def test_a_case_may_end_with_the_move(database: Database) -> None:
    case = Case(database, draw("p", user("a"), user("b"), flows="begin>a a>b b>done"))
    case.complete("a")
    mover = Mover(case)
    foreseen = mover.to(draw("p", user("a"), flows="begin>a a>done"), {"b": "skip"})
    assert foreseen.ends
    assert case.state.status == "completed"


def waits(*more: str, flows: str = "begin>wait wait>a a>done", **event: str) -> str:
    return draw("p", catch("wait", **event), user("a"), *more, flows=flows)


def test_a_case_that_waits_for_a_moment_keeps_it(database: Database) -> None:
    case = Case(database, waits(timer="4 working days"))
    case.days_pass(1)
    mover = Mover(case)
    (before,) = mover.timers()
    foreseen = mover.to(waits(user("n"), timer="4 working days", flows="begin>wait wait>n n>a a>done"))
    (after,) = mover.timers()
    assert (after.id, after.due_at, foreseen.unchanged) == (before.id, before.due_at, True)
    case.days_pass(7)
    assert mover.to_the_end() == ["n", "a"]


def test_a_case_that_waits_for_a_message_still_hears_it(database: Database) -> None:
    case = Case(database, waits(message="answered"))
    mover = Mover(case)
    mover.to(waits(user("n"), message="answered", flows="begin>wait wait>n n>a a>done"))
    assert case.send("answered")
    assert mover.to_the_end() == ["n", "a"]


@pytest.mark.parametrize("said", ["", "skip"])
def test_a_wait_that_is_gone(database: Database, said: str) -> None:
    case = Case(database, waits(message="answered"))
    mover = Mover(case)
    new = draw("p", user("f"), user("a"), flows="begin>f f>a a>done")
    if not said:
        with pytest.raises(Moved, match="The case is at “wait”"):
            mover.to(new)
        return
    mover.to(new, {"wait": said})
    assert mover.to_the_end() == ["a"]


def test_a_message_that_is_new_on_an_open_step_is_heard(database: Database) -> None:
    case = Case(database, draw("p", user("a"), user("z"), flows="begin>a a>z z>done"))
    mover = Mover(case)
    held = boundary("held", "a", message="meeting_held")
    mover.to(draw("p", user("a"), held, user("m"), user("z"), flows="begin>a a>z z>done held>m m>done"))
    assert case.send("meeting_held")
    assert mover.to_the_end() == ["m"]


def withdrawal(*steps: str, flows: str) -> str:
    return any_time("withdrawn", "withdraw", *steps, end("gone", "Withdrawn"), flows=flows)


TELL = "withdrawn_begin>confirm confirm>gone"


def test_what_may_happen_at_any_time_from_now_on(database: Database) -> None:
    case = Case(database, draw("p", user("a"), flows="begin>a a>done"))
    mover = Mover(case)
    mover.to(draw("p", user("a"), withdrawal(user("confirm"), flows=TELL), flows="begin>a a>done"))
    assert case.send("withdraw")
    assert mover.to_the_end() == ["confirm"]
    assert case.state.outcome == "Withdrawn"


def test_a_case_in_an_event_sub_process_goes_on_there(database: Database) -> None:
    case = Case(
        database, draw("p", user("a"), withdrawal(user("confirm"), flows=TELL), flows="begin>a a>done")
    )
    assert case.send("withdraw")
    mover = Mover(case)
    more = withdrawal(user("confirm"), user("n"), flows="withdrawn_begin>confirm confirm>n n>gone")
    assert mover.to(draw("p", user("b"), more, flows="begin>b b>done")).unchanged
    assert mover.to_the_end() == ["confirm", "n"]


def test_a_case_in_an_event_sub_process_that_is_gone_stays(database: Database) -> None:
    case = Case(
        database, draw("p", user("a"), withdrawal(user("confirm"), flows=TELL), flows="begin>a a>done")
    )
    assert case.send("withdraw")
    with pytest.raises(Moved, match="The case is in the part “withdrawn”"):
        Mover(case).to(draw("p", user("a"), flows="begin>a a>done"))


def test_a_case_is_moved_twice_and_over_what_is_gone(database: Database) -> None:
    """History of an element that is gone stays history, also when one of its name comes again."""
    case = Case(database, draw("p", user("a"), user("b"), user("c"), flows="begin>a a>b b>c c>done"))
    case.complete("a")
    mover = Mover(case)
    mover.to(draw("p", user("b"), user("c"), flows="begin>b b>c c>done"))
    case.complete("b")
    mover.to(draw("p", user("c"), user("a"), flows="begin>c c>a a>done"))
    assert mover.to_the_end() == ["c", "a"]


def test_rounds_that_a_case_has_made_do_not_disturb_it(database: Database) -> None:
    def rounds(*more: str, flows: str) -> str:
        return draw(
            "p", user("a"), xor("x", default="done"), *more, flows=flows + " x>a[a.again = true] x>done"
        )

    case = Case(database, rounds(flows="begin>a a>x"))
    for _ in range(3):
        case.complete("a", again=True)
    mover = Mover(case)
    mover.to(rounds(user("n"), flows="begin>a a>n n>x"))
    case.complete("a", again=True)
    case.complete("n")
    assert mover.to_the_end(again=False) == ["a", "n"]


def test_gateways_that_were_drawn_anew_are_other_gateways(database: Database) -> None:
    """What waits at one that is gone goes on with the branch that is still at work."""
    case = Case(database, two())
    case.complete("a")
    mover = Mover(case)
    again = draw("p", parallel("s2"), user("a"), user("b"), parallel("j2"), user("z"),
                 flows="begin>s2 s2>a s2>b a>j2 b>j2 j2>z z>done")  # fmt: skip
    mover.to(again)
    assert mover.to_the_end() == ["b", "z"]


def test_a_choice_between_branches_that_is_new(database: Database) -> None:
    case = Case(database, draw("p", user("a"), user("b"), flows="begin>a a>b b>done"), {"n": 2})
    mover = Mover(case)
    mover.to(draw("p", user("a"), xor("x", default="b"), user("b"), user("c"), parallel("s"), user("d"),
                  parallel("j"), flows="begin>a a>x x>b x>s[n = 2] s>c s>d c>j d>j j>b b>done"))  # fmt: skip
    assert mover.to_the_end() == ["a", "c", "d", "b"]


def test_a_decision_is_made_ahead_too(database: Database) -> None:
    table = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t" name="t" namespace="urn:t">'
        '<decision id="size" name="size"><variable name="size"/><literalExpression><text>7</text>'
        "</literalExpression></decision></definitions>"
    )
    case = Case(database, draw("p", user("a"), user("z"), flows="begin>a a>z z>done"))
    mover = Mover(case)
    new = draw("p", user("f"), decide("d", "size", "size"), xor("x", default="z"), user("z"), user("big"),
               flows="begin>f f>d d>x x>z x>big[size = 7] big>done z>done")  # fmt: skip
    old = Case(database, draw("p", user("a"), decide("d", "size", "size"), user("z"),
                              flows="begin>a a>d d>z z>done"), **{"t.dmn": table})  # fmt: skip
    mover = Mover(old)
    foreseen = mover.to(new, {"a": "skip"}, **{"t.dmn": table})
    assert [step.step for step in foreseen.opens] == ["big"]
    assert case.open() == ["a"]
